/*
 * Processes and fork: the rows. The checks stand in process_*.c.
 */
#include "scan/rules/process.h"

#include "scan/base/mem.h"

static const char *const preexec_words[] = {"preexec_fn", NULL};
static const char *const child_words[] = {"multiprocessing", "subprocess", NULL};
static const char *const fork_words[] = {"multiprocessing", "ProcessPoolExecutor", "fork", NULL};
static const char *const popen_words[] = {"subprocess", NULL};

static const char *const pickle_words[] = {"multiprocessing", "ProcessPoolExecutor", NULL};

static const struct rule rules[] = {
	{
		.id = "process-unpicklable",
		.level = LEVEL_ERROR,
		.title = "Something that cannot be pickled is sent to another process",
		.why = "What goes to another process is pickled. Lambdas, functions defined inside "
		       "functions, generators, open files, thread locks and database connections "
		       "cannot be: the call fails with PicklingError, TypeError or AttributeError, "
		       "for "
		       "an executor only when the result is asked for. A Process forked on Linux "
		       "gets "
		       "away with it and fails on macOS, Windows and Python 3.14.",
		.fix = "Give it a function defined at module level and plain data; let the worker "
		       "process open its own files and connections.",
		.bad = "from concurrent.futures import ProcessPoolExecutor\n\n"
		       "def squares(numbers):\n"
		       "    with ProcessPoolExecutor() as pool:\n"
		       "        return list(pool.map(lambda n: n * n, numbers))\n",
		.good = "from concurrent.futures import ProcessPoolExecutor\n\n"
			"def square(n):\n"
			"    return n * n\n\n"
			"def squares(numbers):\n"
			"    with ProcessPoolExecutor() as pool:\n"
			"        return list(pool.map(square, numbers))\n",
		.libraries = "multiprocessing, concurrent.futures",
		.pythons = "",
		.since = "1",
		.words = pickle_words,
		.kinds = PY_BIT(Call),
		.check = check_unpicklable,
	},
	{
		.id = "process-pipe-deadlock",
		.level = LEVEL_ERROR,
		.title = "Waiting for a child whose output pipe nobody reads",
		.why = "A pipe holds some 64 KiB. A child that writes more stops until somebody "
		       "reads, and this process waits for the child: both wait for ever. It works "
		       "in tests, with little output, and hangs on the day the child has much to "
		       "say.",
		.fix = "Use communicate() (or subprocess.run with capture_output=True), which "
		       "reads both pipes and then waits; use DEVNULL for output that nobody "
		       "wants, or stderr=STDOUT to have one pipe only.",
		.bad = "import subprocess\n"
		       "\n"
		       "\n"
		       "def listing(path):\n"
		       "    child = subprocess.Popen([\"ls\", \"-lR\", path], "
		       "stdout=subprocess.PIPE)\n"
		       "    child.wait()\n"
		       "    return child.stdout.read()\n",
		.good = "import subprocess\n"
			"\n"
			"\n"
			"def listing(path):\n"
			"    child = subprocess.Popen([\"ls\", \"-lR\", path], "
			"stdout=subprocess.PIPE)\n"
			"    out, _ = child.communicate()\n"
			"    return out\n",
		.libraries = "subprocess, asyncio",
		.pythons = "",
		.since = "1",
		.words = popen_words,
		.kinds = PY_BIT(Call),
		.check = check_pipe_deadlock,
		.from_absence = true,
	},
	{
		.id = "process-unjoined",
		.level = LEVEL_WARNING,
		.title = "Child process that nobody waits for",
		.why = "A child that has ended stays a zombie until its parent waits for it, and "
		       "its exit code, the only sign of a failure, is never seen. In a service "
		       "zombies add up until no process can be started; a parent that ends first "
		       "leaves its children running, or kills them in the middle of their work.",
		.fix = "Keep the object and join() or wait() for it, with a timeout and "
		       "terminate() if need be; use `with Popen(…)`, subprocess.run or an "
		       "executor. A child that shall outlive this process: "
		       "start_new_session=True.",
		.bad = "from multiprocessing import Process\n"
		       "\n"
		       "\n"
		       "def convert_all(paths):\n"
		       "    for path in paths:\n"
		       "        Process(target=convert, args=(path,)).start()\n",
		.good = "from multiprocessing import Process\n"
			"\n"
			"\n"
			"def convert_all(paths):\n"
			"    children = [Process(target=convert, args=(path,)) for path in paths]\n"
			"    for child in children:\n"
			"        child.start()\n"
			"    for child in children:\n"
			"        child.join()\n",
		.libraries = "multiprocessing, subprocess",
		.pythons = "",
		.since = "1",
		.words = child_words,
		.kinds = PY_BIT(Call),
		.check = check_unjoined,
		.from_absence = true,
	},
	{
		.id = "process-main-guard",
		.level = LEVEL_WARNING,
		.title = "Processes started at import, without a main guard",
		.why = "With the start methods spawn and forkserver (macOS, Windows, and Linux "
		       "from "
		       "Python 3.14) each child imports the main module again. Without a guard it "
		       "starts children of its own: multiprocessing stops with \"An attempt has "
		       "been made to start a new process before the current process has finished "
		       "its bootstrapping phase\", a pool restarts its workers for ever.",
		.fix = "Put what starts processes into a function and call that under "
		       "`if __name__ == \"__main__\":`.",
		.bad = "from multiprocessing import Pool\n"
		       "\n"
		       "\n"
		       "def square(n):\n"
		       "    return n * n\n"
		       "\n"
		       "\n"
		       "with Pool() as pool:\n"
		       "    print(pool.map(square, range(10)))\n",
		.good = "from multiprocessing import Pool\n"
			"\n"
			"\n"
			"def square(n):\n"
			"    return n * n\n"
			"\n"
			"\n"
			"if __name__ == \"__main__\":\n"
			"    with Pool() as pool:\n"
			"        print(pool.map(square, range(10)))\n",
		.libraries = "multiprocessing, concurrent.futures",
		.pythons = "",
		.since = "1",
		.words = pickle_words,
		.kinds = PY_BIT(Call),
		.check = check_main_guard,
	},
	{
		.id = "process-fork-after-thread",
		.level = LEVEL_WARNING,
		.title = "Fork while threads run",
		.why = "A forked child has a copy of all memory but only the thread that forked. A "
		       "lock that another thread held at that moment (logging, an allocator, a "
		       "connection pool) is locked for ever in the child: now and then a worker "
		       "hangs before it has done anything. Python 3.12 warns about it, 3.14 no "
		       "longer forks by default.",
		.fix = "Start the processes first, then the threads; or use "
		       "multiprocessing.get_context(\"spawn\") or \"forkserver\", "
		       "mp_context= for executors.",
		.bad = "import multiprocessing\n"
		       "import threading\n"
		       "\n"
		       "\n"
		       "def serve(report, work):\n"
		       "    threading.Thread(target=report, daemon=True).start()\n"
		       "    with multiprocessing.Pool() as pool:\n"
		       "        pool.map(work, range(100))\n",
		.good = "import multiprocessing\n"
			"import threading\n"
			"\n"
			"\n"
			"def serve(report, work):\n"
			"    threading.Thread(target=report, daemon=True).start()\n"
			"    with multiprocessing.get_context(\"spawn\").Pool() as pool:\n"
			"        pool.map(work, range(100))\n",
		.libraries = "multiprocessing, concurrent.futures, os",
		.pythons = "",
		.since = "1",
		.words = fork_words,
		.kinds = PY_BIT(Call),
		.check = check_fork_after_thread,
		.from_absence = true,
	},
	{
		.id = "process-preexec",
		.level = LEVEL_WARNING,
		.title = "preexec_fn runs Python between fork and exec",
		.why = "preexec_fn runs in the forked child, where only one thread is left: a lock "
		       "that another thread held at that moment (logging, malloc, an import) "
		       "stays locked, and the child hangs before it starts. It also turns off "
		       "vfork, so starting a child from a large process is slow, and it is "
		       "refused in subinterpreters.",
		.fix = "Say it with an argument: start_new_session=True for os.setsid, "
		       "process_group=0 (3.11) for os.setpgrp, umask=, user=, group=, cwd=, env=; "
		       "set limits in a small wrapper script or with prlimit.",
		.bad = "import os\n"
		       "import subprocess\n"
		       "\n"
		       "\n"
		       "def start(command):\n"
		       "    return subprocess.Popen(command, preexec_fn=os.setsid)\n",
		.good = "import subprocess\n"
			"\n"
			"\n"
			"def start(command):\n"
			"    return subprocess.Popen(command, start_new_session=True)\n",
		.libraries = "subprocess, asyncio",
		.pythons = "",
		.since = "1",
		.words = preexec_words,
		.kinds = PY_BIT(Call),
		.check = check_preexec,
	},
};

static const char *const words[] = {
	"multiprocessing", "ProcessPoolExecutor", "subprocess", "fork", NULL};

const struct rule_family family_process = {
	.slug = "process",
	.title = "Processes and fork",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
