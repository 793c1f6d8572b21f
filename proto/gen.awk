# gen.awk - makes structs and table rows of the .msg files, and nothing else
#
#   awk -v out=DIR -f proto/gen.awk proto/*.msg     messages.h, messages.c, MESSAGES.md in DIR
#
# All files are given at once, in any order. First everything is read, then (END)
# the names are looked up, then it is written; a mistake names its file and line
# and nothing is written. POSIX awk only (mawk is what runs it).

BEGIN {
	ctype["bool"] = "bool"; ctype["u32"] = "uint32_t"; ctype["u64"] = "uint64_t"
	ctype["i64"] = "int64_t"; ctype["money"] = "int64_t"; ctype["time"] = "time_us"
	ctype["date"] = "date_days"; ctype["id"] = "struct id"; ctype["hash"] = "struct hash"
	ctype["bytes"] = ctype["text"] = ctype["prose"] = "struct str"
	sized["bytes"] = sized["text"] = sized["prose"] = 1
	kinds["record"] = kinds["command"] = kinds["event"] = kinds["letter"] = kinds["question"] = 1
	n = split("auto break case char const continue default do double else enum extern float for " \
		"goto if inline int long register restrict return short signed sizeof static struct " \
		"switch typedef union unsigned void volatile while bool true false", words, " ")
	for (i = 1; i <= n; i++)
		reserved[words[i]] = 1
	CRITICAL_FROM = 128  # as FIELD_CRITICAL_FROM in common/wire/schema.h
	DEPTH_MAX = 8        # as WIRE_DEPTH_MAX and WIRE_NODES_MAX in common/wire/wire.h:
	NODES_MAX = 65536    # what a message can be, wire_scan lets through
	CODE_CRITICAL = 32768
}

function complain(where, text) {
	print where ": " text > "/dev/stderr"
	bad = 1
}

function is_name(s) {
	return s ~ /^[a-z][a-z0-9_]*$/ && !(s in reserved)
}

function is_number(s) {
	return s ~ /^(0|[1-9][0-9]*)$/ && s + 0 <= 4294967295
}

# 0xABCD as a number, -1 when it is not four hexadecimal digits.
function code_of(s,    i, at, value) {
	if (s !~ /^0x[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]$/)
		return -1
	value = 0
	for (i = 3; i <= 6; i++)
		value = value * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
	return value
}

function new_name(name) {
	if (!is_name(name))
		complain(here, "\"" name "\" cannot be a name: a-z, 0-9 and _, and no word of C")
	else if (name in ctype)
		complain(here, "\"" name "\" is a type already")
	else if (name in line_of)
		complain(here, "\"" name "\" is declared already at " line_of[name])
	line_of[name] = here
}

# The comment lines above, then the comment behind.
function take_note(    note) {
	note = above
	if (behind != "")
		note = note == "" ? behind : note " " behind
	above = ""
	return note
}

{ here = FILENAME ":" FNR }
FNR == 1 { above = "" }

/^[ \t]*#/ {
	sub(/^[ \t]*#[ \t]?/, "")
	above = above == "" ? $0 : above " " $0
	next
}

/^[ \t]*$/ { above = ""; next }

{
	behind = ""
	if ((at = index($0, "#")) > 0) {
		behind = substr($0, at + 1)
		gsub(/^[ \t]+|[ \t]+$/, "", behind)
		$0 = substr($0, 1, at - 1)
	}
	is_inside = $0 ~ /^[ \t]/
	$0 = $0 # split again, without the comment
}

!is_inside && $1 == "enum" {
	if (NF != 2)
		complain(here, "an enum is: enum NAME")
	new_name($2)
	enum = $2
	message = ""
	enums[++enum_count] = enum
	is_enum[enum] = 1
	value_count[enum] = 0
	note_of[enum] = take_note()
	next
}

!is_inside && ($1 in kinds) {
	read_message()
	next
}

!is_inside {
	complain(here, "\"" $1 "\" is not enum, record, command, event, letter or question")
	above = ""
	next
}

is_inside && enum != "" { read_value(); next }
is_inside && message != "" { read_field(); next }
{ complain(here, "a line of something that was not begun"); above = "" }

