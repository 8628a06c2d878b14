/*
 * Help, generated from the commands and their option tables. `lapse help`, `lapse VERB --help`.
 */
#include <string.h>

#include "cmd/command.h"
#include "cmd/dispatch.h"
#include "cmd/man.h"
#include "cmd/report.h"
#include "cmd/text.h"

#define USUAL_WIDTH 80
#define MOST_WIDTH  100
#define HELP_COLUMN 30 /* where the explanations of options begin */
#define NAME_COLUMN 16

const char help_purpose[] =
	"Finds async and concurrency pitfalls in every revision of every Python file of a git "
	"repository, and answers what there is, whether it gets better, and which commits brought "
	"and mended it.\n";

const char help_times[] =
	"Times are UTC, in what is shown and in what is given. DATE is 2024, 2024-05, 2024-05-31, "
	"2024-05-31T12:30+02:00, @1717113600 (seconds since 1970), yesterday, 3.months, '2 weeks "
	"ago'; as the end of a time, a year, month or day counts as a whole.\n";

static void pad(struct strbuf *b, size_t from, size_t column)
{
	size_t used = b->len - from;

	if (used + 2 > column) {
		strbuf_addc(b, '\n');
		used = 0;
	}
	for (; used < column; used++)
		strbuf_addc(b, ' ');
}

/* Adds `text` wrapped with a hanging indent: the first line goes on where b stands. */
static void add_hanging(struct strbuf *b, struct str text, size_t width, size_t column)
{
	struct strbuf wrapped = {0};

	text_wrap(&wrapped, text, width, column);
	strbuf_add(b, str_drop(strbuf_str(&wrapped), column));
	strbuf_release(&wrapped);
}

static void add_option(struct strbuf *b, const struct option_spec *o, size_t width)
{
	struct strbuf help = {0};
	size_t from = b->len;

	if (o->letter)
		strbuf_addf(b, "  -%c, ", o->letter);
	else
		strbuf_addz(b, "      ");
	strbuf_addf(b, "--%s", o->name);
	if (o->argument)
		strbuf_addf(b, " %s", o->argument);
	pad(b, from, HELP_COLUMN);
	strbuf_addz(&help, o->help);
	if (o->type == OPTION_LIST)
		strbuf_addz(&help, "; may be repeated");
	if (o->initial && *o->initial)
		strbuf_addf(&help, " (default: %s)", o->initial);
	add_hanging(b, strbuf_str(&help), width, HELP_COLUMN);
	strbuf_release(&help);
}

bool help_has_dates(const struct command *c)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];

	command_option_tables(c, tables);
	for (size_t i = 0; tables[i]; i++)
		for (const struct option_spec *o = tables[i]; o->name; o++)
			if (o->type == OPTION_DATE)
				return true;
	return false;
}

static void add_options(struct strbuf *b, const struct command *c, size_t width)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];

	command_option_tables(c, tables);
	strbuf_addz(b, "\nOptions:\n");
	for (size_t i = 0; tables[i]; i++)
		for (const struct option_spec *o = tables[i]; o->name; o++)
			add_option(b, o, width);
}

static size_t help_width(size_t width)
{
	if (width == 0)
		return USUAL_WIDTH;
	return width > MOST_WIDTH ? MOST_WIDTH : width;
}

void help_command(FILE *out, const struct command *c, size_t width)
{
	struct strbuf b = {0};

	width = help_width(width);
	strbuf_addf(&b, "Usage: lapse %s [OPTION...]%s%s\n\n", c->name, *c->operands ? " " : "",
		c->operands);
	text_wrap(&b, str_from(c->about ? c->about : c->summary), width, 0);
	add_options(&b, c, width);
	if (help_has_dates(c)) {
		strbuf_addc(&b, '\n');
		text_wrap(&b, str_from(help_times), width, 0);
	}
	if (c->examples)
		strbuf_addz(&b, "\nExamples:\n");
	for (const struct example *x = c->examples; x && x->command; x++) {
		strbuf_addf(&b, "  %s\n", x->command);
		text_wrap(&b, str_from(x->does), width, 6);
	}
	(void)fwrite(b.ptr, 1, b.len, out);
	strbuf_release(&b);
}

