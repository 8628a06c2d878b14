/*
 * Races: shared state that somebody else changes between a read and the write that depends on it.
 *
 * The rows; race_await.c, race_thread.c and race_process.c look for it.
 */
#include "scan/rules/race.h"

static const char *const await_words[] = {"async", NULL};
static const char *const thread_words[] = {"threading", "thread", "concurrent.futures",
	"multiprocessing", "to_thread", "run_in_executor", NULL};
static const char *const process_words[] = {"multiprocessing", NULL};

static const struct rule rules[] = {
	{
		.id = "race-await",
		.level = LEVEL_WARNING,
		.title = "Shared state read before an await and written after it",
		.why = "Every await lets other tasks run. What they change between the read and "
		       "the write is overwritten: lost updates, objects made twice, limits "
		       "overrun, and only under load.",
		.fix = "Await first and then read and write without an await in between; or hold "
		       "an asyncio.Lock around both; or test again after the await.",
		.bad = "import asyncio\n\n"
		       "total = 0\n\n"
		       "async def add(item):\n"
		       "    global total\n"
		       "    total += await price(item)\n\n"
		       "async def main(items):\n"
		       "    await asyncio.gather(*[add(i) for i in items])\n",
		.good = "import asyncio\n\n"
			"total = 0\n\n"
			"async def add(item):\n"
			"    global total\n"
			"    value = await price(item)\n"
			"    total += value\n\n"
			"async def main(items):\n"
			"    await asyncio.gather(*[add(i) for i in items])\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.words = await_words,
		.kinds = PY_BIT(Assign) | PY_BIT(AugAssign),
		.check = check_race_await,
		.async_only = true,
	},
	{
		.id = "race-thread",
		.level = LEVEL_WARNING,
		.title = "Shared state updated by several threads without a lock",
		.why = "`x += 1` is a read, an addition and a write; the interpreter switches "
		       "threads in between. Counts come out too low, and entries vanish, rarely "
		       "and only under load.",
		.fix = "Hold a threading.Lock around the read and the write, or let the threads "
		       "return their parts and add them up in one place.",
		.bad = "import threading\n\n"
		       "count = 0\n\n"
		       "def work():\n"
		       "    global count\n"
		       "    count += 1\n\n"
		       "for _ in range(8):\n"
		       "    threading.Thread(target=work).start()\n",
		.good = "import threading\n\n"
			"count = 0\n"
			"lock = threading.Lock()\n\n"
			"def work():\n"
			"    global count\n"
			"    with lock:\n"
			"        count += 1\n\n"
			"for _ in range(8):\n"
			"    threading.Thread(target=work).start()\n",
		.libraries = "threading, concurrent.futures",
		.pythons = "",
		.since = "1",
		.words = thread_words,
		.kinds = PY_BIT(Assign) | PY_BIT(AugAssign),
		.check = check_race_thread,
	},
	{
		.id = "race-process",
		.level = LEVEL_WARNING,
		.title = "State that processes do not share, or update without its lock",
		.why = "Each process has its own globals, a manager's proxy sees only assignments "
		       "to itself, and `value.value += 1` is two steps: what a child changed is "
		       "lost, in part or altogether.",
		.fix = "Send results back through a Queue or the pool's return values; hold "
		       "value.get_lock() around an update; assign changed items back to the proxy.",
		.bad = "from multiprocessing import Process, Value\n\n"
		       "def work(count):\n"
		       "    count.value += 1\n\n"
		       "def main():\n"
		       "    count = Value(\"i\", 0)\n"
		       "    workers = [Process(target=work, args=(count,)) for _ in range(4)]\n"
		       "    for w in workers:\n"
		       "        w.start()\n"
		       "    for w in workers:\n"
		       "        w.join()\n",
		.good = "from multiprocessing import Process, Value\n\n"
			"def work(count):\n"
			"    with count.get_lock():\n"
			"        count.value += 1\n\n"
			"def main():\n"
			"    count = Value(\"i\", 0)\n"
			"    workers = [Process(target=work, args=(count,)) for _ in range(4)]\n"
			"    for w in workers:\n"
			"        w.start()\n"
			"    for w in workers:\n"
			"        w.join()\n",
		.libraries = "multiprocessing",
		.pythons = "",
		.since = "1",
		.words = process_words,
		.kinds = PY_BIT(Assign) | PY_BIT(AugAssign) | PY_BIT(Call),
		.check = check_race_process,
	},
};

const struct rule_family family_race = {
	.slug = "race",
	.title = "Shared mutable state",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = await_words,
};
