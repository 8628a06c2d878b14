/*
 * lock-condition: conditions waited for without a loop around, or notified without their lock.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

/* A helper that is defined in a loop is called there. */
static bool is_in_loop(const struct py_node *n)
{
	for (n = n->parent; n && n->kind != PY_ClassDef; n = n->parent)
		if (n->kind == PY_While || n->kind == PY_For || n->kind == PY_AsyncFor)
			return true;
	return false;
}

/* The waiting is this function's only purpose: the loop, if any, is its caller's. */
static bool is_wrapper(const struct py_node *n)
{
	static const char *const names[] = {"wait", "sleep", "park", NULL};
	const struct py_node *function = py_function_around(n);

	return function && idiom_starts_with_one_of(function->u.function.name, names);
}

/* ---- a test before the wait whose answer is acted on after it ---- */

/* The If between the wait and the `with` around it, and that `with`; NULL for none. */
static const struct py_node *test_before(const struct py_node *n, const struct py_node **with)
{
	const struct py_node *test = NULL;

	for (n = n->parent; n && !py_is_scope(n); n = n->parent) {
		if (n->kind == PY_If && !test)
			test = n;
		if (n->kind == PY_With || n->kind == PY_AsyncWith) {
			*with = n;
			return test;
		}
	}
	return NULL;
}

static bool is_called(const struct py_node *n)
{
	return n->parent->kind == PY_Call && n->parent->u.call.func == n;
}

/* Is it a whole chain of a test: `self.items` in `not self.items`, in `self.items.empty()`? */
static bool is_state(const struct py_node *n)
{
	if ((n->kind != PY_Name && n->kind != PY_Attribute) || is_called(n))
		return false;
	return n->parent->kind != PY_Attribute || is_called(n->parent);
}

static bool is_of_test(struct py_file *f, const struct py_node *test, const struct py_node *n)
{
	if (n->kind != PY_Name && n->kind != PY_Attribute)
		return false;
	PY_EACH (s, test)
		if (is_state(s) && str_eq(py_text(f->tree, s), py_text(f->tree, n)))
			return true;
	return false;
}

/* Written, taken from, looked into by index. */
static bool is_acted_on(const struct py_node *n)
{
	static const char *const takers[] = {
		"pop", "popleft", "popitem", "remove", "get", "get_nowait", NULL};
	const struct py_node *p = n->parent;

	if (n->op != PY_LOAD || (p->kind == PY_Subscript && p->u.subscript.value == n))
		return true;
	return p->kind == PY_Attribute && is_called(p) &&
		idiom_is_one_of(p->u.attribute.attr, takers);
}

static bool is_in_test(const struct py_node *n)
{
	for (; n->parent && !py_is_stmt(n); n = n->parent)
		if ((n->parent->kind == PY_If || n->parent->kind == PY_While) &&
			n->parent->u.cond.test == n)
			return true;
	return false;
}

enum later { LATER_NOTHING, LATER_ASKS_AGAIN, LATER_ACTS };

/* What happens first to the state of the test, from one node to before another. */
static enum later later_in(struct py_file *f, const struct py_node *test,
	const struct py_node *from, const struct py_node *end)
{
	for (const struct py_node *n = from; n < end; n++) {
		if (!is_of_test(f, test->u.cond.test, n))
			continue;
		if (is_in_test(n))
			return LATER_ASKS_AGAIN;
		if (is_acted_on(n))
			return LATER_ACTS;
	}
	return LATER_NOTHING;
}

static bool is_jump(const struct py_node *stmt)
{
	return stmt->kind == PY_Return || stmt->kind == PY_Raise || stmt->kind == PY_Continue ||
		stmt->kind == PY_Break;
}

/*
 * `if not items: cond.wait()`, then `items.pop()`: the answer may be old. Without a test, or
 * without acting on what was tested, it may be a pulse that is waited for, not a state.
 */
static bool is_tested_once(struct py_file *f, const struct py_node *wait)
{
	const struct py_node *with, *test = test_before(wait, &with), *last;
	const struct py_node *stmt = py_stmt_of(wait);
	struct py_list block = lock_siblings(stmt);
	enum later later;

	if (!test || block.len == 0)
		return false;
	last = block.items[block.len - 1];
	later = later_in(f, test, stmt->end_node, last->end_node);
	if (later == LATER_NOTHING && !is_jump(last))
		later = later_in(f, test, test->end_node, with->end_node);
	return later == LATER_ACTS;
}

static void check_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct lock *lock)
{
	/* With a timeout it is an interruptible sleep. */
	if (call->u.call.args.len + call->u.call.keywords.len > 0 || is_in_loop(call) ||
		is_wrapper(call) || call->parent->kind == PY_Call)
		return;
	rule_report_level(run, rule, is_tested_once(run->file, call) ? rule->level : LEVEL_INFO,
		call,
		"%.*s.wait() outside a loop: it also returns when another waiter was faster or the "
		"state has changed again; use wait_for(), or test the state in a `while` around it",
		STR_ARG(py_text(run->file->tree, lock->expr)));
}

/* ---- notify ---- */

/* Does anything around, in outer functions too, take or hold some lock? */
static bool may_hold(struct py_file *f, const struct py_node *n)
{
	const struct py_node *function = py_function_around(n);

	for (const struct py_node *p = n->parent; p; p = p->parent)
		if (p->kind == PY_With || p->kind == PY_AsyncWith)
			return true;
	if (!function)
		return true;
	PY_EACH (it, function) {
		if (it->kind == PY_Call && str_is(idiom_last_name(it->u.call.func), "acquire"))
			return true;
		if (it->kind == PY_Call && it != n &&
			idiom_is_one_of(idiom_last_name(it->u.call.func),
				(const char *const[]){
					"enter_context", "enter_async_context", NULL}))
			return true;
	}
	return function->u.function.decorators.len > 0 || py_callers(f, function).len > 0 ||
		py_context(f, n) != function;
}

/* A helper for callers that hold the lock. */
static bool is_helper(const struct py_node *n)
{
	const struct py_node *function = py_function_around(n);
	struct str name = function ? function->u.function.name : STR_EMPTY;

	return str_starts(name, "_") || str_starts(name, "notify") || str_ends(name, "locked") ||
		str_ends(name, "_lock");
}

static void check_notify(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct lock *lock)
{
	if (is_helper(call) || may_hold(run->file, call) || idiom_expects_error(call))
		return;
	rule_report(run, rule, call,
		"%.*s is notified without being held, which raises RuntimeError; put it into "
		"`%swith %.*s:`, together with the change that it tells of",
		STR_ARG(py_text(run->file->tree, lock->expr)),
		lock->traits & LOCK_THREAD ? "" : "async ",
		STR_ARG(py_text(run->file->tree, lock->expr)));
}

void check_condition(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	struct lock lock;
	bool waits;

	if (func->kind != PY_Attribute)
		return;
	waits = str_is(func->u.attribute.attr, "wait");
	if (!waits && !str_is(func->u.attribute.attr, "notify") &&
		!str_is(func->u.attribute.attr, "notify_all"))
		return;
	if (!lock_of(run->file, func->u.attribute.value, &lock) ||
		!(lock.traits & LOCK_CONDITION) || lock_is_of_test(run->file, lock.expr))
		return;
	if (waits)
		check_wait(run, rule, call, &lock);
	else
		check_notify(run, rule, call, &lock);
}
