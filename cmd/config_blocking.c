/*
 * `blocking`: further names of functions that block. Three ways to write them:
 *   blocking = ["shop.db.fetch", "shop.wait"]
 *   [tool.lapse.blocking]   "shop.db.fetch" = { kind = "database", instead = "shop.db.afetch" }
 *   [[tool.lapse.blocking]] name = "shop.db.fetch"   kind = …   instead = …
 * A kind is what follows "blocking-" in the id of the rule that reports it.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/config.h"
#include "cmd/suggest.h"

#define USUAL_KIND    "network"
#define USUAL_INSTEAD "asyncio.to_thread"
#define KIND_PREFIX   "blocking-"

struct reading {
	struct str file;
	struct arena *arena;
	struct err *e;
	VEC(struct blocking_call) calls;
};

/* ---- kinds ---- */

/* The rule `blocking-KIND`, when the catalogue has kinds for it. */
static const struct rule *rule_of_kind(size_t index)
{
	const struct rule *r = rule_at(index);

	return str_starts(str_from(r->id), KIND_PREFIX) && r->data ? r : NULL;
}

static const char *kind_name(const struct rule *r)
{
	return r->id + strlen(KIND_PREFIX);
}

static int unknown_kind(struct reading *r, const struct toml_value *v)
{
	VEC(const char *) names = {0};
	struct strbuf all = {0};
	const char *near;
	int status;

	for (size_t i = 0; i < rule_count(); i++)
		if (rule_of_kind(i)) {
			*vec_push(&names) = kind_name(rule_of_kind(i));
			strbuf_addf(&all, "%s%s", all.len ? ", " : "", *vec_last(&names));
		}
	near = suggest_nearest(names.items, names.len, v->text);
	if (near)
		status = config_fail(r->file, v, r->e,
			"`kind`: '%.*s' is none; did you mean \"%s\"?", STR_ARG(v->text), near);
	else
		status = config_fail(r->file, v, r->e, "`kind`: '%.*s' is none; use one of %s",
			STR_ARG(v->text), all.ptr);
	vec_release(&names);
	strbuf_release(&all);
	return status;
}

/* The catalogue's own word for a kind: the first of the rule's. NULL: there is none. */
static const char *catalogue_kind(struct reading *r, struct str name)
{
	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *rule = rule_of_kind(i);
		struct str words, first;

		if (!rule || !str_is(name, kind_name(rule)))
			continue;
		words = str_from(rule->data);
		return str_next(&words, ' ', &first) ? arena_dup(r->arena, first).ptr : NULL;
	}
	return NULL;
}

/* ---- entries ---- */

static bool is_name_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* "module.function": names with dots between them, none at an end. */
static bool is_dotted_name(struct str s)
{
	bool fresh = true;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '.' ? fresh : !is_name_char(s.ptr[i]))
			return false;
		if (fresh && s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return false;
		fresh = s.ptr[i] == '.';
	}
	return !fresh && str_find(s, '.') > 0;
}

static int add_call(struct reading *r, const struct toml_value *at, struct str name)
{
	if (!is_dotted_name(name))
		return config_fail(r->file, at, r->e,
			"`blocking`: '%.*s' is no qualified name; write \"module.function\" or "
			"\"module.Class.method\"",
			STR_ARG(name));
	*vec_push(&r->calls) = (struct blocking_call){
		.name = name.ptr,
		.kind = catalogue_kind(r, STR(USUAL_KIND)),
		.instead = USUAL_INSTEAD,
	};
	return 0;
}

static int unknown_key(struct reading *r, const struct toml_value *v)
{
	static const char *const names[] = {"name", "kind", "instead"};
	const char *near = suggest_nearest(names, ARRAY_LEN(names), v->key);

	return config_fail(r->file, v, r->e, "`%.*s` is no key of `blocking`; %s%s%s",
		STR_ARG(v->key), near ? "did you mean `" : "it has name, kind and instead",
		near ? near : "", near ? "`?" : "");
}

