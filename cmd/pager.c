/*
 * The pager. See pager.h.
 */
#include "cmd/pager.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "scan/base/utf8.h"

/* What a shell returns for a command that is not there, or cannot be run. */
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND  127

#define USUAL_PAGER "less 2>/dev/null"

const char *pager_command(void)
{
	static const char *const variables[] = {"LAPSE_PAGER", "PAGER"};
	const char *term = getenv("TERM"), *command = NULL;

	if (!term || strcmp(term, "dumb") == 0)
		return NULL;
	for (size_t i = 0; i < sizeof variables / sizeof *variables && !command; i++)
		command = getenv(variables[i]);
	if (!command)
		return USUAL_PAGER;
	return *command && strcmp(command, "cat") != 0 ? command : NULL;
}

/* Columns of a line; sequences of colour have none. */
static size_t line_columns(struct str line)
{
	size_t columns = 0;

	while (line.len) {
		size_t n = utf8_length(line);
		ptrdiff_t end = line.ptr[0] == '\033' ? str_find(line, 'm') : -1;

		if (end < 0)
			columns++;
		else
			n = (size_t)end + 1;
		line = str_drop(line, n ? n : 1);
	}
	return columns;
}

bool pager_needed(struct str text, const struct terminal *t)
{
	size_t rows = 0;
	struct str line;

	while (rows < t->height && str_next(&text, '\n', &line)) {
		size_t columns = line_columns(line);

		rows += t->width && columns > t->width ? (columns + t->width - 1) / t->width : 1;
	}
	return t->height && rows >= t->height; /* the last row is the prompt's */
}

/* Ctrl-C is the pager's while it runs. */
struct signals {
	struct sigaction interrupt, quit;
};

static void leave_to_pager(struct signals *before)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigemptyset(&ignore.sa_mask);
	(void)sigaction(SIGINT, &ignore, &before->interrupt);
	(void)sigaction(SIGQUIT, &ignore, &before->quit);
}

static void take_back(const struct signals *before)
{
	(void)sigaction(SIGINT, &before->interrupt, NULL);
	(void)sigaction(SIGQUIT, &before->quit, NULL);
}

/* A pipe that breaks ends the pager's own commands, as everywhere, but not us. */
static FILE *start(const char *command)
{
	FILE *f;

	if (!getenv("LESS"))
		(void)setenv("LESS", "FRX", 1);
	(void)signal(SIGPIPE, SIG_DFL);
	f = popen(command, "w");
	(void)signal(SIGPIPE, SIG_IGN);
	return f;
}

bool pager_show(const char *command, struct str text)
{
	struct signals before;
	FILE *f = start(command);
	int status;

	if (!f)
		return false;
	leave_to_pager(&before);
	(void)fwrite(text.ptr, 1, text.len, f); /* it may have been left early */
	status = pclose(f);
	take_back(&before);
	return !WIFEXITED(status) ||
		(WEXITSTATUS(status) != STATUS_NOT_FOUND &&
			WEXITSTATUS(status) != STATUS_CANNOT_RUN);
}
