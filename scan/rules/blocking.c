/*
 * Blocking the event loop: calls in async code that keep the loop until they are done. What blocks
 * is data (data/blocking_calls.tsv); a row here says which kinds of it are its own.
 */
#include "scan/rules/blocking.h"

#include "scan/base/mem.h"

/* Calls, and everything that turns. */
#define CPU_KINDS                                                                          \
	(PY_BIT(Call) | PY_BIT(For) | PY_BIT(While) | PY_BIT(ListComp) | PY_BIT(SetComp) | \
		PY_BIT(DictComp) | PY_BIT(GeneratorExp))

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
	{
		.id = "blocking-file",
		.level = LEVEL_WARNING,
		.title = "Synchronous file access in async code",
		.why = "Files are read and written inside the call. On a fast local disk that "
		       "takes a moment; on a busy disk, a network file system or a large tree it "
		       "takes seconds, in which no other task runs. There is no way to ask whether "
		       "a file is ready, as there is for a socket.",
		.fix = "Use anyio.Path and anyio.open_file, trio's, or aiofiles; or put the whole "
		       "piece of work into one function and await asyncio.to_thread(function, "
		       "path).",
		.bad = "import json\n"
		       "\n"
		       "\n"
		       "async def settings(path):\n"
		       "    with open(path) as f:\n"
		       "        return json.load(f)\n",
		.good = "import json\n"
			"\n"
			"import anyio\n"
			"\n"
			"\n"
			"async def settings(path):\n"
			"    return json.loads(await anyio.Path(path).read_text())\n",
		.libraries = "builtins, io, os, shutil, pathlib, tempfile, glob, zipfile, tarfile, "
			     "gzip, "
			     "bz2, lzma, pandas, numpy",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_file,
		.data = "file",
		.async_only = true,
	},
	{
		.id = "blocking-network",
		.level = LEVEL_ERROR,
		.title = "Synchronous network access in async code",
		.why = "Connecting, resolving a name, shaking hands and receiving wait for "
		       "somebody else inside the call. A peer that does not answer stops every "
		       "task of this process until its time-out, which for a name server is often "
		       "5 to 30 seconds, and for a socket may be never.",
		.fix = "Use asyncio.open_connection, loop.sock_* on a socket that does not block, "
		       "loop.getaddrinfo for names, and the async twin of the protocol's library "
		       "(aiosmtplib, aioftp, aioimaplib, asyncssh); or hand the conversation to a "
		       "thread with asyncio.to_thread.",
		.bad = "import socket\n"
		       "\n"
		       "\n"
		       "async def ask(host, question):\n"
		       "    sock = socket.create_connection((host, 4000))\n"
		       "    sock.sendall(question)\n"
		       "    return sock.recv(1024)\n",
		.good = "import asyncio\n"
			"\n"
			"\n"
			"async def ask(host, question):\n"
			"    reader, writer = await asyncio.open_connection(host, 4000)\n"
			"    writer.write(question)\n"
			"    await writer.drain()\n"
			"    answer = await reader.read(1024)\n"
			"    writer.close()\n"
			"    await writer.wait_closed()\n"
			"    return answer\n",
		.libraries = "socket, ssl, select, smtplib, imaplib, poplib, ftplib, telnetlib, "
			     "dnspython, paramiko, fabric, netmiko, ldap3, pyserial, pyzmq",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "socket dns email ssh",
		.async_only = true,
	},
	{
		.id = "blocking-client",
		.level = LEVEL_WARNING,
		.title = "Synchronous cloud or queue client in async code",
		.why = "The clients of cloud services, message brokers and payment or "
		       "language-model APIs make an HTTP request or a round trip to a broker "
		       "inside each call, with retries and pauses of their own. All tasks of the "
		       "process wait for it.",
		.fix = "Use the client's async twin where there is one (aioboto3, azure.*.aio, "
		       "google-cloud's AsyncClient classes, aiokafka, aio-pika, AsyncOpenAI, "
		       "AsyncAnthropic), or await asyncio.to_thread(client.method, …).",
		.bad = "import boto3\n"
		       "\n"
		       "s3 = boto3.client(\"s3\")\n"
		       "\n"
		       "\n"
		       "async def store(bucket, key, body):\n"
		       "    s3.put_object(Bucket=bucket, Key=key, Body=body)\n",
		.good = "import asyncio\n"
			"\n"
			"import boto3\n"
			"\n"
			"s3 = boto3.client(\"s3\")\n"
			"\n"
			"\n"
			"async def store(bucket, key, body):\n"
			"    await asyncio.to_thread(s3.put_object, Bucket=bucket, Key=key, "
			"Body=body)\n",
		.libraries =
			"boto3, google-cloud, azure, kubernetes, docker, pika, kafka-python, "
			"confluent-kafka, minio, openai, anthropic, stripe, slack_sdk, paho-mqtt, "
			"stomp",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_call,
		.data = "cloud",
		.async_only = true,
	},
	{
		.id = "blocking-wait",
		.level = LEVEL_ERROR,
		.title = "Waiting for a thread or process in async code",
		.why = "Lock.acquire, Event.wait, Thread.join, Queue.get and Future.result of the "
		       "thread and process modules stop the thread that asks, and with it the "
		       "event loop. When what they wait for needs the loop to go on (a callback, a "
		       "task that holds the lock, call_soon_threadsafe), the program stands still "
		       "for ever.",
		.fix = "Between tasks use asyncio's own Lock, Event and Queue. For work in a "
		       "thread await asyncio.to_thread(function), or asyncio.wrap_future(future) "
		       "of what an executor gave; for a thread's end, await "
		       "asyncio.to_thread(thread.join).",
		.bad = "import threading\n"
		       "\n"
		       "\n"
		       "async def finish(worker: threading.Thread, stopped: threading.Event):\n"
		       "    stopped.set()\n"
		       "    worker.join()\n",
		.good = "import asyncio\n"
			"import threading\n"
			"\n"
			"\n"
			"async def finish(worker: threading.Thread, stopped: threading.Event):\n"
			"    stopped.set()\n"
			"    await asyncio.to_thread(worker.join)\n",
		.libraries =
			"threading, queue, multiprocessing, concurrent.futures, signal, filelock",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call) | PY_BIT(With),
		.check = check_blocking_wait,
		.data = "lock queue future",
		.async_only = true,
	},
	{
		.id = "blocking-helper",
		.level = LEVEL_ERROR,
		.title = "Function that blocks, called in async code",
		.why = "The blocking call hides in a function of the same file, so the async code "
		       "looks harmless. While the function runs, no other task does: that it "
		       "stands in a `def` of its own changes nothing.",
		.fix = "Await asyncio.to_thread(function, …) where the function is called, or make "
		       "it async and use the async library inside.",
		.bad = "import requests\n"
		       "\n"
		       "\n"
		       "def fetch(url):\n"
		       "    return requests.get(url, timeout=10).json()\n"
		       "\n"
		       "\n"
		       "async def prices(urls):\n"
		       "    return [fetch(url) for url in urls]\n",
		.good = "import asyncio\n"
			"\n"
			"import requests\n"
			"\n"
			"\n"
			"def fetch(url):\n"
			"    return requests.get(url, timeout=10).json()\n"
			"\n"
			"\n"
			"async def prices(urls):\n"
			"    return await asyncio.gather(*[asyncio.to_thread(fetch, url) for url "
			"in urls])\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check_blocking_helper,
		.async_only = true,
	},
	{
		.id = "blocking-cpu",
		.level = LEVEL_WARNING,
		.title = "Long computation in async code",
		.why = "A loop that only computes, and a password hash, which is slow on purpose, "
		       "never give the event loop its turn: for that time no request is answered "
		       "and no heartbeat sent. An async def around it does not help; only an await "
		       "that really waits does.",
		.fix = "Run it in a process: `await loop.run_in_executor(process_pool, function, "
		       "…)`. Functions that release the GIL (bcrypt, hashlib, zlib) can run in a "
		       "thread: asyncio.to_thread. A loop that must stay can await "
		       "asyncio.sleep(0) every few thousand turns.",
		.bad = "async def checksum(seed):\n"
		       "    total = seed\n"
		       "    for i in range(5_000_000):\n"
		       "        total = (total * 31 + i) % 65_521\n"
		       "    return total\n",
		.good = "import asyncio\n"
			"\n"
			"\n"
			"def compute(seed):\n"
			"    total = seed\n"
			"    for i in range(5_000_000):\n"
			"        total = (total * 31 + i) % 65_521\n"
			"    return total\n"
			"\n"
			"\n"
			"async def checksum(seed, process_pool):\n"
			"    loop = asyncio.get_running_loop()\n"
			"    return await loop.run_in_executor(process_pool, compute, seed)\n",
		.libraries =
			"hashlib, bcrypt, argon2, passlib, cryptography, PyCryptodome, werkzeug, "
			"Django, bz2, lzma, Pillow, pytesseract",
		.pythons = "3.5+",
		.since = "1",
		.kinds = CPU_KINDS,
		.check = check_blocking_cpu,
		.data = "cpu",
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
