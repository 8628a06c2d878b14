/*
 * Rule sets: the built-in rules and tables, and rows that a project adds to the catalogue of
 * blocking calls. See rule.h.
 */
#include <stdlib.h>

#include "scan/rules/engine.h"

struct rule_set {
	struct blocking_call *added; /* by name */
	size_t count;
};

/* Equal names stay in the order in which they were added. */
static void insert(struct rule_set *s, const struct blocking_call *row)
{
	size_t at = s->count;

	for (; at > 0 && strcmp(s->added[at - 1].name, row->name) >= 0; at--)
		if (strcmp(s->added[at - 1].name, row->name) == 0)
			return;
	memmove(&s->added[at + 1], &s->added[at], (s->count - at) * sizeof *row);
	s->added[at] = *row;
	s->count++;
}

struct rule_set *rule_set_new(const struct blocking_call *added, size_t count)
{
	struct rule_set *s = mem_zalloc(1, sizeof *s);

	s->added = mem_zalloc(count + 1, sizeof *s->added);
	for (size_t i = 0; i < count; i++)
		insert(s, &added[i]);
	return s;
}

void rule_set_free(struct rule_set *s)
{
	if (!s)
		return;
	free(s->added);
	free(s);
}

struct added_calls rule_set_added(const struct rule_set *s)
{
	return s ? (struct added_calls){s->added, s->count} : (struct added_calls){0};
}
