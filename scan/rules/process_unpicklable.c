/*
 * Things handed to another process that cannot be pickled: which calls hand over what. What pickle
 * refuses stands in pickle.c.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/pickle.h"
#include "scan/rules/process.h"
#include "scan/rules/process_kind.h"

/* What is handed over, by the call that does it. */
enum handover {
	HAND_NONE,
	HAND_SUBMIT, /* f, then its arguments: submit(f, x) */
	HAND_MAP,    /* f, then iterables that are walked here: map(f, xs) */
	HAND_APPLY,  /* f, args=(…), kwds={…} */
	HAND_TARGET, /* target=f, args=(…), kwargs={…} */
	HAND_RUN,    /* pool, f, then its arguments: run_in_executor(pool, f, x) */
};

static bool is_context_method(struct py_file *f, const struct py_node *func, const char *method)
{
	return func->kind == PY_Attribute && str_is(func->u.attribute.attr, method) &&
		process_context(f, func->u.attribute.value);
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
	return worker_of(f, expr, NULL) == WORKER_POOL || makes_pool(f, expr);
}

static bool is_process_executor(struct py_file *f, const struct py_node *expr)
{
	return worker_of(f, expr, NULL) == WORKER_PROCESS_EXECUTOR;
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

/* Subclasses of Process have a run() or a target of their own making. */
static bool is_plain_process(struct py_file *f, const struct py_node *call)
{
	const struct py_node *local_class;

	return (worker_made(f, call, &local_class) == WORKER_PROCESS && !local_class) ||
		is_context_method(f, call->u.call.func, "Process");
}

static enum handover handover_of(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;

	if (py_keyword(call, "target"))
		return is_plain_process(f, call) ? HAND_TARGET : HAND_NONE;
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
	return str_is(process_method(call), "fork");
}

/* Does the file make a context that forks? For processes of a context that cannot be followed. */
static bool makes_fork_context(struct py_file *f)
{
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call && str_is(idiom_last_name(n->u.call.func), "get_context") &&
			asks_for_fork(n))
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
		context = process_context(f, func->u.attribute.value);
	if (context)
		return asks_for_fork(context);
	return process_sets_method(f, "fork") ||
		(func->kind == PY_Attribute &&
			!py_resolves_to(f, func, "multiprocessing.Process") &&
			makes_fork_context(f));
}

/* A pool pickles whatever the start method is. For a Process it is the start method that decides:
 * fork does not pickle, and was Linux's way up to Python 3.13. */
static enum level level_of(struct py_file *f, const struct py_node *call, enum handover how)
{
	if (how != HAND_TARGET)
		return LEVEL_ERROR;
	return is_forked(f, call) ? LEVEL_INFO : LEVEL_WARNING;
}

void check_unpicklable(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	enum handover how = handover_of(run->file, call);
	struct pickled p = {.file = run->file, .process = how == HAND_TARGET};

	if (how == HAND_NONE || idiom_expects_error(call))
		return;
	check_handed(&p, call, how);
	if (!p.where)
		return;
	rule_report_level(run, rule, level_of(run->file, call, how), call,
		"%.*s cannot be pickled, so it cannot be sent to another process%s",
		STR_ARG(p.what), p.process ? " unless that is a fork of this one" : "");
}
