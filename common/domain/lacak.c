#include "domain/lacak.h"

#include <string.h>

#define LABEL "lacak"

struct hash lacak_hash(struct id permohonan, struct str code)
{
	char bytes[sizeof LABEL - 1 + sizeof permohonan.bytes + LACAK_CODE_MAX];
	size_t len = sizeof LABEL - 1;

	memcpy(bytes, LABEL, len);
	memcpy(bytes + len, permohonan.bytes, sizeof permohonan.bytes);
	len += sizeof permohonan.bytes;
	for (size_t i = 0; i < code.len && len < sizeof bytes; i++) {
		char c = code.ptr[i];

		if (c == ' ' || c == '-')
			continue;
		bytes[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return hash_of(str_bytes(bytes, len));
}
