/*
 * Threads and executors: the rows. The checks stand in pool_*.c and thread_*.c.
 */
#include "scan/rules/pool.h"

#include "scan/base/mem.h"

static const char *const runner_words[] = {"threading", "multiprocessing", NULL};

static const char *const executor_words[] = {"ThreadPoolExecutor", NULL};
static const char *const pool_words[] = {
	"ThreadPoolExecutor", "ProcessPoolExecutor", "multiprocessing", NULL};
static const char *const cpu_words[] = {"threading", "ThreadPool", "to_thread", "run_in_executor",
	"run_in_threadpool", "run_sync_in_worker_thread", NULL};

static const struct rule rules[] = {
	{
		.id = "pool-cpu-threads",
		.level = LEVEL_WARNING,
		.title = "Pure Python computation given to threads",
		.why = "Only the thread that holds the GIL runs Python code. Eight threads that "
		       "compute are as fast as one, or slower, as they fight for it; the event "
		       "loop, when there is one, waits in the same queue and answers late.",
		.fix = "Use a ProcessPoolExecutor, or a library that computes without the GIL "
		       "(numpy and the like).",
		.bad = "from concurrent.futures import ThreadPoolExecutor\n"
		       "\n"
		       "\n"
		       "def count_primes(limit):\n"
		       "    return sum(all(n % d for d in range(2, n)) for n in range(2, limit))\n"
		       "\n"
		       "\n"
		       "def count_all(limits):\n"
		       "    with ThreadPoolExecutor(max_workers=8) as pool:\n"
		       "        return list(pool.map(count_primes, limits))\n",
		.good = "from concurrent.futures import ProcessPoolExecutor\n"
			"\n"
			"\n"
			"def count_primes(limit):\n"
			"    return sum(all(n % d for d in range(2, n)) for n in range(2, limit))\n"
			"\n"
			"\n"
			"def count_all(limits):\n"
			"    with ProcessPoolExecutor(max_workers=8) as pool:\n"
			"        return list(pool.map(count_primes, limits))\n",
		.libraries = "threading, concurrent.futures, asyncio, anyio, trio",
		.pythons = "",
		.since = "1",
		.words = cpu_words,
		.kinds = PY_BIT(Call),
		.check = check_pool_cpu_threads,
	},
	{
		.id = "pool-default-size",
		.level = LEVEL_INFO,
		.title = "ThreadPoolExecutor without max_workers",
		.why = "The default is min(32, CPUs + 4) threads (before Python 3.8: five for each "
		       "CPU). A container on a large host gets 32, a laptop 12: the load on the "
		       "database or service behind it depends on the machine, and so does what "
		       "breaks first.",
		.fix = "Say max_workers, chosen by what the other side can take, such as the size "
		       "of the connection pool.",
		.bad = "from concurrent.futures import ThreadPoolExecutor\n"
		       "\n"
		       "\n"
		       "def resize_all(images):\n"
		       "    with ThreadPoolExecutor() as pool:\n"
		       "        return list(pool.map(resize, images))\n",
		.good = "from concurrent.futures import ThreadPoolExecutor\n"
			"\n"
			"\n"
			"def resize_all(images):\n"
			"    with ThreadPoolExecutor(max_workers=8) as pool:\n"
			"        return list(pool.map(resize, images))\n",
		.libraries = "concurrent.futures",
		.pythons = "3.5+",
		.since = "1",
		.words = executor_words,
		.kinds = PY_BIT(Call),
		.check = check_pool_default_size,
	},
	{
		.id = "pool-per-call",
		.level = LEVEL_WARNING,
		.title = "Executor made for every turn of a loop or every request",
		.why = "Each executor starts workers of its own and ends them again: milliseconds "
		       "for threads, a fork or a new interpreter for processes. Made for each "
		       "request, executors do not limit anything: a hundred requests have a "
		       "hundred pools.",
		.fix = "Make one executor, before the loop or when the application starts, and "
		       "shut it down at the end.",
		.bad = "from concurrent.futures import ThreadPoolExecutor\n"
		       "\n"
		       "\n"
		       "def load_all(batches):\n"
		       "    for batch in batches:\n"
		       "        with ThreadPoolExecutor(max_workers=8) as pool:\n"
		       "            store(list(pool.map(load, batch)))\n",
		.good = "from concurrent.futures import ThreadPoolExecutor\n"
			"\n"
			"\n"
			"def load_all(batches):\n"
			"    with ThreadPoolExecutor(max_workers=8) as pool:\n"
			"        for batch in batches:\n"
			"            store(list(pool.map(load, batch)))\n",
		.libraries = "concurrent.futures, multiprocessing",
		.pythons = "",
		.since = "1",
		.words = pool_words,
		.kinds = PY_BIT(Call),
		.check = check_pool_per_call,
	},
	{
		.id = "thread-misuse",
		.level = LEVEL_ERROR,
		.title = "Thread made or started wrongly",
		.why = "Thread(f) fails with \"group argument must be None\", Thread() without a "
		       "target starts, does nothing and ends, and t.run() does the work in the "
		       "calling thread while everybody waits: nothing runs at the same time.",
		.fix = "Write Thread(target=f, args=(…)) and call start(), never run().",
		.bad = "import threading\n"
		       "\n"
		       "\n"
		       "def refresh(cache):\n"
		       "    worker = threading.Thread(target=cache.load)\n"
		       "    worker.run()\n"
		       "    return worker\n",
		.good = "import threading\n"
			"\n"
			"\n"
			"def refresh(cache):\n"
			"    worker = threading.Thread(target=cache.load)\n"
			"    worker.start()\n"
			"    return worker\n",
		.libraries = "threading, multiprocessing",
		.pythons = "",
		.since = "1",
		.words = runner_words,
		.kinds = PY_BIT(Call),
		.check = check_thread_misuse,
	},
};

static const char *const words[] = {"threading", "multiprocessing", "concurrent", NULL};

const struct rule_family family_pool = {
	.slug = "pool",
	.title = "Threads and executors",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
