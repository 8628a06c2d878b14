/*
 * task-cached: a cache in front of an `async def` keeps the coroutine, not its result.
 */
#include "scan/rules/task.h"

#include "scan/rules/idiom.h"

/* None of these knows coroutines. cached_property.cached_property does, so it is missing. */
static const char *const caches[] = {"functools.lru_cache", "functools.cache",
	"functools.cached_property", "cachetools.cached", "cachetools.cachedmethod",
	"cachetools.func.fifo_cache", "cachetools.func.lfu_cache", "cachetools.func.lru_cache",
	"cachetools.func.rr_cache", "cachetools.func.ttl_cache", "methodtools.lru_cache",
	"backports.functools_lru_cache.lru_cache", "django.utils.functional.cached_property", NULL};

static const struct py_node *called(const struct py_node *n)
{
	return n->kind == PY_Call ? n->u.call.func : n;
}

static bool is_cache(struct py_file *f, const struct py_node *decorator)
{
	return py_resolves_to_any(f, called(decorator), caches) >= 0;
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *def)
{
	struct str cache = py_text(run->file->tree, called(n)), name = def->u.function.name;

	rule_report(run, rule, n,
		py_is_generator(def)
			? "%.*s keeps the generator that %.*s() gives, not its values: the "
			  "second caller gets one that is used up"
			: "%.*s keeps the coroutine that %.*s() gives, not its result: the second "
			  "caller awaits a used-up coroutine and gets RuntimeError",
		STR_ARG(cache), STR_ARG(name));
}

/* A decorator below the cache that is not known may make something of the coroutine that can be
 * awaited again. */
static void check_decorators(
	struct rule_run *run, const struct rule *rule, const struct py_node *def)
{
	static const char *const transparent[] = {
		"staticmethod", "classmethod", "typing.no_type_check", NULL};
	struct py_list d = def->u.function.decorators;

	for (uint32_t i = d.len; i-- > 0;) {
		if (is_cache(run->file, d.items[i])) {
			report(run, rule, d.items[i], def);
			return;
		}
		if (py_resolves_to_any(run->file, called(d.items[i]), transparent) < 0)
			return;
	}
}

/* Cheap, and asked of every call with one argument: only decorators are found under other names. */
static bool is_cache_name(const struct py_node *func)
{
	static const char *const names[] = {"lru_cache", "cache", "cached", "ttl_cache", NULL};

	return idiom_is_one_of(idiom_last_name(called(func)), names);
}

/* `cache(fetch)`, `lru_cache(maxsize=1)(fetch)` */
static void check_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *arg = py_arg(call, 0), *def;

	if (!arg || call->u.call.args.len != 1 || !is_cache_name(call->u.call.func) ||
		(arg->kind != PY_Name && arg->kind != PY_Attribute) ||
		!is_cache(run->file, call->u.call.func))
		return;
	def = py_callee(run->file, arg);
	if (def && def->kind == PY_AsyncFunctionDef)
		report(run, rule, call, def);
}

void check_task_cached(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Call)
		check_call(run, rule, n);
	else
		check_decorators(run, rule, n);
}
