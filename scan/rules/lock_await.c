/*
 * Locks held too long or for ever: a thread lock across an await, an acquire() that an exception
 * leaves without its release(); and conditions waited for without a loop.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

/* ---- lock-across-await ---- */

/* Named like a lock, of unknown type: in async code only a lock of threads is taken by a plain
 * `with`. */
static bool is_named_lock(struct py_file *f, const struct py_node *expr)
{
	static const char *const endings[] = {"lock", "Lock", "LOCK", "mutex", "MUTEX", NULL};
	struct str name = idiom_last_name(expr);

	for (size_t i = 0; endings[i]; i++)
		if (str_ends(name, endings[i]))
			return py_type_of(f, expr, NULL).len == 0;
	return false;
}

/* `with lock:` around a checkpoint. */
static void check_with(struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	struct py_list items = with->u.with.items;

	if (!py_list_has_checkpoint(with->u.with.body))
		return;
	for (uint32_t i = 0; i < items.len; i++) {
		const struct py_node *expr = items.items[i]->u.withitem.context_expr;
		struct str text = py_text(run->file->tree, expr);
		struct lock lock;

		if (lock_item(run->file, with, i, &lock) && (lock.traits & LOCK_THREAD))
			rule_report(run, rule, with,
				"%.*s, a %.*s, is held across an await: the next task that wants "
				"it stops the event loop, and with it the task that could release "
				"it; use asyncio.Lock",
				STR_ARG(text), STR_ARG(lock.type));
		else if (is_named_lock(run->file, expr))
			rule_report_level(run, rule, LEVEL_WARNING, with,
				"%.*s is held across an await; taken by a plain `with` it is no "
				"lock of asyncio, so the next task that wants it stops the event "
				"loop",
				STR_ARG(text));
		else
			continue;
		return;
	}
}

/* ---- acquire() ---- */

bool lock_held_across_await(struct py_file *f, const struct py_node *call)
{
	const struct py_node *receiver = lock_acquired(call), *stmt = call->parent;
	struct py_list list;
	struct str text;

	if (!receiver || stmt->kind != PY_Expr)
		return false;
	text = py_text(f->tree, receiver);
	list = lock_siblings(stmt);
	if (list.len == 0)
		return false;
	for (const struct py_node *n = stmt->end_node; n < list.items[list.len - 1]->end_node;
		n++) {
		if (py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (lock_method(f, n, text, "release"))
			return false;
		if (n->kind == PY_Await || n->kind == PY_AsyncFor || n->kind == PY_AsyncWith)
			return true;
	}
	return false;
}

static void check_acquire(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *receiver = lock_acquired(call);
	struct lock lock;

	if (!receiver || !lock_of(run->file, receiver, &lock) || !(lock.traits & LOCK_THREAD) ||
		!lock_held_across_await(run->file, call))
		return;
	rule_report(run, rule, call,
		"%.*s, a %.*s, is taken here and held across an await: the next task that wants it "
		"stops the event loop, and with it the task that could release it; use "
		"asyncio.Lock",
		STR_ARG(py_text(run->file->tree, receiver)), STR_ARG(lock.type));
}

void check_across_await(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (!py_in_async(run->file, n))
		return;
	if (n->kind == PY_With)
		check_with(run, rule, n);
	else
		check_acquire(run, rule, n);
}

/* ---- lock-unreleased ---- */

/* Of known type, or named like one; semaphores of unknown type are too often released elsewhere. */
static bool is_lock(struct py_file *f, const struct py_node *expr)
{
	static const char *const endings[] = {
		"lock", "Lock", "mutex", "LOCK", "MUTEX", "cond", "condition", NULL};
	struct lock lock;
	struct str name = idiom_last_name(expr);

	if (lock_of(f, expr, &lock))
		return true;
	if (py_type_of(f, expr, NULL).len > 0)
		return false;
	for (size_t i = 0; endings[i]; i++)
		if (str_ends(name, endings[i]))
			return true;
	return false;
}

/* In a finally or handler of the function: some care was taken. */
static bool is_in_cleanup(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(n); n = p, p = p->parent) {
		if (n->kind == PY_ExceptHandler)
			return true;
		if (p->kind != PY_Try)
			continue;
		for (uint32_t i = 0; i < p->u.try_stmt.finalbody.len; i++)
			if (p->u.try_stmt.finalbody.items[i] == n)
				return true;
	}
	return false;
}

struct releases {
	const struct py_node *first; /* after the acquire, among its siblings or inside them */
	bool protected_; /* some release is in a finally or handler, or is passed on as a callback
			  */
};

