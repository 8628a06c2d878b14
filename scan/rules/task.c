/*
 * Tasks and coroutines that nobody keeps: results of create_task() that are dropped, coroutines
 * that are made and never awaited. Both ask where the value of a call goes: see sink.h.
 */
#include "scan/rules/rule.h"

#include "scan/base/mem.h"
#include "scan/rules/sink.h"

/* ---- task-dropped ---- */

static bool is_loop_name(const struct py_node *n)
{
	struct str name = n->kind == PY_Name ? n->u.name.id
		: n->kind == PY_Attribute    ? n->u.attribute.attr
					     : STR_EMPTY;

	return str_is(name, "loop") || str_is(name, "_loop") || str_is(name, "event_loop");
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

/* Does this call make an asyncio task that only its result keeps alive? */
static bool makes_task(struct py_file *f, const struct py_node *call, enum level *level)
{
	static const char *const makers[] = {"asyncio.create_task", "asyncio.ensure_future",
		"asyncio.tasks.create_task", "asyncio.tasks.ensure_future", NULL};
	const struct py_node *func = call->u.call.func, *loop;
	struct str name = func->kind == PY_Name ? func->u.name.id
		: func->kind == PY_Attribute    ? func->u.attribute.attr
						: STR_EMPTY;

	*level = LEVEL_ERROR;
	if (py_resolves_to_any(f, func, makers) >= 0)
		return !is_given_task(f, call);
	if (func->kind != PY_Attribute || !str_is(name, "create_task"))
		return false;
	loop = func->u.attribute.value;
	if (py_is_name(loop, "self"))
		return false;
	if (is_loop_type(f, loop) || is_loop_getter(f, loop))
		return true;
	*level = LEVEL_WARNING;
	return is_loop_name(loop) && py_imports(f, "asyncio");
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

/* What is wrong with where the task goes, or NULL. */
static const char *fate_of(struct py_file *f, const struct py_node *task)
{
	struct sink s = sink_of(task);

	if (s.kind == SINK_DROPPED)
		return "nothing keeps this task: it may be collected while it runs, and its "
		       "exception "
		       "is lost; keep it and await it";
	if (sink_is_unread(f, &s, task))
		return "the task is bound to a name that is never read: nobody awaits it or sees "
		       "its "
		       "exception";
	if (sink_is_collected(f, &s))
		return "the task is put into a local container that is never read: nobody awaits "
		       "it "
		       "or sees its exception";
	return NULL;
}

static void check_dropped(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *outer = with_callback(n);
	enum level level;

	if (outer != n) {
		if (sink_of(outer).kind == SINK_DROPPED && makes_task(run->file, n, &level))
			rule_report_level(run, rule, LEVEL_INFO, n,
				"a done-callback does not keep the task alive: keep a reference to "
				"it");
		return;
	}
	if (may_be_dropped(n) && makes_task(run->file, n, &level)) {
		const char *fate = fate_of(run->file, n);

		if (fate)
			rule_report_level(run, rule, level, n, "%s", fate);
	}
}

/* ---- task-unawaited ---- */

static bool is_coroutine_function(struct py_file *f, const struct py_node *func)
{
	const struct py_node *def = py_callee(f, func);
	struct py_names names;

	if (def)
		return def->kind == PY_AsyncFunctionDef && !py_is_generator(def);
	names = py_resolve(f, func);
	for (uint32_t i = 0; i < names.len; i++)
		if (!catalogue_is_coroutine(names.items[i]))
			return false;
	return names.len > 0;
}

/* gather() and shield() start their work at once; what is lost is its end and its errors. */
static bool gives_future(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"asyncio.gather", "asyncio.shield", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* What a coroutine object itself has. */
static bool is_coroutine_attribute(struct str name)
{
	return str_is(name, "send") || str_is(name, "throw") || str_is(name, "close") ||
		str_starts(name, "cr_") || str_starts(name, "__");
}

static bool is_test_of(const struct py_node *p, const struct py_node *n)
{
	switch (p->kind) {
	case PY_If:
	case PY_While:
		return n == p->u.cond.test;
	case PY_IfExp:
		return n == p->u.if_exp.test;
	case PY_Assert:
		return n == p->u.assert_stmt.test;
	case PY_BoolOp:
		return n != p->u.bool_op.values.items[p->u.bool_op.values.len - 1];
	case PY_UnaryOp:
		return true;
	case PY_comprehension:
		return n != p->u.comprehension.iter;
	default:
		return false;
	}
}

static bool is_operand_of(const struct py_node *p, const struct py_node *n)
{
	switch (p->kind) {
	case PY_BinOp:
	case PY_AugAssign:
	case PY_Compare:
	case PY_FormattedValue:
		return true;
	case PY_Subscript:
		return p->op == PY_LOAD;
	case PY_Attribute:
		return !is_coroutine_attribute(p->u.attribute.attr);
	case PY_For:
		return n == p->u.loop.iter;
	case PY_comprehension:
		return n == p->u.comprehension.iter && !p->is_async;
	case PY_Starred:
		return p->parent->kind != PY_Call;
	default:
		return false;
	}
}

static bool is_used_as_value(const struct py_node *call)
{
	const struct py_node *n = sink_carrier(call);

	return is_test_of(n->parent, n) || is_operand_of(n->parent, n);
}

static void check_unawaited(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	struct str name = py_text(f->tree, n->u.call.func);
	struct sink s;

	if (n->parent->kind == PY_Await || n->parent->kind == PY_Call ||
		n->parent->kind == PY_keyword || n->parent->kind == PY_Return)
		return;
	s = sink_of(n);
	if (s.kind == SINK_ELSEWHERE && !is_used_as_value(n))
		return;
	if (s.kind != SINK_ELSEWHERE && s.contained)
		return;
	if (s.kind == SINK_BOUND && !sink_is_unread(f, &s, n))
		return;
	if (!is_coroutine_function(f, n->u.call.func))
		return;
	if (gives_future(f, n->u.call.func)) {
		if (s.kind != SINK_ELSEWHERE)
			rule_report(run, rule, n,
				"%.*s() is never awaited: nobody waits for its work or sees its "
				"errors",
				STR_ARG(name));
		return;
	}
	if (s.kind == SINK_ELSEWHERE)
		rule_report(run, rule, n,
			"%.*s() gives a coroutine, and its value is used without `await`",
			STR_ARG(name));
	else
		rule_report(
			run, rule, n, "%.*s() is never awaited, so it never runs", STR_ARG(name));
}

static const char *const dropped_words[] = {"create_task", "ensure_future", NULL};

static const struct rule rules[] = {
	{
		.id = "task-dropped",
		.level = LEVEL_ERROR,
		.title = "Task that nobody keeps",
		.why = "The event loop holds tasks only weakly. A task whose result is dropped may "
		       "be "
		       "garbage-collected in the middle of its work, which then simply stops; and "
		       "when it fails, nobody sees more than \"Task exception was never "
		       "retrieved\", "
		       "at some later time.",
		.fix = "Keep the task and await it, start it in an asyncio.TaskGroup, or put it "
		       "into a "
		       "set that outlives the function and remove it with "
		       "`task.add_done_callback(tasks.discard)`.",
		.bad = "import asyncio\n\n"
		       "async def handle(request):\n"
		       "    asyncio.create_task(send_mail(request))\n",
		.good = "import asyncio\n\n"
			"tasks = set()\n\n"
			"async def handle(request):\n"
			"    task = asyncio.create_task(send_mail(request))\n"
			"    tasks.add(task)\n"
			"    task.add_done_callback(tasks.discard)\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = dropped_words,
		.kinds = PY_BIT(Call),
		.check = check_dropped,
		.from_absence = true,
	},
	{
		.id = "task-unawaited",
		.level = LEVEL_ERROR,
		.title = "Coroutine that is never awaited",
		.why = "Calling an `async def` runs none of it: it makes a coroutine object, which "
		       "is "
		       "always true, equals nothing and has no result. Without `await` the work is "
		       "silently not done (\"coroutine ... was never awaited\" in the log), and an "
		       "`if` on it always takes the same branch.",
		.fix = "Put `await` before the call, or give the coroutine to "
		       "asyncio.create_task() or a "
		       "TaskGroup and keep the task.",
		.bad = "async def save(item):\n"
		       "    await item.store()\n\n"
		       "async def finish(item):\n"
		       "    save(item)\n",
		.good = "async def save(item):\n"
			"    await item.store()\n\n"
			"async def finish(item):\n"
			"    await save(item)\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_unawaited,
		.from_absence = true,
	},
};

/* Also the packages whose coroutine functions are catalogued. */
static const char *const words[] = {"async", "trio", "anyio", "aiohttp", "httpx", NULL};

const struct rule_family family_task = {
	.slug = "task",
	.title = "Task lifecycle",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
