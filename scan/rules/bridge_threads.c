/*
 * Threads and event loops that touch each other: waiting in the loop for what another thread asked
 * of a loop, asyncio objects used from threads, loops run in threads on objects of another loop.
 */
#include "scan/rules/bridge.h"

#include <string.h>

#include "scan/rules/caught.h"
#include "scan/rules/idiom.h"
#include "scan/rules/sink.h"

/* ---- bridge-threadsafe-result ---- */

static bool is_threadsafe_run(struct py_file *f, const struct py_node *n)
{
	return n && n->kind == PY_Call &&
		py_resolves_to(f, n->u.call.func, "asyncio.run_coroutine_threadsafe");
}

/* The variable that holds the future, when it holds nothing else. */
static const struct py_binding *future_variable(struct py_file *f, const struct py_node *e)
{
	const struct py_binding *b;

	if (e->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, e, e->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && is_threadsafe_run(f, b->value) ? b : NULL;
}

/* Somebody makes sure that the future is done: asks it, or waits for it in some other way. */
static bool is_waited_for(struct py_file *f, const struct py_binding *b)
{
	static const char *const asks[] = {"done", "add_done_callback", "cancel", NULL};

	return py_escape_of(f, b).escapes || py_method_called_on(f, b, asks);
}

/* The call of run_coroutine_threadsafe whose future the receiver is, or NULL. */
static const struct py_node *future_of(struct py_file *f, const struct py_node *receiver)
{
	const struct py_binding *b;

	if (is_threadsafe_run(f, receiver))
		return receiver;
	b = future_variable(f, receiver);
	return b && !is_waited_for(f, b) ? b->value : NULL;
}

static bool is_zero_timeout(const struct py_node *call)
{
	const struct py_node *timeout = py_arg_or_keyword(call, 0, "timeout");

	return py_is_constant(timeout, PY_CONST_INT) && str_is(timeout->u.constant.text, "0");
}

static void check_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const waits[] = {"result", "exception", NULL};
	const struct py_node *func = call->u.call.func;

	if (func->kind != PY_Attribute || !idiom_is_one_of(func->u.attribute.attr, waits) ||
		call->parent->kind == PY_Await || !py_in_async(run->file, call) ||
		is_zero_timeout(call) || idiom_expects_error(call))
		return;
	if (future_of(run->file, func->u.attribute.value))
		rule_report(run, rule, call,
			"%.*s() waits in the event loop for a coroutine that needs a loop to run: "
			"on the same loop it never ends; await the coroutine, or "
			"asyncio.wrap_future() of it",
			STR_ARG(func->u.attribute.attr));
}

/* What waits for room or a sign cannot fail: queue.put(), event.wait(). */
static bool only_waits(const struct py_node *coroutine)
{
	static const char *const names[] = {"put", "wait", "sleep", NULL};

	return coroutine->kind == PY_Call &&
		idiom_is_one_of(idiom_last_name(coroutine->u.call.func), names);
}

/* Does the coroutine function catch everything itself? */
static bool catches_all(struct py_file *f, const struct py_node *coroutine)
{
	return coroutine->kind == PY_Call && caught_by_callee(f, coroutine->u.call.func);
}

static void check_lost(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *coroutine = py_arg_or_keyword(call, 0, "coro");
	struct sink s = sink_of(call);

	if (s.kind == SINK_ELSEWHERE || s.contained || !is_threadsafe_run(run->file, call))
		return;
	if (s.kind == SINK_BOUND && !sink_is_unread(run->file, &s, call))
		return;
	if (!coroutine || only_waits(coroutine) || catches_all(run->file, coroutine) ||
		idiom_expects_error(call))
		return;
	rule_report_level(run, rule, LEVEL_WARNING, call,
		"nobody looks at the future that run_coroutine_threadsafe() gives, so an exception "
		"in the coroutine leaves no trace; call result() in this thread or add a "
		"done-callback");
}

void check_threadsafe_result(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	check_wait(run, rule, call);
	check_lost(run, rule, call);
}

/* ---- which functions threads run ---- */

/* Is the call a taker that runs its callable in a thread of this process? */
static bool starts_thread(struct py_file *f, const struct py_node *call, const struct py_node *arg)
{
	const struct taker *t = taker_of(f, call);

	return t && t->place == IN_THREAD && taker_arg(t, call) == arg;
}

/* The call in whose arguments `e` stands as itself; NULL for none. */
static const struct py_node *call_around(const struct py_node *e)
{
	const struct py_node *p = e->parent;

	if (p->kind == PY_keyword)
		p = p->parent;
	return p->kind == PY_Call && p->u.call.func != e ? p : NULL;
}

