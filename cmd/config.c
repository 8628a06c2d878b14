/*
 * lapse config: every setting and option with its value and where that comes from.
 */
#include "cmd/config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dispatch.h"
#include "cmd/report.h"
#include "cmd/rows.h"

static int run(struct session *s);

static const struct example examples[] = {
	{"lapse config", "everything: settings, and options of all commands"},
	{"lapse config lint", "only the options of a command"},
	{"lapse config --format json", "for programs"},
	{0},
};

const struct command command_config = {
	.name = "config",
	.summary = "show every setting and where it comes from",
	.operands = "[COMMAND]",
	.max_operands = 1,
	.words = WORDS_VERBS,
	.groups = GROUP_ROWS | GROUP_PAGER,
	.about = "Settings stand in the table [tool.lapse] of pyproject.toml, or at the top of "
		 "lapse.toml. Keys named as options are other defaults for them: at the top for "
		 "every command that has the option, in a table named as a command for that one. "
		 "The command line wins.\n"
		 "\n"
		 "Shown is what commands in this folder would use. A row without a command is "
		 "what most commands say that have the option.\n"
		 "\n"
		 "Settings that are no options:\n"
		 "  rules        level of a rule or category: \"error\", \"warning\", \"info\", "
		 "\"off\"\n"
		 "  blocking     further functions that block: [\"module.function\"]\n"
		 "  tests        paths of test code, written as in .gitignore\n"
		 "  teams        name = [\"*@example.org\", \"ann@example.com\"]\n"
		 "  bots         addresses or names that are no people\n"
		 "  ignore-revs  file of commits that only reformat",
	.examples = examples,
	.run = run,
};

static const struct row_column columns[] = {
	{.name = STR("setting"), .fit = FIT_WHOLE},
	{.name = STR("value"), .fit = FIT_WRAP},
	{.name = STR("source"), .fit = FIT_WHOLE},
};

#define MAX_VALUE_DEPTH 16

struct row {
	struct str table, name, value, source;
};

struct listing {
	struct session *session;
	struct str table;     /* of the command being listed */
	VEC(struct row) rows; /* options, named "lint.level" */
};

/* ---- values as TOML would have them ---- */

static void add_value(struct strbuf *b, const struct toml_value *v, int depth);

static void add_items(struct strbuf *b, const struct toml_value *v, int depth)
{
	bool table = v->type == TOML_TABLE;

	strbuf_addz(b, table ? "{ " : "[");
	for (const struct toml_value *i = v->first; i; i = i->next) {
		if (table)
			strbuf_addf(b, "%.*s = ", STR_ARG(i->key));
		add_value(b, i, depth + 1);
		strbuf_addz(b, i->next ? ", " : "");
	}
	strbuf_addz(b, table ? " }" : "]");
}

static void add_value(struct strbuf *b, const struct toml_value *v, int depth)
{
	if (depth == MAX_VALUE_DEPTH)
		strbuf_addz(b, "...");
	else if (v->type == TOML_TABLE || v->type == TOML_ARRAY)
		add_items(b, v, depth);
	else if (v->type == TOML_STRING)
		strbuf_addf(b, "\"%.*s\"", STR_ARG(v->text));
	else
		strbuf_add(b, v->text);
}

static struct str take(struct strbuf *b, struct arena *a)
{
	struct str s = arena_dup(a, strbuf_str(b));

	strbuf_release(b);
	return s;
}

static struct str list_text(const struct config_list *l, struct arena *a)
{
	struct strbuf b = {0};

	strbuf_addc(&b, '[');
	for (uint32_t i = 0; i < l->count; i++)
		strbuf_addf(&b, "%s\"%.*s\"", i ? ", " : "", STR_ARG(l->items[i]));
	strbuf_addc(&b, ']');
	return take(&b, a);
}

/* ---- settings ---- */

