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
};

const struct rule_family family_resource = {
	.slug = "resource",
	.title = "Unclosed resources",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
