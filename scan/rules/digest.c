/*
 * The rule-set digest: results of a blob are kept under it, so it must change whenever they could.
 *
 * What a callback does cannot be hashed: whoever changes what a rule reports bumps its `since`, and
 * FRONT_END_VERSION covers everything below the rules.
 */
#include "scan/rules/engine.h"

#include <stdio.h>

#include "scan/base/hash.h"
#include "scan/base/table.h"

extern const struct table table_scan_py_data_aliases;
extern const struct table table_scan_py_data_builtins;
extern const struct table table_scan_py_data_constructors;
extern const struct table table_scan_py_data_decorators;
extern const struct table table_scan_py_data_modules;
extern const struct table table_scan_py_data_offloaders;
extern const struct table table_scan_rules_data_blocking_calls;
extern const struct table table_scan_rules_data_coroutines;
extern const struct table table_scan_rules_data_markers;
extern const struct table table_scan_rules_data_resources;

static const struct table *const tables[] = {
	&table_scan_py_data_aliases,
	&table_scan_py_data_builtins,
	&table_scan_py_data_constructors,
	&table_scan_py_data_decorators,
	&table_scan_py_data_modules,
	&table_scan_py_data_offloaders,
	&table_scan_rules_data_blocking_calls,
	&table_scan_rules_data_coroutines,
	&table_scan_rules_data_markers,
	&table_scan_rules_data_resources,
};

static uint64_t feed_table(uint64_t h, const struct table *t)
{
	h = hash_number(h, t->rows);
	for (size_t i = 0; i < t->rows * t->columns; i++)
		h = hash_field(h, str_from(t->cells[i]));
	return h;
}

static uint64_t feed_words(uint64_t h, const char *const *words)
{
	for (; words && *words; words++)
		h = hash_field(h, str_from(*words));
	return hash_number(h, 0);
}

static uint64_t feed_rule(uint64_t h, const struct rule *r)
{
	h = hash_field(h, str_from(r->id));
	h = hash_field(h, str_from(r->since));
	h = hash_number(h, r->level);
	h = hash_number(h, r->kinds);
	h = hash_number(h, r->from_absence);
	h = hash_number(h, r->at_compile_time);
	h = hash_field(h, str_from(r->data));
	return feed_words(h, r->words);
}

/* Nothing for a set without additions: its results are the built-in ones. */
static uint64_t feed_added(uint64_t h, struct added_calls added)
{
	for (size_t i = 0; i < added.count; i++) {
		h = hash_field(h, str_from(added.items[i].name));
		h = hash_field(h, str_from(added.items[i].kind));
		h = hash_field(h, str_from(added.items[i].instead));
	}
	return h;
}

void rule_set_digest(const struct rule_set *s, char out[17])
{
	uint64_t h = hash_field(HASH_SEED, STR(FRONT_END_VERSION));

	for (size_t i = 0; rule_families[i]; i++) {
		h = hash_field(h, str_from(rule_families[i]->slug));
		h = feed_words(h, rule_families[i]->words);
	}
	for (size_t i = 0; i < rule_count(); i++)
		h = feed_rule(h, rule_at(i));
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		h = feed_table(h, tables[i]);
	h = feed_added(h, rule_set_added(s));
	snprintf(out, 17, "%016llx", (unsigned long long)hash_finish(h));
}
