/*
 * The manual pages that are about no single command: lapse(1), the rules, the views. See man.h.
 */
#include <stdlib.h>

#include "cmd/man.h"
#include "cmd/mdoc.h"
#include "scan/rules/rule.h"
#include "store/views.h"

/* ---- lapse(1) ---- */

struct term {
	const char *name, *text;
};

static const struct term environment[] = {
	{"LAPSE_DB", "The database of all commands without --db."},
	{"LAPSE_PAGER, PAGER",
		"What shows results that are longer than the screen of the terminal; the first "
		"that is set counts, `less` without both. `cat` or nothing: no pager."},
	{"LESS", "FRX for the pager, unless it is set."},
	{"NO_COLOR", "When it is not empty: no colours, unless --color says so."},
	{"COLUMNS", "The width of the terminal."},
	{"XDG_CONFIG_HOME", "Where lapse/queries is; ~/.config without it."},
	{0},
};

static const struct term files[] = {
	{"lapse.db", "The database, in the git directory of the repository."},
	{"pyproject.toml, lapse.toml", "Configuration; see lapse-config(1)."},
	{".lapse/queries, ~/.config/lapse/queries",
		"NAME.sql is the report of this name; see lapse-query(1)."},
	{0},
};

static const struct term statuses[] = {
	{"0", "Clean, or done."},
	{"1", "lapse check failed, or lapse lint found something."},
	{"2", "Wrong usage, or an error: one line on standard error says which."},
	{"3", "Done, but part of the history could not be read, with --strict."},
	{"130, 143", "Interrupted or terminated. What was done is kept."},
	{0},
};

static void add_terms(struct strbuf *out, const char *section, const struct term *t)
{
	strbuf_addf(out, ".Sh %s\n.Bl -tag -width Ds\n", section);
	for (; t->name; t++) {
		mdoc_macro(out, "It", str_from(t->name));
		mdoc_prose(out, str_from(t->text));
	}
	strbuf_addz(out, ".El\n");
}

static void add_page(struct strbuf *out, struct str name, struct str summary)
{
	strbuf_addf(out, ".It Xr %.*s 1\n", STR_ARG(name));
	mdoc_prose(out, summary);
}

static void add_commands(struct strbuf *out, const struct reports *reports)
{
	struct arena a = {0};

	strbuf_addz(out, ".Ss Commands\n.Bl -tag -width Ds\n");
	for (size_t i = 0; commands[i]; i++)
		add_page(out, arena_printf(&a, "lapse-%s", commands[i]->name),
			str_from(commands[i]->summary));
	strbuf_addz(out, ".El\n.Ss Reports\n.Bl -tag -width Ds\n");
	for (uint32_t i = 0; i < reports->count; i++)
		add_page(out, man_report_name(&a, &reports->items[i]), reports->items[i].title);
	strbuf_addz(out, ".El\n");
	arena_release(&a);
}

void man_lapse(struct strbuf *out, const struct reports *reports)
{
	man_begin(out, STR("lapse"), '1', "async and concurrency pitfalls in a git history");
	strbuf_addz(out,
		".Sh SYNOPSIS\n.Nm\n.Ar VERB\n.Op Ar OPTION ...\n.Op Ar ARGUMENT ...\n"
		".Sh DESCRIPTION\n");
	mdoc_prose(out, str_from(help_purpose));
	strbuf_addz(out, ".Pp\n");
	mdoc_prose(out, str_from(help_times));
	add_commands(out, reports);
	add_terms(out, "ENVIRONMENT", environment);
	add_terms(out, "FILES", files);
	add_terms(out, "EXIT STATUS", statuses);
	strbuf_addz(out, ".Sh SEE ALSO\n.Xr git 1 ,\n.Xr lapse-rules 7 ,\n.Xr lapse-views 7\n");
}

/* ---- lapse-rules(7) ---- */

static void add_code(struct strbuf *out, const char *title, const char *code)
{
	if (!code || !*code)
		return;
	strbuf_addf(out, ".Pp\n%s:\n", title);
	mdoc_code(out, str_from(code));
}

static void add_rule(struct strbuf *out, const struct rule *r)
{
	strbuf_addz(out, ".It Sy ");
	mdoc_text(out, str_from(r->id));
	strbuf_addf(out, " Pq %s\n", level_name(r->level));
	mdoc_prose(out, str_from(r->title));
	strbuf_addz(out, ".Pp\n");
	mdoc_prose(out, str_from(r->why));
	strbuf_addz(out, ".Pp\n");
	mdoc_prose(out, str_from(r->fix));
	add_code(out, "Bad", r->bad);
	add_code(out, "Good", r->good);
}

void man_rules(struct strbuf *out)
{
	man_begin(out, STR("lapse-rules"), '7', "the rules of lapse");
	strbuf_addz(out, ".Sh DESCRIPTION\n");
	mdoc_prose(out,
		STR("What lapse finds, why it bites in production, and what to do instead; the "
		    "same as `lapse rules ID` tells. A line is silenced by a comment `# lapse: "
		    "ignore[ID]`, a file by `# lapse: ignore-file[ID]`."));
	for (size_t i = 0; rule_families[i]; i++) {
		const struct rule_family *f = rule_families[i];

		mdoc_macro(out, "Ss", str_from(f->title));
		strbuf_addz(out, ".Bl -tag -width Ds\n");
		for (size_t k = 0; k < f->rule_count; k++)
			add_rule(out, &f->rules[k]);
		strbuf_addz(out, ".El\n");
	}
	strbuf_addz(out, ".Sh SEE ALSO\n.Xr lapse 1 ,\n.Xr lapse-lint 1 ,\n.Xr lapse-rules 1\n");
}

/* ---- lapse-views(7) ---- */

static void add_view(struct strbuf *out, const struct view_doc *v)
{
	strbuf_addz(out, ".Ss ");
	mdoc_text(out, v->name);
	strbuf_addc(out, '\n');
	mdoc_prose(out, v->text);
	strbuf_addz(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < v->columns.len; i++) {
		mdoc_macro(out, "It Li", v->columns.items[i].name);
		mdoc_prose(out, v->columns.items[i].text);
	}
	strbuf_addz(out, ".El\n");
}

void man_views(struct strbuf *out)
{
	struct view_docs docs;

	view_docs_load(&docs);
	man_begin(out, STR("lapse-views"), '7', "the SQL views of a lapse database");
	strbuf_addz(out, ".Sh DESCRIPTION\n");
	mdoc_prose(out,
		STR("A database is one SQLite file. These views are what to ask it, with `lapse "
		    "sql` or any other program; the tables behind them may change. Times are UTC: "
		    "YYYY-MM-DDTHH:MM:SSZ. Commit ids are full hex. Only commits that the tracked "
		    "references reach show."));
	for (size_t i = 0; i < docs.items.len; i++)
		if (!str_is(docs.items.items[i].name, "*"))
			add_view(out, &docs.items.items[i]);
	strbuf_addz(out, ".Sh SEE ALSO\n.Xr lapse 1 ,\n.Xr lapse-query 1 ,\n.Xr lapse-sql 1\n");
	view_docs_release(&docs);
}
