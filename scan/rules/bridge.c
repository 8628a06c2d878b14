/*
 * Mixing async and threads: event loops run, called and waited for from the wrong side. The rows;
 * their callbacks stand in bridge_*.c.
 */
#include "scan/rules/bridge.h"

static const char *const nested_words[] = {
	"run_until_complete", "asyncio", "anyio", "trio", "uvloop", NULL};

static const char *const threadsafe_words[] = {"run_coroutine_threadsafe", NULL};

/* The last: `yield from` inside `async def`. */
static const char *const legacy_words[] = {"asyncio", "async", NULL};

static const struct rule rules[] = {
	{
		.id = "bridge-nested-run",
		.level = LEVEL_ERROR,
		.title = "Event loop started inside a running event loop",
		.why = "asyncio.run() and run_until_complete() refuse to start while a loop is "
		       "running "
		       "in the thread: the call raises RuntimeError, often only on the one path "
		       "where "
		       "async code reaches a helper that was written for scripts.",
		.fix = "Await the coroutine. Where the helper must stay sync, give it an async "
		       "twin, or "
		       "run it in a worker thread: `await asyncio.to_thread(helper)`.",
		.bad = "import asyncio\n\n"
		       "def load(url):\n"
		       "    return asyncio.run(fetch(url))\n\n"
		       "async def handler(request):\n"
		       "    return load(request.url)\n",
		.good = "import asyncio\n\n"
			"async def load(url):\n"
			"    return await fetch(url)\n\n"
			"async def handler(request):\n"
			"    return await load(request.url)\n",
		.libraries = "asyncio, anyio, trio, uvloop",
		.pythons = "",
		.since = "1",
		.words = nested_words,
		.kinds = PY_BIT(Call),
		.check = check_nested_run,
		.async_only = true,
	},
	{
		.id = "bridge-async-callback",
		.level = LEVEL_ERROR,
		.title = "Async function where a sync one is called",
		.why = "Threads, executors, loop callbacks, signal handlers and the like just call "
		       "what they are given. Calling an `async def` runs none of it: the coroutine "
		       "is thrown away, the work is silently not done, and all that is seen is "
		       "\"coroutine ... was never awaited\" at some later time.",
		.fix = "Give them a sync function. In a thread it can run the coroutine with "
		       "asyncio.run() or hand it to the loop with "
		       "asyncio.run_coroutine_threadsafe(); in the loop it can start a task and "
		       "keep it.",
		.bad = "import threading\n"
		       "\n"
		       "async def poll():\n"
		       "    await fetch()\n"
		       "\n"
		       "threading.Thread(target=poll).start()\n",
		.good = "import asyncio\n"
			"import threading\n"
			"\n"
			"async def poll():\n"
			"    await fetch()\n"
			"\n"
			"def run_poll():\n"
			"    asyncio.run(poll())\n"
			"\n"
			"threading.Thread(target=run_poll).start()\n",
		.libraries = "asyncio, threading, multiprocessing, concurrent.futures, anyio, trio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call) | PY_BIT(AsyncFunctionDef),
		.check = check_async_callback,
	},
	{
		.id = "bridge-called-early",
		.level = LEVEL_ERROR,
		.title = "Function called where it should be passed",
		.why = "`to_thread(work())` runs work() at once, in the calling thread and before "
		       "anything is handed over: it blocks exactly what it was meant to keep free. "
		       "What is handed over is its result, which nobody can call, so the thread or "
		       "callback fails with a TypeError or does nothing.",
		.fix = "Pass the function itself and its arguments after it: `to_thread(work, "
		       "item)`, `Thread(target=work, args=(item,))`, `nursery.start_soon(work, "
		       "item)`.",
		.bad = "import asyncio\n"
		       "\n"
		       "def resize(path):\n"
		       "    image = load(path)\n"
		       "    image.save(path, quality=80)\n"
		       "\n"
		       "async def upload(path):\n"
		       "    await asyncio.to_thread(resize(path))\n",
		.good = "import asyncio\n"
			"\n"
			"def resize(path):\n"
			"    image = load(path)\n"
			"    image.save(path, quality=80)\n"
			"\n"
			"async def upload(path):\n"
			"    await asyncio.to_thread(resize, path)\n",
		.libraries = "asyncio, threading, multiprocessing, concurrent.futures, anyio, trio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_called_early,
	},
	{
		.id = "bridge-uncalled",
		.level = LEVEL_ERROR,
		.title = "Async function passed where its coroutine is needed",
		.why = "asyncio.run, create_task, gather, wait_for and the like need what calling "
		       "the function gives, a coroutine. The function itself is refused with a "
		       "TypeError, when the line first runs.",
		.fix = "Call it: `asyncio.create_task(work(item))`.",
		.bad = "import asyncio\n"
		       "\n"
		       "async def main():\n"
		       "    await serve()\n"
		       "\n"
		       "asyncio.run(main)\n",
		.good = "import asyncio\n"
			"\n"
			"async def main():\n"
			"    await serve()\n"
			"\n"
			"asyncio.run(main())\n",
		.libraries = "asyncio, uvloop",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_uncalled,
	},
	{
		.id = "bridge-threadsafe-result",
		.level = LEVEL_ERROR,
		.title = "Waiting in the event loop for run_coroutine_threadsafe()",
		.why = "result() stops the thread until the coroutine is done. In the loop's own "
		       "thread the coroutine cannot even start: the program hangs for good. On "
		       "another loop's work it still stops this loop and every task in it. A "
		       "future that nobody looks at, on the other hand, swallows the coroutine's "
		       "exception without a word in the log.",
		.fix = "In async code await the coroutine, or `await asyncio.wrap_future(future)` "
		       "when it runs on another loop. In other threads keep the future and call "
		       "result() on it.",
		.bad = "import asyncio\n"
		       "\n"
		       "async def status(client, loop):\n"
		       "    future = asyncio.run_coroutine_threadsafe(client.ping(), loop)\n"
		       "    return future.result()\n",
		.good = "import asyncio\n"
			"\n"
			"async def status(client, loop):\n"
			"    future = asyncio.run_coroutine_threadsafe(client.ping(), loop)\n"
			"    return await asyncio.wrap_future(future)\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = threadsafe_words,
		.kinds = PY_BIT(Call),
		.check = check_threadsafe_result,
		.from_absence = true,
	},
	{
		.id = "bridge-not-threadsafe",
		.level = LEVEL_WARNING,
		.title = "asyncio object used from a thread",
		.why = "Loops, tasks, futures, queues and events of asyncio take no locks. Touched "
		       "from another thread they are changed while the loop works on them, and the "
		       "loop, asleep in its selector, is not woken: the callback runs late, "
		       "seconds later or with the next unrelated event.",
		.fix = "Use loop.call_soon_threadsafe(), asyncio.run_coroutine_threadsafe(), or a "
		       "queue.Queue.",
		.bad = "import asyncio\n"
		       "import threading\n"
		       "\n"
		       "async def listen(port):\n"
		       "    queue = asyncio.Queue()\n"
		       "\n"
		       "    def read():\n"
		       "        for line in port:\n"
		       "            queue.put_nowait(line)\n"
		       "\n"
		       "    threading.Thread(target=read).start()\n"
		       "    return await queue.get()\n",
		.good = "import asyncio\n"
			"import threading\n"
			"\n"
			"async def listen(port):\n"
			"    queue = asyncio.Queue()\n"
			"    loop = asyncio.get_running_loop()\n"
			"\n"
			"    def read():\n"
			"        for line in port:\n"
			"            loop.call_soon_threadsafe(queue.put_nowait, line)\n"
			"\n"
			"    threading.Thread(target=read).start()\n"
			"    return await queue.get()\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_not_threadsafe,
	},
	{
		.id = "bridge-thread-run",
		.level = LEVEL_INFO,
		.title = "Second event loop in a thread",
		.why = "asyncio.run() in a thread is allowed, but it makes a loop of its own. "
		       "Locks, queues, events, sessions and connections belong to the loop that "
		       "used them first: used from the second one they raise \"attached to a "
		       "different loop\", or wait for ever.",
		.fix = "Give the coroutine to the loop that exists, "
		       "asyncio.run_coroutine_threadsafe(coroutine, loop), or make everything it "
		       "uses inside it.",
		.bad = "import asyncio\n"
		       "import threading\n"
		       "\n"
		       "lock = asyncio.Lock()\n"
		       "\n"
		       "async def update():\n"
		       "    async with lock:\n"
		       "        await save()\n"
		       "\n"
		       "def worker():\n"
		       "    asyncio.run(update())\n"
		       "\n"
		       "async def main():\n"
		       "    threading.Thread(target=worker).start()\n"
		       "    await update()\n",
		.good = "import asyncio\n"
			"import threading\n"
			"\n"
			"lock = asyncio.Lock()\n"
			"\n"
			"async def update():\n"
			"    async with lock:\n"
			"        await save()\n"
			"\n"
			"def worker(loop):\n"
			"    asyncio.run_coroutine_threadsafe(update(), loop).result()\n"
			"\n"
			"async def main():\n"
			"    loop = asyncio.get_running_loop()\n"
			"    threading.Thread(target=worker, args=(loop,)).start()\n"
			"    await update()\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = nested_words,
		.kinds = PY_BIT(Call),
		.check = check_thread_run,
	},
	{
		.id = "bridge-legacy",
		.level = LEVEL_WARNING,
		.title = "asyncio as before Python 3.10",
		.why = "Newer Pythons refuse what older ones took: get_event_loop() without a "
		       "running loop raises in 3.14, `loop=` arguments are a TypeError since 3.10, "
		       "coroutines in asyncio.wait() and @asyncio.coroutine since 3.11, "
		       "asyncio.async() is a syntax error since 3.7. The upgrade fails at run "
		       "time, on the lines that tests do not reach.",
		.fix = "Use asyncio.run() at the top and asyncio.get_running_loop() in coroutines; "
		       "leave out `loop=`; make tasks before asyncio.wait(); write `async def` and "
		       "`await`.",
		.bad = "import asyncio\n"
		       "\n"
		       "def main():\n"
		       "    loop = asyncio.get_event_loop()\n"
		       "    loop.run_until_complete(serve())\n",
		.good = "import asyncio\n"
			"\n"
			"def main():\n"
			"    asyncio.run(serve())\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = legacy_words,
		.kinds = PY_BIT(Call) | PY_BIT(FunctionDef) | PY_BIT(YieldFrom),
		.check = check_legacy,
	},
};

/* What gives threads, processes and loops their work; for what takes a callable in any file
 * (signal, atexit, sorted), `async def` and the packages whose coroutine functions are catalogued.
 */
static const char *const words[] = {"async", "asyncio", "threading", "_thread", "multiprocessing",
	"concurrent", "anyio", "trio", "uvloop", "aiohttp", "httpx", "asyncpg", "sync_to_async",
	"run_in_threadpool", "run_in_executor", "call_soon_threadsafe", "add_done_callback",
	"start_soon", "run_until_complete", NULL};

const struct rule_family family_bridge = {
	.slug = "bridge",
	.title = "Mixing async and threads",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
