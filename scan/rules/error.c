/*
 * Lost errors: exceptions of tasks, futures and workers that nobody looks at. The rows; the checks
 * stand in error_*.c.
 */
#include "scan/rules/error.h"

#include "scan/base/mem.h"

static const char *const gather_words[] = {"return_exceptions", NULL};
static const char *const submit_words[] = {"submit", NULL};
static const char *const pool_words[] = {"apply_async", "map_async", NULL};
static const char *const wait_words[] = {"asyncio", NULL};
static const char *const map_words[] = {"Executor", NULL};

/* Each rule has words of its own; together they stand for the family. */
static const char *const words[] = {
	"return_exceptions", "submit", "Executor", "apply_async", "map_async", NULL};

static const struct rule rules[] = {
	{
		.id = "error-gather-ignored",
		.level = LEVEL_WARNING,
		.title = "Exceptions returned by gather() and never looked at",
		.why = "With return_exceptions=True a failed task's exception stands in the list "
		       "of "
		       "results. If nobody tests for it, the failure is silent, or an exception "
		       "object "
		       "travels on as if it were data and breaks something far away.",
		.fix = "Test each result with isinstance(r, BaseException) and log or raise it; or "
		       "use "
		       "asyncio.TaskGroup; or leave return_exceptions out so that the first error "
		       "is "
		       "raised.",
		.bad = "import asyncio\n\n"
		       "async def notify(users):\n"
		       "    await asyncio.gather(*[send(u) for u in users], "
		       "return_exceptions=True)\n",
		.good = "import asyncio\n\n"
			"async def notify(users):\n"
			"    results = await asyncio.gather(\n"
			"        *[send(u) for u in users], return_exceptions=True)\n"
			"    for user, result in zip(users, results):\n"
			"        if isinstance(result, BaseException):\n"
			"            log.error(\"%s not notified\", user, exc_info=result)\n",
		.libraries = "asyncio",
		.pythons = "",
		.since = "1",
		.words = gather_words,
		.kinds = PY_BIT(Call),
		.check = check_gather_ignored,
		.from_absence = true,
	},
	{
		.id = "error-gather-handler",
		.level = LEVEL_WARNING,
		.title = "Exception handler around gather(return_exceptions=True) that never runs",
		.why = "With return_exceptions=True gather() returns exceptions as results and "
		       "raises none. The handler looks like error handling and is dead code: "
		       "failures pass by it unseen.",
		.fix = "Test the results with isinstance(r, BaseException), or leave "
		       "return_exceptions out so that the first error reaches the handler.",
		.bad = "import asyncio\n\n"
		       "async def notify(users):\n"
		       "    try:\n"
		       "        results = await asyncio.gather(\n"
		       "            *[send(u) for u in users], return_exceptions=True)\n"
		       "    except Exception:\n"
		       "        log.exception(\"not notified\")\n"
		       "        return 0\n"
		       "    return sum(not isinstance(r, BaseException) for r in results)\n",
		.good = "import asyncio\n\n"
			"async def notify(users):\n"
			"    try:\n"
			"        await asyncio.gather(*[send(u) for u in users])\n"
			"    except Exception:\n"
			"        log.exception(\"not notified\")\n",
		.libraries = "asyncio",
		.pythons = "3.8+",
		.since = "1",
		.words = gather_words,
		.kinds = PY_BIT(Try) | PY_BIT(TryStar),
		.check = check_gather_handler,
		.async_only = true,
	},
	{
		.id = "error-future-dropped",
		.level = LEVEL_WARNING,
		.title = "Future of executor.submit() that nobody reads",
		.why = "An exception in a worker is kept in the future, and nothing is printed "
		       "when "
		       "the future goes away. The job fails and no log says so.",
		.fix = "Keep the futures and call result() on each, or add a done-callback that "
		       "logs exception().",
		.bad = "from concurrent.futures import ThreadPoolExecutor\n\n"
		       "def refresh(keys):\n"
		       "    with ThreadPoolExecutor(8) as pool:\n"
		       "        for key in keys:\n"
		       "            pool.submit(load, key)\n",
		.good = "from concurrent.futures import ThreadPoolExecutor, as_completed\n\n"
			"def refresh(keys):\n"
			"    with ThreadPoolExecutor(8) as pool:\n"
			"        futures = [pool.submit(load, key) for key in keys]\n"
			"        for future in as_completed(futures):\n"
			"            future.result()\n",
		.libraries = "concurrent.futures",
		.pythons = "",
		.since = "1",
		.words = submit_words,
		.kinds = PY_BIT(Call),
		.check = check_future_dropped,
		.data = "submit",
		.from_absence = true,
	},
	{
		.id = "error-map-dropped",
		.level = LEVEL_INFO,
		.title = "Results of executor.map() that nobody reads",
		.why = "executor.map() raises a worker's exception when its result is read. If "
		       "nobody iterates over the results, failures leave no trace.",
		.fix = "Iterate over the results: `for _ in pool.map(f, items): pass`.",
		.bad = "from concurrent.futures import ThreadPoolExecutor\n\n"
		       "def refresh(keys):\n"
		       "    with ThreadPoolExecutor(8) as pool:\n"
		       "        pool.map(load, keys)\n",
		.good = "from concurrent.futures import ThreadPoolExecutor\n\n"
			"def refresh(keys):\n"
			"    with ThreadPoolExecutor(8) as pool:\n"
			"        return list(pool.map(load, keys))\n",
		.libraries = "concurrent.futures",
		.pythons = "",
		.since = "1",
		.words = map_words,
		.kinds = PY_BIT(Call),
		.check = check_future_dropped,
		.data = "map",
		.from_absence = true,
	},
	{
		.id = "error-pool-discarded",
		.level = LEVEL_ERROR,
		.title = "Work of a process pool that its `with` terminates",
		.why = "Leaving `with Pool() as pool:` calls terminate(): workers are killed, "
		       "whatever "
		       "they are doing. Work whose result was not fetched inside the block is lost "
		       "without an error, and get() after it can wait for ever.",
		.fix = "Call get() on each result inside the `with`, or close() and join() the "
		       "pool "
		       "before it ends.",
		.bad = "from multiprocessing import Pool\n\n"
		       "def convert(paths):\n"
		       "    with Pool() as pool:\n"
		       "        for path in paths:\n"
		       "            pool.apply_async(convert_one, (path,))\n",
		.good = "from multiprocessing import Pool\n\n"
			"def convert(paths):\n"
			"    with Pool() as pool:\n"
			"        results = [pool.apply_async(convert_one, (path,)) for path in "
			"paths]\n"
			"        return [result.get() for result in results]\n",
		.libraries = "multiprocessing",
		.pythons = "",
		.since = "1",
		.words = pool_words,
		.kinds = PY_BIT(Call),
		.check = check_pool_discarded,
		.from_absence = true,
	},
	{
		.id = "error-wait-ignored",
		.level = LEVEL_WARNING,
		.title = "Tasks given to asyncio.wait() and forgotten",
		.why = "wait() neither raises the exceptions of its tasks nor cancels those that "
		       "run "
		       "into its timeout. The program goes on as if all had gone well, and the "
		       "pending tasks go on in the background.",
		.fix = "Ask every task in `done` for its result(), cancel or await those in "
		       "`pending`; or use asyncio.TaskGroup or gather(), which raise.",
		.bad = "import asyncio\n\n"
		       "async def notify(users):\n"
		       "    tasks = [asyncio.create_task(send(u)) for u in users]\n"
		       "    await asyncio.wait(tasks, timeout=5)\n",
		.good = "import asyncio\n\n"
			"async def notify(users):\n"
			"    tasks = [asyncio.create_task(send(u)) for u in users]\n"
			"    done, pending = await asyncio.wait(tasks, timeout=5)\n"
			"    for task in pending:\n"
			"        task.cancel()\n"
			"    for task in done:\n"
			"        task.result()\n",
		.libraries = "asyncio",
		.pythons = "",
		.since = "1",
		.words = wait_words,
		.kinds = PY_BIT(Call),
		.check = check_wait_ignored,
		.from_absence = true,
		.async_only = true,
	},
};

const struct rule_family family_error = {
	.slug = "error",
	.title = "Lost errors",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
