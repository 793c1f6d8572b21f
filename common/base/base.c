#include "base/base.h"

#include <assert.h>

static const struct {
	const char *name;
	int http;
	bool retry;
	const char *sentence;
} rows[] = {
#define X(name, http, retry, sentence) { #name, http, retry, sentence },
	ERRORS(X)
#undef X
};

static size_t row_of(enum err e)
{
	assert((size_t)e < sizeof rows / sizeof rows[0]);
	return (size_t)e;
}

const char *err_name(enum err e)
{
	return rows[row_of(e)].name;
}

int err_http(enum err e)
{
	return rows[row_of(e)].http;
}

bool err_is_temporary(enum err e)
{
	return rows[row_of(e)].retry;
}

const char *err_sentence(enum err e)
{
	return rows[row_of(e)].sentence;
}
