/*
 * race-await: a value read before an await and written back after it, or a test before an await
 * that decides about a write after it. Whoever runs during the await is overlooked.
 *
 * A warning when the file shows that the function runs several times at once, else info.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

static bool is_checkpoint(const struct py_node *n)
{
	return n->kind == PY_Await || n->kind == PY_AsyncFor || n->kind == PY_AsyncWith;
}

/* The first or last checkpoint of the function, from byte `from` on, on a way to `write` or in it.
 */
static const struct py_node *checkpoint_between(
	const struct py_node *function, uint32_t from, const struct py_node *write, bool last)
{
	const struct py_node *found = NULL;

	PY_EACH (n, function) {
		if (n != function && py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (!is_checkpoint(n) || n->start < from || n->start >= write->end)
			continue;
		if (py_is_inside(write, n) && !py_is_inside(n, write))
			continue; /* async with around the write: entered before `from` counts */
		if (!may_reach(n, write))
			continue;
		if (!last)
			return n;
		found = n;
	}
	return found;
}

/* By its nature run by one task at a time: an iterator's step, entering and leaving an object, a
 * function with a variable of the call around it. */
static bool is_of_one_task(const struct py_node *function, const struct state *s)
{
	static const char *const names[] = {"__anext__", "__aenter__", "__aexit__", NULL};

	return s->home || (s->of_self && idiom_is_one_of(function->u.function.name, names));
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *function,
	const struct state *s, const struct py_node *write, const char *how)
{
	struct py_file *f = run->file;
	bool many = runs_in_tasks(f, function, s);

	if ((s->of_self && is_instance_per_run(f, function)) ||
		(!many && is_of_one_task(function, s)))
		return;
	rule_report_level(run, rule, many ? LEVEL_WARNING : LEVEL_INFO, write,
		"`%.*s` %s; another task can change it in between", STR_ARG(state_text(f, s)), how);
}

/* ---- one statement: G += await f(), S = S + await f() ---- */

static const struct py_node *await_in(const struct py_node *value)
{
	PY_EACH (n, value) {
		if (py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind == PY_Await)
			return n;
	}
	return NULL;
}

static bool loses_in_place(struct py_file *f, const struct state *s, const struct py_node *write)
{
	const struct py_node *value, *await, *read;

	if (write->kind == PY_AugAssign)
		return await_in(write->u.aug_assign.value) != NULL;
	value = write->u.assign.value;
	await = await_in(value);
	if (!await)
		return false;
	read = state_read_in(f, s, value);
	return read && read->start < await->start;
}

/* ---- test, await, write ---- */

/* Is a constant written that only says that nothing is there any more? */
static bool is_release(const struct py_node *write)
{
	const struct py_node *v;

	if (write->kind != PY_Assign)
		return false;
	v = write->u.assign.value;
	return py_is_constant(v, PY_CONST_NONE) || py_is_constant(v, PY_CONST_FALSE) ||
		((v->kind == PY_List || v->kind == PY_Set) && v->u.sequence.elts.len == 0) ||
		(v->kind == PY_Dict && v->u.dict.values.len == 0);
}

static bool is_in_test(const struct py_node *n)
{
	for (; n->parent && !py_is_stmt(n); n = n->parent) {
		const struct py_node *p = n->parent;

		if ((p->kind == PY_If || p->kind == PY_While) && p->u.cond.test == n)
			return true;
		if (p->kind == PY_IfExp || p->kind == PY_Assert)
			return true;
	}
	return false;
}

/* Is the state asked again between the two nodes? */
static bool is_rechecked(struct py_file *f, const struct py_node *function, const struct state *s,
	const struct py_node *await, const struct py_node *write)
{
	PY_EACH (n, function)
		if (n->start >= await->end && n->start < write->start && state_has_base(f, s, n) &&
			is_in_test(n))
			return true;
	return false;
}

/* Double-checked locking: a second test, of whatever, under a lock that is taken after the first.
 */
static bool is_tested_under_lock(
	struct py_file *f, const struct py_node *check, const struct py_node *write)
{
	for (const struct py_node *n = write->parent; n && n != check && !py_is_function(n);
		n = n->parent)
		if (n->kind == PY_If && n->start > check->start && lock_covers(f, n, n))
			return true;
	return false;
}

/* Is something noted down before the await that keeps others out: the state itself, or a flag? */
static bool is_claimed(struct py_file *f, const struct py_node *function, const struct state *s,
	const struct py_node *check, const struct py_node *await)
{
	PY_EACH (n, function) {
		struct state other;

		if (n->start >= await->start)
			break;
		if (n->kind != PY_Assign || py_is_inside(await, n) ||
			!state_of(f, function, n->u.assign.targets.items[0], &other))
			continue;
		if (n->start > check->start &&
			str_eq(py_text(f->tree, other.base), py_text(f->tree, s->base)))
			return true;
		if (py_is_constant(n->u.assign.value, PY_CONST_TRUE))
			return true;
	}
	return false;
}

static const struct py_node *target_of(const struct py_node *write)
{
	if (write->kind == PY_AugAssign)
		return write->u.aug_assign.target;
	return write->u.assign.targets.len == 1 ? write->u.assign.targets.items[0] : NULL;
}

/* Several writes after one test, on its branches, are one defect: the first is reported. */
static bool is_first_after(struct py_file *f, const struct py_node *function, const struct state *s,
	const struct py_node *check, const struct py_node *write)
{
	PY_EACH (n, function) {
		if (n == write)
			break;
		if (n->start > check->u.cond.test->end &&
			(n->kind == PY_Assign || n->kind == PY_AugAssign) && target_of(n) &&
			str_eq(py_text(f->tree, target_of(n)), state_text(f, s)) &&
			!is_release(n) && check_before(f, function, s, n) == check)
			return false;
	}
	return true;
}

static bool acts_on_stale_check(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *write)
{
	const struct py_node *check = check_before(f, function, s, write), *first, *last;

	if (!check || is_release(write) || lock_covers(f, write, check))
		return false;
	first = checkpoint_between(function, check->u.cond.test->end, write, false);
	if (!first)
		return false;
	last = checkpoint_between(function, check->u.cond.test->end, write, true);
	return is_first_after(f, function, s, check, write) &&
		!is_rechecked(f, function, s, last, write) &&
		!is_tested_under_lock(f, check, write) && !is_claimed(f, function, s, check, first);
}

/* ---- read into a local, await, write back ---- */

static bool writes_back(struct py_file *f, const struct py_node *function, const struct state *s,
	const struct py_node *write)
{
	const struct py_node *read;

	if (write->kind != PY_Assign)
		return false;
	read = read_before(f, function, s, write->u.assign.value);
	return read && !lock_covers(f, write, read) && may_reach(read, write) &&
		checkpoint_between(function, read->end, write, false);
}

void check_race_await(struct rule_run *run, const struct rule *rule, const struct py_node *write)
{
	struct py_file *f = run->file;
	const struct py_node *target = target_of(write), *function = py_context(f, write);
	const char *how = NULL;
	struct state s;

	if (!target || function->kind != PY_AsyncFunctionDef || !state_of(f, function, target, &s))
		return;
	if (loses_in_place(f, &s, write))
		how = lock_covers(f, write, write)
			? NULL
			: "is read before the await and written after it";
	else if (writes_back(f, function, &s, write))
		how = "is written back from a copy made before the await";
	else if (acts_on_stale_check(f, function, &s, write))
		how = "is tested before the await and written after it";
	if (how && !function_is_guarded(f, function))
		report(run, rule, function, &s, write, how);
}
