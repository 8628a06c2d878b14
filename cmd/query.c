/*
 * lapse query: the named reports by name, a list of them, or a user's own .sql file. What a report
 * does is in report.c; this file only finds it.
 */
#include "cmd/query.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/report.h"
#include "cmd/rows.h"
#include "cmd/suggest.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "list", .help = "list the reports"},
	{.name = "file",
		.letter = 'F',
		.type = OPTION_FILE,
		.argument = "FILE",
		.help = "run the query in this file; write it before other options"},
	{0},
};

static const struct example examples[] = {
	{"lapse query --list", "the reports there are"},
	{"lapse query trend --format csv", "one of them; 'lapse trend' is the same"},
	{"lapse query trend --help", "its options and columns"},
	{"lapse query --file team.sql --since '6 months ago'",
		"a query of your own: its parameters become options"},
	{0},
};

const struct command command_query = {
	.name = "query",
	.summary = "run a report by name, or a query file of your own",
	.operands = "NAME | --list | --file FILE",
	.max_operands = 1,
	.words = WORDS_REPORTS,
	.groups = GROUP_ROWS | GROUP_PAGER,
	.options = options,
	.about = "Runs a named report; its name comes first, then its options. A file of your own "
		 "is one SELECT on the public views behind a header of comment lines:\n"
		 "  -- NAME: TITLE\n"
		 "  -- prose\n"
		 "  -- param NAME TYPE [DEFAULT] TEXT\n"
		 "  -- column NAME TYPE [HINT] TEXT\n",
	.examples = examples,
	.run = run,
};

static const struct row_column columns[] = {{.name = STR("name"), .fit = FIT_WHOLE},
	{.name = STR("title"), .fit = FIT_WRAP}, {.name = STR("parameters"), .fit = FIT_WRAP}};

static struct str param_list(struct arena *a, const struct query *q)
{
	struct strbuf b = {0};
	struct str s;

	for (uint32_t i = 0; i < q->param_count; i++)
		strbuf_addf(&b, "%s--%.*s", i ? " " : "", STR_ARG(q->params[i].name));
	s = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return s;
}

static int list(struct session *s)
{
	struct reports r;
	struct row_writer w;
	struct err e;

	if (reports_load(&r, &e) < 0)
		return session_fail_err(s, &e);
	reports_add_files(&r);
	rows_begin(&w, options_text(&s->options, "format"), session_out(s), &s->terminal, columns,
		ARRAY_LEN(columns));
	for (uint32_t i = 0; i < r.count; i++) {
		const struct cell cells[] = {CELL_STR(r.items[i].name), CELL_STR(r.items[i].title),
			CELL_STR(param_list(&r.arena, &r.items[i]))};

		(void)rows_add(&w, cells);
	}
	rows_end(&w);
	reports_release(&r);
	return EXIT_DONE;
}

/* Reached only without a report: query_dispatch takes the others. */
static int run(struct session *s)
{
	if (options_flag(&s->options, "list"))
		return list(s);
	return session_fail(s,
		"query: no report named first; write 'lapse query NAME [OPTION...]', "
		"'lapse query --list' shows the names");
}

static int run_file(const char *path, int argc, char *const *argv)
{
	struct arena a = {0};
	struct command c;
	struct query q;
	struct err e;
	int status = EXIT_TROUBLE;

	if (query_load(&a, path, &q, &e) < 0) {
		print_failure(e.message);
	} else {
		c = report_command(&a, &q, arena_printf(&a, "query --file %s", path).ptr);
		status = session_run(&c, argc, argv);
	}
	arena_release(&a);
	return status;
}

static int unknown_report(struct reports *r, const char *name)
{
	VEC(const char *) names = {0};
	const char *near;
	int status;

	reports_add_files(r);
	for (uint32_t i = 0; i < r->count; i++)
		*vec_push(&names) = r->items[i].name.ptr;
	near = suggest_nearest(names.items, names.len, str_from(name));
	if (near)
		status = session_fail(NULL, "%s: no such report; did you mean '%s'?", name, near);
	else
		status = session_fail(
			NULL, "%s: no such report; 'lapse query --list' shows them", name);
	vec_release(&names);
	return status;
}

/* The file of "--file F", "--file=F", "-F F", "-FF" at the front; *used says how many arguments. */
static const char *leading_file(int argc, char *const *argv, int *used)
{
	*used = 1;
	if (argc == 0)
		return NULL;
	if (strncmp(argv[0], "--file=", 7) == 0)
		return argv[0] + 7;
	if (strncmp(argv[0], "-F", 2) == 0 && argv[0][2])
		return argv[0] + 2;
	*used = 2;
	return argc > 1 && (strcmp(argv[0], "--file") == 0 || strcmp(argv[0], "-F") == 0) ? argv[1]
											  : NULL;
}

static int run_named(const char *name, int argc, char *const *argv)
{
	struct reports r;
	const struct query *q;
	struct command c;
	struct err e;
	int status;

	if (reports_load(&r, &e) < 0 || reports_add_file(&r, name, &e) < 0) {
		print_failure(e.message);
		reports_release(&r);
		return EXIT_TROUBLE;
	}
	q = reports_find(&r, name);
	if (q) {
		c = report_command(&r.arena, q, arena_printf(&r.arena, "query %s", name).ptr);
		status = session_run(&c, argc, argv);
	} else {
		status = unknown_report(&r, name);
	}
	reports_release(&r);
	return status;
}

int query_dispatch(int argc, char *const *argv)
{
	int used;
	const char *file = leading_file(argc, argv, &used);

	if (file)
		return run_file(file, argc - used, argv + used);
	if (argc && argv[0][0] != '-')
		return run_named(argv[0], argc - 1, argv + 1);
	return session_run(&command_query, argc, argv);
}
