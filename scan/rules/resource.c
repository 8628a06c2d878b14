/*
 * Unclosed resources: async clients, sessions, connections, pools and writers. The rows; the checks
 * stand in resource_*.c.
 */
#include "scan/rules/resource.h"

#include "scan/base/mem.h"

/* Each factory of the table holds one of these. */
static const char *const words[] = {"ClientSession", "RetryClient", "AsyncClient", "asyncpg",
	"aiosqlite", "aiomysql", "aiopg", "asyncmy", "psycopg", "redis", "valkey", "websockets",
	"open_connection", "open_unix_connection", "aiofiles", "anyio", "trio",
	"AsyncIOMotorClient", "AsyncMongoClient", "AsyncSession", "create_async_engine",
	"aiosmtplib", "aio_pika", "aiormq", "aiokafka", "nats", "AsyncElasticsearch",
	"AsyncOpenSearch", "asyncssh", "aiomcache", "aioftp", "AsyncGraphDatabase", "grpc", NULL};

static const char *const response_words[] = {"ClientSession", NULL};
static const char *const writer_words[] = {
	"StreamWriter", "open_connection", "open_unix_connection", "subprocess", NULL};

static const struct rule rules[] = {
	{
		.id = "resource-unclosed",
		.level = LEVEL_ERROR,
		.title = "Async client, session, connection or pool that is never closed",
		.why = "Its sockets stay open until the process ends: \"Unclosed client session\" "
		       "in the "
		       "log, then file descriptors or the server's connections run out. The "
		       "garbage "
		       "collector cannot close it, as closing has to be awaited.",
		.fix = "Use `async with`, or close it in a `finally`; a class that keeps one needs "
		       "a "
		       "method that closes it.",
		.bad = "import aiohttp\n\n"
		       "async def fetch(url):\n"
		       "    session = aiohttp.ClientSession()\n"
		       "    async with session.get(url) as response:\n"
		       "        return await response.text()\n",
		.good = "import aiohttp\n\n"
			"async def fetch(url):\n"
			"    async with aiohttp.ClientSession() as session:\n"
			"        async with session.get(url) as response:\n"
			"            return await response.text()\n",
		.libraries =
			"aiohttp, httpx, asyncpg, aiosqlite, redis, websockets, asyncio, anyio, "
			"trio and others",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(Call),
		.check = check_unclosed,
		.from_absence = true,
	},
	{
		.id = "resource-unprotected-close",
		.level = LEVEL_WARNING,
		.title = "Resource that stays open when something before its close raises",
		.why = "An error, a timeout or a cancellation in between skips the close. In good "
		       "times nothing shows; when the other side is in trouble connections pile up "
		       "and make it worse.",
		.fix = "Use `async with`, or `try: … finally: await x.close()` right after "
		       "creating "
		       "it.",
		.bad = "import asyncpg\n\n"
		       "async def count(dsn):\n"
		       "    connection = await asyncpg.connect(dsn)\n"
		       "    n = await connection.fetchval(\"SELECT count(*) FROM users\")\n"
		       "    await connection.close()\n"
		       "    return n\n",
		.good = "import asyncpg\n\n"
			"async def count(dsn):\n"
			"    connection = await asyncpg.connect(dsn)\n"
			"    try:\n"
			"        return await connection.fetchval(\"SELECT count(*) FROM users\")\n"
			"    finally:\n"
			"        await connection.close()\n",
		.libraries =
			"aiohttp, httpx, asyncpg, aiosqlite, redis, websockets, asyncio, anyio, "
			"trio and others",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(Call),
		.check = check_unprotected,
		.from_absence = true,
		.async_only = true,
	},
	{
		.id = "resource-per-request",
		.level = LEVEL_WARNING,
		.title = "Session, client or pool made anew for each turn or request",
		.why = "Every turn pays for DNS, TCP and TLS again, and the limits of the pool "
		       "limit "
		       "nothing. Under load ports and the server's connections run out.",
		.fix = "Create it once, before the loop or when the application starts, and pass "
		       "it "
		       "on.",
		.bad = "import aiohttp\n\n"
		       "async def fetch_all(urls):\n"
		       "    pages = []\n"
		       "    for url in urls:\n"
		       "        async with aiohttp.ClientSession() as session:\n"
		       "            async with session.get(url) as response:\n"
		       "                pages.append((response.status, await response.text()))\n"
		       "    return pages\n",
		.good = "import aiohttp\n\n"
			"async def fetch(url, session):\n"
			"    async with session.get(url) as response:\n"
			"        return await response.text()\n\n"
			"async def first_two(urls):\n"
			"    async with aiohttp.ClientSession() as session:\n"
			"        first = await fetch(urls[0], session)\n"
			"        return first + await fetch(urls[1], session)\n",
		.libraries = "aiohttp, httpx, asyncpg, redis, sqlalchemy, pymongo and others",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(Call),
		.check = check_per_request,
		.async_only = true,
	},
	{
		.id = "resource-response",
		.level = LEVEL_WARNING,
		.title = "aiohttp response that is neither read nor released",
		.why = "The response keeps its connection until it is collected. With 100 of them "
		       "(the session's limit) every further request waits, and the log says "
		       "\"Unclosed response\".",
		.fix = "Use `async with session.get(…) as response:`, read the body, or call "
		       "release().",
		.bad = "import aiohttp\n\n"
		       "async def is_up(session: aiohttp.ClientSession, url):\n"
		       "    response = await session.get(url)\n"
		       "    return response.status == 200\n",
		.good = "import aiohttp\n\n"
			"async def is_up(session: aiohttp.ClientSession, url):\n"
			"    async with session.get(url) as response:\n"
			"        return response.status == 200\n",
		.libraries = "aiohttp",
		.pythons = "3.5+",
		.since = "1",
		.words = response_words,
		.kinds = PY_BIT(Call),
		.check = check_response,
		.from_absence = true,
	},
	{
		.id = "resource-writer",
		.level = LEVEL_WARNING,
		.title = "StreamWriter used without drain() or wait_closed()",
		.why = "write() only fills a buffer. If the peer reads slowly and nobody waits in "
		       "drain(), the buffer grows until memory runs out. After close() without "
		       "wait_closed() the last bytes and errors may be lost.",
		.fix = "Call `await writer.drain()` in the loop, and `await writer.wait_closed()` "
		       "after close().",
		.bad = "import asyncio\n\n"
		       "async def send(writer: asyncio.StreamWriter, rows):\n"
		       "    async for row in rows:\n"
		       "        writer.write(row)\n",
		.good = "import asyncio\n\n"
			"async def send(writer: asyncio.StreamWriter, rows):\n"
			"    async for row in rows:\n"
			"        writer.write(row)\n"
			"        await writer.drain()\n",
		.libraries = "asyncio",
		.pythons = "3.5+",
		.since = "1",
		.words = writer_words,
		.kinds = PY_BIT(Call),
		.check = check_writer,
		.from_absence = true,
		.async_only = true,
	},
};

const struct rule_family family_resource = {
	.slug = "resource",
	.title = "Unclosed resources",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
