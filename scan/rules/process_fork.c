/*
 * A fork after a thread was started, in one function or module body, in the order of the source.
 * The child has only the thread that forked: locks that others held stay locked in it.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/process.h"
#include "scan/rules/process_kind.h"

/* ---- what forks ---- */

static bool is_fork_call(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"os.fork", "os.forkpty", "pty.fork", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* A fork for exec runs hardly any Python in the child. */
static bool execs(const struct py_node *owner)
{
	PY_EACH (n, owner)
		if (n->kind == PY_Call &&
			(str_starts(idiom_last_name(n->u.call.func), "exec") ||
				str_starts(idiom_last_name(n->u.call.func), "posix_spawn")))
			return true;
	return false;
}

/* What a variable was given, or the expression itself: the Call, or NULL. */
static const struct py_node *maker_of(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, expr, expr->u.name.id));
		expr = b && (b->kind == PY_BIND_ASSIGN || b->kind == PY_BIND_WITH) ? b->value
										   : NULL;
	}
	return expr && expr->kind == PY_Call ? expr : NULL;
}

/* Does it fork: no context but one of fork? What comes from elsewhere is not known to. */
static bool is_made_to_fork(struct py_file *f, const struct py_node *made)
{
	static const char *const modules[] = {"multiprocessing", "multiprocessing.pool",
		"torch.multiprocessing", "concurrent.futures", "concurrent.futures.process", NULL};
	const struct py_node *func = made->u.call.func, *context = py_keyword(made, "mp_context");

	if (context || py_has_double_star(made)) {
		context = context ? process_context(f, context) : NULL;
		return context && str_is(process_method(context), "fork");
	}
	if (func->kind != PY_Attribute)
		return true;
	if (py_resolves_to_any(f, func->u.attribute.value, modules) >= 0)
		return true;
	context = process_context(f, func->u.attribute.value);
	return context && str_is(process_method(context), "fork");
}

/* Processes that start here: the call that made the process or executor, NULL for none. */
static const struct py_node *process_started(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	struct str name = idiom_last_name(func);
	enum worker w;

	if (str_is(name, "Pool"))
		return worker_made(f, call, NULL) == WORKER_POOL ? call : NULL;
	if (func->kind != PY_Attribute ||
		(!str_is(name, "start") && !str_is(name, "submit") && !str_is(name, "map")))
		return NULL;
	w = worker_of(f, func->u.attribute.value, NULL);
	if (w != (str_is(name, "start") ? WORKER_PROCESS : WORKER_PROCESS_EXECUTOR))
		return NULL;
	return maker_of(f, func->u.attribute.value);
}

static bool forks(struct py_file *f, const struct py_node *call, const struct py_node *owner)
{
	const struct py_node *made;

	if (str_is(idiom_last_name(call->u.call.func), "fork") ||
		str_is(idiom_last_name(call->u.call.func), "forkpty"))
		return is_fork_call(f, call->u.call.func) && !execs(owner);
	made = process_started(f, call);
	return made && is_made_to_fork(f, made) && !process_sets_method(f, "spawn") &&
		!process_sets_method(f, "forkserver") &&
		(process_sets_method(f, "fork") || !process_sets_method(f, NULL));
}

/* ---- threads before it ---- */

/* Is it the target of a loop over a list of threads: `threads = [Thread(…) for …]`? */
static bool is_one_of_threads(struct py_file *f, const struct py_node *object)
{
	const struct py_binding *b;
	const struct py_node *list;

	if (object->kind != PY_Name)
		return false;
	b = py_lookup(f, object, object->u.name.id);
	if (!b || b->kind != PY_BIND_FOR || b->value->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, b->value, b->value->u.name.id));
	list = b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
	return list && list->kind == PY_ListComp && list->u.comp.elt->kind == PY_Call &&
		worker_made(f, list->u.comp.elt, NULL) == WORKER_THREAD;
}

static bool is_thread(struct py_file *f, const struct py_node *object)
{
	return worker_of(f, object, NULL) == WORKER_THREAD || is_one_of_threads(f, object);
}

/* The object whose thread is started by this call: `t` of t.start(), the executor of submit, the
 * ThreadPool itself. NULL for none. */
static const struct py_node *thread_started(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *object;
	struct str name = idiom_last_name(func);

	if (str_is(name, "ThreadPool") || str_is(name, "Pool"))
		return worker_made(f, call, NULL) == WORKER_THREAD_POOL ? call : NULL;
	if (func->kind != PY_Attribute)
		return NULL;
	object = func->u.attribute.value;
	if (str_is(name, "start"))
		return is_thread(f, object) ? object : NULL;
	if (str_is(name, "submit") || str_is(name, "map"))
		return worker_of(f, object, NULL) == WORKER_THREAD_EXECUTOR ? object : NULL;
	return NULL;
}