/* kind and instead of the call added last. */
static int read_key(struct reading *r, const struct toml_value *v)
{
	struct blocking_call *call = vec_last(&r->calls);

	if (v->type != TOML_STRING || v->text.len == 0)
		return config_fail(r->file, v, r->e, "`%.*s` is %s, not a text", STR_ARG(v->key),
			v->type == TOML_STRING ? "empty" : toml_type_name(v->type));
	if (str_is(v->key, "instead")) {
		call->instead = v->text.ptr;
		return 0;
	}
	if (!str_is(v->key, "kind"))
		return str_is(v->key, "name") ? 0 : unknown_key(r, v);
	call->kind = catalogue_kind(r, v->text);
	return call->kind ? 0 : unknown_kind(r, v);
}

static int read_keys(struct reading *r, const struct toml_value *entry)
{
	int status = 0;

	for (const struct toml_value *v = entry->first; v && status == 0; v = v->next)
		status = read_key(r, v);
	return status;
}

/* An item of an array: a name, or a table with one. */
static int read_item(struct reading *r, const struct toml_value *item)
{
	const struct toml_value *name = toml_get(item, "name");
	int status;

	if (item->type == TOML_STRING)
		return add_call(r, item, item->text);
	if (item->type != TOML_TABLE || !name || name->type != TOML_STRING)
		return config_fail(r->file, item, r->e,
			"`blocking` lists names or tables with a name; write \"module.function\" "
			"or "
			"{ name = \"module.function\" }");
	status = add_call(r, name, name->text);
	return status == 0 ? read_keys(r, item) : status;
}

/* shop.db.fetch = {…} without quotes is a table in a table in a table. */
static bool is_entry(const struct toml_value *v)
{
	return v->type != TOML_TABLE || !v->first || v->first->type != TOML_TABLE;
}

static struct str join(struct reading *r, struct str before, struct str key)
{
	return arena_printf(
		r->arena, "%.*s%s%.*s", STR_ARG(before), before.len ? "." : "", STR_ARG(key));
}

static int read_entry(struct reading *r, const struct toml_value *v, struct str name)
{
	int status;

	if (v->type != TOML_TABLE)
		return config_fail(r->file, v, r->e,
			"`%.*s` is %s, not a table; write \"module.function\" = { kind = \"http\" "
			"}",
			STR_ARG(v->key), toml_type_name(v->type));
	status = add_call(r, v, name);
	return status == 0 ? read_keys(r, v) : status;
}

/* Names are as deep as their dots: a cap keeps the recursion small. */
#define MAX_PARTS 16

static int read_names(
	struct reading *r, const struct toml_value *table, struct str before, int depth)
{
	int status = 0;

	if (depth == MAX_PARTS)
		return config_fail(r->file, table, r->e, "the name has too many parts");
	for (const struct toml_value *v = table->first; v && status == 0; v = v->next) {
		struct str name = join(r, before, v->key);

		status = is_entry(v) ? read_entry(r, v, name) : read_names(r, v, name, depth + 1);
	}
	return status;
}

static int read_array(struct reading *r, const struct toml_value *array)
{
	int status = 0;

	for (const struct toml_value *v = array->first; v && status == 0; v = v->next)
		status = read_item(r, v);
	return status;
}

int config_read_blocking(
	struct config *c, const struct toml_value *v, struct arena *a, struct err *e)
{
	struct reading r = {.file = c->name, .arena = a, .e = e};
	struct blocking_call *calls;
	int status;

	if (v->type == TOML_ARRAY)
		status = read_array(&r, v);
	else if (v->type == TOML_TABLE)
		status = read_names(&r, v, STR_EMPTY, 0);
	else
		status = config_fail(c->name, v, e,
			"`blocking` is %s, not an array; write [\"module.function\"]",
			toml_type_name(v->type));
	calls = ARENA_ARRAY(a, r.calls.len + 1, struct blocking_call);
	if (r.calls.len)
		memcpy(calls, r.calls.items, r.calls.len * sizeof *calls);
	c->blocking = calls;
	c->blocking_count = (uint32_t)r.calls.len;
	vec_release(&r.calls);
	return status;
}