function read_message(    i, code) {
	new_name($2)
	enum = ""
	message = $2
	messages[++message_count] = message
	kind_of[message] = $1
	note_of[message] = take_note()
	code_of_message[message] = 0
	version_of[message] = 1
	field_count[message] = 0
	i = 3
	if (i <= NF && $i ~ /^0x/) {
		code = code_of($i)
		if (code <= 0)
			complain(here, "a code is 0x and four hexadecimal digits, and not 0x0000")
		else if (code in message_of_code)
			complain(here, "code " $i " is used by " message_of_code[code] " already")
		else if (code >= CODE_CRITICAL && $1 != "event")
			complain(here, "only the code of an event may have the top bit")
		message_of_code[code] = message
		code_of_message[message] = code
		i++
	}
	if (i <= NF && $i ~ /^v[1-9][0-9]*$/)
		version_of[message] = substr($(i++), 2) + 0
	if (i + 1 <= NF && $i == "->") {
		reply_of[message] = $(i + 1)
		i += 2
	}
	if (i <= NF || NF < 2)
		complain(here, "a message is: KIND NAME [0xCODE] [vN] [-> REPLY]")
	if (code_of_message[message] == 0 && $1 != "record")
		complain(here, "a " $1 " needs a code")
	if ((message in reply_of) && $1 != "command" && $1 != "question")
		complain(here, "a " $1 " has no reply")
	if (!(message in reply_of) && $1 == "question")
		complain(here, "a question needs a reply: -> NAME")
}

function read_value() {
	if (NF != 2 || !is_number($1) || $1 == 0 || $2 !~ /^[a-z][a-z0-9_]*$/) {
		complain(here, "a value is: NUMBER NAME, from 1 upwards")
		above = ""
		return
	}
	if ((enum, $1) in value_used)
		complain(here, "value " $1 " is used twice")
	if ((enum, "name", $2) in value_used)
		complain(here, "\"" $2 "\" is used twice")
	value_used[enum, $1] = 1
	value_used[enum, "name", $2] = 1
	value_number[enum, ++value_count[enum]] = $1 + 0
	value_name[enum, value_count[enum]] = $2
	value_note[enum, value_count[enum]] = take_note()
}

# A word that a struct member of this message may have only once.
function new_member(name) {
	if ((message, name) in member_used)
		complain(here, "\"" name "\" is a member of " message " already")
	member_used[message, name] = 1
}

function read_limit(at,    value) {
	if ($at != "<=" || at == NF || !is_number($(at + 1)) || $(at + 1) == 0) {
		complain(here, "a limit is: <= NUMBER")
		return 1
	}
	return $(at + 1) + 0
}

function read_field(    f, at, type, is_list, is_optional) {
	if (!is_number($1) || $1 < 1 || $1 > 255 || NF < 3) {
		complain(here, "a field is: NUMBER [list] TYPE[?] NAME [<= LIMIT] [<= LIMIT] [pii] [published]," \
			" numbers 1 to 255")
		above = ""
		return
	}
	if ((message, $1) in number_used)
		complain(here, "field " $1 " is used twice, first at " number_used[message, $1])
	number_used[message, $1] = here
	f = ++field_count[message]
	is_list = $2 == "list"
	at = is_list ? 3 : 2
	type = $at
	is_optional = sub(/\?$/, "", type)
	if ($2 == "list?" || (is_list && is_optional))
		complain(here, "a list is never optional: without items it is empty")
	field_line[message, f] = here
	field_number[message, f] = $1 + 0
	field_type[message, f] = type
	field_name[message, f] = $(++at)
	field_list[message, f] = is_list
	field_optional[message, f] = is_optional
	if (!is_name($at))
		complain(here, "\"" $at "\" cannot be a name: a-z, 0-9 and _, and no word of C")
	new_member($at)
	if (is_optional)
		new_member("has_" $at)
	if (is_list)
		new_member($at "_len")
	read_rest(f, at + 1, type, is_list)
	field_note[message, f] = take_note()
}

# What stands behind the name: limits, then marks.
function read_rest(f, at, type, is_list,    wants) {
	field_limit[message, f] = field_item_limit[message, f] = 0
	wants = is_list + (type in sized)
	if (wants > 0) {
		field_limit[message, f] = read_limit(at)
		at += 2
	}
	if (wants > 1) {
		field_item_limit[message, f] = read_limit(at)
		at += 2
	}
	field_pii[message, f] = field_published[message, f] = 0
	for (; at <= NF; at++) {
		if ($at == "pii")
			field_pii[message, f] = 1
		else if ($at == "published" && type == "prose")
			field_published[message, f] = 1
		else if ($at == "published")
			complain(here, "only prose can be published")
		else if ($at == "<=")
			complain(here, "this type has no such limit")
		else if ($(at - 1) != "<=")
			complain(here, "\"" $at "\" is no mark of a field")
	}
	if (type == "prose" && field_pii[message, f] && field_published[message, f])
		complain(here, "pii cannot be published")
	if (type == "prose" && !field_published[message, f])
		field_pii[message, f] = 1
}

