/*
 * Keys that are options: checked against the option tables of every command, applied to those of
 * the one that runs.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/config.h"
#include "cmd/report.h"
#include "cmd/suggest.h"

/* What is written or read where, and what else is run, is for the user to say, not for whoever
 * wrote the repository; and what turns a command into another is no setting. */
static const char *const never[] = {"help", "config", "no-config", "output", "db", "repo",
	"summary-json", "repos-from", "fetch", "file", "man", "next"};

bool config_may_set(const struct option_spec *spec)
{
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (strcmp(never[i], spec->name) == 0)
			return false;
	return true;
}

/* ---- one option ---- */

static bool is_right_type(enum option_type type, const struct toml_value *v)
{
	switch (type) {
	case OPTION_FLAG:
		return v->type == TOML_BOOLEAN;
	case OPTION_NUMBER:
		return v->type == TOML_INTEGER;
	case OPTION_SIZE:
		return v->type == TOML_INTEGER || v->type == TOML_STRING;
	case OPTION_REAL:
		return v->type == TOML_INTEGER || v->type == TOML_OTHER;
	case OPTION_DATE:
		return v->type == TOML_OTHER || v->type == TOML_STRING;
	case OPTION_TEXT:
		return v->type == TOML_STRING || v->type == TOML_INTEGER || v->type == TOML_OTHER;
	case OPTION_FILE:
	case OPTION_CHOICE:
		return v->type == TOML_STRING;
	case OPTION_LIST:
		return v->type == TOML_ARRAY;
	}
	return false;
}

static const char *wanted(enum option_type type)
{
	switch (type) {
	case OPTION_FLAG:
		return "true or false";
	case OPTION_NUMBER:
	case OPTION_REAL:
		return "a number without quotes";
	case OPTION_SIZE:
		return "a number or a text like \"4M\"";
	case OPTION_DATE:
		return "a date like 2024-05-31 or a text like \"6 months ago\"";
	case OPTION_LIST:
		return "an array; write [\"one\", \"two\"]";
	case OPTION_TEXT:
	case OPTION_FILE:
	case OPTION_CHOICE:
		break;
	}
	return "a text in quotes";
}

struct setting_option {
	const struct config *config;
	const struct toml_value *value;
	struct arena *arena;
	struct err *e;
};

/* The option's own complaint, placed in the file instead of the command line. */
static int place_error(const struct setting_option *o)
{
	struct str message = str_from(o->e->message);
	ptrdiff_t colon = str_find(message, ':');

	if (str_starts(message, "--") && colon > 0)
		message = str_trim(str_drop(message, (size_t)colon + 1));
	message = arena_dup(o->arena, message);
	return config_fail(
		o->config->name, o->value, o->e, "`%.*s`: %s", STR_ARG(o->value->key), message.ptr);
}

static int set_text(const struct setting_option *o, struct option_value *v)
{
	struct str text = o->value->text;

	if (o->value->type == TOML_INTEGER) /* 0x10 and 1_000 mean numbers, too */
		text = arena_printf(o->arena, "%lld", (long long)o->value->integer);
	return option_set(v, text.ptr, o->e) < 0 ? place_error(o) : 0;
}

static int set_list(const struct setting_option *o, struct option_value *v)
{
	for (const struct toml_value *i = o->value->first; i; i = i->next) {
		if (i->type != TOML_STRING)
			return config_fail(o->config->name, i, o->e, "`%.*s` holds %s, not texts",
				STR_ARG(o->value->key), toml_type_name(i->type));
		*vec_push(&v->list) = i->text.ptr;
		v->text = i->text.ptr;
	}
	return 0;
}

static int set_value(const struct setting_option *o, struct option_value *v)
{
	enum option_type type = v->spec->type;

	if (!is_right_type(type, o->value))
		return config_fail(o->config->name, o->value, o->e, "`%.*s` is %s, not %s",
			STR_ARG(o->value->key), toml_type_name(o->value->type), wanted(type));
	v->given = true;
	v->origin = arena_printf(
		o->arena, "%.*s:%u", STR_ARG(o->config->name), (unsigned)o->value->line)
			    .ptr;
	if (type == OPTION_LIST)
		return set_list(o, v);
	if (type != OPTION_FLAG)
		return set_text(o, v);
	v->number = o->value->integer;
	return 0;
}

/* ---- checking ---- */

struct check {
	struct setting_option option;
	const struct toml_value *table; /* of this command; NULL: the top level */
	size_t found;                   /* commands that have the option */
	VEC(const char *) names;        /* for a suggestion */
};

static int try_value(const struct setting_option *o, const struct option_spec *spec)
{
	struct option_value v = {.spec = spec};
	int r = set_value(o, &v);

	vec_release(&v.list);
	return r;
}

