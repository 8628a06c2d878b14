/*
 * Locks: what is taken without protecting anything, or held where it must not be. The rows; their
 * callbacks stand in lock_*.c.
 */
#include "scan/rules/lock.h"

/* The modules of all lock classes. */
static const char *const words[] = {
	"threading", "multiprocessing", "asyncio", "anyio", "trio", "tornado", NULL};

/* Locks of unknown type count by their names, and they must be acquired. */
static const char *const acquire_words[] = {"acquire", NULL};

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
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith) | PY_BIT(Assign),
		.check = check_lock_inline,
		.from_absence = true,
	},
	{
		.id = "lock-across-await",
		.level = LEVEL_ERROR,
		.title = "Thread lock held across an await",
		.why = "A lock of threading or multiprocessing stops the thread that waits for it. "
		       "While one task holds it and awaits, the next task that wants it stops the "
		       "whole event loop, and with it the first task, which alone could release "
		       "it: the process hangs, under load only.",
		.fix = "Use asyncio.Lock with `async with`. Where threads share the data too, take "
		       "the thread lock for the few lines that touch it and await outside.",
		.bad = "import threading\n"
		       "\n"
		       "class Cache:\n"
		       "    def __init__(self):\n"
		       "        self.lock = threading.Lock()\n"
		       "\n"
		       "    async def get(self, key):\n"
		       "        with self.lock:\n"
		       "            return await self.load(key)\n",
		.good = "import asyncio\n"
			"\n"
			"class Cache:\n"
			"    def __init__(self):\n"
			"        self.lock = asyncio.Lock()\n"
			"\n"
			"    async def get(self, key):\n"
			"        async with self.lock:\n"
			"            return await self.load(key)\n",
		.libraries = "threading, multiprocessing",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(With) | PY_BIT(Call),
		.check = check_across_await,
		.async_only = true,
	},
	{
		.id = "lock-order",
		.level = LEVEL_ERROR,
		.title = "Locks taken in both orders",
		.why = "One place takes the first lock and then the second, another the second and "
		       "then the first. When two threads or tasks are between the two at the same "
		       "moment, each waits for the other for ever. It happens rarely, under load, "
		       "and leaves no traceback.",
		.fix = "Take the locks in one order everywhere, use one lock for both, or leave "
		       "the first before taking the second.",
		.bad = "import threading\n"
		       "\n"
		       "accounts = threading.Lock()\n"
		       "journal = threading.Lock()\n"
		       "\n"
		       "def transfer():\n"
		       "    with accounts:\n"
		       "        with journal:\n"
		       "            book()\n"
		       "\n"
		       "def audit():\n"
		       "    with journal:\n"
		       "        with accounts:\n"
		       "            check()\n",
		.good = "import threading\n"
			"\n"
			"accounts = threading.Lock()\n"
			"journal = threading.Lock()\n"
			"\n"
			"def transfer():\n"
			"    with accounts:\n"
			"        with journal:\n"
			"            book()\n"
			"\n"
			"def audit():\n"
			"    with accounts:\n"
			"        with journal:\n"
			"            check()\n",
		.libraries = "threading, multiprocessing, asyncio, anyio, trio",
		.pythons = "",
		.since = "1",
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith) | PY_BIT(Call),
		.check = check_lock_order,
	},
	{
		.id = "lock-reentry",
		.level = LEVEL_ERROR,
		.title = "Lock taken again by its holder",
		.why = "Only RLock may be taken again by the thread that holds it. A Lock of "
		       "threading, multiprocessing or asyncio makes the second `with` wait for a "
		       "release that can only come after it: the thread or task hangs for good, "
		       "with the lock held against all others.",
		.fix = "Split the method: the public one takes the lock, an inner one expects it "
		       "held, and holders call the inner one. In threads an RLock is the quick way "
		       "out.",
		.bad = "import threading\n"
		       "\n"
		       "class Stock:\n"
		       "    def __init__(self):\n"
		       "        self.lock = threading.Lock()\n"
		       "\n"
		       "    def count(self):\n"
		       "        with self.lock:\n"
		       "            return len(self.items)\n"
		       "\n"
		       "    def report(self):\n"
		       "        with self.lock:\n"
		       "            return f\"{self.count()} items\"\n",
		.good = "import threading\n"
			"\n"
			"class Stock:\n"
			"    def __init__(self):\n"
			"        self.lock = threading.Lock()\n"
			"\n"
			"    def _count(self):\n"
			"        return len(self.items)\n"
			"\n"
			"    def report(self):\n"
			"        with self.lock:\n"
			"            return f\"{self._count()} items\"\n",
		.libraries = "threading, multiprocessing, asyncio, anyio, trio",
		.pythons = "",
		.since = "1",
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith) | PY_BIT(Call),
		.check = check_reentry,
	},
	{
		.id = "lock-unreleased",
		.level = LEVEL_WARNING,
		.title = "Lock that an exception leaves locked",
		.why = "Between acquire() and release() something may raise, return or be "
		       "cancelled. Then release() is never reached, and everybody who wants the "
		       "lock afterwards waits for ever: one failed request stops all that follow.",
		.fix = "Use `with lock:` (`async with` for asyncio), or put release() into the "
		       "`finally` of a `try` that starts right after acquire().",
		.bad = "import threading\n"
		       "\n"
		       "lock = threading.Lock()\n"
		       "\n"
		       "def update(path):\n"
		       "    lock.acquire()\n"
		       "    write(path)\n"
		       "    lock.release()\n",
		.good = "import threading\n"
			"\n"
			"lock = threading.Lock()\n"
			"\n"
			"def update(path):\n"
			"    with lock:\n"
			"        write(path)\n",
		.libraries = "threading, multiprocessing, asyncio, anyio, trio",
		.pythons = "",
		.since = "1",
		.words = acquire_words,
		.kinds = PY_BIT(Call),
		.check = check_unreleased,
		.from_absence = true,
	},
	{
		.id = "lock-condition",
		.level = LEVEL_WARNING,
		.title = "Condition used without its loop or lock",
		.why = "wait() returns when somebody has called notify(), not when the state is as "
		       "hoped: another waiter may have been faster, or one notify_all() woke all. "
		       "Code after a wait() without a loop acts on a state that is no more. And "
		       "notify() without holding the condition raises RuntimeError.",
		.fix = "`cond.wait_for(lambda: ready)`, or `while not ready: cond.wait()`; change "
		       "the state and notify inside `with cond:`.",
		.bad = "import threading\n"
		       "\n"
		       "class Box:\n"
		       "    def __init__(self):\n"
		       "        self.filled = threading.Condition()\n"
		       "        self.items = []\n"
		       "\n"
		       "    def take(self):\n"
		       "        with self.filled:\n"
		       "            if not self.items:\n"
		       "                self.filled.wait()\n"
		       "            return self.items.pop()\n",
		.good = "import threading\n"
			"\n"
			"class Box:\n"
			"    def __init__(self):\n"
			"        self.filled = threading.Condition()\n"
			"        self.items = []\n"
			"\n"
			"    def take(self):\n"
			"        with self.filled:\n"
			"            while not self.items:\n"
			"                self.filled.wait()\n"
			"            return self.items.pop()\n",
		.libraries = "threading, multiprocessing, asyncio, anyio, trio",
		.pythons = "",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_condition,
	},
};

const struct rule_family family_lock = {
	.slug = "lock",
	.title = "Locks and deadlocks",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
