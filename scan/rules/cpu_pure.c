/*
 * Code that only computes: see cpu_pure.h. What is called must be known by name; a method of an
 * object of unknown type counts when only lists, strings and the like have it.
 */
#include "scan/rules/cpu_pure.h"

#include "scan/rules/idiom.h"

#define MAX_CALLS 3     /* functions of the file that are followed, one calling the other */
#define MAX_NODES 20000 /* all looked at for one answer */

struct purity {
	struct py_file *file;
	const struct py_node *path[MAX_CALLS + 1]; /* the functions that are being looked at */
	uint32_t depth, nodes;
};

static bool is_pure_name(struct str name)
{
	static const char *const builtins[] = {"abs", "all", "any", "bin", "bool", "bytearray",
		"bytes", "chr", "complex", "dict", "divmod", "enumerate", "filter", "float",
		"frozenset", "hash", "hex", "int", "isinstance", "iter", "len", "list", "map",
		"max", "min", "next", "oct", "ord", "pow", "range", "repr", "reversed", "round",
		"set", "slice", "sorted", "str", "sum", "tuple", "xrange", "zip",
		"time.perf_counter", "time.monotonic", "time.time", "copy.copy", "copy.deepcopy",
		"functools.reduce", "sys.getsizeof", NULL};
	static const char *const modules[] = {"math.", "cmath.", "random.", "operator.",
		"itertools.", "fractions.", "decimal.", "statistics.", "bisect.", "heapq.",
		"collections.", "builtins.", NULL};

	return idiom_is_one_of(name, builtins) ||
		(idiom_starts_with_one_of(name, modules) && !str_is(name, "builtins.open") &&
			!str_is(name, "builtins.input") && !str_is(name, "builtins.print"));
}

/* Methods of containers, strings and numbers that hardly anything else has. */
static bool is_pure_method(struct str name)
{
	static const char *const methods[] = {"append", "appendleft", "extend", "insert", "pop",
		"popleft", "sort", "reverse", "index", "count", "items", "keys", "values",
		"setdefault", "add", "discard", "union", "intersection", "difference", "lower",
		"upper", "strip", "lstrip", "rstrip", "startswith", "endswith", "split", "isdigit",
		"isalpha", "bit_length", "bit_count", "to_bytes", "conjugate", "is_integer",
		"zfill", NULL};

	return idiom_is_one_of(name, methods);
}

static bool are_pure_names(const struct py_names *names)
{
	for (uint32_t i = 0; i < names->len; i++)
		if (!is_pure_name(names->items[i]))
			return false;
	return true;
}

static bool is_on_path(const struct purity *p, const struct py_node *def)
{
	for (uint32_t i = 0; i < p->depth; i++)
		if (p->path[i] == def)
			return true;
	return false;
}

static bool is_pure(struct purity *p, const struct py_node *top);

/* Recursion counts as computing when the rest of the function does. */
static bool is_pure_function(struct purity *p, const struct py_node *def)
{
	struct py_list body = def->u.function.body;
	bool pure = true;

	if (is_on_path(p, def))
		return true;
	if (def->kind != PY_FunctionDef || p->depth > MAX_CALLS)
		return false;
	p->path[p->depth++] = def;
	for (uint32_t i = 0; i < body.len && pure; i++)
		pure = is_pure(p, body.items[i]);
	p->depth--;
	return pure;
}

static bool is_pure_call(struct purity *p, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	struct py_names names = py_resolve(p->file, func);
	const struct py_node *def;

	if (names.len > 0)
		return are_pure_names(&names);
	def = py_callee(p->file, func);
	if (def)
		return is_pure_function(p, def);
	if (func->kind == PY_Name)
		return py_is_name(func, "xrange");
	return func->kind == PY_Attribute && is_pure_method(func->u.attribute.attr);
}

static bool is_pure_node(struct purity *p, const struct py_node *n)
{
	switch (n->kind) {
	case PY_Await:
	case PY_Yield:
	case PY_YieldFrom:
	case PY_AsyncFor:
	case PY_With:
	case PY_AsyncWith:
	case PY_Print:
	case PY_Exec:
	case PY_Import:
	case PY_ImportFrom:
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
	case PY_ClassDef:
	case PY_ErrorStmt:
	case PY_ErrorExpr:
		return false;
	case PY_comprehension:
		return !n->is_async;
	case PY_Call:
		return is_pure_call(p, n);
	default:
		return true;
	}
}

static bool is_pure(struct purity *p, const struct py_node *top)
{
	PY_EACH (n, top)
		if (p->nodes++ >= MAX_NODES || !is_pure_node(p, n))
			return false;
	return true;
}

bool cpu_is_pure(struct py_file *f, const struct py_node *top)
{
	struct purity p = {.file = f};

	return py_is_function(top) ? is_pure_function(&p, top) : is_pure(&p, top);
}