static struct str default_of(const struct config *c, const char *setting, struct arena *a)
{
	if (strcmp(setting, "tests") == 0)
		return list_text(&c->tests, a);
	if (strcmp(setting, "ignore-revs") == 0)
		return c->ignore_revs;
	return STR_EMPTY;
}

static void write_row(struct row_writer *w, struct str setting, struct str value, struct str source)
{
	const struct cell cells[] = {CELL_STR(setting), CELL_STR(value), CELL_STR(source)};

	(void)rows_add(w, cells);
}

static struct str place_of(const struct config *c, const struct toml_value *v, struct arena *a)
{
	return arena_printf(a, "%.*s:%" PRIu32, STR_ARG(c->name), v->line);
}

static void write_set(
	struct listing *l, struct row_writer *w, struct str name, const struct toml_value *v)
{
	struct arena *a = &l->session->arena;
	struct strbuf b = {0};

	if (v->type == TOML_STRING)
		strbuf_add(&b, v->text);
	else
		add_value(&b, v, 0);
	write_row(w, name, take(&b, a), place_of(l->session->config, v, a));
}

/* Tables that people write on several lines get a row for each key. */
static void write_setting(struct listing *l, struct row_writer *w, const char *name)
{
	const struct config *c = l->session->config;
	const struct toml_value *v = toml_get(c->settings, name);
	struct arena *a = &l->session->arena;

	if (!v)
		write_row(w, str_from(name), default_of(c, name, a), STR("default"));
	else if (v->type != TOML_TABLE || !v->first)
		write_set(l, w, str_from(name), v);
	else
		for (const struct toml_value *x = v->first; x; x = x->next)
			write_set(l, w, arena_printf(a, "%s.%.*s", name, STR_ARG(x->key)), x);
}

static void write_settings(struct listing *l, struct row_writer *w)
{
	for (size_t i = 0; config_setting_name(i); i++)
		write_setting(l, w, config_setting_name(i));
}

/* ---- options ---- */

static struct str option_text(const struct option_value *v, struct arena *a)
{
	struct config_list list;
	struct str *items;

	if (v->spec->type == OPTION_FLAG)
		return v->number ? STR("true") : STR("false");
	if (v->spec->type != OPTION_LIST)
		return str_from(v->text);
	items = ARENA_ARRAY(a, v->list.len + 1, struct str);
	for (size_t i = 0; i < v->list.len; i++)
		items[i] = str_from(v->list.items[i]);
	list = (struct config_list){items, (uint32_t)v->list.len};
	return list_text(&list, a);
}

/* What is set by the environment, below the command line and above the file. */
static const struct {
	const char *option, *variable;
} variables[] = {{"db", "LAPSE_DB"}, {"color", "NO_COLOR"}};

static const char *variable_of(const struct option_value *v)
{
	for (size_t i = 0; i < ARRAY_LEN(variables) && !v->given; i++) {
		const char *value = getenv(variables[i].variable);

		if (strcmp(v->spec->name, variables[i].option) == 0 && value && *value)
			return variables[i].variable;
	}
	return NULL;
}

static void add_option(struct listing *l, const struct option_value *v)
{
	struct arena *a = &l->session->arena;
	const char *variable = variable_of(v);
	struct row *r = vec_push(&l->rows);

	*r = (struct row){l->table, str_from(v->spec->name), option_text(v, a), STR("default")};
	if (v->origin)
		r->source = arena_dup(a, str_from(v->origin));
	else if (v->given)
		r->source = STR("command line");
	else if (variable)
		r->source = arena_printf(a, "$%s", variable);
	if (variable && strcmp(variable, "NO_COLOR") == 0)
		r->value = STR("never");
	else if (variable)
		r->value = str_from(getenv(variable));
	r->name = arena_dup(a, r->name);
	r->value = arena_dup(a, r->value);
}

/* Where results go and help are no settings; where the database is may be the environment's. */
static bool is_shown(const struct option_spec *spec)
{
	return config_may_set(spec) || strcmp(spec->name, "db") == 0;
}

