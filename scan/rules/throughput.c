/*
 * Concurrency that is lost, one await after the other, or has no bound.
 *
 * The rows and what the parts share; throughput_sequential.c and throughput_unbounded.c look for
 * it.
 */
#include "scan/rules/throughput.h"

#include "scan/rules/idiom.h"

#define MAX_FUNCTIONS 12 /* of this file that are followed from one call */

bool asks_server(struct py_file *f, const struct py_node *call)
{
	static const char *const prefixes[] = {"aiohttp.ClientSession.", "httpx.AsyncClient.",
		"aiohttp.request", "asyncpg.Pool.", "redis.asyncio.", "aioredis.",
		"motor.motor_asyncio.", "elasticsearch.AsyncElasticsearch.", "aiobotocore.", NULL};
	static const char *const others[] = {
		".close", ".aclose", ".acquire", ".release", ".pubsub", ".pipeline", NULL};
	struct py_names names = py_resolve(f, call->u.call.func);

	for (uint32_t i = 0; i < names.len; i++) {
		for (size_t j = 0; others[j]; j++)
			if (str_ends(names.items[i], others[j]))
				return false;
		if (!idiom_starts_with_one_of(names.items[i], prefixes))
			return false;
	}
	return names.len > 0;
}

bool passes_client(struct py_file *f, const struct py_node *call)
{
	static const char *const types[] = {"aiohttp.ClientSession", "httpx.AsyncClient",
		"asyncpg.Pool", "redis.asyncio.Redis", NULL};

	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (idiom_is_one_of(py_type_of(f, call->u.call.args.items[i], NULL), types))
			return true;
	return false;
}

static void add_function(
	const struct py_node **todo, uint32_t *count, const struct py_node *function)
{
	for (uint32_t i = 0; i < *count; i++)
		if (todo[i] == function)
			return;
	if (function && function->kind == PY_AsyncFunctionDef && *count < MAX_FUNCTIONS)
		todo[(*count)++] = function;
}

bool reaches_server(struct py_file *f, const struct py_node *call)
{
	const struct py_node *todo[MAX_FUNCTIONS];
	uint32_t count = 0;

	if (asks_server(f, call) || passes_client(f, call))
		return true;
	add_function(todo, &count, py_callee(f, call->u.call.func));
	for (uint32_t i = 0; i < count; i++)
		PY_EACH (n, todo[i]) {
			if (n->kind != PY_Call)
				continue;
			if (asks_server(f, n))
				return true;
			add_function(todo, &count, py_callee(f, n->u.call.func));
		}
	return false;
}

bool is_read_name(struct str name)
{
	static const char *const reads[] = {"get", "fetch", "load", "find", "query", "lookup",
		"read", "download", "search", "resolve", "list", "scrape", "crawl", "check", "head",
		"hget", "smembers", "count", "describe", "retrieve", NULL};

	return idiom_starts_with_one_of(name, reads);
}

static bool contains(struct str s, const char *word)
{
	for (size_t i = 0; i < s.len; i++)
		if (str_starts(str_drop(s, i), word))
			return true;
	return false;
}

bool names_limit(const struct py_node *top)
{
	static const char *const words[] = {
		"sem", "Sem", "limit", "Limit", "lock", "Lock", "throttle", "bucket", NULL};

	PY_EACH (n, top) {
		struct str name = idiom_last_name(n);

		for (size_t i = 0; name.len && words[i]; i++)
			if (contains(name, words[i]))
				return true;
	}
	return false;
}

/* ---- rows ---- */

static const char *const words[] = {"async", NULL};

static const struct rule rules[] = {
	{
		.id = "throughput-sequential",
		.level = LEVEL_INFO,
		.title = "Independent awaits one after the other",
		.why = "Each turn waits for the one before it although none needs its result: a "
		       "hundred requests of 100 ms take ten seconds instead of one.",
		.fix = "Start them together, with asyncio.gather() or a TaskGroup, and bound how "
		       "many run at once with a semaphore.",
		.bad = "async def load_all(client, ids):\n"
		       "    pages = []\n"
		       "    for i in ids:\n"
		       "        pages.append(await client.fetch_page(i))\n"
		       "    return pages\n",
		.good = "import asyncio\n\n"
			"async def load_all(client, ids):\n"
			"    limit = asyncio.Semaphore(10)\n\n"
			"    async def one(i):\n"
			"        async with limit:\n"
			"            return await client.fetch_page(i)\n\n"
			"    return await asyncio.gather(*[one(i) for i in ids])\n",
		.libraries = "asyncio, aiohttp, httpx, asyncpg",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(For) | PY_BIT(ListComp) | PY_BIT(SetComp) | PY_BIT(DictComp),
		.check = check_sequential,
		.async_only = true,
	},
	{
		.id = "throughput-unbounded",
		.level = LEVEL_INFO,
		.title = "Concurrency or a queue without a bound",
		.why = "With enough input everything is started or queued at once: memory grows "
		       "until the process is killed, and the server behind is flooded.",
		.fix = "Bound it: a semaphore or a fixed number of workers for tasks, maxsize "
		       "for queues.",
		.bad = "import asyncio\n"
		       "import aiohttp\n\n"
		       "async def load_all(urls):\n"
		       "    async with aiohttp.ClientSession() as session:\n"
		       "        return await asyncio.gather(*[session.get(u) for u in urls])\n",
		.good = "import asyncio\n"
			"import aiohttp\n\n"
			"async def load(session, semaphore, url):\n"
			"    async with semaphore, session.get(url) as response:\n"
			"        return await response.read()\n\n"
			"async def load_all(urls):\n"
			"    semaphore = asyncio.Semaphore(10)\n"
			"    async with aiohttp.ClientSession() as session:\n"
			"        return await asyncio.gather(\n"
			"            *[load(session, semaphore, u) for u in urls])\n",
		.libraries = "asyncio, aiohttp, httpx, asyncpg",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(Call),
		.check = check_unbounded,
	},
};

const struct rule_family family_throughput = {
	.slug = "throughput",
	.title = "Concurrency shape",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
