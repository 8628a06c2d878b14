/*
 * Suppression markers in comments: ours and those of other checkers that name the same problem.
 */
#include "scan/rules/engine.h"

struct suppressions {
	uint32_t count;
};

struct suppressions *suppressions_read(const struct py_tree *t, struct arena *arena)
{
	(void)t;
	return ARENA_NEW(arena, struct suppressions);
}

bool suppressions_cover(const struct suppressions *s, const struct py_tree *t,
	const struct rule *rule, const struct py_node *n)
{
	(void)s, (void)t, (void)rule, (void)n;
	return false;
}