/* The options that a command would have here; of this very command those that it has. */
static int add_command(const struct command *c, void *arg)
{
	struct listing *l = arg;
	const struct option_spec *tables[MAX_OPTION_TABLES];
	struct session other = {.command = c, .config = l->session->config};
	const struct options *options = &other.options;
	struct err e;
	int r;

	command_option_tables(c, tables);
	r = options_init(&other.options, tables, &e);
	if (r == 0)
		r = config_apply_options(other.config, &other, &e);
	if (c == l->session->command)
		options = &l->session->options;
	l->table = arena_dup(&l->session->arena, str_from(c->name));
	for (size_t i = 0; r == 0 && i < options->count; i++)
		if (is_shown(options->values[i].spec))
			add_option(l, &options->values[i]);
	options_release(&other.options);
	arena_release(&other.arena);
	return r < 0 ? session_fail_err(l->session, &e) : EXIT_DONE;
}

static int add_reports(struct listing *l)
{
	struct reports reports;
	struct err e;
	int status = EXIT_DONE;

	if (reports_load(&reports, &e) < 0)
		return session_fail_err(l->session, &e);
	for (uint32_t i = 0; i < reports.count && status == EXIT_DONE; i++) {
		if (command_find(reports.items[i].name))
			continue; /* reached by 'lapse query' only */
		const struct command c = report_command(
			&reports.arena, &reports.items[i], reports.items[i].name.ptr);

		status = add_command(&c, l);
	}
	reports_release(&reports);
	return status;
}

static int add_all(struct listing *l)
{
	int status = EXIT_DONE;

	for (size_t i = 0; commands[i] && status == EXIT_DONE; i++)
		status = add_command(commands[i], l);
	return status == EXIT_DONE ? add_reports(l) : status;
}

static bool is_same(const struct row *a, const struct row *b)
{
	return str_eq(a->value, b->value) && str_eq(a->source, b->source);
}

static size_t count_same(const struct listing *l, const struct row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < l->rows.len; i++)
		n += str_eq(l->rows.items[i].name, r->name) && is_same(&l->rows.items[i], r);
	return n;
}

/* What most commands with this option say; NULL when row i is not the first of its name. */
static const struct row *usual_row(const struct listing *l, size_t i)
{
	const struct row *usual = &l->rows.items[i];

	for (size_t j = 0; j < i; j++)
		if (str_eq(l->rows.items[j].name, usual->name))
			return NULL;
	for (size_t j = i + 1; j < l->rows.len; j++)
		if (str_eq(l->rows.items[j].name, usual->name) &&
			count_same(l, &l->rows.items[j]) > count_same(l, usual))
			usual = &l->rows.items[j];
	return usual;
}

static void write_options(struct listing *l, struct row_writer *w)
{
	struct arena *a = &l->session->arena;

	for (size_t i = 0; i < l->rows.len; i++) {
		const struct row *usual = usual_row(l, i);

		if (!usual)
			continue;
		write_row(w, usual->name, usual->value, usual->source);
		for (size_t j = i; j < l->rows.len; j++) {
			const struct row *r = &l->rows.items[j];

			if (str_eq(r->name, usual->name) && !is_same(r, usual))
				write_row(w,
					arena_printf(a, "%.*s.%.*s", STR_ARG(r->table),
						STR_ARG(r->name)),
					r->value, r->source);
		}
	}
}

static int run(struct session *s)
{
	const char *only = s->options.operands.len ? s->options.operands.items[0] : NULL;
	struct listing l = {.session = s};
	int status = only ? dispatch_with(only, add_command, &l) : add_all(&l);
	struct row_writer w;

	if (status == EXIT_DONE) {
		rows_begin(&w, options_text(&s->options, "format"), session_out(s), &s->terminal,
			columns, ARRAY_LEN(columns));
		if (!only)
			write_settings(&l, &w);
		write_options(&l, &w);
		rows_end(&w);
	}
	vec_release(&l.rows);
	return status;
}
