/*
 * lapse: finds the command that was asked for and runs it.
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/dispatch.h"

/* Texts are UTF-8 whatever the user's locale says; widths of characters need a locale that knows.
 */
static void use_utf8(void)
{
	static const char *const names[] = {"C.UTF-8", "en_US.UTF-8", "UTF-8", ""};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (setlocale(LC_CTYPE, names[i]))
			return;
}

int main(int argc, char **argv)
{
	use_utf8();
	(void)signal(SIGPIPE, SIG_IGN); /* a closed pipe is seen where the output ends */
	return dispatch(argc - 1, argv + 1);
}
