/*
 * Loops that keep a core busy: see cpu.h. How often a loop turns is read off its literals; how long
 * a turn takes is not asked, only that nothing in it can wait or release the GIL.
 */
#include "scan/rules/cpu.h"

#include <stdlib.h>
#include <string.h>

#include "scan/rules/cpu_pure.h"
#include "scan/rules/idiom.h"

/* ---- integers ---- */

#define MAX_TERMS  6 /* nesting of an integer expression */
#define MAX_DIGITS 40
#define MAX_SHIFT  62

static bool parse_integer(struct str text, uint64_t *value)
{
	char digits[MAX_DIGITS];
	size_t n = 0;
	char *end;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '_') {
			if (n + 1 >= sizeof digits)
				return false;
			digits[n++] = text.ptr[i];
		}
	digits[n] = '\0';
	*value = strtoull(digits, &end, 0);
	return n > 0 && (*end == '\0' || *end == 'L' || *end == 'l') && *value < INT64_MAX;
}

/* int(1e6) */
static bool parse_float(struct str text, uint64_t *value)
{
	char digits[MAX_DIGITS];
	double number;

	if (text.len + 1 >= sizeof digits)
		return false;
	memcpy(digits, text.ptr, text.len);
	digits[text.len] = '\0';
	number = strtod(digits, NULL);
	if (!(number >= 0 && number < (double)(INT64_MAX / 2)))
		return false;
	*value = (uint64_t)number;
	return true;
}

static bool multiply(uint64_t a, uint64_t b, uint64_t *value)
{
	*value = a * b;
	return a == 0 || b <= (uint64_t)INT64_MAX / a;
}

static bool power(uint64_t base, uint64_t exponent, uint64_t *value)
{
	*value = 1;
	if (exponent > MAX_SHIFT)
		return false;
	for (uint64_t i = 0; i < exponent; i++)
		if (!multiply(*value, base, value))
			return false;
	return true;
}

static bool combine(enum py_op op, uint64_t a, uint64_t b, uint64_t *value)
{
	switch (op) {
	case PY_OP_ADD:
		*value = a + b;
		return *value < INT64_MAX;
	case PY_OP_SUB:
		*value = a - b;
		return a >= b;
	case PY_OP_MULT:
		return multiply(a, b, value);
	case PY_OP_POW:
		return power(a, b, value);
	case PY_OP_LSHIFT:
		return b <= MAX_SHIFT && multiply(a, UINT64_C(1) << b, value);
	case PY_OP_FLOORDIV:
		*value = b ? a / b : 0;
		return b > 0;
	default:
		return false;
	}
}

/* What a name was given when that happens once; NULL otherwise. */
static const struct py_node *assigned_once(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_only_binding(py_lookup(f, name, name->u.name.id));

	return b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
}

static bool is_int_call(struct py_file *f, const struct py_node *call)
{
	return call->kind == PY_Call && py_is_name(call->u.call.func, "int") &&
		call->u.call.args.len == 1 && py_resolves_to(f, call->u.call.func, "int");
}

static bool integer_at(struct py_file *f, const struct py_node *n, int depth, uint64_t *value)
{
	uint64_t left, right;

	if (!n || depth == MAX_TERMS)
		return false;
	if (py_is_constant(n, PY_CONST_INT))
		return parse_integer(n->u.constant.text, value);
	if (py_is_constant(n, PY_CONST_FLOAT))
		return parse_float(n->u.constant.text, value);
	if (n->kind == PY_Name)
		return integer_at(f, assigned_once(f, n), depth + 1, value);
	if (is_int_call(f, n))
		return integer_at(f, py_arg(n, 0), depth + 1, value);
	return n->kind == PY_BinOp && integer_at(f, n->u.bin_op.left, depth + 1, &left) &&
		integer_at(f, n->u.bin_op.right, depth + 1, &right) &&
		combine((enum py_op)n->op, left, right, value);
}

bool cpu_integer(struct py_file *f, const struct py_node *expr, uint64_t *value)
{
	return integer_at(f, expr, 0, value);
}

/* ---- how often a loop turns ---- */

struct turns {
	uint64_t known; /* by literals; 1 when unknown */
	bool ranged;    /* over range(), or by a condition */
	bool sized;     /* over a range() that a parameter bounds */
};

static bool is_range(struct py_file *f, const struct py_node *iter)
{
	const struct py_node *func = iter->kind == PY_Call ? iter->u.call.func : NULL;

	return func && (py_is_name(func, "range") || py_is_name(func, "xrange")) &&
		!py_lookup(f, func, func->u.name.id) && iter->u.call.args.len > 0;
}

