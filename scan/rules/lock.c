/*
 * Locks: what is taken without protecting anything, or held where it must not be. The rows; their
 * callbacks stand in lock_*.c.
 */
#include "scan/rules/lock.h"

/* Every lock class holds one of these. */
static const char *const words[] = {"Lock", "Semaphore", "Condition", "CapacityLimiter", NULL};

static const struct rule rules[] = {
	{
		.id = "lock-inline",
		.level = LEVEL_ERROR,
		.title = "Lock that nobody else can hold",
		.why = "Every call makes a lock of its own, so the `with` never waits for anyone: "
		       "two "
		       "tasks or threads run the section at the same time, as if no lock were "
		       "there.",
		.fix = "Create the lock once, where everybody who must share it can reach it: in "
		       "`__init__`, at module level, or passed as an argument.",
		.bad = "import asyncio\n\n"
		       "class Counter:\n"
		       "    async def add(self):\n"
		       "        async with asyncio.Lock():\n"
		       "            self.total = await self.load() + 1\n",
		.good = "import asyncio\n\n"
			"class Counter:\n"
			"    def __init__(self):\n"
			"        self.lock = asyncio.Lock()\n\n"
			"    async def add(self):\n"
			"        async with self.lock:\n"
			"            self.total = await self.load() + 1\n",
		.libraries = "threading, multiprocessing, asyncio, anyio, trio, tornado",
		.pythons = "",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith) | PY_BIT(Assign),
		.check = check_lock_inline,
		.from_absence = true,
	},
};

const struct rule_family family_lock = {
	.slug = "lock",
	.title = "Locks and deadlocks",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
