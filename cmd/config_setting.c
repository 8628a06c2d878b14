/*
 * The settings that are no options: rules, blocking, tests, teams, bots, ignore-revs.
 * One function reads one of them.
 */
#include <stdarg.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cmd/config.h"
#include "cmd/suggest.h"

struct reading {
	struct config *config;
	struct arena *arena;
	struct err *e;
};

int config_fail(struct str file, const struct toml_value *at, struct err *e, const char *fmt, ...)
{
	struct strbuf b = {0};
	va_list ap;
	int r;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	r = err_set(e, ERR_USAGE, "%.*s:%" PRIu32 ":%" PRIu32 ": %s", STR_ARG(file), at->line,
		at->column, b.ptr);
	strbuf_release(&b);
	return r;
}

static int wrong_type(struct reading *r, const struct toml_value *v, const char *want)
{
	return config_fail(r->config->name, v, r->e, "`%.*s` is %s, not %s", STR_ARG(v->key),
		toml_type_name(v->type), want);
}

/* ---- lists of texts ---- */

static int read_list(struct reading *r, const struct toml_value *v, struct config_list *out)
{
	uint32_t count = 0;
	struct str *items;

	if (v->type != TOML_ARRAY)
		return wrong_type(r, v, "an array; write [\"one\", \"two\"]");
	for (const struct toml_value *i = v->first; i; i = i->next, count++)
		if (i->type != TOML_STRING || i->text.len == 0)
			return config_fail(r->config->name, i, r->e,
				"`%.*s` holds %s; write texts: [\"one\", \"two\"]", STR_ARG(v->key),
				i->type == TOML_STRING ? "an empty text" : toml_type_name(i->type));
	items = ARENA_ARRAY(r->arena, count + 1, struct str);
	*out = (struct config_list){items, count};
	for (const struct toml_value *i = v->first; i; i = i->next)
		*items++ = i->text;
	return 0;
}

static int read_tests(struct reading *r, const struct toml_value *v)
{
	return read_list(r, v, &r->config->tests);
}

static int read_bots(struct reading *r, const struct toml_value *v)
{
	return read_list(r, v, &r->config->bots);
}

static int read_teams(struct reading *r, const struct toml_value *v)
{
	struct config_team *teams;
	uint32_t count = 0;
	int status = 0;

	if (v->type != TOML_TABLE)
		return wrong_type(r, v, "a table; write teams = { core = [\"*@example.org\"] }");
	for (const struct toml_value *t = v->first; t; t = t->next)
		count++;
	r->config->teams = teams = ARENA_ARRAY(r->arena, count + 1, struct config_team);
	r->config->team_count = count;
	for (const struct toml_value *t = v->first; t && status == 0; t = t->next, teams++) {
		teams->name = t->key;
		status = read_list(r, t, &teams->members);
	}
	return status;
}

static int read_ignore_revs(struct reading *r, const struct toml_value *v)
{
	if (v->type != TOML_STRING)
		return wrong_type(r, v, "a string; write \".git-blame-ignore-revs\"");
	r->config->ignore_revs = v->text;
	return 0;
}

/* ---- rules ---- */

static const char *const rule_levels[] = {"error", "warning", "info", "off"};

static int unknown_rule(struct reading *r, const struct toml_value *v)
{
	VEC(const char *) names = {0};
	const char *near;
	int status;

	for (size_t i = 0; rule_families[i]; i++)
		*vec_push(&names) = rule_families[i]->slug;
	for (size_t i = 0; i < rule_count(); i++)
		*vec_push(&names) = rule_at(i)->id;
	near = suggest_nearest(names.items, names.len, v->key);
	vec_release(&names);
	if (near)
		status = config_fail(r->config->name, v, r->e,
			"`%.*s` is no rule or category; did you mean `%s`?", STR_ARG(v->key), near);
	else
		status = config_fail(r->config->name, v, r->e,
			"`%.*s` is no rule or category; 'lapse rules' lists them", STR_ARG(v->key));
	return status;
}

static int read_level(struct reading *r, const struct toml_value *v, struct config_rule *out)
{
	const char *near;

	if (v->type != TOML_STRING)
		return wrong_type(
			r, v, "a string; write \"error\", \"warning\", \"info\" or \"off\"");
	*out = (struct config_rule){.set = true, .off = str_is(v->text, "off")};
	if (out->off || level_parse(&out->level, v->text))
		return 0;
	near = suggest_nearest(rule_levels, ARRAY_LEN(rule_levels), v->text);
	if (near)
		return config_fail(r->config->name, v, r->e,
			"`%.*s`: '%.*s' is no level; did you mean \"%s\"?", STR_ARG(v->key),
			STR_ARG(v->text), near);
	return config_fail(r->config->name, v, r->e,
		"`%.*s`: '%.*s' is no level; use \"error\", \"warning\", \"info\" or \"off\"",
		STR_ARG(v->key), STR_ARG(v->text));
}

/* Categories first: a rule's own line wins, wherever it stands. */
static int read_rule_pass(struct reading *r, const struct toml_value *v, bool categories)
{
	int status = 0;

	for (const struct toml_value *x = v->first; x && status == 0; x = x->next) {
		int rule = rule_find(x->key);
		struct config_rule set;
		bool known = rule >= 0;

		status = read_level(r, x, &set);
		for (size_t i = 0; i < rule_count() && status == 0; i++)
			if (str_is(x->key, rule_family_of(i)->slug)) {
				known = true;
				if (categories)
					r->config->rules[i] = set;
			}
		if (status == 0 && !known)
			status = unknown_rule(r, x);
		if (status == 0 && rule >= 0 && !categories)
			r->config->rules[rule] = set;
	}
	return status;
}

static int read_rules(struct reading *r, const struct toml_value *v)
{
	int status;

	if (v->type != TOML_TABLE)
		return wrong_type(r, v, "a table; write rules = { blocking-file = \"off\" }");
	r->config->rules = ARENA_ARRAY(r->arena, rule_count(), struct config_rule);
	status = read_rule_pass(r, v, true);
	return status == 0 ? read_rule_pass(r, v, false) : status;
}

/* ---- the table of settings ---- */

static int read_blocking(struct reading *r, const struct toml_value *v)
{
	return config_read_blocking(r->config, v, r->arena, r->e);
}

static const struct setting {
	const char *name;
	int (*read)(struct reading *r, const struct toml_value *v);
} settings[] = {
	{"rules", read_rules},
	{"blocking", read_blocking},
	{"tests", read_tests},
	{"teams", read_teams},
	{"bots", read_bots},
	{"ignore-revs", read_ignore_revs},
};

const char *config_setting_name(size_t index)
{
	return index < ARRAY_LEN(settings) ? settings[index].name : NULL;
}

static const struct setting *find_setting(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (str_is(key, settings[i].name))
			return &settings[i];
	return NULL;
}

bool config_is_setting(struct str key)
{
	return find_setting(key) != NULL;
}

int config_read_setting(
	struct config *c, const struct toml_value *v, struct arena *a, struct err *e)
{
	struct reading r = {c, a, e};

	return find_setting(v->key)->read(&r, v);
}