static bool mentions_parameter(struct py_file *f, const struct py_node *expr)
{
	PY_EACH (n, expr) {
		const struct py_binding *b;

		if (n->kind != PY_Name || py_is_name(n, "self"))
			continue;
		b = py_lookup(f, n, n->u.name.id);
		if (b && b->kind == PY_BIND_PARAM)
			return true;
	}
	return false;
}

static uint64_t range_length(struct py_file *f, const struct py_node *range)
{
	uint64_t start = 0, stop, step = 1;

	if (range->u.call.args.len == 1)
		return cpu_integer(f, py_arg(range, 0), &stop) ? stop : 1;
	if (!cpu_integer(f, py_arg(range, 0), &start) || !cpu_integer(f, py_arg(range, 1), &stop))
		return 1;
	if (range->u.call.args.len > 2 && !cpu_integer(f, py_arg(range, 2), &step))
		return 1;
	return step > 0 && stop > start ? (stop - start) / step : 1;
}

static struct turns turns_of_iterable(struct py_file *f, const struct py_node *iter)
{
	struct turns t = {.known = 1};

	if (py_is_name(iter->kind == PY_Call ? iter->u.call.func : NULL, "enumerate"))
		iter = py_arg(iter, 0);
	if (!iter || !is_range(f, iter))
		return t;
	t.ranged = true;
	t.known = range_length(f, iter);
	t.sized = mentions_parameter(f, iter);
	return t;
}

/* The step of `name += 1` directly in the body; 0 for none. */
static uint64_t step_of(struct py_file *f, struct py_list body, struct str name)
{
	uint64_t step;

	for (uint32_t i = 0; i < body.len; i++) {
		const struct py_node *n = body.items[i];

		if (n->kind == PY_AugAssign && n->op == PY_OP_ADD &&
			n->u.aug_assign.target->kind == PY_Name &&
			str_eq(n->u.aug_assign.target->u.name.id, name) &&
			cpu_integer(f, n->u.aug_assign.value, &step))
			return step;
	}
	return 0;
}

/* `while i < 1000000: …; i += 1` */
static struct turns turns_of_while(struct py_file *f, const struct py_node *loop)
{
	const struct py_node *test = loop->u.cond.test;
	struct turns t = {.known = 1, .ranged = true};
	uint64_t bound, step;

	if (test->kind != PY_Compare || test->u.compare.comparators.len != 1 ||
		test->u.compare.left->kind != PY_Name ||
		(test->u.compare.ops[0] != PY_OP_LT && test->u.compare.ops[0] != PY_OP_LTE))
		return t;
	step = step_of(f, loop->u.cond.body, test->u.compare.left->u.name.id);
	if (step == 0)
		return t;
	if (cpu_integer(f, test->u.compare.comparators.items[0], &bound))
		t.known = bound / step;
	t.sized = mentions_parameter(f, test->u.compare.comparators.items[0]);
	return t;
}

static bool is_comprehension(const struct py_node *n)
{
	return n->kind == PY_ListComp || n->kind == PY_SetComp || n->kind == PY_DictComp ||
		n->kind == PY_GeneratorExp;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t product;

	return multiply(a, b, &product) ? product : INT64_MAX;
}

static struct turns turns_of_comprehension(struct py_file *f, const struct py_node *comp)
{
	struct turns t = {.known = 1};

	for (uint32_t i = 0; i < comp->u.comp.generators.len; i++) {
		struct turns one = turns_of_iterable(
			f, comp->u.comp.generators.items[i]->u.comprehension.iter);

		t.known = times(t.known, one.known);
		t.ranged |= one.ranged;
		t.sized |= one.sized;
	}
	return t;
}

static bool is_loop(const struct py_node *n)
{
	return n->kind == PY_For || n->kind == PY_While || is_comprehension(n);
}

static struct turns turns_of(struct py_file *f, const struct py_node *loop)
{
	if (loop->kind == PY_For)
		return turns_of_iterable(f, loop->u.loop.iter);
	return loop->kind == PY_While ? turns_of_while(f, loop) : turns_of_comprehension(f, loop);
}

/* Turns of the loop `inner` for all turns of the loops around it, up to `top`. */
static uint64_t turns_within(
	struct py_file *f, const struct py_node *inner, const struct py_node *top)
{
	uint64_t product = 1;

	for (const struct py_node *n = inner; n && n >= top; n = n->parent)
		if (is_loop(n))
			product = times(product, turns_of(f, n).known);
	return product;
}

static bool turns_often(struct py_file *f, const struct py_node *loop)
{
	PY_EACH (n, loop)
		if (is_loop(n) && turns_within(f, n, loop) >= CPU_MANY_TURNS)
			return true;
	return false;
}

