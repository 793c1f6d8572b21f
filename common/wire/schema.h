/* schema - what the generator makes of the .msg files: rows of data, no code
 *
 * Every field list of the project derives from these rows: validation, limits,
 * codec, JSON, masking in logs, CSV headings, the reference page, the random
 * generators of the tests. proto/README.md explains the language of .msg. */
#ifndef WIRE_SCHEMA_H
#define WIRE_SCHEMA_H

#include "base/hash.h"
#include "base/id.h"
#include "base/str.h"

/* One C type a kind; the struct member has it. */
enum field_type {
	TYPE_BOOL,   /* bool */
	TYPE_U32,    /* uint32_t */
	TYPE_U64,    /* uint64_t */
	TYPE_I64,    /* int64_t */
	TYPE_MONEY,  /* int64_t, whole rupiah */
	TYPE_TIME,   /* time_us; JSON: RFC 3339 in UTC with microseconds */
	TYPE_DATE,   /* date_days; JSON: YYYY-MM-DD */
	TYPE_ENUM,   /* uint32_t with the generated constants; JSON: the name in lower case */
	TYPE_ID,     /* struct id; wire: bin of 16; JSON: 8-4-4-4-12 */
	TYPE_HASH,   /* struct hash; wire: bin of 32; JSON: hex */
	TYPE_BYTES,  /* struct str; wire: bin; JSON: base64 */
	TYPE_TEXT,   /* struct str; made by the system or chosen from policy data */
	TYPE_PROSE,  /* struct str; typed or sent by a person */
	TYPE_RECORD, /* a nested struct */
};

/* Marks of a field. */
enum {
	FIELD_OPTIONAL = 1,  /* has a bool has_NAME just before it */
	FIELD_LIST = 2,      /* pointer to items, followed by uint32_t NAME_len */
	FIELD_PII = 4,       /* about a person: masked in logs, refused in events */
	FIELD_PUBLISHED = 8, /* prose that may stand in an event */
};

enum { FIELD_CRITICAL_FROM = 128 }; /* numbers from here on refuse an unknowing receiver */

struct enum_value {
	uint32_t number;
	const char *name; /* lower case, as in JSON */
};

struct enum_names {
	const char *name;
	const struct enum_value *values; /* by number, upwards */
	uint32_t count;
};

struct schema;

struct field {
	uint8_t number;
	enum field_type type;
	uint32_t marks;
	/* TEXT, PROSE, BYTES: bytes at most; a list: items at most (then item_limit: bytes of an item). */
	uint32_t limit;
	uint32_t item_limit;
	size_t offset;     /* of the member; of the pointer where it is a list */
	size_t has_offset; /* of has_NAME; 0 where not optional */
	size_t len_offset; /* of NAME_len; 0 where not a list */
	const char *name;
	const char *note;
	const struct schema *record;    /* TYPE_RECORD */
	const struct enum_names *names; /* TYPE_ENUM */
};

enum message_kind { KIND_RECORD, KIND_COMMAND, KIND_EVENT, KIND_LETTER, KIND_QUESTION };

enum { CODE_CRITICAL = 0x8000 }; /* an event of an unknown code with this bit stops the stream */

struct schema {
	uint16_t code;    /* 0 for records without a code of their own (only nested) */
	uint16_t version; /* raised when a field is added */
	enum message_kind kind;
	const char *name;
	const char *note;
	size_t size;                /* of the struct */
	const struct field *fields; /* by number, upwards */
	uint32_t field_count;
	const struct schema
		*reply; /* command, question: the record that answers; NULL: nothing but the status */
};

/* The schema of a code or a name, NULL when there is none. Made by the generator. */
const struct schema *schema_of_code(uint16_t code);
const struct schema *schema_of_name(struct str name);
extern const struct schema *const schema_all[];
extern const uint32_t schema_all_count;
/* The field of a name, NULL when there is none. */
const struct field *schema_field(const struct schema *s, struct str name);

/* The name of an enum value, NULL when the number is none of it. */
const char *enum_name(const struct enum_names *names, uint32_t number);
/* The number of a name; false when it is none of it. */
bool enum_number(const struct enum_names *names, struct str name, uint32_t *ret) MUST_CHECK;

#endif
