/*
 * Functions and methods that take a callable or a coroutine and run it: in a thread, in a process,
 * in the event loop. From the documentation of the standard library, anyio, trio, asgiref and
 * starlette. Tornado's loop is not among them: it awaits what its callbacks give.
 */
#include "scan/rules/bridge.h"

#include <string.h>

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

#define ALL_ARGS (-1)
#define NO_ARG   (-2)

static const struct taker takers[] = {
	{"threading.Thread", 1, "target", TAKES_SYNC, IN_THREAD},
	{"threading.Timer", 1, "function", TAKES_SYNC, IN_THREAD},
	{"_thread.start_new_thread", 0, NULL, TAKES_SYNC, IN_THREAD},
	{"multiprocessing.Process", 1, "target", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.context.BaseContext.Process", 1, "target", TAKES_SYNC, IN_PROCESS},
	{"concurrent.futures.Executor.submit", 0, NULL, TAKES_SYNC, IN_THREAD},
	{"concurrent.futures.Executor.map", 0, NULL, TAKES_SYNC, IN_THREAD},
	{"concurrent.futures.ThreadPoolExecutor.submit", 0, NULL, TAKES_SYNC, IN_THREAD},
	{"concurrent.futures.ThreadPoolExecutor.map", 0, NULL, TAKES_SYNC, IN_THREAD},
	{"concurrent.futures.ProcessPoolExecutor.submit", 0, NULL, TAKES_SYNC, IN_PROCESS},
	{"concurrent.futures.ProcessPoolExecutor.map", 0, NULL, TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.apply", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.apply_async", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.map", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.map_async", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.imap", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.imap_unordered", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.starmap", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.Pool.starmap_async", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"multiprocessing.pool.ThreadPool.apply", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.apply_async", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.map", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.map_async", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.imap", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.imap_unordered", 0, "func", TAKES_SYNC, IN_THREAD},
	{"multiprocessing.pool.ThreadPool.starmap", 0, "func", TAKES_SYNC, IN_THREAD},
	{"asyncio.to_thread", 0, "func", TAKES_SYNC, IN_THREAD},
	{"anyio.to_thread.run_sync", 0, "func", TAKES_SYNC, IN_THREAD},
	{"anyio.to_process.run_sync", 0, "func", TAKES_SYNC, IN_PROCESS},
	{"anyio.from_thread.run_sync", 0, "func", TAKES_SYNC, IN_LOOP},
	{"anyio.from_thread.run", 0, "func", TAKES_ASYNC, IN_LOOP},
	{"trio.to_thread.run_sync", 0, "sync_fn", TAKES_SYNC, IN_THREAD},
	{"trio.from_thread.run_sync", 0, "fn", TAKES_SYNC, IN_LOOP},
	{"trio.from_thread.run", 0, "afn", TAKES_ASYNC, IN_LOOP},
	{"asgiref.sync.sync_to_async", 0, "func", TAKES_SYNC, IN_THREAD},
	{"starlette.concurrency.run_in_threadpool", 0, "func", TAKES_SYNC, IN_THREAD},
	{"fastapi.concurrency.run_in_threadpool", 0, "func", TAKES_SYNC, IN_THREAD},
	{".run_in_executor", 1, "func", TAKES_SYNC, IN_THREAD},
	{"loop.call_soon", 0, "callback", TAKES_SYNC, IN_LOOP},
	{"loop.call_later", 1, "callback", TAKES_SYNC, IN_LOOP},
	{"loop.call_at", 1, "callback", TAKES_SYNC, IN_LOOP},
	{"loop.add_reader", 1, "callback", TAKES_SYNC, IN_LOOP},
	{"loop.add_writer", 1, "callback", TAKES_SYNC, IN_LOOP},
	{"loop.add_signal_handler", 1, "callback", TAKES_SYNC, IN_LOOP},
	{".call_soon_threadsafe", 0, "callback", TAKES_SYNC, IN_LOOP},
	{".add_done_callback", 0, "fn", TAKES_SYNC, IN_LOOP},
	{"signal.signal", 1, "handler", TAKES_SYNC, IN_SIGNAL},
	{"atexit.register", 0, NULL, TAKES_SYNC, AT_EXIT},
	{"sorted", NO_ARG, "key", TAKES_SYNC, IN_PLACE},
	{"min", NO_ARG, "key", TAKES_SYNC, IN_PLACE},
	{"max", NO_ARG, "key", TAKES_SYNC, IN_PLACE},
	{"filter", 0, NULL, TAKES_SYNC, IN_PLACE},
	{"functools.reduce", 0, NULL, TAKES_SYNC, IN_PLACE},
	{".start_soon", 0, NULL, TAKES_ASYNC, IN_LOOP},
	{"trio.run", 0, "async_fn", TAKES_ASYNC, IN_LOOP},
	{"anyio.run", 0, "func", TAKES_ASYNC, IN_LOOP},
	{"asyncio.run", 0, "main", TAKES_COROUTINE, IN_LOOP},
	{"uvloop.run", 0, "main", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.Runner.run", 0, "coro", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.create_task", 0, "coro", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.ensure_future", 0, "coro_or_future", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.wait_for", 0, "fut", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.shield", 0, "arg", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.gather", ALL_ARGS, NULL, TAKES_COROUTINE, IN_LOOP},
	{"asyncio.run_coroutine_threadsafe", 0, "coro", TAKES_COROUTINE, IN_LOOP},
	{"asyncio.TaskGroup.create_task", 0, "coro", TAKES_COROUTINE, IN_LOOP},
	{"loop.create_task", 0, "coro", TAKES_COROUTINE, IN_LOOP},
	{".run_until_complete", 0, "future", TAKES_COROUTINE, IN_LOOP},
};

/* ---- event loops ---- */

static bool is_named_loop(struct py_file *f, const struct py_node *expr)
{
	static const char *const names[] = {"loop", "_loop", "event_loop", NULL};

	return idiom_is_one_of(idiom_last_name(expr), names) && py_imports(f, "asyncio") &&
		!py_imports(f, "tornado");
}

bool is_event_loop(struct py_file *f, const struct py_node *expr)
{
	static const char *const getters[] = {"asyncio.get_event_loop", "asyncio.get_running_loop",
		"asyncio.new_event_loop", "uvloop.new_event_loop", NULL};
	struct str type;

	if (expr->kind == PY_Call)
		return py_resolves_to_any(f, expr->u.call.func, getters) >= 0;
	type = py_type_of(f, expr, NULL);
	if (type.len > 0)
		return str_is(type, "asyncio.AbstractEventLoop") || str_is(type, "uvloop.Loop");
	return is_named_loop(f, expr);
}

bool runs_loop(struct py_file *f, const struct py_node *call)
{
	static const char *const names[] = {
		"asyncio.run", "asyncio.Runner.run", "anyio.run", "trio.run", "uvloop.run", NULL};
	struct str name = idiom_last_name(call->u.call.func);

	/* Only event loops have a method of this name. */
	if (call->u.call.func->kind == PY_Attribute && str_is(name, "run_until_complete"))
		return true;
	return (str_is(name, "run") || call->u.call.func->kind == PY_Name) &&
		py_resolves_to_any(f, call->u.call.func, names) >= 0;
}

bool names_coroutine(struct py_file *f, const struct py_node *func)
{
	struct py_names names = py_resolve(f, func);

	for (uint32_t i = 0; i < names.len; i++)
		if (!catalogue_is_coroutine(names.items[i]))
			return false;
	return names.len > 0;
}

/* ---- which one is it ---- */

/* `receiver.method` with a receiver that the row's prefix stands for. */
static bool is_method_of(struct py_file *f, const struct taker *t, const struct py_node *func)
{
	if (t->name[0] == '.')
		return !py_callee(f, func);
	return str_starts(str_from(t->name), "loop.") && is_event_loop(f, func->u.attribute.value);
}

static const struct taker *attribute_taker(struct py_file *f, const struct py_node *func)
{
	struct str attr = func->u.attribute.attr;

	for (size_t i = 0; i < ARRAY_LEN(takers); i++) {
		const char *dot = strrchr(takers[i].name, '.');

		if (!dot || dot[1] != attr.ptr[0] || !str_is(attr, dot + 1))
			continue;
		if (py_resolves_to(f, func, takers[i].name) || is_method_of(f, &takers[i], func))
			return &takers[i];
	}
	return NULL;
}

static const struct taker *named_taker(struct py_file *f, const struct py_node *func)
{
	struct py_names names = py_resolve(f, func);

	for (uint32_t i = 0; i < names.len; i++)
		for (size_t j = 0; j < ARRAY_LEN(takers); j++)
			if (str_is(names.items[i], takers[j].name))
				return &takers[j];
	return NULL;
}

const struct taker *taker_of(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;

	if (call->u.call.args.len + call->u.call.keywords.len == 0)
		return NULL;
	if (func->kind == PY_Attribute)
		return attribute_taker(f, func);
	return func->kind == PY_Name ? named_taker(f, func) : NULL;
}

const struct py_node *taker_arg(const struct taker *t, const struct py_node *call)
{
	if (t->position == ALL_ARGS)
		return py_arg(call, 0);
	if (t->position != NO_ARG && py_arg(call, (uint32_t)t->position))
		return py_arg(call, (uint32_t)t->position);
	return t->keyword ? py_keyword(call, t->keyword) : NULL;
}
