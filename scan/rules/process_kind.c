/*
 * Threads, processes, pools and executors: see process_kind.h.
 */
#include "scan/rules/process_kind.h"

#include "scan/rules/idiom.h"

#define MAX_BASES 4 /* class C(B), class B(A), class A(Thread) */

/* ---- types ---- */

static const struct {
	const char *type;
	enum worker worker;
} types[] = {
	{"threading.Thread", WORKER_THREAD},
	{"threading.Timer", WORKER_THREAD},
	{"multiprocessing.Process", WORKER_PROCESS},
	{"multiprocessing.context.SpawnProcess", WORKER_PROCESS},
	{"multiprocessing.context.ForkProcess", WORKER_PROCESS},
	{"multiprocessing.context.ForkServerProcess", WORKER_PROCESS},
	{"multiprocessing.context.BaseContext.Process", WORKER_PROCESS},
	{"torch.multiprocessing.Process", WORKER_PROCESS},
	{"subprocess.Popen", WORKER_POPEN},
	{"subprocess32.Popen", WORKER_POPEN},
	{"multiprocessing.pool.Pool", WORKER_POOL},
	{"multiprocessing.Pool", WORKER_POOL},
	{"torch.multiprocessing.Pool", WORKER_POOL},
	{"multiprocessing.pool.ThreadPool", WORKER_THREAD_POOL},
	{"concurrent.futures.ProcessPoolExecutor", WORKER_PROCESS_EXECUTOR},
	{"concurrent.futures.ThreadPoolExecutor", WORKER_THREAD_EXECUTOR},
};

static enum worker worker_named(struct str type)
{
	for (size_t i = 0; type.len > 0 && i < ARRAY_LEN(types); i++)
		if (str_is(type, types[i].type))
			return types[i].worker;
	return WORKER_NONE;
}

static enum worker worker_of_names(struct py_names names)
{
	enum worker w = names.len > 0 ? worker_named(names.items[0]) : WORKER_NONE;

	for (uint32_t i = 1; i < names.len; i++)
		if (worker_named(names.items[i]) != w)
			return WORKER_NONE;
	return w;
}

/* The worker that a class of this file derives from. */
static enum worker worker_base(struct py_file *f, const struct py_node *class_def)
{
	for (int i = 0; class_def && i < MAX_BASES; i++) {
		struct py_list bases = class_def->u.class_def.bases;
		const struct py_node *next = NULL;

		for (uint32_t j = 0; j < bases.len; j++) {
			enum worker w = worker_of_names(py_resolve(f, bases.items[j]));

			if (w != WORKER_NONE)
				return w;
			next = next ? next : py_class_named(f, bases.items[j]);
		}
		class_def = next;
	}
	return WORKER_NONE;
}

enum worker worker_of(
	struct py_file *f, const struct py_node *expr, const struct py_node **local_class)
{
	const struct py_node *class_def = NULL;
	struct str type = py_type_of(f, expr, &class_def);

	if (local_class)
		*local_class = class_def;
	return class_def ? worker_base(f, class_def) : worker_named(type);
}

/* ---- calls ---- */

/* The names that workers have where they are defined. */
static bool may_make_worker(struct str name)
{
	static const char *const names[] = {"Thread", "Timer", "Process", "Popen", "Pool",
		"ThreadPool", "ThreadPoolExecutor", "ProcessPoolExecutor", "SpawnProcess",
		"ForkProcess", "ForkServerProcess", NULL};

	return idiom_is_one_of(name, names);
}

static bool is_found_only(struct str name)
{
	static const char *const finders[] = {
		"current_thread", "currentThread", "main_thread", "current_process", NULL};

	return idiom_is_one_of(name, finders);
}

/* A class of the file, or another name for something imported. */
static bool may_be_another_name(struct py_file *f, const struct py_node *func)
{
	const struct py_binding *b;

	if (func->kind != PY_Name)
		return false;
	b = py_lookup(f, func, func->u.name.id);
	return b && (b->kind == PY_BIND_CLASS || b->kind == PY_BIND_FROM);
}

enum worker worker_made(
	struct py_file *f, const struct py_node *call, const struct py_node **local_class)
{
	const struct py_node *func = call->u.call.func, *class_def;
	struct str name = idiom_last_name(func);

	if (local_class)
		*local_class = NULL;
	if (is_found_only(name) || (!may_make_worker(name) && !may_be_another_name(f, func)))
		return WORKER_NONE;
	class_def = py_class_named(f, func);
	if (!class_def)
		return worker_of(f, call, NULL);
	if (local_class)
		*local_class = class_def;
	return worker_base(f, class_def);
}

bool worker_in_test(const struct py_node *n)
{
	static const char *const tests[] = {"test", "Test", NULL};

	for (; n; n = n->parent) {
		if (py_is_function(n) && idiom_starts_with_one_of(n->u.function.name, tests))
			return true;
		if (n->kind == PY_ClassDef &&
			(idiom_starts_with_one_of(n->u.class_def.name, tests) ||
				str_ends(n->u.class_def.name, "Test") ||
				str_ends(n->u.class_def.name, "Tests") ||
				str_ends(n->u.class_def.name, "TestCase")))
			return true;
	}
	return false;
}

/* ---- start methods ---- */

const struct py_node *process_context(struct py_file *f, const struct py_node *expr)
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

struct str process_method(const struct py_node *call)
{
	const struct py_node *method = py_arg_or_keyword(call, 0, "method");

	return method && py_is_constant(method, PY_CONST_STR) ? method->u.constant.text : STR_EMPTY;
}

bool process_sets_method(struct py_file *f, const char *method)
{
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call &&
			str_is(idiom_last_name(n->u.call.func), "set_start_method") &&
			(!method || str_is(process_method(n), method)))
			return true;
	return false;
}
