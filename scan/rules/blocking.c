/*
 * Blocking the event loop: calls in async code that keep the loop until they are done. What blocks
 * is data (data/blocking_calls.tsv); a row here says which kinds of it are its own.
 */
#include "scan/rules/blocking.h"

#include "scan/base/mem.h"

static const struct rule rules[] = {
	{
		.id = "blocking-sleep",
		.level = LEVEL_ERROR,
		.title = "time.sleep in async code",
		.why = "time.sleep stops the thread, and the event loop with it: for that time no "
		       "other task runs, no request is answered, no timeout fires and no "
		       "heartbeat is sent. Under load every request waits for all the sleeps "
		       "before it.",
		.fix = "Await the sleep of your library: asyncio.sleep, anyio.sleep or trio.sleep.",
		.bad = "import time\n"
		       "\n"
		       "\n"
		       "async def retry(connect):\n"
		       "    while not await connect():\n"
		       "        time.sleep(1)\n",
		.good = "import asyncio\n"
			"\n"
			"\n"
			"async def retry(connect):\n"
			"    while not await connect():\n"
			"        await asyncio.sleep(1)\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "sleep",
		.async_only = true,
	},
	{
		.id = "blocking-http",
		.level = LEVEL_ERROR,
		.title = "Synchronous HTTP request in async code",
		.why = "requests, urllib and the synchronous clients of httpx and urllib3 wait for "
		       "the answer inside the call. Until the other server answers, or the "
		       "timeout ends, the whole process serves nobody: one slow peer stalls all "
		       "your clients.",
		.fix = "Use an async client (httpx.AsyncClient, aiohttp.ClientSession), made once "
		       "and reused. Where the library has no async twin, hand the call to a "
		       "thread: `await asyncio.to_thread(requests.get, url, timeout=10)`.",
		.bad = "import requests\n"
		       "\n"
		       "\n"
		       "async def price(symbol):\n"
		       "    answer = requests.get(f\"https://example.org/{symbol}\", timeout=10)\n"
		       "    return answer.json()\n",
		.good = "import httpx\n"
			"\n"
			"\n"
			"async def price(client: httpx.AsyncClient, symbol):\n"
			"    answer = await client.get(f\"https://example.org/{symbol}\")\n"
			"    return answer.json()\n",
		.libraries = "requests, urllib, urllib3, http.client, httpx",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "http",
		.async_only = true,
	},
	{
		.id = "blocking-database",
		.level = LEVEL_ERROR,
		.title = "Synchronous database access in async code",
		.why = "A synchronous driver waits for the database inside the call. A slow query, "
		       "a lock or a lost connection then stops every task of the process, not "
		       "only the one that asked; latency of unrelated requests follows the "
		       "database's worst query.",
		.fix = "Use the driver's async side (psycopg.AsyncConnection, asyncpg, aiosqlite, "
		       "sqlalchemy.ext.asyncio, redis.asyncio, pymongo.AsyncMongoClient, Django's "
		       "`a…` methods), or hand the work to a thread with asyncio.to_thread.",
		.bad = "import sqlite3\n"
		       "\n"
		       "\n"
		       "async def names(path):\n"
		       "    db = sqlite3.connect(path)\n"
		       "    return db.execute(\"SELECT name FROM people\").fetchall()\n",
		.good = "import aiosqlite\n"
			"\n"
			"\n"
			"async def names(path):\n"
			"    async with aiosqlite.connect(path) as db:\n"
			"        return await db.execute_fetchall(\"SELECT name FROM people\")\n",
		.libraries = "psycopg2, psycopg, pymysql, MySQLdb, mysql.connector, sqlite3, "
			     "pyodbc, pymongo, redis, SQLAlchemy, Django",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_database,
		.data = "database",
		.async_only = true,
	},
	{
		.id = "blocking-subprocess",
		.level = LEVEL_ERROR,
		.title = "Synchronous subprocess in async code",
		.why = "subprocess.run, os.system and Popen.wait keep the thread until the child "
		       "ends, and Popen itself until it has forked and executed. The loop stands "
		       "still as long as the other program pleases; if the child needs this "
		       "process to go on (reads its pipe, calls its port), both wait for ever.",
		.fix = "Use asyncio.create_subprocess_exec (or _shell) and await communicate() or "
		       "wait(); with anyio or trio, run_process.",
		.bad = "import subprocess\n"
		       "\n"
		       "\n"
		       "async def version(tool):\n"
		       "    return subprocess.check_output([tool, \"--version\"])\n",
		.good = "import asyncio\n"
			"import subprocess\n"
			"\n"
			"\n"
			"async def version(tool):\n"
			"    child = await asyncio.create_subprocess_exec(\n"
			"        tool, \"--version\", stdout=subprocess.PIPE\n"
			"    )\n"
			"    out, _ = await child.communicate()\n"
			"    return out\n",
		.libraries = "subprocess, os, pty, pexpect, psutil",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "subprocess",
		.async_only = true,
	},
	{
		.id = "blocking-console",
		.level = LEVEL_ERROR,
		.title = "Waiting for the keyboard in async code",
		.why = "input() and sys.stdin.read() return when a person has typed. Until then "
		       "nothing else runs: connections time out, background tasks stop, Ctrl-C "
		       "handling is late.",
		.fix = "Read in a thread, `await asyncio.to_thread(input, prompt)`, or use an "
		       "async "
		       "console (aioconsole.ainput, prompt_toolkit's prompt_async).",
		.bad = "async def confirm(question):\n"
		       "    return input(question + \" [y/n] \") == \"y\"\n",
		.good = "import asyncio\n"
			"\n"
			"\n"
			"async def confirm(question):\n"
			"    return await asyncio.to_thread(input, question + \" [y/n] \") == "
			"\"y\"\n",
		.libraries = "builtins, getpass, sys, click, typer",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "console",
		.async_only = true,
	},
};

static const char *const words[] = {"async", NULL};

const struct rule_family family_blocking = {
	.slug = "blocking",
	.title = "Blocking the event loop",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
