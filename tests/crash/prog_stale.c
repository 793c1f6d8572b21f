/* prog_stale FOLDER SERVICE - makes the stopped service's store look as if an older program had left it */
#include "lib/stale.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	static struct processes p;

	if (argc != 3 || snprintf(p.home, sizeof p.home, "%s", argv[1]) >= (int)sizeof p.home)
		return 100;
	return stale_make(&p, argv[2]) ? 0 : 111;
}
