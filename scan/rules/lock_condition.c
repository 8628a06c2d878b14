/*
 * lock-condition: conditions waited for without a loop around, or notified without their lock.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

/* The waiting is this function's only purpose: the loop, if any, is its caller's. */
static bool is_wrapper(const struct py_node *n)
{
	static const char *const names[] = {"wait", "sleep", "park", NULL};
	const struct py_node *function = py_function_around(n);

	return function && idiom_starts_with_one_of(function->u.function.name, names);
}

/* ---- a test before the wait whose answer is acted on after it ---- */

/* Where a wait stands: the If around it under the lock, NULL for none; the loop around that; where
 * the lock is left or at least the statements after the If end. */
struct place {
	const struct py_node *test, *loop, *end;
	bool locks_inside; /* the loop takes the lock anew in each turn */
};

static bool is_loop(const struct py_node *n)
{
	return n->kind == PY_While || n->kind == PY_For || n->kind == PY_AsyncFor;
}

static bool acquires_in(struct py_file *f, const struct py_node *top, struct str lock)
{
	PY_EACH (n, top)
		if (lock_method(f, n, lock, "acquire"))
			return true;
	return false;
}

static struct place place_of(struct py_file *f, const struct py_node *wait, struct str lock)
{
	struct place at = {.end = NULL};
	struct py_list list;
	bool outside = false;

	/* A helper that is defined in a loop is called there. */
	for (const struct py_node *n = wait->parent; n && n->kind != PY_ClassDef; n = n->parent) {
		if (n->kind == PY_If && !at.test && !at.end && !outside)
			at.test = n;
		if ((n->kind == PY_With || n->kind == PY_AsyncWith) && !at.loop && !outside &&
			!at.end)
			at.end = n->end_node;
		if (is_loop(n) && !at.loop)
			at.loop = n;
		outside |= py_is_function(n);
	}
	at.locks_inside = at.loop && (at.end || acquires_in(f, at.loop, lock));
	if (at.test && !at.end) {
		list = lock_siblings(at.test);
		at.end = list.len > 0 ? list.items[list.len - 1]->end_node : at.test->end_node;
	}
	return at;
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

/* What happens first to the state of the test, from one node to before another, under the lock. */
static enum later later_in(struct py_file *f, const struct py_node *test, struct str lock,
	const struct py_node *from, const struct py_node *end)
{
	for (const struct py_node *n = from; n < end; n++) {
		if (lock_method(f, n, lock, "release"))
			return LATER_ASKS_AGAIN;
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
static bool is_tested_once(
	struct py_file *f, const struct place *at, const struct py_node *wait, struct str lock)
{
	const struct py_node *stmt = py_stmt_of(wait), *last;
	struct py_list block = lock_siblings(stmt);
	enum later later;

	if (!at->test || block.len == 0)
		return false;
	last = block.items[block.len - 1];
	later = later_in(f, at->test, lock, stmt->end_node, last->end_node);
	if (later == LATER_NOTHING && !is_jump(last))
		later = later_in(f, at->test, lock, at->test->end_node, at->end);
	return later == LATER_ACTS;
}

static void check_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct lock *lock)
{
	struct str text = py_text(run->file->tree, lock->expr);
	struct place at;
	bool tested;

	/* With a timeout it is an interruptible sleep. */
	if (call->u.call.args.len + call->u.call.keywords.len > 0 || is_wrapper(call) ||
		call->parent->kind == PY_Call)
		return;
	at = place_of(run->file, call, text);
	tested = is_tested_once(run->file, &at, call, text);
	/* An endless loop that takes the lock anew does not ask again after the wait. */
	if (at.loop && !(tested && at.locks_inside && py_is_endless_loop(at.loop)))
		return;
	rule_report_level(run, rule, tested ? rule->level : LEVEL_INFO, call,
		"%.*s.wait() outside a loop: it also returns when another waiter was faster or the "
		"state has changed again; use wait_for(), or test the state in a `while` around it",
		STR_ARG(text));
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
