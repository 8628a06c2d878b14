/*
 * Cancellation and timeouts: the rows. A task is cancelled by an exception thrown into the await it
 * stands at; whoever asked for it (asyncio.timeout, wait_for, a TaskGroup, shutdown) waits until
 * that exception comes out again. The callbacks stand in cancel_*.c and timeout.c.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"

static const char *const scope_words[] = {"trio", "anyio", NULL};
static const char *const callback_words[] = {"add_done_callback", NULL};
/* Synchronous code is looked at as well: the libraries' names have to be in the file. */
static const char *const missing_words[] = {"requests", "urlopen", "async", NULL};
static const char *const disabled_words[] = {"requests", "urlopen", "httpx", "aiohttp", NULL};

static const struct rule rules[] = {
	{
		.id = "cancel-swallowed",
		.level = LEVEL_WARNING,
		.title = "Cancellation is caught and not raised again",
		.why = "Cancelling a task throws CancelledError (in trio and anyio: Cancelled) "
		       "into the "
		       "await it stands at. A handler that catches it and goes on undoes the "
		       "cancellation: timeouts do not fire, TaskGroups and shutdown hang, and "
		       "inside "
		       "`while True` the task cannot be stopped at all.",
		.fix = "Raise it again after cleaning up, put cleaning up into `finally`, or catch "
		       "`Exception`, which does not include cancellation.",
		.bad = "import asyncio\n\n"
		       "async def worker(queue):\n"
		       "    while True:\n"
		       "        try:\n"
		       "            await handle(await queue.get())\n"
		       "        except asyncio.CancelledError:\n"
		       "            log.warning('cancelled')\n",
		.good = "import asyncio\n\n"
			"async def worker(queue):\n"
			"    while True:\n"
			"        try:\n"
			"            await handle(await queue.get())\n"
			"        except asyncio.CancelledError:\n"
			"            log.warning('cancelled')\n"
			"            raise\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Try) | PY_BIT(TryStar) | PY_BIT(With) | PY_BIT(AsyncWith),
		.check = check_swallowed,
		.from_absence = true,
		.async_only = true,
	},
	{
		.id = "cancel-finally-exit",
		.level = LEVEL_ERROR,
		.title = "Leaving a finally swallows cancellation",
		.why = "A return, break or continue in `finally` throws away the exception that is "
		       "on its way, CancelledError too. The task goes on after it was cancelled: "
		       "timeouts do not fire, TaskGroups and shutdown wait for it, and errors of "
		       "the try body disappear without a trace. Python 3.14 warns of it.",
		.fix = "Move the statement behind the try, or into `except` and `else`; keep "
		       "`finally` for cleaning up.",
		.bad = "async def fetch(session, url):\n"
		       "    result = None\n"
		       "    try:\n"
		       "        result = await session.get(url)\n"
		       "    finally:\n"
		       "        return result\n",
		.good = "async def fetch(session, url):\n"
			"    result = None\n"
			"    try:\n"
			"        result = await session.get(url)\n"
			"    finally:\n"
			"        session.release()\n"
			"    return result\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Try) | PY_BIT(TryStar),
		.check = check_finally_exit,
		.async_only = true,
	},
	{
		.id = "cancel-cleanup",
		.level = LEVEL_WARNING,
		.title = "Cleaning up awaits without a shield",
		.why = "In trio and anyio a cancelled scope cancels every await in it, again and "
		       "again, until it is left. An await in `finally` or in the handler of the "
		       "cancellation is cancelled at once: the goodbye is not sent, the "
		       "transaction is not rolled back, exactly when it matters.",
		.fix = "Clean up in a shielded scope with a time limit, `with "
		       "move_on_after(5, shield=True):`, or use what needs no waiting (aclose(), "
		       "aclose_forcefully()).",
		.bad = "import anyio\n\n"
		       "async def talk(stream):\n"
		       "    try:\n"
		       "        await stream.receive()\n"
		       "    finally:\n"
		       "        await stream.send(b'bye')\n",
		.good = "import anyio\n\n"
			"async def talk(stream):\n"
			"    try:\n"
			"        await stream.receive()\n"
			"    finally:\n"
			"        with anyio.move_on_after(5, shield=True):\n"
			"            await stream.send(b'bye')\n",
		.libraries = "trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.words = scope_words,
		.kinds = PY_BIT(Try) | PY_BIT(TryStar),
		.check = check_cleanup,
		.async_only = true,
	},
	{
		.id = "cancel-callback",
		.level = LEVEL_WARNING,
		.title = "Done-callback does not expect a cancelled task",
		.why = "On a cancelled task result() and exception() raise CancelledError. In a "
		       "done-callback nobody catches it: the rest of the callback does not run, "
		       "and every timeout and every shutdown logs \"Exception in callback\" with a "
		       "traceback that hides real errors.",
		.fix = "Ask `if task.cancelled(): return` first.",
		.bad = "import asyncio\n\n"
		       "def report(task):\n"
		       "    if task.exception():\n"
		       "        print('failed', task.exception())\n\n"
		       "async def start(job):\n"
		       "    task = asyncio.create_task(job())\n"
		       "    task.add_done_callback(report)\n"
		       "    return task\n",
		.good = "import asyncio\n\n"
			"def report(task):\n"
			"    if not task.cancelled() and task.exception():\n"
			"        print('failed', task.exception())\n\n"
			"async def start(job):\n"
			"    task = asyncio.create_task(job())\n"
			"    task.add_done_callback(report)\n"
			"    return task\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = callback_words,
		.kinds = PY_BIT(Call),
		.check = check_done_callback,
		.from_absence = true,
	},
	{
		.id = "timeout-missing",
		.level = LEVEL_WARNING,
		.title = "Network call that may wait for ever",
		.why = "requests and urlopen have no timeout of their own. A peer that accepts the "
		       "connection and then says nothing holds the thread, or the whole event "
		       "loop, until somebody restarts the process; pools of workers fill up with "
		       "such calls one by one.",
		.fix = "Pass `timeout=` (seconds, or connect and read apart). In request handlers "
		       "put waits into `async with asyncio.timeout(...)`.",
		.bad = "import requests\n\n"
		       "def price(symbol):\n"
		       "    return requests.get(f'https://example.org/{symbol}').json()\n",
		.good = "import requests\n\n"
			"def price(symbol):\n"
			"    url = f'https://example.org/{symbol}'\n"
			"    return requests.get(url, timeout=10).json()\n",
		.libraries = "requests, urllib, asyncio",
		.pythons = "",
		.since = "1",
		.words = missing_words,
		.kinds = PY_BIT(Call),
		.check = check_timeout_missing,
	},
	{
		.id = "timeout-disabled",
		.level = LEVEL_WARNING,
		.title = "The timeout is switched off",
		.why = "`timeout=None` means wait for ever: one peer that accepts the connection "
		       "and then says nothing keeps the task, its connection and everything that "
		       "waits for it until the process is restarted.",
		.fix = "Set a limit that fits the slowest answer you expect. Streams need one "
		       "between two reads: `ClientTimeout(total=None, sock_read=60)`, "
		       "`httpx.Timeout(10, read=60)`.",
		.bad = "import aiohttp\n\n"
		       "async def price(url):\n"
		       "    limit = aiohttp.ClientTimeout(total=None)\n"
		       "    async with aiohttp.ClientSession(timeout=limit) as session:\n"
		       "        async with session.get(url) as answer:\n"
		       "            return await answer.json()\n",
		.good = "import aiohttp\n\n"
			"async def price(url):\n"
			"    limit = aiohttp.ClientTimeout(total=30)\n"
			"    async with aiohttp.ClientSession(timeout=limit) as session:\n"
			"        async with session.get(url) as answer:\n"
			"            return await answer.json()\n",
		.libraries = "requests, urllib, httpx, aiohttp",
		.pythons = "",
		.since = "1",
		.words = disabled_words,
		.kinds = PY_BIT(Call),
		.check = check_timeout_disabled,
	},
};

static const char *const words[] = {"async", NULL};

const struct rule_family family_cancel = {
	.slug = "cancel",
	.title = "Cancellation and timeouts",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