static int check_command(struct check *k, const struct command *c)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];
	int r = 0;

	command_option_tables(c, tables);
	for (size_t i = 0; tables[i] && r == 0; i++)
		for (const struct option_spec *o = tables[i]; o->name && r == 0; o++) {
			if (config_may_set(o))
				*vec_push(&k->names) = o->name;
			if (!str_is(k->option.value->key, o->name))
				continue;
			k->found++;
			r = config_may_set(o)
				? try_value(&k->option, o)
				: config_fail(k->option.config->name, k->option.value, k->option.e,
					  "`%s` cannot be set in a file; give --%s on the command "
					  "line",
					  o->name, o->name);
		}
	return r;
}

/* All commands and reports, or the one whose table it is. */
static int each_command(struct check *k, const struct reports *reports,
	int (*fn)(struct check *k, const struct command *c))
{
	int r = 0;

	for (size_t i = 0; commands[i] && r == 0; i++)
		if (!k->table || str_is(k->table->key, commands[i]->name))
			r = fn(k, commands[i]);
	for (uint32_t i = 0; i < reports->count && r == 0; i++)
		if (!k->table || str_eq(k->table->key, reports->items[i].name)) {
			const struct command c = report_command(
				k->option.arena, &reports->items[i], reports->items[i].name.ptr);

			r = fn(k, &c);
		}
	return r;
}

static int note_command(struct check *k, const struct command *c)
{
	k->found++;
	*vec_push(&k->names) = c->name;
	return 0;
}

static int unknown(struct check *k, const char *what, const char *hint)
{
	const struct toml_value *v = k->option.value;
	const char *near = suggest_nearest(k->names.items, k->names.len, v->key);

	if (near)
		return config_fail(k->option.config->name, v, k->option.e,
			"`%.*s` is no %s; did you mean `%s`?", STR_ARG(v->key), what, near);
	return config_fail(k->option.config->name, v, k->option.e, "`%.*s` is no %s; %s",
		STR_ARG(v->key), what, hint);
}

static void add_setting_names(struct check *k)
{
	for (size_t i = 0; config_setting_name(i); i++)
		*vec_push(&k->names) = config_setting_name(i);
}

static int check_key(struct check *k, const struct reports *reports)
{
	int r;

	k->found = 0;
	vec_clear(&k->names);
	if (!k->table)
		add_setting_names(k);
	r = each_command(k, reports, check_command);
	if (r < 0 || k->found)
		return r;
	return unknown(k, k->table ? "option of this command" : "setting",
		k->table ? "its --help lists them" : "'lapse config' lists them");
}

static int check_table(struct check *k, const struct reports *reports)
{
	const struct toml_value *table = k->option.value;
	int r = 0;

	vec_clear(&k->names);
	k->found = 0;
	k->table = table;
	(void)each_command(k, reports, note_command);
	if (!k->found) {
		k->table = NULL;
		(void)each_command(k, reports, note_command);
		add_setting_names(k);
		return unknown(k, "command or setting", "'lapse help' lists the commands");
	}
	for (const struct toml_value *v = table->first; v && r == 0; v = v->next) {
		k->option.value = v;
		r = check_key(k, reports);
	}
	k->table = NULL;
	return r;
}

static int check_all(struct check *k, const struct reports *reports)
{
	const struct toml_value *v = k->option.config->settings->first;
	int r = 0;

	for (; v && r == 0; v = v->next) {
		k->option.value = v;
		if (config_is_setting(v->key))
			continue;
		r = v->type == TOML_TABLE ? check_table(k, reports) : check_key(k, reports);
	}
	return r;
}

int config_check_options(const struct config *c, struct arena *a, struct err *e)
{
	struct check k = {.option = {.config = c, .arena = a, .e = e}};
	struct reports reports;
	int r;

	if (!c->settings)
		return 0;
	r = reports_load(&reports, e);
	if (r == 0)
		r = check_all(&k, &reports);
	vec_release(&k.names);
	reports_release(&reports);
	return r;
}

/* ---- applying ---- */

/* Of "query trend" the table is named trend. */
static struct str table_name(const struct command *c)
{
	struct str name = str_from(c->name);

	return str_starts(name, "query ") ? str_drop(name, strlen("query ")) : name;
}

static int apply_table(
	const struct setting_option *o, const struct toml_value *table, struct session *s)
{
	struct setting_option one = *o;
	int r = 0;

	for (size_t i = 0; i < s->options.count && r == 0; i++) {
		struct option_value *v = &s->options.values[i];

		one.value = toml_get(table, v->spec->name);
		if (one.value && !v->given && !config_is_setting(one.value->key))
			r = set_value(&one, v);
	}
	return r;
}

int config_apply_options(const struct config *c, struct session *s, struct err *e)
{
	const struct setting_option o = {.config = c, .arena = &s->arena, .e = e};
	const char *name = arena_dup(&s->arena, table_name(s->command)).ptr;
	const struct toml_value *table = toml_get(c->settings, name);
	int r = 0;

	if (table && !config_is_setting(table->key))
		r = apply_table(&o, table, s);
	return r < 0 ? r : apply_table(&o, c->settings, s);
}
