#include "lib/office.h"

struct kantor k;

int office_begin(void **state)
{
	(void)state;
	k = kantor_open("");
	return 0;
}

int office_end(void **state)
{
	(void)state;
	kantor_close(&k);
	return 0;
}

void office_reopen(const char *now)
{
	kantor_close(&k);
	k = kantor_open(now);
}
