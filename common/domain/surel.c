#include "domain/surel.h"

#include <stdio.h>
#include <string.h>

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Letters, digits and what RFC 5322 allows without quotes, in runs parted by single dots. */
static bool is_name(struct str name)
{
	char before = '.';

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c == '.' ? before == '.' : !is_alnum(c) && strchr("!#$%&'*+-/=?^_`{|}~", c) == NULL)
			return false;
		before = c;
	}
	return before != '.';
}

static bool is_label(struct str label)
{
	if (label.len == 0 || label.len > SUREL_LABEL_MAX)
		return false;
	for (size_t i = 0; i < label.len; i++)
		if (!is_alnum(label.ptr[i]) && label.ptr[i] != '-')
			return false;
	return label.ptr[0] != '-' && label.ptr[label.len - 1] != '-';
}

/* Two labels at least, the last one with a letter: 10.0.0.1 is no domain. */
static bool is_domain(struct str domain)
{
	struct str label;
	uint64_t number;
	size_t labels = 0;

	while (str_split(&domain, '.', &label)) {
		if (!is_label(label))
			return false;
		labels++;
	}
	return labels >= 2 && !str_number(label, &number);
}

enum err surel_check(struct str address, struct problem *why)
{
	struct str rest = address;
	struct str name = { NULL, 0 };

	if (address.len == 0)
		return refuse(why, ERR_INVALID, "surel", "wajib_diisi");
	if (address.len > SUREL_MAX)
		return refuse(why, ERR_LIMIT, "surel", "terlalu_panjang");
	for (size_t i = 0; i < address.len; i++)
		if (address.ptr[i] <= ' ' || address.ptr[i] > '~')
			return refuse(why, ERR_INVALID, "surel", "huruf_tidak_sah");
	(void)str_split(&rest, '@', &name);
	if (rest.ptr == NULL || (rest.len > 0 && memchr(rest.ptr, '@', rest.len) != NULL))
		return refuse(why, ERR_INVALID, "surel", "perlu_satu_at");
	if (name.len > SUREL_NAME_MAX)
		return refuse(why, ERR_LIMIT, "surel", "terlalu_panjang");
	if (!is_name(name))
		return refuse(why, ERR_INVALID, "surel", "nama_tidak_sah");
	if (!is_domain(rest))
		return refuse(why, ERR_INVALID, "surel", "domain_tidak_sah");
	return ERR_OK;
}

void surel_mask(struct str address, char ret[SUREL_MASKED_MAX])
{
	struct problem why;
	const char *at;

	snprintf(ret, SUREL_MASKED_MAX, "***");
	if (surel_check(address, &why) != ERR_OK)
		return;
	at = memchr(address.ptr, '@', address.len);
	snprintf(ret, SUREL_MASKED_MAX, "%c***%.*s", address.ptr[0],
		(int)(address.len - (size_t)(at - address.ptr)), at);
}
