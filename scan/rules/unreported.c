/*
 * Reports that become no finding: in code that never runs, or of a defect for which another rule
 * is the better one. Who wins is data: one row for each pair.
 */
#include "scan/rules/engine.h"

#include <string.h>

#include "scan/rules/idiom.h"

/* ---- code that never runs ---- */

static bool is_never_true(const struct py_node *test)
{
	return py_is_constant(test, PY_CONST_FALSE) || py_is_constant(test, PY_CONST_NONE) ||
		(py_is_constant(test, PY_CONST_INT) && str_is(test->u.constant.text, "0")) ||
		str_is(idiom_last_name(test), "TYPE_CHECKING");
}

/* `if False:`, `if TYPE_CHECKING:`, the else of `if True:` */
bool draft_is_dead(const struct draft *d)
{
	if (d->rule->at_compile_time)
		return false;
	for (const struct py_node *n = d->node, *p = n->parent; p; n = p, p = p->parent) {
		struct py_list body;

		if (p->kind != PY_If || n == p->u.cond.test)
			continue;
		body = p->u.cond.body;
		if (n <= body.items[body.len - 1] ? is_never_true(p->u.cond.test)
						  : py_is_true(p->u.cond.test))
			return true;
	}
	return false;
}

/* ---- who wins ---- */

/* Are the two reports about the same defect? */
typedef bool same_defect(
	struct py_file *f, const struct py_node *winner, const struct py_node *loser);

static bool is_same_place(
	struct py_file *f, const struct py_node *winner, const struct py_node *loser)
{
	(void)f;
	return winner->start == loser->start;
}

/* The winner is a with, the loser what makes the object that it enters. */
static bool enters_it(struct py_file *f, const struct py_node *winner, const struct py_node *loser)
{
	struct py_list items = winner->u.with.items;

	for (uint32_t i = 0; i < items.len; i++) {
		const struct py_node *e = items.items[i]->u.withitem.context_expr;
		const struct py_binding *b;

		if (e == loser)
			return true;
		b = e->kind == PY_Name ? py_only_binding(py_lookup(f, e, e->u.name.id)) : NULL;
		if (b && b->value == loser)
			return true;
	}
	return false;
}

static const struct pair {
	const char *winner, *loser;
	same_defect *same;
} pairs[] = {
	{"blocking-cpu", "blocking-helper", is_same_place},
	{"bridge-called-early", "blocking-helper", is_same_place},
	{"bridge-threadsafe-result", "blocking-wait", is_same_place},
	{"lock-across-await", "blocking-wait", is_same_place},
	{"protocol-iter", "task-unawaited", is_same_place},
	{"protocol-with", "lock-inline", enters_it},
	{"timeout-disabled", "timeout-missing", is_same_place},
};

static bool is_beaten_by(struct rule_run *run, const struct draft *d, const struct pair *pair,
	const struct draft *other)
{
	return strcmp(other->rule->id, pair->winner) == 0 &&
		pair->same(run->file, other->node, d->node);
}

/* The drafts are sorted by place. */
static bool is_beaten_here(
	struct rule_run *run, const struct draft *d, const struct pair *pair, ptrdiff_t step)
{
	const struct draft *first = run->engine->drafts.items;
	const struct draft *end = first + run->engine->drafts.len;

	for (const struct draft *o = d + step; o >= first && o < end; o += step) {
		if (o->node->start != d->node->start)
			return false;
		if (is_beaten_by(run, d, pair, o))
			return true;
	}
	return false;
}

static bool is_beaten_anywhere(struct rule_run *run, const struct draft *d, const struct pair *pair)
{
	for (size_t i = 0; i < run->engine->drafts.len; i++)
		if (is_beaten_by(run, d, pair, &run->engine->drafts.items[i]))
			return true;
	return false;
}

bool draft_is_beaten(struct rule_run *run, const struct draft *d)
{
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct pair *pair = &pairs[i];

		if (strcmp(d->rule->id, pair->loser) != 0)
			continue;
		if (pair->same == is_same_place ? is_beaten_here(run, d, pair, 1) ||
					is_beaten_here(run, d, pair, -1)
						: is_beaten_anywhere(run, d, pair))
			return true;
	}
	return false;
}