/* Is `e`, or the partial() around it, given to a thread? The call that starts it, or NULL. */
static const struct py_node *start_with(struct py_file *f, const struct py_node *e)
{
	const struct py_node *call = call_around(e);

	if (call && py_arg(call, 0) == e &&
		py_resolves_to(f, call->u.call.func, "functools.partial")) {
		e = call;
		call = call_around(e);
	}
	return call && starts_thread(f, call, e) ? call : NULL;
}

static bool names_def(struct py_file *f, const struct py_node *e, const struct py_node *def)
{
	return (e->kind == PY_Name || e->kind == PY_Attribute) &&
		str_eq(idiom_last_name(e), def->u.function.name) && py_callee(f, e) == def;
}

const struct py_node *thread_start_of(struct py_file *f, const struct py_node *function)
{
	const struct py_node *top = function->kind == PY_Lambda ? function : f->tree->root;

	PY_EACH (n, top) {
		const struct py_node *call;

		if (function->kind == PY_Lambda ? n != function : !names_def(f, n, function))
			continue;
		call = start_with(f, n);
		if (call)
			return call;
	}
	return NULL;
}

/* ---- bridge-not-threadsafe ---- */

struct unsafe {
	const char *type, *method, *instead;
};

static const struct unsafe unsafe_calls[] = {
	{"asyncio.AbstractEventLoop", "call_soon", "loop.call_soon_threadsafe()"},
	{"asyncio.AbstractEventLoop", "call_later", "loop.call_soon_threadsafe()"},
	{"asyncio.AbstractEventLoop", "call_at", "loop.call_soon_threadsafe()"},
	{"asyncio.AbstractEventLoop", "create_task", "asyncio.run_coroutine_threadsafe()"},
	{"asyncio.AbstractEventLoop", "stop", "loop.call_soon_threadsafe(loop.stop)"},
	{"asyncio.Queue", "put_nowait", "loop.call_soon_threadsafe(queue.put_nowait, item)"},
	{"asyncio.Queue", "get_nowait", "asyncio.run_coroutine_threadsafe()"},
	{"asyncio.Event", "set", "loop.call_soon_threadsafe(event.set)"},
	{"asyncio.Event", "clear", "loop.call_soon_threadsafe(event.clear)"},
	{"asyncio.Future", "set_result", "loop.call_soon_threadsafe(future.set_result, value)"},
	{"asyncio.Future", "set_exception", "loop.call_soon_threadsafe()"},
	{"asyncio.Future", "cancel", "loop.call_soon_threadsafe(future.cancel)"},
	{"asyncio.Task", "cancel", "loop.call_soon_threadsafe(task.cancel)"},
};

static const struct unsafe *unsafe_call(struct py_file *f, const struct py_node *func)
{
	for (size_t i = 0; i < ARRAY_LEN(unsafe_calls); i++) {
		const struct unsafe *u = &unsafe_calls[i];

		if (!str_is(func->u.attribute.attr, u->method))
			continue;
		if (py_is_type(f, func->u.attribute.value, u->type) ||
			(str_ends(str_from(u->type), "Loop") &&
				is_event_loop(f, func->u.attribute.value)))
			return u;
	}
	return NULL;
}

/* Does the thread run or have a loop of its own? Then its objects may well belong to that. */
static bool has_own_loop(struct py_file *f, const struct py_node *function)
{
	static const char *const names[] = {
		"run_forever", "set_event_loop", "new_event_loop", "get_event_loop", NULL};

	PY_EACH (n, function)
		if (n->kind == PY_Call &&
			(runs_loop(f, n) ||
				idiom_is_one_of(idiom_last_name(n->u.call.func), names)))
			return true;
	return false;
}

/* A local of the thread's function was made there: it is the thread's own. */
static bool is_made_in(
	struct py_file *f, const struct py_node *receiver, const struct py_node *function)
{
	const struct py_binding *b;

	if (receiver->kind != PY_Name)
		return receiver->kind == PY_Call;
	b = py_lookup(f, receiver, receiver->u.name.id);
	return b && b->kind != PY_BIND_PARAM && b->scope->node == function;
}

/* A function that is called in the loop as well may be there now. */
static bool only_threads_run(struct py_file *f, const struct py_node *function)
{
	return function->kind == PY_Lambda || py_callers(f, function).len == 0;
}

