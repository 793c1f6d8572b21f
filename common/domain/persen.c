#include "domain/persen.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum { WHOLE = 10000 };

bool persen_of(uint64_t part, uint64_t whole, uint64_t *ret)
{
	assert(part <= (uint64_t)PERSEN_COUNT_MAX && whole <= (uint64_t)PERSEN_COUNT_MAX);
	if (whole == 0)
		return false;
	*ret = (part * WHOLE * 2 + whole) / (whole * 2);
	return true;
}

void persen_text(uint64_t hundredths, char ret[PERSEN_TEXT_MAX])
{
	uint64_t whole = hundredths / 100;
	uint64_t rest = hundredths % 100;

	if (rest == 0)
		snprintf(ret, PERSEN_TEXT_MAX, "%" PRIu64 "%%", whole);
	else
		snprintf(ret, PERSEN_TEXT_MAX, "%" PRIu64 ",%02" PRIu64 "%%", whole, rest);
}

void persen_json(uint64_t hundredths, char ret[PERSEN_TEXT_MAX])
{
	uint64_t whole = hundredths / 100;
	uint64_t rest = hundredths % 100;

	if (rest == 0)
		snprintf(ret, PERSEN_TEXT_MAX, "%" PRIu64, whole);
	else if (rest % 10 == 0)
		snprintf(ret, PERSEN_TEXT_MAX, "%" PRIu64 ".%" PRIu64, whole, rest / 10);
	else
		snprintf(ret, PERSEN_TEXT_MAX, "%" PRIu64 ".%02" PRIu64, whole, rest);
}

void persen_row_texts(uint64_t part, uint64_t whole, char ret_count[PERSEN_TEXT_MAX],
	char ret_share[PERSEN_TEXT_MAX])
{
	uint64_t share;

	if (!persen_of(part, whole, &share)) {
		snprintf(ret_count, PERSEN_TEXT_MAX, "-");
		snprintf(ret_share, PERSEN_TEXT_MAX, "-");
		return;
	}
	snprintf(ret_count, PERSEN_TEXT_MAX, "%" PRIu64, part);
	persen_text(share, ret_share);
}

void persen_sum_texts(uint64_t whole, char ret_count[PERSEN_TEXT_MAX],
	char ret_share[PERSEN_TEXT_MAX])
{
	snprintf(ret_count, PERSEN_TEXT_MAX, "%" PRIu64, whole);
	persen_text(whole == 0 ? 0 : WHOLE, ret_share);
}
