/*
 * protocol-with: `with` on what is only an async context manager, `async with` on what is only a
 * sync one. Speaks only of classes and functions whose protocol did not change between releases.
 */
#include "scan/rules/protocol.h"

#include "scan/rules/idiom.h"

/* ---- catalogue: functions by what is called, classes by the type of the value ---- */

static const char *const async_types[] = {"asyncio.Lock", "asyncio.Semaphore",
	"asyncio.BoundedSemaphore", "asyncio.Condition", "asyncio.TaskGroup", "asyncio.Timeout",
	"contextlib.AsyncExitStack", "httpx.AsyncClient", "aiohttp.ClientSession", "anyio.Lock",
	"anyio.Semaphore", "anyio.Condition", "anyio.CapacityLimiter", "anyio.abc.TaskGroup",
	"trio.Lock", "trio.StrictFIFOLock", "trio.Semaphore", "trio.Condition",
	"trio.CapacityLimiter", "trio.Nursery", "asyncpg.Pool", "asyncpg.transaction.Transaction",
	"psycopg.AsyncConnection", "sqlalchemy.ext.asyncio.AsyncSession",
	"sqlalchemy.ext.asyncio.AsyncConnection", "redis.asyncio.Redis", NULL};

static const char *const async_calls[] = {"asyncio.timeout", "asyncio.timeout_at",
	"contextlib.aclosing", "anyio.create_task_group", "trio.open_nursery", "aiofiles.open",
	"aiosqlite.connect", "websockets.connect", "websockets.serve", "aiohttp.ClientSession.get",
	"aiohttp.ClientSession.post", "aiohttp.ClientSession.put", "aiohttp.ClientSession.delete",
	"aiohttp.ClientSession.request", "aiohttp.ClientSession.ws_connect", "aiohttp.request",
	"httpx.AsyncClient.stream", "asyncpg.create_pool", "asyncpg.Pool.acquire",
	"asyncpg.Connection.transaction", "sqlalchemy.ext.asyncio.AsyncEngine.begin",
	"sqlalchemy.ext.asyncio.AsyncEngine.connect", NULL};

static const char *const sync_types[] = {"threading.Lock", "threading.RLock", "threading.Semaphore",
	"threading.BoundedSemaphore", "threading.Condition", "multiprocessing.Lock",
	"multiprocessing.RLock", "multiprocessing.Semaphore", "multiprocessing.BoundedSemaphore",
	"multiprocessing.Condition", "concurrent.futures.ThreadPoolExecutor",
	"concurrent.futures.ProcessPoolExecutor", "contextlib.ExitStack", "requests.Session",
	"httpx.Client", "trio.CancelScope", NULL};

static const char *const sync_calls[] = {"open", "io.open", "contextlib.suppress",
	"contextlib.closing", "contextlib.redirect_stdout", "contextlib.redirect_stderr",
	"tempfile.TemporaryDirectory", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile",
	"sqlite3.connect", "subprocess.Popen", "warnings.catch_warnings", "zipfile.ZipFile",
	"trio.move_on_after", "trio.move_on_at", "trio.fail_after", "trio.fail_at", "httpx.stream",
	NULL};

struct side {
	const char *const *types, *const *calls;
	const char *enter, *other; /* the method that it has, and the one that it lacks */
	const char *maker;         /* decorator whose functions give such context managers */
	enum py_kind def;          /* kind of def that it decorates */
};

static const struct side async_only = {async_types, async_calls, "__aenter__", "__enter__",
	"contextlib.asynccontextmanager", PY_AsyncFunctionDef};
static const struct side sync_only = {sync_types, sync_calls, "__enter__", "__aenter__",
	"contextlib.contextmanager", PY_FunctionDef};

/* ---- does the expression belong to a side? ---- */

/* aiohttp's sessions could be entered by `with` as long as coroutines were generators. */
static bool is_of_its_time(const struct py_node *e, struct str type)
{
	const struct py_node *function = py_function_around(e);

	return str_is(type, "aiohttp.ClientSession") && function &&
		function->kind == PY_FunctionDef && py_is_generator(function);
}

static bool is_of_class(struct py_file *f, const struct py_node *e, const struct side *s)
{
	const struct py_node *local = NULL;
	struct str type = py_type_of(f, e, &local);

	if (local)
		return class_has(f, local, s->enter) == HAS &&
			class_has(f, local, s->other) == HAS_NOT;
	return idiom_is_one_of(type, s->types) && !is_of_its_time(e, type);
}

/* A call of a function of this file that the decorator makes a context manager of. */
static bool is_made(struct py_file *f, const struct py_node *call, const struct side *s)
{
	const struct py_node *def = idiom_def_named(f, call->u.call.func);

	return def && def->kind == s->def && def->u.function.decorators.len == 1 &&
		py_has_decorator(f, def, s->maker);
}

static bool is_on_side(struct py_file *f, const struct py_node *e, const struct side *s)
{
	if (e->kind == PY_Await || e->kind == PY_YieldFrom || e->kind == PY_Yield)
		return false;
	if (e->kind == PY_Call && (names_only(f, e->u.call.func, s->calls) || is_made(f, e, s)))
		return true;
	return is_of_class(f, e, s);
}

void check_protocol_with(struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	bool is_async = with->kind == PY_AsyncWith;
	const struct side *wrong = is_async ? &sync_only : &async_only;
	struct py_list items = with->u.with.items;

	for (uint32_t i = 0; i < items.len; i++) {
		const struct py_node *e = items.items[i]->u.withitem.context_expr;
		struct str text;

		if (!is_on_side(run->file, e, wrong) || idiom_expects_error(with))
			continue;
		text = py_text(run->file->tree, e->kind == PY_Call ? e->u.call.func : e);
		rule_report(run, rule, with, "`%.*s` has no %s; use `%s`", STR_ARG(text),
			wrong->other, is_async ? "with" : "async with");
		return;
	}
}
