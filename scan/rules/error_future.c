/*
 * What executor.submit() and executor.map() give, and nobody reads: an exception in the worker is
 * kept in the future and never seen.
 */
#include "scan/rules/error.h"

#include "scan/rules/caught.h"
#include "scan/rules/idiom.h"
#include "scan/rules/process_kind.h"
#include "scan/rules/sink.h"

/* ---- what is submitted ---- */

/* Ends something or rings a bell: nothing in it fails. */
static bool cannot_fail(struct py_file *f, const struct py_node *callable)
{
	static const char *const harmless[] = {"print", "time.sleep", "gc.collect",
		"threading.Event.set", "threading.Event.wait", NULL};

	return py_resolves_to_any(f, callable, harmless) >= 0;
}

/* Another rule's finding: a coroutine function, or the result of a call that was meant to be named.
 */
static bool is_no_work(struct py_file *f, const struct py_node *work)
{
	const struct py_node *def = py_callee(f, work);

	return (def && def->kind == PY_AsyncFunctionDef) || (work->kind == PY_Call && !def);
}

/* A decorator of this file or another may catch and log. */
static bool is_wrapped(struct py_file *f, const struct py_node *work)
{
	const struct py_node *def = idiom_def_named(f, work);

	return def && !py_plain_decorators(f, def);
}

/* ---- executors ---- */

static bool is_executor(struct py_file *f, const struct py_node *expr)
{
	const struct py_node *local_class = NULL;
	enum worker w = worker_of(f, expr, &local_class);

	if (local_class)
		return false; /* it may look at its futures itself */
	return w == WORKER_THREAD_EXECUTOR || w == WORKER_PROCESS_EXECUTOR ||
		py_is_type(f, expr, "concurrent.futures.Executor");
}

static bool is_lost(struct py_file *f, const struct py_node *call)
{
	struct sink s = sink_of(call);

	return s.kind == SINK_DROPPED || sink_is_unread(f, &s, call) || sink_is_collected(f, &s);
}

void check_future_dropped(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *func = call->u.call.func, *work = py_arg(call, 0);

	if (func->kind != PY_Attribute || !str_is(func->u.attribute.attr, rule->data) || !work ||
		!is_lost(f, call) || !is_executor(f, func->u.attribute.value))
		return;
	if (is_no_work(f, work) || caught_by_callee(f, work) || is_wrapped(f, work) ||
		cannot_fail(f, work) || idiom_expects_error(call))
		return;
	if (str_is(str_from(rule->data), "map"))
		rule_report(run, rule, call,
			"nobody reads what this map() gives: an exception in a worker leaves no "
			"trace");
	else
		rule_report(run, rule, call,
			"nobody has this future: an exception in the submitted call leaves no "
			"trace");
}
