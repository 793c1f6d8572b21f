#include "base/crash_point.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct {
	char name[64];
	long left;
	crash_hook *hook;
	void *hook_self;
} state;

enum err crash_setup(const char *text)
{
	const char *colon;

	if (text == NULL)
		return ERR_OK;
	colon = strchr(text, ':');
	if (colon == NULL || (size_t)(colon - text) >= sizeof state.name)
		return ERR_INVALID;
	memcpy(state.name, text, (size_t)(colon - text));
	state.name[colon - text] = '\0';
	state.left = strtol(colon + 1, NULL, 10);
	return state.left > 0 ? ERR_OK : ERR_INVALID;
}

void crash_hook_set(crash_hook *hook, void *self)
{
	state.hook = hook;
	state.hook_self = self;
}

void crash_point(const char *name)
{
	if (state.hook != NULL)
		state.hook(state.hook_self, name);
	if (state.left > 0 && strcmp(state.name, name) == 0 && --state.left == 0)
		(void)raise(SIGKILL);
}
