/*
 * Where results go. See output.h.
 */
#include "cmd/output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/pager.h"
#include "scan/base/mem.h"

static int cannot_write(const struct output *o, int number, const char *then, struct err *e)
{
	return err_set(e, ERR_FAILED, "%s: cannot be written: %s; %s",
		o->path ? o->path : "standard output", strerror(number), then);
}

static int not_complete(const struct output *o, int number, struct err *e)
{
	return cannot_write(o, number, "the results are not complete", e);
}

/* ---- files ---- */

/* While a temporary file is there nothing may end the program. */
static void hold_signals(sigset_t *before)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t held;

	(void)sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		(void)sigaddset(&held, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &held, before);
}

static void release_signals(const sigset_t *before)
{
	(void)sigprocmask(SIG_SETMASK, before, NULL);
}

static int write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wx");
	int number;

	if (!f)
		return errno;
	number = fwrite(text.ptr, 1, text.len, f) == text.len ? 0 : errno;
	if (fclose(f) != 0 && !number)
		number = errno;
	return number;
}

/* Writes beside the file and takes its place, or (`replace` false) only sees whether it could. */
static int put_file(const char *path, struct str text, bool replace)
{
	struct strbuf temporary = {0};
	sigset_t before;
	int number;

	strbuf_addf(&temporary, "%s.%ld.tmp", path, (long)getpid());
	hold_signals(&before);
	number = write_file(temporary.ptr, text);
	if (!number && replace && rename(temporary.ptr, path) != 0)
		number = errno;
	if (number != EEXIST && (number || !replace))
		(void)unlink(temporary.ptr);
	release_signals(&before);
	strbuf_release(&temporary);
	return number;
}

/* ---- opening ---- */

static void keep_in_memory(struct output *o)
{
	o->stream = open_memstream(&o->text, &o->bytes);
	if (!o->stream)
		mem_fail();
}

/* A file that is there and is no plain file (a pipe, /dev/null) is written to directly. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_special(struct output *o)
{
	o->stream = fopen(o->path, "w");
	return o->stream ? 0 : errno;
}

int output_open(struct output *o, const char *path, struct err *e)
{
	int number;

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	*o = (struct output){.stream = stdout, .path = path};
	if (!path)
		return 0;
	number = is_special(path) ? open_special(o) : put_file(path, STR_EMPTY, false);
	if (number)
		return cannot_write(o, number, "give --output another file", e);
	if (o->stream == stdout) {
		o->kind = OUTPUT_TO_FILE;
		keep_in_memory(o);
	}
	return 0;
}

void output_page(struct output *o)
{
	if (o->kind == OUTPUT_DIRECT && !o->path && pager_command()) {
		o->kind = OUTPUT_PAGED;
		keep_in_memory(o);
	}
}

/* What was kept, "" when nothing is. */
static struct str end_memory(struct output *o)
{
	if (fclose(o->stream) != 0)
		mem_fail();
	o->stream = NULL;
	return str_slice(o->text, o->bytes);
}

void output_unpage(struct output *o)
{
	struct str text;

	if (o->kind != OUTPUT_PAGED)
		return;
	text = end_memory(o);
	(void)fwrite(text.ptr, 1, text.len, stdout);
	free(o->text);
	*o = (struct output){.stream = stdout};
}

/* ---- closing ---- */

/* Whoever closed the pipe has read what they wanted: no error. */
static bool is_closed_pipe(FILE *f)
{
	struct pollfd p = {.fd = fileno(f), .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

/* Errors of writing show at the latest here: the disk is full, the network is gone. */
static int close_stream(struct output *o, struct err *e)
{
	bool failed = ferror(o->stream) != 0, closed;
	int number = failed ? EIO : 0; /* the first error's number is lost */

	if (fflush(o->stream) != 0) {
		failed = true;
		number = errno;
	}
	closed = failed && is_closed_pipe(o->stream);
	if (fclose(o->stream) != 0 && !failed) {
		failed = true;
		number = errno;
	}
	return failed && !closed ? not_complete(o, number, e) : 0;
}

static int close_paged(struct output *o, const struct terminal *t, struct err *e)
{
	struct str text = end_memory(o);

	o->stream = stdout;
	if (!pager_needed(text, t) || !pager_show(pager_command(), text))
		(void)fwrite(text.ptr, 1, text.len, stdout);
	return close_stream(o, e);
}

static int close_file(struct output *o, bool keep, struct err *e)
{
	struct str text = end_memory(o);
	int number = keep ? put_file(o->path, text, true) : 0;

	return number ? not_complete(o, number, e) : 0;
}

int output_close(struct output *o, bool keep, const struct terminal *t, struct err *e)
{
	int r;

	if (o->kind == OUTPUT_TO_FILE)
		r = close_file(o, keep, e);
	else
		r = o->kind == OUTPUT_PAGED ? close_paged(o, t, e) : close_stream(o, e);
	free(o->text);
	*o = (struct output){0};
	return r;
}