# ---- everything is read: look up what the names mean ----

# The levels of maps and arrays and the values that a message has at most.
function measure(name,    f, type, count, inner) {
	depth[name] = nodes[name] = 1
	for (f = 1; f <= field_count[name]; f++) {
		type = field_type[name, f]
		count = field_list[name, f] ? field_limit[name, f] : 1
		inner = field_list[name, f] + (type in kind_of ? depth[type] : 0)
		if (depth[name] < 1 + inner)
			depth[name] = 1 + inner
		nodes[name] += 1 + field_list[name, f] + count * (type in kind_of ? nodes[type] : 1)
	}
	if (depth[name] > DEPTH_MAX)
		complain(line_of[name], name " has " depth[name] " levels, at most " DEPTH_MAX " are read")
	if (nodes[name] > NODES_MAX)
		complain(line_of[name], name " can have " nodes[name] " values, at most " NODES_MAX \
			" are read: lower the limit of a list")
}

# Puts a message behind the records in it; a record in itself has no size.
function place(name,    f, type) {
	if (placing[name] == 2)
		return
	if (placing[name] == 1) {
		complain(line_of[name], name " contains itself")
		return
	}
	placing[name] = 1
	for (f = 1; f <= field_count[name]; f++) {
		type = field_type[name, f]
		if (type in kind_of)
			place(type)
	}
	placing[name] = 2
	measure(name)
	placed[++placed_count] = name
}

# The first field with pii in a message or its records, as "NAME of MESSAGE"; "" when there is none.
function pii_in(name,    f, found) {
	for (f = 1; f <= field_count[name]; f++) {
		if (field_pii[name, f])
			return field_name[name, f] " of " name
		if (field_type[name, f] in kind_of) {
			found = pii_in(field_type[name, f])
			if (found != "")
				return found
		}
	}
	return ""
}

function check_event(name,    f, found) {
	for (f = 1; f <= field_count[name]; f++) {
		if (field_pii[name, f])
			complain(field_line[name, f], "an event may not hold " \
				(field_type[name, f] == "prose" ? "unpublished prose" : "pii"))
		else if (field_type[name, f] in kind_of) {
			found = pii_in(field_type[name, f])
			if (found != "")
				complain(field_line[name, f], "an event may not hold pii: " found)
		}
	}
}

function check(    i, f, name, type) {
	for (i = 1; i <= enum_count; i++)
		if (value_count[enums[i]] == 0)
			complain(line_of[enums[i]], "an enum without values")
	for (i = 1; i <= message_count; i++) {
		name = messages[i]
		if ((name in reply_of) && kind_of[reply_of[name]] != "record")
			complain(line_of[name], "no record is named " reply_of[name])
		for (f = 1; f <= field_count[name]; f++) {
			type = field_type[name, f]
			if (!(type in ctype) && !(type in is_enum) && kind_of[type] != "record")
				complain(field_line[name, f], "no such type: " type)
		}
	}
	if (bad)
		return
	for (i = 1; i <= message_count; i++)
		place(messages[i])
	for (i = 1; i <= message_count && !bad; i++)
		if (kind_of[messages[i]] == "event")
			check_event(messages[i])
}

# ---- writing ----

function c_type(type) {
	return type in ctype ? ctype[type] : type in is_enum ? "uint32_t" : "struct " type
}

function row_type(type) {
	return "TYPE_" (type in ctype ? toupper(type) : type in is_enum ? "ENUM" : "RECORD")
}

