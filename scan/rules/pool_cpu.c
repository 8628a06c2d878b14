/*
 * Pure Python computations that are given to threads: see cpu.h for what counts as one.
 */
#include "scan/rules/cpu.h"
#include "scan/rules/idiom.h"
#include "scan/rules/pool.h"
#include "scan/rules/process_kind.h"

#define FEW_TURNS 300 /* a loop over a parameter is short with numbers as small as these */

/* ---- what is given to a thread ---- */

static bool is_thread_pool(struct py_file *f, const struct py_node *expr)
{
	enum worker w = worker_of(f, expr, NULL);

	return w == WORKER_THREAD_EXECUTOR || w == WORKER_THREAD_POOL;
}

/* run_in_executor(None, f) or with a pool of threads. */
static const struct py_node *given_to_executor(struct py_file *f, const struct py_node *call)
{
	const struct py_node *pool = py_arg(call, 0);

	return pool && (py_is_constant(pool, PY_CONST_NONE) || is_thread_pool(f, pool))
		? py_arg(call, 1)
		: NULL;
}

static const struct py_node *given_to_method(struct py_file *f, const struct py_node *call)
{
	static const char *const methods[] = {"submit", "map", "apply", "apply_async", "map_async",
		"imap", "imap_unordered", "starmap", "starmap_async", NULL};
	const struct py_node *func = call->u.call.func;

	return idiom_is_one_of(func->u.attribute.attr, methods) &&
			is_thread_pool(f, func->u.attribute.value)
		? py_arg(call, 0)
		: NULL;
}

static bool takes_first(struct py_file *f, const struct py_node *func)
{
	static const char *const last_names[] = {
		"to_thread", "run_sync", "run_in_threadpool", "run_sync_in_worker_thread", NULL};
	static const char *const names[] = {"asyncio.to_thread", "anyio.to_thread.run_sync",
		"trio.to_thread.run_sync", "starlette.concurrency.run_in_threadpool",
		"fastapi.concurrency.run_in_threadpool", "anyio.run_sync_in_worker_thread",
		"trio.run_sync_in_worker_thread", NULL};

	return idiom_is_one_of(idiom_last_name(func), last_names) &&
		py_resolves_to_any(f, func, names) >= 0;
}

/* The callable that this call runs in a thread, NULL for none. */
static const struct py_node *given_to_thread(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *target = py_keyword(call, "target");

	if (target)
		return worker_made(f, call, NULL) == WORKER_THREAD ? target : NULL;
	if (str_is(idiom_last_name(func), "run_in_executor"))
		return given_to_executor(f, call);
	if (takes_first(f, func))
		return py_arg(call, 0);
	return func->kind == PY_Attribute ? given_to_method(f, call) : NULL;
}

/* ---- how much it computes ---- */

/* Numbers among what it is given: the largest, 0 for none. */
static uint64_t largest_argument(
	struct py_file *f, const struct py_node *call, const struct py_node *callable)
{
	uint64_t most = 0, value;

	for (const struct py_node *n = call->u.call.func->end_node; n < call->end_node; n++) {
		if (n == callable) {
			n = n->end_node - 1;
			continue;
		}
		if (py_is_expr(n) && cpu_integer(f, n, &value) && value > most)
			most = value;
	}
	return most;
}

/* Libraries that release the GIL while they compute, and calls that wait. */
static bool leaves_gil(struct rule_run *run, const struct py_node *def)
{
	static const char *const modules[] = {"numpy", "scipy", "torch", "zlib", "hashlib", "PIL",
		"pandas", "cv2", "numba", "tensorflow", "jax", "bz2", "lzma", "polars", "sklearn",
		"skimage", "ctypes", NULL};

	PY_EACH (n, def) {
		struct py_names names;

		if (n->kind != PY_Call)
			continue;
		if (catalogue_blocking(run, n))
			return true;
		names = py_resolve(run->file, n->u.call.func);
		for (uint32_t i = 0; i < names.len; i++)
			if (idiom_starts_with_one_of(names.items[i], modules))
				return true;
	}
	return false;
}

static bool is_heavy(struct py_file *f, const struct py_node *call, const struct py_node *callable,
	const struct py_node *def)
{
	uint64_t largest = largest_argument(f, call, callable);
	const struct py_node *loop;
	enum cpu_load load;

	loop = cpu_loop_of(f, def, &load);
	if (!loop)
		return false;
	if (load == CPU_BY_PARAMETER)
		return largest >= CPU_MANY_TURNS;
	return largest == 0 || largest > FEW_TURNS || py_is_function(loop);
}

void check_pool_cpu_threads(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *callable = given_to_thread(f, call), *def;

	def = callable ? py_callee(f, callable) : NULL;
	if (!def || def->kind != PY_FunctionDef || !is_heavy(f, call, callable, def) ||
		leaves_gil(run, def))
		return;
	rule_report(run, rule, call,
		"`%.*s` only computes, in Python: threads take turns at it and are no faster than "
		"one; use processes",
		STR_ARG(def->u.function.name));
}