/* join() without arguments or with a timeout, shutdown() and cancel() of anything, in between: who
 * is waited for is not told apart. */
static bool ends_threads(const struct py_node *call)
{
	static const char *const enders[] = {"join", "shutdown", "cancel", NULL};
	const struct py_node *func = call->u.call.func, *arg = py_arg(call, 0);

	return func->kind == PY_Attribute && idiom_is_one_of(func->u.attribute.attr, enders) &&
		(!arg || py_is_constant(arg, PY_CONST_INT) || py_is_constant(arg, PY_CONST_FLOAT) ||
			arg->kind == PY_Name);
}

/* The end of the with statement that owns the executor: its threads are joined there. */
static const struct py_node *with_of(struct py_file *f, const struct py_node *object)
{
	const struct py_binding *b;

	if (object->kind == PY_Call && object->parent->kind == PY_withitem)
		return object->parent->parent;
	if (object->kind != PY_Name)
		return NULL;
	b = py_lookup(f, object, object->u.name.id);
	for (; b; b = b->next)
		if (b->kind == PY_BIND_WITH)
			return py_stmt_of(b->node);
	return NULL;
}

/* Which branch of an If holds `n`: its first statement for the else, the If for the other. */
static const struct py_node *branch_of(const struct py_node *stmt, const struct py_node *n)
{
	struct py_list orelse = stmt->u.cond.orelse;

	if (orelse.len > 0 && n >= orelse.items[0] && n < stmt->end_node)
		return orelse.items[0];
	return stmt;
}

/* Does `n` stand in one branch of an If and `m` in the other? */
static bool are_exclusive(const struct py_node *n, const struct py_node *m)
{
	for (const struct py_node *p = n->parent; p; p = p->parent)
		if (p->kind == PY_If && py_is_inside(m, p) && branch_of(p, n) != branch_of(p, m))
			return true;
	return false;
}

/* Does the branch that starts the thread leave the function before the fork? */
static bool leaves(const struct py_node *start, const struct py_node *fork)
{
	for (const struct py_node *p = start; p->parent && !py_is_inside(fork, p); p = p->parent) {
		if (!py_is_stmt(p))
			continue;
		for (const struct py_node *s = p->end_node; s < p->parent->end_node;
			s = s->end_node)
			if (s->parent == p->parent &&
				(s->kind == PY_Return || s->kind == PY_Raise) &&
				!py_is_inside(fork, p->parent))
				return true;
	}
	return false;
}

static bool is_running_at(
	struct py_file *f, const struct py_node *start, const struct py_node *fork)
{
	const struct py_node *object = thread_started(f, start), *with;

	if (!object || are_exclusive(start, fork) || leaves(start, fork))
		return false;
	with = with_of(f, object);
	return !with || py_is_inside(fork, with);
}

/* The thread that runs when `fork` is called, as far as `owner` shows; NULL for none. */
static const struct py_node *thread_before(
	struct py_file *f, const struct py_node *owner, const struct py_node *fork)
{
	const struct py_node *found = NULL;

	PY_EACH (n, owner) {
		if (n == fork)
			break;
		if (py_is_scope(n) && n != owner && !py_is_inside(fork, n)) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind != PY_Call)
			continue;
		if (ends_threads(n) && !are_exclusive(n, fork))
			found = NULL;
		else if (!py_is_inside(fork, n) && is_running_at(f, n, fork))
			found = n;
	}
	return found;
}

/* One defect, one finding: only the first fork after the thread. */
static bool is_first_fork(struct py_file *f, const struct py_node *owner,
	const struct py_node *thread, const struct py_node *fork)
{
	for (const struct py_node *n = thread->end_node; n < fork; n++)
		if (n->kind == PY_Call && py_context(f, n) == py_context(f, fork) &&
			forks(f, n, owner))
			return false;
	return true;
}

void check_fork_after_thread(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const names[] = {
		"fork", "forkpty", "start", "submit", "map", "Pool", NULL};
	struct py_file *f = run->file;
	const struct py_node *owner, *thread;

	if (!idiom_is_one_of(idiom_last_name(call->u.call.func), names))
		return;
	owner = py_context(f, call);
	if (owner->kind == PY_Lambda || !forks(f, call, owner))
		return;
	thread = thread_before(f, owner, call);
	if (!thread || !is_first_fork(f, owner, thread, call))
		return;
	rule_report(run, rule, call,
		"this forks while a thread runs that was started before: a lock that it holds at "
		"that moment stays locked in the child");
}
