/*
 * task-dropped: results of create_task() that nobody keeps. Where the value of a call goes is the
 * question of sink.h; what makes a task is answered here for the whole family.
 */
#include "scan/rules/task.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"
#include "scan/rules/sink.h"

static bool is_loop_name(const struct py_node *n)
{
	static const char *const getters[] = {"get_event_loop", "get_running_loop", NULL};

	if (n->kind == PY_Call) /* of some module's own compatibility layer */
		return idiom_is_one_of(idiom_last_name(n->u.call.func), getters);
	return str_ends(idiom_last_name(n), "loop");
}

static bool is_loop_type(struct py_file *f, const struct py_node *n)
{
	static const char *const types[] = {"asyncio.AbstractEventLoop", "asyncio.BaseEventLoop",
		"asyncio.SelectorEventLoop", "asyncio.ProactorEventLoop", "asyncio.EventLoop",
		"uvloop.Loop"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (py_is_type(f, n, types[i]))
			return true;
	return false;
}

static bool is_loop_getter(struct py_file *f, const struct py_node *n)
{
	static const char *const getters[] = {"asyncio.get_event_loop", "asyncio.get_running_loop",
		"asyncio.new_event_loop", "asyncio.events.get_event_loop",
		"asyncio.events.get_running_loop", NULL};

	return n->kind == PY_Call && py_resolves_to_any(f, n->u.call.func, getters) >= 0;
}

/* ensure_future(task) gives back the task that somebody has already. */
static bool is_given_task(struct py_file *f, const struct py_node *call)
{
	const struct py_node *arg = py_arg(call, 0);

	return arg && (py_is_type(f, arg, "asyncio.Task") || py_is_type(f, arg, "asyncio.Future"));
}

bool task_is_made(struct py_file *f, const struct py_node *call, enum level *level)
{
	static const char *const makers[] = {"asyncio.create_task", "asyncio.ensure_future",
		"asyncio.tasks.create_task", "asyncio.tasks.ensure_future", NULL};
	const struct py_node *func = call->u.call.func, *loop;

	*level = LEVEL_ERROR;
	if (py_resolves_to_any(f, func, makers) >= 0)
		return !is_given_task(f, call);
	if (func->kind != PY_Attribute || !str_is(func->u.attribute.attr, "create_task"))
		return false;
	loop = func->u.attribute.value;
	if (py_is_name(loop, "self"))
		return false;
	if (is_loop_type(f, loop) || is_loop_getter(f, loop))
		return true;
	*level = LEVEL_WARNING;
	return is_loop_name(loop);
}

/* `create_task(x).add_done_callback(cb)`: the outer call, else the call itself. */
static const struct py_node *with_callback(const struct py_node *call)
{
	const struct py_node *attribute = call->parent, *outer = attribute->parent;

	if (attribute->kind == PY_Attribute && outer->kind == PY_Call &&
		outer->u.call.func == attribute &&
		str_is(attribute->u.attribute.attr, "add_done_callback"))
		return outer;
	return call;
}

/* Asked first because it is cheap: most calls are passed on or awaited. */
static bool may_be_dropped(const struct py_node *call)
{
	const struct py_node *p = call->parent;

	return p->kind != PY_Await && p->kind != PY_Return && p->kind != PY_Attribute &&
		p->kind != PY_keyword;
}

/* `task = loop.create_task(serve())` before `loop.run_forever()`: the local keeps it for as long as
 * the loop runs. */
static bool is_kept_by_frame(struct py_file *f, const struct py_node *task)
{
	const struct py_node *function = py_context(f, task);

	if (function->kind != PY_FunctionDef)
		return false;
	for (const struct py_node *n = task->end_node; n < function->end_node; n++) {
		if (py_is_scope(n))
			n = n->end_node - 1;
		else if (n->kind == PY_Call &&
			str_is(idiom_last_name(n->u.call.func), "run_forever"))
			return true;
	}
	return false;
}

/* What is wrong with where the task goes, or NULL. */
static const char *fate_of(struct py_file *f, const struct py_node *task)
{
	struct sink s = sink_of(task);

	if (s.kind == SINK_DROPPED)
		return "nothing keeps this task: it may be collected while it runs, and its "
		       "exception is lost; keep it and await it";
	if (sink_is_unread(f, &s, task) && !is_kept_by_frame(f, task))
		return "the task is bound to a name that is never read: nobody awaits it or sees "
		       "its exception";
	if (sink_is_collected(f, &s))
		return "the task is put into a local container that is never read: nobody awaits "
		       "it or sees its exception";
	return NULL;
}

void check_task_dropped(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *outer = with_callback(n);
	enum level level;

	if (outer != n) {
		if (sink_of(outer).kind == SINK_DROPPED && task_is_made(run->file, n, &level))
			rule_report_level(run, rule, LEVEL_INFO, n,
				"a done-callback does not keep the task alive: keep a reference "
				"to it");
		return;
	}
	if (may_be_dropped(n) && task_is_made(run->file, n, &level)) {
		const char *fate = fate_of(run->file, n);

		if (fate)
			rule_report_level(run, rule, level, n, "%s", fate);
	}
}