void check_not_threadsafe(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *func = call->u.call.func, *function, *start;
	const struct unsafe *unsafe;

	if (func->kind != PY_Attribute)
		return;
	function = py_context(f, call);
	if (function->kind != PY_FunctionDef && function->kind != PY_Lambda)
		return;
	unsafe = unsafe_call(f, func);
	if (!unsafe || is_made_in(f, func->u.attribute.value, function))
		return;
	start = thread_start_of(f, function);
	if (!start || has_own_loop(f, function) || !only_threads_run(f, function))
		return;
	rule_report(run, rule, call,
		"%.*s() runs in a thread, started by %.*s(), and is not thread-safe: it corrupts "
		"the loop's state or wakes nobody; use %s",
		STR_ARG(py_text(f->tree, func)), STR_ARG(py_text(f->tree, start->u.call.func)),
		unsafe->instead);
}

/* ---- bridge-thread-run ---- */

static const char *const loop_bound[] = {"asyncio.Lock", "asyncio.Queue", "asyncio.PriorityQueue",
	"asyncio.LifoQueue", "asyncio.Event", "asyncio.Condition", "asyncio.Semaphore",
	"asyncio.BoundedSemaphore", "asyncio.Future", "asyncio.Task", "asyncio.StreamReader",
	"asyncio.StreamWriter", "aiohttp.ClientSession", "httpx.AsyncClient", "asyncpg.Connection",
	"asyncpg.Pool", "aiomysql.Pool", "aiopg.Pool", "redis.asyncio.Redis",
	"motor.motor_asyncio.AsyncIOMotorClient", NULL};

/* Is the variable made outside the function: a global, an attribute, one of a function around? */
static bool is_from_outside(
	struct py_file *f, const struct py_node *e, const struct py_node *function)
{
	const struct py_binding *b;

	if (e->kind == PY_Attribute)
		return true;
	b = py_lookup(f, e, e->u.name.id);
	return b && b->scope->node != function && b->scope->kind != PY_SCOPE_COMP;
}

/* The first object in the coroutine's body that belongs to a loop and was made elsewhere. */
static const struct py_node *shared_object(struct py_file *f, const struct py_node *def)
{
	PY_EACH (n, def) {
		struct str type;

		if ((n->kind != PY_Name && n->kind != PY_Attribute) || n->op != PY_LOAD ||
			!is_from_outside(f, n, def))
			continue;
		type = py_type_of(f, n, NULL);
		if (type.len > 0 && idiom_is_one_of(type, loop_bound))
			return n;
	}
	return NULL;
}

/* A loop of the thread's own that stays: run_forever, or one kept in a variable outside. */
static bool is_loop_thread(const struct py_node *function)
{
	PY_EACH (n, function)
		if (n->kind == PY_Attribute &&
			(str_is(n->u.attribute.attr, "run_forever") ||
				str_is(n->u.attribute.attr, "new_event_loop")))
			return true;
	return false;
}

/* Does the file run, or need, a loop besides the one that this call runs? */
static bool has_other_loop(
	struct py_file *f, const struct py_node *call, const struct py_node *start)
{
	if (py_in_async(f, start))
		return true;
	PY_EACH (n, f->tree->root)
		if (n != call && n->kind == PY_Call && runs_loop(f, n) &&
			py_context(f, n) != py_context(f, call))
			return true;
	return false;
}

static bool is_fixture(struct py_file *f, const struct py_node *n)
{
	for (; n; n = py_function_around(n)) {
		if (!py_is_function(n))
			continue;
		for (uint32_t i = 0; i < n->u.function.decorators.len; i++)
			if (py_resolves_to(f, n->u.function.decorators.items[i], "pytest.fixture"))
				return true;
	}
	return false;
}

void check_thread_run(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *function, *start, *coroutine, *def, *shared;

	if (!runs_loop(f, call))
		return;
	function = py_context(f, call);
	if (function->kind != PY_FunctionDef && function->kind != PY_Lambda)
		return;
	start = thread_start_of(f, function);
	if (!start || is_loop_thread(function) || is_fixture(f, call) ||
		!has_other_loop(f, call, start))
		return;
	coroutine = py_arg(call, 0);
	def = coroutine && coroutine->kind == PY_Call ? py_callee(f, coroutine->u.call.func) : NULL;
	shared = def ? shared_object(f, def) : NULL;
	if (shared)
		rule_report_level(run, rule, LEVEL_ERROR, call,
			"the loop of this thread runs %.*s(), which uses %.*s, an object of "
			"another loop; use asyncio.run_coroutine_threadsafe() with that loop",
			STR_ARG(def->u.function.name), STR_ARG(py_text(f->tree, shared)));
	else
		rule_report(run, rule, call,
			"a second event loop in a thread: nothing that belongs to the first one "
			"may be used in it");
}
