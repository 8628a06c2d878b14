/*
 * The task family: tasks and coroutines, and the scopes that bound them. Here are only the rows;
 * the callbacks stand in task_NAME.c and scope.c.
 */
#include "scan/rules/task.h"

#include "scan/base/mem.h"

static const char *const task_words[] = {"create_task", "ensure_future", NULL};

static const struct rule rules[] = {
	{
		.id = "task-dropped",
		.level = LEVEL_ERROR,
		.title = "Task that nobody keeps",
		.why = "The event loop holds tasks only weakly. A task whose result is dropped "
		       "may be garbage-collected in the middle of its work, which then simply "
		       "stops; and when it fails, nobody sees more than \"Task exception was "
		       "never retrieved\", at some later time.",
		.fix = "Keep the task and await it, start it in an asyncio.TaskGroup, or put it "
		       "into a set that outlives the function and remove it with "
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
		.words = task_words,
		.kinds = PY_BIT(Call),
		.check = check_task_dropped,
		.from_absence = true,
	},
	{
		.id = "task-unawaited",
		.level = LEVEL_ERROR,
		.title = "Coroutine that is never awaited",
		.why = "Calling an `async def` runs none of it: it makes a coroutine object, "
		       "which is always true, equals nothing and has no result. Without `await` "
		       "the work is silently not done (\"coroutine ... was never awaited\" in "
		       "the log), and an `if` on it always takes the same branch.",
		.fix = "Put `await` before the call, or give the coroutine to "
		       "asyncio.create_task() or a TaskGroup and keep the task.",
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
		.check = check_task_unawaited,
		.from_absence = true,
	},
	{
		.id = "task-abandoned",
		.level = LEVEL_WARNING,
		.title = "Task that some way out of the function leaves running",
		.why = "The function returns, the task goes on: with nobody to await or cancel "
		       "it, its exception is lost, it may be garbage-collected in the middle, "
		       "and at shutdown the log says \"Task was destroyed but it is pending\".",
		.fix = "Cancel and await the task in a `finally`, or start it in an "
		       "asyncio.TaskGroup, which ends it on every way out.",
		.bad = "import asyncio\n\n"
		       "async def fetch(url, cache):\n"
		       "    task = asyncio.create_task(download(url))\n"
		       "    if url in cache:\n"
		       "        return cache[url]\n"
		       "    return await task\n",
		.good = "import asyncio\n\n"
			"async def fetch(url, cache):\n"
			"    if url in cache:\n"
			"        return cache[url]\n"
			"    task = asyncio.create_task(download(url))\n"
			"    return await task\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = task_words,
		.kinds = PY_BIT(Call),
		.check = check_task_abandoned,
		.from_absence = true,
	},
	{
		.id = "task-awaited-twice",
		.level = LEVEL_ERROR,
		.title = "Coroutine that is awaited twice",
		.why = "A coroutine object runs once. The second await, the second turn of a "
		       "retry loop or the second task made of it raises \"RuntimeError: cannot "
		       "reuse already awaited coroutine\", usually only on the rare way that "
		       "retries.",
		.fix = "Call the function again for each await; or make a task of it with "
		       "asyncio.create_task(), which can be awaited as often as needed.",
		.bad = "import asyncio\n\n"
		       "async def load(client):\n"
		       "    await client.connect()\n\n"
		       "async def load_with_retry(client):\n"
		       "    job = load(client)\n"
		       "    for attempt in range(3):\n"
		       "        try:\n"
		       "            return await asyncio.wait_for(job, 5)\n"
		       "        except TimeoutError:\n"
		       "            continue\n",
		.good = "import asyncio\n\n"
			"async def load(client):\n"
			"    await client.connect()\n\n"
			"async def load_with_retry(client):\n"
			"    for attempt in range(3):\n"
			"        try:\n"
			"            return await asyncio.wait_for(load(client), 5)\n"
			"        except TimeoutError:\n"
			"            continue\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Assign),
		.check = check_task_twice,
		.from_absence = true,
		.async_only = true,
	},
	{
		.id = "task-cached",
		.level = LEVEL_ERROR,
		.title = "Cache that keeps a coroutine",
		.why = "The cache stores what the call returns, and an `async def` returns a "
		       "coroutine. The first caller awaits it; every later one gets the same "
		       "used-up object and fails with \"RuntimeError: cannot reuse already "
		       "awaited coroutine\".",
		.fix = "Use a cache that knows coroutines (async_lru.alru_cache, aiocache), or "
		       "cache the awaited value or a task yourself.",
		.bad = "import functools\n\n"
		       "@functools.lru_cache(maxsize=None)\n"
		       "async def settings(tenant):\n"
		       "    return await load(tenant)\n",
		.good = "from async_lru import alru_cache\n\n"
			"@alru_cache(maxsize=None)\n"
			"async def settings(tenant):\n"
			"    return await load(tenant)\n",
		.libraries = "functools, cachetools, django",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(AsyncFunctionDef) | PY_BIT(Call),
		.check = check_task_cached,
	},
	{
		.id = "task-serialised",
		.level = LEVEL_INFO,
		.title = "Task that is awaited at once",
		.why = "`await create_task(f())` and `await gather(f())` wait for one thing, as "
		       "`await f()` does, but cost a task, a turn of the loop and a copy of the "
		       "context. Where it was meant to run beside something else, it does not.",
		.fix = "Await the coroutine itself; or start all tasks first and await them "
		       "afterwards, with asyncio.TaskGroup or one gather() for all.",
		.bad = "import asyncio\n\n"
		       "async def both(a, b):\n"
		       "    x = await asyncio.create_task(fetch(a))\n"
		       "    y = await asyncio.create_task(fetch(b))\n"
		       "    return x, y\n",
		.good = "import asyncio\n\n"
			"async def both(a, b):\n"
			"    return await asyncio.gather(fetch(a), fetch(b))\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Await),
		.check = check_task_serialised,
		.async_only = true,
	},
	{
		.id = "scope-yield",
		.level = LEVEL_ERROR,
		.title = "Generator that yields inside a cancel scope",
		.why = "Between two steps of the generator its timeout or task group stays open "
		       "around code that is not its own: the scope cancels the consumer, a "
		       "failing child never reaches the generator, and a generator that is not "
		       "run to its end closes the scope in another task (\"Attempted to exit "
		       "cancel scope in a different task\").",
		.fix = "Close the scope before each yield (`async with timeout(5): item = await "
		       "get()`, then `yield item`), or make a context manager that runs the "
		       "producer in a task and hands out a queue.",
		.bad = "import asyncio\n\n"
		       "async def lines(reader):\n"
		       "    async with asyncio.timeout(30):\n"
		       "        async for line in reader:\n"
		       "            yield line\n",
		.good = "import asyncio\n\n"
			"async def lines(reader):\n"
			"    while True:\n"
			"        async with asyncio.timeout(30):\n"
			"            line = await reader.readline()\n"
			"        if not line:\n"
			"            return\n"
			"        yield line\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.6+",
		.since = "1",
		.kinds = PY_BIT(Yield),
		.check = check_scope_yield,
		.async_only = true,
	},
	{
		.id = "scope-empty",
		.level = LEVEL_WARNING,
		.title = "Timeout around code that never waits",
		.why = "A timeout is delivered at an await. Where the body has none, the code "
		       "runs to its end however long that takes, and the timeout only looks "
		       "like protection; often an `await` was forgotten or stands after the "
		       "block.",
		.fix = "Move the awaits that may take long into the block; give blocking work "
		       "to a thread (asyncio.to_thread) and await that.",
		.bad = "import asyncio\n\n"
		       "async def load(path):\n"
		       "    async with asyncio.timeout(5):\n"
		       "        task = asyncio.create_task(read(path))\n"
		       "    return await task\n",
		.good = "import asyncio\n\n"
			"async def load(path):\n"
			"    async with asyncio.timeout(5):\n"
			"        return await read(path)\n",
		.libraries = "asyncio, trio, anyio, async_timeout",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith),
		.check = check_scope_empty,
		.from_absence = true,
		.async_only = true,
	},
	{
		.id = "async-needless",
		.level = LEVEL_INFO,
		.title = "Async function that awaits nothing",
		.why = "Each call makes and runs a coroutine for work that never waits, every "
		       "caller has to be async as well, and a reader looks for the I/O that is "
		       "not there.",
		.fix = "Make it a plain `def` and drop the `await` of its callers; keep `async` "
		       "where an interface asks for it.",
		.bad = "async def area(width, height):\n"
		       "    return width * height\n\n"
		       "async def report(shape):\n"
		       "    await shape.send(await area(2, 3))\n",
		.good = "def area(width, height):\n"
			"    return width * height\n\n"
			"async def report(shape):\n"
			"    await shape.send(area(2, 3))\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(AsyncFunctionDef),
		.check = check_async_needless,
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
