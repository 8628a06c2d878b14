/*
 * The life of one command: arguments, output, run, and the end of the output, where a full disk
 * shows. Messages on stderr.
 */
#include "cmd/command.h"

#include <string.h>

#include "cmd/config.h"
#include "cmd/text.h"

/* ---- messages ---- */

static void print_line(const char *before, const char *message)
{
	struct strbuf line = {0};

	strbuf_addz(&line, before);
	text_escape(&line, str_from(message), TEXT_KEEP_NONE);
	strbuf_addc(&line, '\n');
	(void)fputs(line.ptr, stderr);
	strbuf_release(&line);
}

void print_failure(const char *message)
{
	print_line("lapse: ", message);
}

__attribute__((format(printf, 2, 0))) static void print_formatted(
	const char *before, const char *fmt, va_list ap)
{
	struct strbuf b = {0};

	strbuf_vaddf(&b, fmt, ap);
	print_line(before, b.ptr ? b.ptr : "");
	strbuf_release(&b);
}

int session_fail(const struct session *s, const char *fmt, ...)
{
	va_list ap;

	(void)s;
	va_start(ap, fmt);
	print_formatted("lapse: ", fmt, ap);
	va_end(ap);
	return EXIT_TROUBLE;
}

int session_fail_err(const struct session *s, const struct err *e)
{
	(void)s;
	print_failure(e->message);
	return EXIT_TROUBLE;
}

void session_warn(const struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!s->quiet)
		print_formatted("lapse: warning: ", fmt, ap);
	va_end(ap);
}

void session_note(const struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!s->quiet)
		print_formatted("", fmt, ap);
	va_end(ap);
}

void session_detail(const struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (s->verbose)
		print_formatted("lapse: ", fmt, ap);
	va_end(ap);
}

/* ---- output ---- */

FILE *session_out(struct session *s)
{
	return s->output.stream;
}

static int close_output(struct session *s, int status)
{
	bool keep = status != EXIT_TROUBLE && status < EXIT_SIGNAL;
	struct err e;

	return output_close(&s->output, keep, &s->terminal, &e) < 0 ? session_fail_err(s, &e)
								    : status;
}

/* A terminal, unless --no-pager; help is paged for every command. */
static bool wants_pager(const struct session *s)
{
	const char *option = "no-pager";

	if (!s->terminal.is_terminal)
		return false;
	if (options_have(&s->options, option))
		return !options_flag(&s->options, option);
	return options_flag(&s->options, "help");
}

static int open_output(struct session *s)
{
	struct err e;

	if (output_open(&s->output, options_text(&s->options, "output"), &e) < 0)
		return session_fail_err(s, &e);
	s->terminal =
		terminal_of(s->output.stream, color_parse(options_text(&s->options, "color")));
	if (wants_pager(s))
		output_page(&s->output);
	return 0;
}

/* ---- running ---- */

static int show_help(struct session *s)
{
	help_command(session_out(s), s->command, s->terminal.width);
	return EXIT_DONE;
}

static int check_operands(const struct session *s)
{
	const struct command *c = s->command;

	if (s->options.operands.len <= c->max_operands)
		return 0;
	return session_fail(s, "%s: one argument too many; see 'lapse %s --help'",
		s->options.operands.items[c->max_operands], c->name);
}

static void set_loudness(struct session *s)
{
	s->quiet = options_flag(&s->options, "quiet");
	s->verbose = options_flag(&s->options, "verbose") && !s->quiet;
}

static int run_opened(struct session *s)
{
	struct err e;
	int status;

	set_loudness(s);
	if (config_load_session(s, &e) < 0)
		return session_fail_err(s, &e);
	set_loudness(s); /* the file may have a say */
	status = open_output(s);
	if (status != 0)
		return status;
	if (options_flag(&s->options, "help"))
		status = show_help(s);
	else if ((status = check_operands(s)) == 0)
		status = s->command->run(s);
	return close_output(s, status);
}

int session_run(const struct command *c, int argc, char *const *argv)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];
	struct session s = {.command = c};
	struct err e;
	int status;

	command_option_tables(c, tables);
	if (options_init(&s.options, tables, &e) < 0 ||
		options_parse(&s.options, argc, argv, &e) < 0)
		status = session_fail_err(&s, &e);
	else
		status = run_opened(&s);
	options_release(&s.options);
	arena_release(&s.arena);
	return status;
}
