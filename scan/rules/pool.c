/*
 * Threads and executors: the rows. The checks stand in pool_*.c and thread_*.c.
 */
#include "scan/rules/pool.h"

#include "scan/base/mem.h"

static const char *const runner_words[] = {"threading", "multiprocessing", NULL};

static const struct rule rules[] = {
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
