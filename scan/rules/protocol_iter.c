/*
 * protocol-iter: sync iteration over what is only an async iterable, `async for` over a coroutine
 * or a sync generator.
 *
 * `for` over a coroutine belongs to task-unawaited: what is missing there is the await.
 */
#include "scan/rules/protocol.h"

#include "scan/rules/idiom.h"

static const char *const async_calls[] = {"aiohttp.StreamReader.iter_any",
	"aiohttp.StreamReader.iter_chunked", "aiohttp.StreamReader.iter_chunks",
	"httpx.Response.aiter_bytes", "httpx.Response.aiter_lines", "httpx.Response.aiter_raw",
	"httpx.Response.aiter_text", "redis.asyncio.Redis.scan_iter",
	"redis.asyncio.Redis.hscan_iter", "redis.asyncio.Redis.sscan_iter",
	"redis.asyncio.Redis.zscan_iter", "redis.asyncio.client.PubSub.listen", NULL};

static const char *const async_types[] = {"asyncio.StreamReader", "aiohttp.StreamReader",
	"aiohttp.ClientWebSocketResponse", "aiohttp.web.WebSocketResponse",
	"aiohttp.MultipartReader", "trio.MemoryReceiveChannel", NULL};

/* A def whose body only says that subclasses have to write it: what it is there says nothing. */
static bool is_stub(const struct py_node *def)
{
	struct py_list body = def->u.function.body;

	for (uint32_t i = 0; i < body.len; i++) {
		const struct py_node *n = body.items[i];

		if (n->kind != PY_Pass && n->kind != PY_Raise &&
			!(n->kind == PY_Expr && n->u.expr.value->kind == PY_Constant))
			return false;
	}
	return true;
}

static bool is_async_generator(const struct py_node *def)
{
	return def->kind == PY_AsyncFunctionDef && py_is_generator(def);
}

/* A class of this file that can only be iterated over by `async for`. */
static bool is_async_iterable(struct py_file *f, const struct py_node *class_def)
{
	return class_has(f, class_def, "__aiter__") == HAS &&
		class_has(f, class_def, "__iter__") == HAS_NOT &&
		class_has(f, class_def, "__getitem__") == HAS_NOT;
}

/* What makes the iterable an async one, or NULL. */
static const char *async_kind(struct py_file *f, const struct py_node *e)
{
	const struct py_node *local = NULL, *def;
	struct str type;

	if (e->kind == PY_Call) {
		def = py_callee(f, e->u.call.func);
		if (def && is_async_generator(def))
			return "an async generator";
		if (names_only(f, e->u.call.func, async_calls))
			return "an async iterator";
	} else if (e->kind != PY_Name && e->kind != PY_Attribute) {
		return NULL;
	}
	type = py_type_of(f, e, &local);
	if (local ? is_async_iterable(f, local) : idiom_is_one_of(type, async_types))
		return "an async iterable";
	return NULL;
}

static bool is_coroutine(struct py_file *f, const struct py_node *func)
{
	struct py_names names = py_resolve(f, func);

	for (uint32_t i = 0; i < names.len; i++)
		if (!catalogue_is_coroutine(names.items[i]))
			return false;
	return names.len > 0;
}

/* Why `async for` cannot iterate over this call: what is to be done instead, or NULL. */
static const char *sync_remedy(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);

	if (!def)
		return is_coroutine(f, call->u.call.func) ? "a coroutine; await it first" : NULL;
	if (is_stub(def))
		return NULL;
	if (def->kind == PY_AsyncFunctionDef)
		return py_is_generator(def) ? NULL : "a coroutine; await it first";
	return py_is_generator(def) ? "a generator; use `for`" : NULL;
}

static void report_sync(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *iterable)
{
	const char *kind = async_kind(run->file, iterable);
	struct str text;

	if (!kind || idiom_expects_error(n))
		return;
	text = py_text(
		run->file->tree, iterable->kind == PY_Call ? iterable->u.call.func : iterable);
	rule_report(run, rule, n, "`%.*s` is %s and cannot be iterated over here; use `async for`",
		STR_ARG(text), kind);
}

static void report_async(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *iterable)
{
	const char *remedy = iterable->kind == PY_Call ? sync_remedy(run->file, iterable) : NULL;
	struct str text;

	if (!remedy || idiom_expects_error(n))
		return;
	text = py_text(run->file->tree, iterable->u.call.func);
	rule_report(run, rule, n, "`async for` over %.*s(), which is %s", STR_ARG(text), remedy);
}

static void check_comp(struct rule_run *run, const struct rule *rule, const struct py_node *comp)
{
	struct py_list generators = comp->u.comp.generators;

	for (uint32_t i = 0; i < generators.len; i++) {
		const struct py_node *g = generators.items[i];

		if (g->is_async)
			report_async(run, rule, comp, g->u.comprehension.iter);
		else
			report_sync(run, rule, comp, g->u.comprehension.iter);
	}
}

/* list(pages()) and others that iterate over their first argument. */
static void check_consumer(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const names[] = {"list", "tuple", "set", "sorted", "sum", "min", "max",
		"any", "all", "next", "iter", "enumerate", "frozenset", "reversed", NULL};
	const struct py_node *arg = py_arg(call, 0);

	if (arg && call->u.call.func->kind == PY_Name &&
		idiom_is_one_of(call->u.call.func->u.name.id, names) &&
		names_only(run->file, call->u.call.func, names))
		report_sync(run, rule, call, arg);
}

void check_protocol_iter(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	switch (n->kind) {
	case PY_For:
		report_sync(run, rule, n, n->u.loop.iter);
		break;
	case PY_AsyncFor:
		report_async(run, rule, n, n->u.loop.iter);
		break;
	case PY_Call:
		check_consumer(run, rule, n);
		break;
	case PY_YieldFrom:
		report_sync(run, rule, n, n->u.expr.value);
		break;
	default:
		check_comp(run, rule, n);
		break;
	}
}
