/*
 * `lapse sql` on a terminal without a statement: reads statements, with editing and a history by
 * libedit, and runs each under the same guards. Lines that begin with a dot are for the shell.
 */
#include <errno.h>
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/rows.h"
#include "cmd/sql.h"
#include "store/query.h"
#include "store/views.h"

#define HISTORY_LINES 1000

struct shell {
	struct session *s;
	struct store *store;
	EditLine *edit;
	History *history;
	struct str history_path;
	struct strbuf statement; /* what has been typed of it */
	bool ended;
};

/* ---- dot commands ---- */

static void print_views(struct shell *sh, struct str argument)
{
	struct view_docs docs;

	(void)argument;
	view_docs_load(&docs);
	for (size_t i = 0; i < docs.items.len; i++)
		if (!str_is(docs.items.items[i].name, "*"))
			(void)fprintf(session_out(sh->s), "%-14.*s %.*s\n",
				STR_ARG(docs.items.items[i].name),
				STR_ARG(docs.items.items[i].text));
	view_docs_release(&docs);
}

static void print_schema(struct shell *sh, struct str argument)
{
	(void)sql_write_schema(sh->s, argument);
}

static void set_format(struct shell *sh, struct str argument)
{
	struct options *o = &sh->s->options;
	struct err e;

	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->values[i].spec->name, "format") == 0 &&
			option_set(&o->values[i], arena_dup(&sh->s->arena, argument).ptr, &e) < 0)
			(void)session_fail_err(sh->s, &e);
}

static void end(struct shell *sh, struct str argument)
{
	(void)argument;
	sh->ended = true;
}

static void print_help(struct shell *sh, struct str argument);

static const struct dot {
	const char *name, *argument, *help;
	void (*run)(struct shell *sh, struct str argument);
} dots[] = {
	{".tables", "", "the views", print_views},
	{".schema", "[VIEW]", "what the columns of a view, or of all, mean", print_schema},
	{".format", "NAME", "table, csv, tsv, json, ndjson or markdown", set_format},
	{".help", "", "these commands", print_help},
	{".quit", "", "the end; so is ^D", end},
};

static void print_help(struct shell *sh, struct str argument)
{
	(void)argument;
	for (size_t i = 0; i < ARRAY_LEN(dots); i++)
		(void)fprintf(session_out(sh->s), "%-8s %-7s %s\n", dots[i].name, dots[i].argument,
			dots[i].help);
	(void)fputs(
		"Anything else is a SELECT, which ends with a semicolon.\n", session_out(sh->s));
}

static void run_dot(struct shell *sh, struct str line)
{
	struct str name;

	(void)str_next(&line, ' ', &name);
	for (size_t i = 0; i < ARRAY_LEN(dots); i++)
		if (str_is(name, dots[i].name)) {
			dots[i].run(sh, str_trim(line));
			return;
		}
	(void)session_fail(sh->s, "%.*s: no such command; .help lists them", STR_ARG(name));
}

/* ---- statements ---- */

static void take_line(struct shell *sh, struct str line)
{
	if (sh->statement.len == 0 && str_starts(line, ".")) {
		run_dot(sh, str_trim(line));
		return;
	}
	if (sh->statement.len == 0 && str_trim(line).len == 0)
		return;
	strbuf_add(&sh->statement, line);
	if (!query_is_complete(strbuf_str(&sh->statement)))
		return;
	(void)sql_run(sh->s, sh->store, strbuf_str(&sh->statement));
	strbuf_clear(&sh->statement);
}

/* ---- the terminal ---- */

static char *prompt(EditLine *edit)
{
	static char first[] = "lapse> ", next[] = "  ...> ";
	struct shell *sh = NULL;

	(void)el_get(edit, EL_CLIENTDATA, &sh);
	return sh && sh->statement.len ? next : first;
}

/* $XDG_STATE_HOME/lapse/sql_history, or below ~/.local/state; "" when neither can be. */
static struct str history_path(struct arena *a)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct str folder;

	if ((!state || !*state) && (!home || !*home))
		return STR_EMPTY;
	folder = state && *state ? arena_printf(a, "%s/lapse", state)
				 : arena_printf(a, "%s/.local/state/lapse", home);
	for (char *p = strchr(folder.ptr + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(folder.ptr, 0700);
		*p = '/';
	}
	(void)mkdir(folder.ptr, 0700);
	return arena_printf(a, "%.*s/sql_history", STR_ARG(folder));
}

static void open_terminal(struct shell *sh)
{
	HistEvent event;

	sh->edit = el_init("lapse", stdin, session_out(sh->s), stderr);
	sh->history = history_init();
	if (!sh->edit || !sh->history)
		mem_fail();
	(void)history(sh->history, &event, H_SETSIZE, HISTORY_LINES);
	(void)history(sh->history, &event, H_SETUNIQUE, 1);
	sh->history_path = history_path(&sh->s->arena);
	if (sh->history_path.len)
		(void)history(sh->history, &event, H_LOAD, sh->history_path.ptr);
	(void)el_set(sh->edit, EL_CLIENTDATA, sh);
	(void)el_set(sh->edit, EL_PROMPT, prompt);
	(void)el_set(sh->edit, EL_EDITOR, "emacs");
	(void)el_set(sh->edit, EL_SIGNAL, 1);
	(void)el_set(sh->edit, EL_HIST, history, sh->history);
	(void)el_source(sh->edit, NULL); /* the user's ~/.editrc */
}

static void close_terminal(struct shell *sh)
{
	HistEvent event;

	if (sh->history_path.len)
		(void)history(sh->history, &event, H_SAVE, sh->history_path.ptr);
	history_end(sh->history);
	el_end(sh->edit);
	strbuf_release(&sh->statement);
}

int sql_shell(struct session *s, struct store *store)
{
	struct shell sh = {.s = s, .store = store};
	HistEvent event;
	const char *line;
	int n;

	open_terminal(&sh);
	session_note(s, "SELECT on the views, ended by a semicolon; .help, .quit");
	while (!sh.ended && (line = el_gets(sh.edit, &n)) && n > 0) {
		if (str_trim(str_slice(line, (size_t)n)).len)
			(void)history(sh.history, &event, H_ENTER, line);
		take_line(&sh, str_slice(line, (size_t)n));
		(void)fflush(session_out(s));
	}
	close_terminal(&sh);
	return EXIT_DONE;
}