function c_comment(note) {
	gsub(/\*\//, "* /", note)
	return note
}

function c_string(s) {
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

function marks_of(name, f,    s) {
	if (field_optional[name, f])
		s = s " | FIELD_OPTIONAL"
	if (field_list[name, f])
		s = s " | FIELD_LIST"
	if (field_pii[name, f])
		s = s " | FIELD_PII"
	if (field_published[name, f])
		s = s " | FIELD_PUBLISHED"
	return s == "" ? "0" : substr(s, 4)
}

# Fills order[] with the positions of a message's fields by number.
function order_fields(name,    f, i) {
	for (f = 1; f <= field_count[name]; f++) {
		for (i = f; i > 1 && field_number[name, order[i - 1]] > field_number[name, f]; i--)
			order[i] = order[i - 1]
		order[i] = f
	}
}

# Fills order[] with the positions of an enum's values by number.
function order_values(name,    v, i) {
	for (v = 1; v <= value_count[name]; v++) {
		for (i = v; i > 1 && value_number[name, order[i - 1]] > value_number[name, v]; i--)
			order[i] = order[i - 1]
		order[i] = v
	}
}

# Fills by_code[]: codes upwards, records without a code before them by name.
function order_messages(    m, i) {
	for (m = 1; m <= message_count; m++) {
		for (i = m; i > 1 && is_before(messages[m], by_code[i - 1]); i--)
			by_code[i] = by_code[i - 1]
		by_code[i] = messages[m]
	}
}

function is_before(a, b) {
	if (code_of_message[a] != code_of_message[b])
		return code_of_message[a] < code_of_message[b]
	return a < b
}

function write_enum(name,    v, i) {
	if (note_of[name] != "")
		printf "/* %s */\n", c_comment(note_of[name]) > header
	printf "enum %s {\n", name > header
	order_values(name)
	for (i = 1; i <= value_count[name]; i++) {
		v = order[i]
		printf "\t%s_%s = %d,%s\n", toupper(name), toupper(value_name[name, v]), value_number[name, v],
			value_note[name, v] == "" ? "" : " /* " c_comment(value_note[name, v]) " */" > header
	}
	printf "};\nextern const struct enum_names enum_%s;\n\n", name > header

	printf "static const struct enum_value values_of_%s[] = {\n", name > source
	for (i = 1; i <= value_count[name]; i++)
		printf "\t{ %d, \"%s\" },\n", value_number[name, order[i]], value_name[name, order[i]] > source
	printf "};\nconst struct enum_names enum_%s = { \"%s\", ROWS(values_of_%s) };\n\n", name, name, name > source
}

function write_struct(name,    f, type) {
	if (note_of[name] != "")
		printf "/* %s */\n", c_comment(note_of[name]) > header
	printf "struct %s {\n", name > header
	for (f = 1; f <= field_count[name]; f++) {
		type = field_type[name, f]
		if (field_optional[name, f])
			printf "\tbool has_%s;\n", field_name[name, f] > header
		printf "\t%s %s%s;", c_type(type), field_list[name, f] ? "*" : "", field_name[name, f] > header
		if (type in is_enum)
			printf " /* enum %s%s */", type,
				field_note[name, f] == "" ? "" : ": " c_comment(field_note[name, f]) > header
		else if (field_note[name, f] != "")
			printf " /* %s */", c_comment(field_note[name, f]) > header
		printf "\n" > header
		if (field_list[name, f])
			printf "\tuint32_t %s_len;\n", field_name[name, f] > header
	}
	if (field_count[name] == 0)
		print "\tchar none; /* no fields; C wants a member */" > header
	print "};" > header
	if (code_of_message[name] != 0)
		printf "enum { MSG_%s = 0x%04x };\n", toupper(name), code_of_message[name] > header
	printf "extern const struct schema schema_%s;\n\n", name > header
}

function offset(name, member) {
	return "offsetof(struct " name ", " member ")"
}

function write_rows(name,    f, i, type, member) {
	if (field_count[name] > 0) {
		printf "static const struct field fields_of_%s[] = {\n", name > source
		order_fields(name)
		for (i = 1; i <= field_count[name]; i++) {
			f = order[i]
			type = field_type[name, f]
			member = field_name[name, f]
			printf "\t{ %d, %s, %s, %d, %d, %s,\n\t\t%s, %s, \"%s\",\n\t\t%s, %s, %s },\n",
				field_number[name, f], row_type(type), marks_of(name, f),
				field_limit[name, f], field_item_limit[name, f], offset(name, member),
				field_optional[name, f] ? offset(name, "has_" member) : "0",
				field_list[name, f] ? offset(name, member "_len") : "0", member,
				c_string(field_note[name, f]),
				type in kind_of ? "&schema_" type : "NULL",
				type in is_enum ? "&enum_" type : "NULL" > source
		}
		print "};" > source
	}
	printf "const struct schema schema_%s = {\n", name > source
	printf "\t0x%04x, %d, KIND_%s, \"%s\", %s,\n\tsizeof(struct %s), ", code_of_message[name],
		version_of[name], toupper(kind_of[name]), name, c_string(note_of[name]), name > source
	printf "%s, %s,\n};\n\n", field_count[name] ? "ROWS(fields_of_" name ")" : "NULL, 0",
		(name in reply_of) ? "&schema_" reply_of[name] : "NULL" > source
}

function cell(s) {
	gsub(/\|/, "\\|", s)
	return s
}

function page_type(name, f,    type) {
	type = field_type[name, f]
	if (!(type in ctype))
		type = "[" type "](#" type ")"
	return (field_list[name, f] ? "list of " : "") type
}

function page_limit(name, f) {
	if (field_limit[name, f] == 0)
		return ""
	if (!field_list[name, f])
		return field_limit[name, f] " bytes"
	return field_limit[name, f] " items" \
		(field_item_limit[name, f] > 0 ? " of " field_item_limit[name, f] " bytes" : "")
}

function page_marks(name, f,    s) {
	if (field_optional[name, f])
		s = s ", optional"
	if (field_number[name, f] >= CRITICAL_FROM)
		s = s ", critical"
	if (field_pii[name, f])
		s = s ", pii"
	if (field_published[name, f])
		s = s ", published"
	return substr(s, 3)
}

function page_head(name) {
	printf "### %s\n\n", name > page
	if (note_of[name] != "")
		printf "%s\n\n", note_of[name] > page
}

function page_message(name,    i, f) {
	page_head(name)
	if (code_of_message[name] != 0)
		printf "Code `0x%04x`, version %d.", code_of_message[name], version_of[name] > page
	else
		printf "Without a code of its own: part of other messages." > page
	if (name in reply_of)
		printf " Answered by [%s](#%s).", reply_of[name], reply_of[name] > page
	if (code_of_message[name] >= CODE_CRITICAL)
		printf " Critical: a follower that does not know it stops the stream." > page
	print "\n" > page
	if (field_count[name] == 0) {
		print "No fields.\n" > page
		return
	}
	print "| number | name | type | limit | marks | note |\n|---|---|---|---|---|---|" > page
	order_fields(name)
	for (i = 1; i <= field_count[name]; i++) {
		f = order[i]
		printf "| %d | `%s` | %s | %s | %s | %s |\n", field_number[name, f], field_name[name, f],
			page_type(name, f), page_limit(name, f), page_marks(name, f), cell(field_note[name, f]) > page
	}
	print "" > page
}

function page_enum(name,    i, v) {
	page_head(name)
	print "| number | name | note |\n|---|---|---|" > page
	order_values(name)
	for (i = 1; i <= value_count[name]; i++) {
		v = order[i]
		printf "| %d | `%s` | %s |\n", value_number[name, v], value_name[name, v],
			cell(value_note[name, v]) > page
	}
	print "" > page
}

function page_kind(kind, title,    i) {
	printf "## %s\n\n", title > page
	for (i = 1; i <= message_count; i++)
		if (kind_of[by_code[i]] == kind)
			page_message(by_code[i])
}

function write_page(    i) {
	print "# Messages\n\nMade from the .msg files; proto/README.md explains them.\n" > page
	page_kind("command", "Commands")
	page_kind("event", "Events")
	page_kind("letter", "Letters")
	page_kind("question", "Questions")
	page_kind("record", "Records")
	print "## Enums\n" > page
	for (i = 1; i <= enum_count; i++)
		page_enum(enums[i])
}

END {
	if (!bad)
		check()
	if (!bad && out == "")
		complain("gen.awk", "where to? -v out=DIR")
	if (bad)
		exit 1
	header = out "/messages.h"
	source = out "/messages.c"
	page = out "/MESSAGES.md"

	print "/* messages - the structs of all messages, made from the .msg files */" > header
	print "#ifndef PROTO_MESSAGES_H\n#define PROTO_MESSAGES_H\n" > header
	print "#include \"base/hash.h\"\n#include \"base/id.h\"\n" > header
	print "struct schema;\nstruct enum_names;\n" > header
	print "/* the rows of all messages, made from the .msg files */" > source
	print "#include \"proto/messages.h\"\n\n#include \"wire/schema.h\"\n" > source
	for (i = 1; i <= enum_count; i++)
		write_enum(enums[i])
	for (i = 1; i <= placed_count; i++)
		write_struct(placed[i])
	for (i = 1; i <= placed_count; i++)
		write_rows(placed[i])
	print "#endif" > header

	order_messages()
	print "/* By code, upwards, for the binary search of schema_of_code. */" > source
	print "const struct schema *const schema_all[] = {" > source
	for (i = 1; i <= message_count; i++)
		printf "\t&schema_%s,\n", by_code[i] > source
	print "\tNULL,\n};" > source
	printf "const uint32_t schema_all_count = %d;\n", message_count > source
	write_page()
}