static void add_command(struct strbuf *b, const char *name, struct str summary, size_t width)
{
	size_t from = b->len;

	strbuf_addf(b, "  %s", name);
	pad(b, from, NAME_COLUMN);
	add_hanging(b, summary, width, NAME_COLUMN);
}

static void add_reports(struct strbuf *b, size_t width)
{
	struct reports r;
	struct err e;

	if (reports_load(&r, &e) < 0)
		return;
	if (r.count)
		strbuf_addz(b, "\nReports:\n");
	for (uint32_t i = 0; i < r.count; i++)
		add_command(b, r.items[i].name.ptr, r.items[i].title, width);
	reports_release(&r);
}

void help_overview(FILE *out, size_t width)
{
	struct strbuf b = {0};

	width = help_width(width);
	strbuf_addz(&b, "Usage: lapse VERB [OPTION...] [ARGUMENT...]\n\n");
	text_wrap(&b, str_from(help_purpose), width, 0);
	strbuf_addz(&b, "\nCommands:\n");
	for (size_t i = 0; commands[i]; i++)
		add_command(&b, commands[i]->name, str_from(commands[i]->summary), width);
	add_reports(&b, width);
	strbuf_addc(&b, '\n');
	text_wrap(&b, str_from(help_times), width, 0);
	strbuf_addz(&b,
		"\n'lapse help VERB' explains one of them with examples, 'man lapse' "
		"tells the rest.\n");
	(void)fwrite(b.ptr, 1, b.len, out);
	strbuf_release(&b);
}

static int explain(const struct command *c, void *arg)
{
	struct session *s = arg;

	help_command(session_out(s), c, s->terminal.width);
	return EXIT_DONE;
}

/* ---- manual pages ---- */

static int write_man(struct session *s, struct reports *r)
{
	const char *name = s->options.operands.len ? s->options.operands.items[0] : NULL;
	struct strbuf b = {0};
	int status = EXIT_DONE;

	if (!name)
		man_list(&b, r);
	else if (!man_page(&b, r, str_from(name)))
		status = session_fail(s, "%s: no such page; 'lapse help --man' lists them", name);
	if (b.len)
		(void)fwrite(b.ptr, 1, b.len, session_out(s));
	strbuf_release(&b);
	return status;
}

static int run_man(struct session *s)
{
	struct reports r;
	struct err e;
	int status = EXIT_TROUBLE;

	if (reports_load(&r, &e) == 0)
		status = write_man(s, &r);
	else
		print_failure(e.message);
	reports_release(&r);
	return status;
}

static int run(struct session *s)
{
	if (options_flag(&s->options, "man"))
		return run_man(s);
	if (s->options.operands.len)
		return dispatch_with(s->options.operands.items[0], explain, s);
	help_overview(session_out(s), s->terminal.width);
	return EXIT_DONE;
}

static const struct option_spec options[] = {
	{.name = "man", .help = "write a manual page, in mdoc, or list their names"},
	{0},
};

static const struct example examples[] = {
	{"lapse help", "all commands and reports"},
	{"lapse help lint", "one of them: the same as 'lapse lint --help'"},
	{"lapse help --man lapse-lint | man -l -", "the manual page, also where none is installed"},
	{0},
};

const struct command command_help = {
	.config = CONFIG_UNUSED,
	.name = "help",
	.summary = "list the commands, or explain one",
	.operands = "[VERB]",
	.max_operands = 1,
	.words = WORDS_VERBS,
	.groups = GROUP_PAGER,
	.options = options,
	.examples = examples,
	.run = run,
};