/* `lock.release` in any form, on the same receiver. */
static bool names_release(struct py_file *f, const struct py_node *n, struct str receiver)
{
	return n->kind == PY_Attribute && str_is(n->u.attribute.attr, "release") &&
		str_eq(py_text(f->tree, n->u.attribute.value), receiver);
}

static struct releases find_releases(
	struct py_file *f, const struct py_node *stmt, struct str receiver)
{
	const struct py_node *top = py_function_around(stmt), *block = stmt->parent;
	struct releases out = {0};

	PY_EACH (n, top ? top : f->tree->root) {
		if (!names_release(f, n, receiver))
			continue;
		if (n->parent->kind != PY_Call || n->parent->u.call.func != n || is_in_cleanup(n) ||
			py_context(f, n) != py_context(f, stmt))
			out.protected_ = true;
		else if (!out.first && n->start > stmt->start && py_is_inside(n, block))
			out.first = n;
	}
	return out;
}

/* Calls that hardly fail. */
static bool is_harmless(struct py_file *f, const struct py_node *call, struct str receiver)
{
	static const char *const changers[] = {
		"append", "appendleft", "add", "discard", "clear", "set", "extend", "update", NULL};
	static const char *const names[] = {"len", "isinstance", "time", "monotonic",
		"perf_counter", "print", "debug", "info", "warning", "id", "str", "repr", "locked",
		"get_ident", "bool", "list", "tuple", "dict", "range", "enumerate", "zip",
		"acquire", "release", "notify", "notify_all", "notifyAll", "wait", "hasattr",
		"format", "sleep", "getName", "current_thread", "current_process", "qsize",
		"random", "randint", "Lock", "RLock", NULL};
	const struct py_node *func = call->u.call.func;
	struct str name =
		func->kind == PY_Attribute ? func->u.attribute.attr : idiom_last_name(func);

	/* archive.add(path, name) is none of a set. */
	if (idiom_is_one_of(name, changers))
		return call->u.call.args.len + call->u.call.keywords.len < 2;
	if (idiom_is_one_of(name, names) || str_starts(name, "assert"))
		return true;
	return func->kind == PY_Attribute && call->parent->kind != PY_Await &&
		str_eq(py_text(f->tree, func->u.attribute.value), receiver);
}

/* The first node between the two that may leave the function while the lock is held. */
static const struct py_node *first_risk(struct py_file *f, const struct py_node *stmt,
	const struct py_node *release, struct str receiver)
{
	for (const struct py_node *n = stmt->end_node; n < release; n++) {
		if (py_is_scope(n)) {
			if (py_is_inside(release, n))
				return NULL;
			n = n->end_node - 1;
			continue;
		}
		if (n->kind == PY_Await || n->kind == PY_Raise || n->kind == PY_Return ||
			n->kind == PY_Yield || n->kind == PY_YieldFrom)
			return n;
		if (n->kind == PY_Call && n != release->parent && !is_harmless(f, n, receiver))
			return n;
	}
	return NULL;
}

static const char *risk_text(const struct py_node *risk)
{
	switch (risk->kind) {
	case PY_Await:
		return "a cancelled or failing await";
	case PY_Raise:
		return "the raise";
	case PY_Return:
		return "the return";
	case PY_Yield:
	case PY_YieldFrom:
		return "a generator that is closed at the yield";
	default:
		return "an exception in a call";
	}
}

/* Is the statement in the part of its block that is always run: not an If alone? */
static bool is_conditional(struct py_file *f, const struct py_node *stmt, struct str receiver)
{
	const struct py_node *p = stmt->parent;

	if (p->kind != PY_If)
		return false;
	PY_EACH (n, p->u.cond.test)
		if ((n->kind == PY_Name || n->kind == PY_Attribute) &&
			str_eq(py_text(f->tree, n), receiver))
			return true;
	return false;
}

void check_unreleased(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *receiver = lock_acquired(call), *stmt, *risk;
	struct releases releases;
	struct str text;

	if (!receiver || !is_lock(f, receiver))
		return;
	stmt = py_stmt_of(call);
	text = py_text(f->tree, receiver);
	if (is_conditional(f, stmt, text) || lock_is_of_test(f, receiver))
		return;
	releases = find_releases(f, stmt, text);
	if (!releases.first || releases.protected_)
		return;
	risk = first_risk(f, stmt, releases.first, text);
	if (risk)
		rule_report(run, rule, call,
			"%s leaves %.*s locked for good, as its release() is not in a `finally`; "
			"use `%swith %.*s:`",
			risk_text(risk), STR_ARG(text),
			call->parent->kind == PY_Await ? "async " : "", STR_ARG(text));
}