/* ---- loads ---- */

/* A generator is as busy as what takes all of it; min, max and sum are for numbers. */
static bool is_summed(const struct py_node *comp)
{
	static const char *const takers[] = {"sum", "max", "min", "prod", "fsum", "reduce", NULL};
	const struct py_node *p = comp->parent;

	return p->kind == PY_Call && idiom_is_one_of(idiom_last_name(p->u.call.func), takers);
}

static bool is_taken(const struct py_node *comp)
{
	static const char *const takers[] = {
		"list", "set", "tuple", "sorted", "dict", "frozenset", "join", "deque", NULL};
	const struct py_node *p = comp->parent;

	return comp->kind != PY_GeneratorExp || is_summed(comp) ||
		(p->kind == PY_Call && idiom_is_one_of(idiom_last_name(p->u.call.func), takers));
}

static bool computes(const struct py_node *top)
{
	PY_EACH (n, top)
		if ((n->kind == PY_BinOp && !py_is_constant(n->u.bin_op.left, PY_CONST_STR)) ||
			n->kind == PY_AugAssign)
			return true;
	return false;
}

/* Does the function called here turn a loop as long as it is told? */
static bool calls_loop(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);

	if (!def || def->kind != PY_FunctionDef)
		return false;
	PY_EACH (n, def)
		if ((n->kind == PY_For || n->kind == PY_While) && turns_of(f, n).ranged)
			return true;
	return false;
}

/* A loop in the loop, its own or that of a function it calls, which computes. */
static bool has_inner_loop(struct py_file *f, const struct py_node *loop)
{
	PY_EACH (n, loop) {
		if (n == loop)
			continue;
		if (n->kind == PY_Call && calls_loop(f, n))
			return true;
		if ((n->kind == PY_For || n->kind == PY_While || is_comprehension(n)) &&
			turns_of(f, n).ranged && computes(n))
			return true;
	}
	return false;
}

static enum cpu_load load_by_parameter(struct py_file *f, const struct py_node *loop)
{
	if (is_comprehension(loop))
		return is_summed(loop) && computes(loop->u.comp.elt) ? CPU_HEAVY : CPU_LIGHT;
	if (has_inner_loop(f, loop))
		return CPU_HEAVY;
	return computes(loop) ? CPU_BY_PARAMETER : CPU_LIGHT;
}

enum cpu_load cpu_load_of_loop(struct py_file *f, const struct py_node *loop)
{
	enum cpu_load load = CPU_LIGHT;

	if (!is_loop(loop) || (is_comprehension(loop) && !is_taken(loop)))
		return CPU_LIGHT;
	if (turns_often(f, loop))
		load = CPU_HEAVY;
	else if (turns_of(f, loop).sized)
		load = load_by_parameter(f, loop);
	return load != CPU_LIGHT && cpu_is_pure(f, loop) ? load : CPU_LIGHT;
}

/* ---- functions ---- */

static bool is_smaller_call(
	struct py_file *f, const struct py_node *n, const struct py_node *function)
{
	const struct py_node *arg = n->kind == PY_Call ? py_arg(n, 0) : NULL;

	return arg && arg->kind == PY_BinOp && arg->op == PY_OP_SUB &&
		py_callee(f, n->u.call.func) == function;
}

/* `fib(n - 1) + fib(n - 2)` */
static bool recurs_twice(struct py_file *f, const struct py_node *function)
{
	const struct py_node *last = NULL;

	PY_EACH (n, function) {
		if (!is_smaller_call(f, n, function))
			continue;
		if (last && py_stmt_of(last) == py_stmt_of(n))
			return true;
		last = n;
	}
	return false;
}

static const struct py_node *heaviest_loop(
	struct py_file *f, const struct py_node *function, enum cpu_load *load)
{
	const struct py_node *found = NULL;

	PY_EACH (n, function) {
		enum cpu_load one;

		if (py_is_scope(n) && n != function) {
			n = n->end_node - 1;
			continue;
		}
		one = cpu_load_of_loop(f, n);
		if (one > *load) {
			*load = one;
			found = n;
		}
		if (one == CPU_HEAVY)
			break;
	}
	return found;
}

const struct py_node *cpu_loop_of(
	struct py_file *f, const struct py_node *function, enum cpu_load *load)
{
	enum cpu_load most = CPU_LIGHT;
	const struct py_node *found = heaviest_loop(f, function, &most);

	if (most != CPU_HEAVY && function->kind == PY_FunctionDef && recurs_twice(f, function) &&
		cpu_is_pure(f, function)) {
		most = CPU_HEAVY;
		found = function;
	}
	if (load)
		*load = most;
	return found;
}
