/*
 * Threads and processes that are made or started wrongly: the target given as the group, no target
 * at all, run() called in place of start().
 */
#include "scan/rules/idiom.h"
#include "scan/rules/pool.h"
#include "scan/rules/process_kind.h"

static bool is_runner(enum worker w)
{
	return w == WORKER_THREAD || w == WORKER_PROCESS;
}

/* The variable or attribute that a call's value is bound to, NULL for none. */
static const struct py_node *target_of(const struct py_node *call)
{
	const struct py_node *p = py_value_top(call)->parent;

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		return p->u.assign.targets.items[0];
	return p->kind == PY_AnnAssign ? p->u.ann_assign.target : NULL;
}

/* Is a method called on the same variable: `t.start()` for the Name or attribute `t`? */
static const struct py_node *called_on(
	struct py_file *f, const struct py_node *variable, const char *const *methods)
{
	const struct py_binding *b;

	if (variable->kind == PY_Attribute)
		return py_method_called_on_attribute(
			f, f->tree->root, variable->u.attribute.attr, methods);
	if (variable->kind != PY_Name)
		return NULL;
	b = py_lookup(f, variable, variable->u.name.id);
	return b ? py_method_called_on(f, b, methods) : NULL;
}

/* ---- the constructor ---- */

/* `t.run = f` makes up for a missing target. */
static bool sets_run(struct py_file *f)
{
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Attribute && n->op == PY_STORE &&
			(str_is(n->u.attribute.attr, "run") ||
				str_is(n->u.attribute.attr, "_target") ||
				str_is(n->u.attribute.attr, "function")))
			return true;
	return false;
}

static bool has_target(const struct py_node *call)
{
	struct py_list args = call->u.call.args;

	for (uint32_t i = 0; i < args.len; i++)
		if (args.items[i]->kind == PY_Starred)
			return true;
	return args.len > 1 || py_keyword(call, "target") || py_has_double_star(call);
}

static bool is_started(struct py_file *f, const struct py_node *call)
{
	static const char *const start[] = {"start", NULL};
	const struct py_node *p = call->parent, *target = target_of(call);

	if (p->kind == PY_Attribute && str_is(p->u.attribute.attr, "start"))
		return true;
	return target && called_on(f, target, start);
}

static void check_constructor(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const classes[] = {"threading.Thread", "multiprocessing.Process",
		"multiprocessing.context.Process", "multiprocessing.context.BaseContext.Process",
		NULL};
	struct py_file *f = run->file;
	const struct py_node *group = py_arg(call, 0);
	struct str name = idiom_last_name(call->u.call.func);

	if (py_resolves_to_any(f, call->u.call.func, classes) < 0 || idiom_expects_error(call))
		return;
	if (group && !py_is_constant(group, PY_CONST_NONE))
		rule_report(run, rule, call,
			"the first argument of %.*s is the group, which must be None; write "
			"`target=`",
			STR_ARG(name));
	else if (!has_target(call) && is_started(f, call) && !sets_run(f))
		rule_report(run, rule, call, "%.*s without a target does nothing when it runs",
			STR_ARG(name));
}

/* ---- run() ---- */

/* The thread is this object, or a base's run is continued: an override, or a choice made inside. */
static bool is_own_run(const struct py_node *object)
{
	return py_is_name(object, "self") || py_is_name(object, "cls") ||
		(object->kind == PY_Call && py_is_name(object->u.call.func, "super"));
}

/* A class with a run() of its own may be made to run here: by a test, or when no threads are
 * wanted. */
static bool may_run_here(
	struct py_file *f, const struct py_node *call, const struct py_node *object)
{
	static const char *const start[] = {"start", NULL};

	return worker_in_test(call) || called_on(f, object, start);
}

static void check_run(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *object = call->u.call.func->u.attribute.value, *local_class;
	enum worker w;

	if (call->u.call.args.len > 0 || call->u.call.keywords.len > 0 || is_own_run(object))
		return;
	w = worker_of(run->file, object, &local_class);
	if (!is_runner(w) || (local_class && may_run_here(run->file, call, object)))
		return;
	rule_report(run, rule, call,
		w == WORKER_THREAD
			? "run() does the work here, in the calling thread; start() starts the "
			  "thread"
			: "run() does the work here, in this process; start() starts the process");
}

void check_thread_misuse(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	struct str name = idiom_last_name(func);

	if (func->kind == PY_Attribute && str_is(name, "run"))
		check_run(run, rule, call);
	else if (str_is(name, "Thread") || str_is(name, "Process") || func->kind == PY_Name)
		check_constructor(run, rule, call);
}
