/*
 * Processes and fork: what cannot be handed to another process, and processes that nobody waits
 * for.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/pickle.h"
#include "scan/rules/rule.h"

/* ---- process-unpicklable ---- */

/* What is handed over, by the call that does it. */
enum handover {
	HAND_NONE,
	HAND_SUBMIT, /* f, then its arguments: submit(f, x) */
	HAND_MAP,    /* f, then iterables that are walked here: map(f, xs) */
	HAND_APPLY,  /* f, args=(…), kwds={…} */
	HAND_TARGET, /* target=f, args=(…), kwargs={…} */
	HAND_RUN,    /* pool, f, then its arguments: run_in_executor(pool, f, x) */
};

static bool is_process_class(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"multiprocessing.Process",
		"multiprocessing.process.Process", "multiprocessing.context.Process",
		"multiprocessing.context.SpawnProcess", "multiprocessing.context.ForkServerProcess",
		"multiprocessing.context.ForkProcess", "torch.multiprocessing.Process",
		"multiprocessing.get_context.Process", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* get_context("spawn") and what it is bound to: the Call, or NULL. */
static const struct py_node *context_call(struct py_file *f, const struct py_node *expr)
{
	static const char *const names[] = {
		"multiprocessing.get_context", "torch.multiprocessing.get_context", NULL};
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, expr, expr->u.name.id));
		expr = b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
	}
	return expr && expr->kind == PY_Call && py_resolves_to_any(f, expr->u.call.func, names) >= 0
		? expr
		: NULL;
}

static bool is_context_method(struct py_file *f, const struct py_node *func, const char *method)
{
	return func->kind == PY_Attribute && str_is(func->u.attribute.attr, method) &&
		context_call(f, func->u.attribute.value);
}

static bool makes_pool(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, expr, expr->u.name.id));
		if (!b || (b->kind != PY_BIND_ASSIGN && b->kind != PY_BIND_WITH))
			return false;
		expr = b->value;
	}
	return expr && expr->kind == PY_Call && is_context_method(f, expr->u.call.func, "Pool");
}

static bool is_pool(struct py_file *f, const struct py_node *expr)
{
	static const char *const types[] = {"multiprocessing.pool.Pool", "multiprocessing.Pool",
		"torch.multiprocessing.Pool", NULL};
	struct str type = py_type_of(f, expr, NULL);

	return idiom_is_one_of(type, types) || makes_pool(f, expr);
}

static bool is_process_executor(struct py_file *f, const struct py_node *expr)
{
	static const char *const types[] = {"concurrent.futures.ProcessPoolExecutor",
		"concurrent.futures.process.ProcessPoolExecutor", NULL};

	return idiom_is_one_of(py_type_of(f, expr, NULL), types);
}

static enum handover executor_method(struct str name)
{
	if (str_is(name, "submit"))
		return HAND_SUBMIT;
	return str_is(name, "map") ? HAND_MAP : HAND_NONE;
}

static enum handover pool_method(struct str name)
{
	static const char *const maps[] = {
		"map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async", NULL};

	if (str_is(name, "apply") || str_is(name, "apply_async"))
		return HAND_APPLY;
	return idiom_is_one_of(name, maps) ? HAND_MAP : HAND_NONE;
}

static enum handover method_handover(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	struct str name = func->u.attribute.attr;
	const struct py_node *pool = py_arg(call, 0);

	if (str_is(name, "run_in_executor"))
		return pool && is_process_executor(f, pool) ? HAND_RUN : HAND_NONE;
	if (executor_method(name) != HAND_NONE && is_process_executor(f, func->u.attribute.value))
		return executor_method(name);
	if (pool_method(name) != HAND_NONE && is_pool(f, func->u.attribute.value))
		return pool_method(name);
	return HAND_NONE;
}

static enum handover handover_of(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;

	if (py_keyword(call, "target"))
		return is_process_class(f, func) || is_context_method(f, func, "Process")
			? HAND_TARGET
			: HAND_NONE;
	return func->kind == PY_Attribute ? method_handover(f, call) : HAND_NONE;
}

/* ---- what is handed over ---- */

static void check_args(struct pickled *p, struct py_list args, uint32_t from)
{
	for (uint32_t i = from; i < args.len; i++)
		pickle_argument(p, args.items[i]);
}

static void check_keywords(struct pickled *p, const struct py_node *call)
{
	static const char *const settings[] = {"timeout", "chunksize", "callback", "error_callback",
		"func", "fn", "target", "name", "daemon", "group", NULL};
	struct py_list keywords = call->u.call.keywords;

	for (uint32_t i = 0; i < keywords.len; i++)
		if (!idiom_is_one_of(keywords.items[i]->u.keyword.arg, settings))
			pickle_argument(p, keywords.items[i]->u.keyword.value);
}

static void check_callable(struct pickled *p, const struct py_node *callable)
{
	if (callable)
		pickle_callable(p, callable);
}

static void check_handed(struct pickled *p, const struct py_node *call, enum handover how)
{
	struct py_list args = call->u.call.args;

	switch (how) {
	case HAND_MAP:
		check_callable(p, py_arg_or_keyword(call, 0, "func"));
		for (uint32_t i = 1; i < args.len; i++)
			pickle_elements(p, args.items[i]);
		return;
	case HAND_TARGET:
		check_callable(p, py_keyword(call, "target"));
		check_keywords(p, call);
		return;
	case HAND_RUN:
		check_callable(p, py_arg(call, 1));
		check_args(p, args, 2);
		return;
	default: /* submit, apply */
		check_callable(p, py_arg_or_keyword(call, 0, "func"));
		check_args(p, args, 1);
		check_keywords(p, call);
	}
}

/* ---- the start method ---- */

static bool asks_for_fork(const struct py_node *call)
{
	const struct py_node *method = py_arg_or_keyword(call, 0, "method");

	return method && py_is_constant(method, PY_CONST_STR) &&
		str_is(method->u.constant.text, "fork");
}

static bool sets_fork(struct py_file *f)
{
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call && asks_for_fork(n) &&
			str_is(idiom_last_name(n->u.call.func), "set_start_method"))
			return true;
	return false;
}

/* Was fork asked for? Then the arguments of a Process are inherited, on systems that can fork. */
static bool is_forked(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *context = NULL;

	if (str_is(idiom_last_name(func), "ForkProcess"))
		return true;
	if (func->kind == PY_Attribute)
		context = context_call(f, func->u.attribute.value);
	return context ? asks_for_fork(context) : sets_fork(f);
}

static void check_unpicklable(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	enum handover how = handover_of(run->file, call);
	struct pickled p = {.file = run->file, .process = how == HAND_TARGET};
	enum level level = rule->level;

	if (how == HAND_NONE || idiom_expects_error(call))
		return;
	check_handed(&p, call, how);
	if (!p.where)
		return;
	if (p.process && is_forked(run->file, call))
		level = LEVEL_WARNING;
	rule_report_level(run, rule, level, call,
		"%.*s cannot be pickled, so it cannot be sent to another process%s",
		STR_ARG(p.what), p.process ? " unless that is a fork of this one" : "");
}

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
