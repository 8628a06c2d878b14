/*
 * What becomes of the list that gather(..., return_exceptions=True) gives.
 *
 * Everything that is made of the list is followed by name through the function, without regard to
 * order: a test anywhere counts. That misses some defects and hardly ever reports a false one.
 */
#include "scan/rules/gather.h"

#include "scan/rules/idiom.h"

#define MAX_NAMES  32
#define MAX_ROUNDS 8 /* a name made of a name made of … */

/* The names in one function that hold the list, its elements or something made of them. */
struct holders {
	struct py_file *file;
	const struct py_node *function;
	const struct py_binding *names[MAX_NAMES];
	uint32_t count;
	bool too_many;
	bool lost; /* stored where this function cannot be followed */
};

static bool holds_name(const struct holders *h, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(h->file, name, name->u.name.id);

	for (uint32_t i = 0; b && i < h->count; i++)
		if (h->names[i]->scope == b->scope && str_eq(h->names[i]->name, b->name))
			return true;
	return false;
}

static bool mentions(const struct holders *h, const struct py_node *expr)
{
	PY_EACH (n, expr)
		if (n->kind == PY_Name && n->op == PY_LOAD && holds_name(h, n))
			return true;
	return false;
}

static void add_name(struct holders *h, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(h->file, name, name->u.name.id);

	if (!b || holds_name(h, name))
		return;
	if (h->count == MAX_NAMES)
		h->too_many = true;
	else
		h->names[h->count++] = b;
}

static void add_targets(struct holders *h, const struct py_node *target)
{
	PY_EACH (n, target) {
		if (n->op != PY_STORE)
			continue;
		if (n->kind == PY_Name && !str_is(n->u.name.id, "_"))
			add_name(h, n);
		else if (n->kind == PY_Attribute || n->kind == PY_Subscript)
			h->lost = true;
	}
}

static void add_target_list(struct holders *h, struct py_list targets)
{
	for (uint32_t i = 0; i < targets.len; i++)
		add_targets(h, targets.items[i]);
}

/* What a statement or expression binds, when its value (`made_of`) holds some of the list. */
static const struct py_node *bound_value(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Assign:
		return n->u.assign.value;
	case PY_AnnAssign:
		return n->u.ann_assign.value;
	case PY_AugAssign:
	case PY_NamedExpr:
		return n->u.aug_assign.value;
	case PY_For:
	case PY_AsyncFor:
		return n->u.loop.iter;
	case PY_comprehension:
		return n->u.comprehension.iter;
	default:
		return NULL;
	}
}

static void bind(struct holders *h, const struct py_node *n)
{
	if (n->kind == PY_Assign)
		add_target_list(h, n->u.assign.targets);
	else if (n->kind == PY_AnnAssign)
		add_targets(h, n->u.ann_assign.target);
	else if (n->kind == PY_For || n->kind == PY_AsyncFor)
		add_targets(h, n->u.loop.target);
	else if (n->kind == PY_comprehension)
		add_targets(h, n->u.comprehension.target);
	else
		add_targets(h, n->u.aug_assign.target);
}

/* errors.append(…): what a container's name holds from then on. */
static bool collects(const struct py_node *call)
{
	static const char *const methods[] = {"append", "extend", "add", "update", "insert", NULL};
	const struct py_node *func = call->u.call.func;

	return func->kind == PY_Attribute && func->u.attribute.value->kind == PY_Name &&
		idiom_is_one_of(func->u.attribute.attr, methods);
}

static void collect(struct holders *h, const struct py_node *call)
{
	if (!collects(call))
		return;
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (mentions(h, call->u.call.args.items[i]))
			add_name(h, call->u.call.func->u.attribute.value);
}

/* ---- tests ---- */

static bool is_type_test(const struct py_node *call)
{
	static const char *const names[] = {"isinstance", "issubclass", "type", NULL};

	return call->kind == PY_Call && call->u.call.func->kind == PY_Name &&
		idiom_is_one_of(call->u.call.func->u.name.id, names);
}

static bool holds_type_test(const struct py_node *top)
{
	PY_EACH (n, top)
		if (is_type_test(n) || n->kind == PY_Match ||
			(n->kind == PY_Attribute && str_is(n->u.attribute.attr, "__class__")))
			return true;
	return false;
}

/* Functions of other files whose name says that they look for errors get the benefit. */
static bool named_like_tester(const struct py_node *func)
{
	static const char *const parts[] = {"raise", "exc", "error", "err", "check", "handle",
		"log", "report", "fail", "warn", "assert", "is_", "inspect", "valid", "outcome",
		"unwrap", "partition", "filter", NULL};
	struct str name = idiom_last_name(func);

	for (size_t i = 0; i < name.len; i++)
		for (const char *const *part = parts; *part; part++)
			if (str_starts(str_drop(name, i), *part))
				return true;
	return false;
}

static bool is_parameter(const struct py_node *def, struct str id)
{
	PY_EACH (n, def->u.function.args)
		if (n->kind == PY_arg && str_eq(n->u.arg.arg, id))
			return true;
	return false;
}

/* Does the function hand one of its parameters to such a function? */
static bool passes_to_tester(const struct py_node *def)
{
	PY_EACH (n, def) {
		if (n->kind != PY_Call || !named_like_tester(n->u.call.func))
			continue;
		for (uint32_t i = 0; i < n->u.call.args.len; i++) {
			const struct py_node *arg = n->u.call.args.items[i];

			if (arg->kind == PY_Name && is_parameter(def, arg->u.name.id))
				return true;
		}
	}
	return false;
}

/* Is this the function of this file, or the lambda, that tests what it is given? */
static bool is_tester(const struct holders *h, const struct py_node *callable)
{
	const struct py_node *def;

	if (callable->kind == PY_Lambda)
		return holds_type_test(callable);
	if (callable->kind != PY_Name && callable->kind != PY_Attribute)
		return false;
	def = py_callee(h->file, callable);
	return def && (holds_type_test(def) || passes_to_tester(def));
}

static bool call_tests(const struct holders *h, const struct py_node *call)
{
	struct py_list args = call->u.call.args;

	if (is_type_test(call))
		return args.len > 0 && mentions(h, args.items[0]);
	if (!mentions(h, call) || mentions(h, call->u.call.func))
		return false;
	if (is_tester(h, call->u.call.func) || named_like_tester(call->u.call.func))
		return true;
	for (uint32_t i = 0; i < args.len; i++)
		if (is_tester(h, args.items[i]))
			return true;
	return false;
}

/* `r is True`: no exception passes this. */
static bool is_identity_test(const struct holders *h, const struct py_node *compare)
{
	const struct py_node *right = compare->u.compare.comparators.items[0];

	return compare->u.compare.ops[0] == PY_OP_IS &&
		(py_is_constant(right, PY_CONST_TRUE) || py_is_constant(right, PY_CONST_FALSE)) &&
		mentions(h, compare->u.compare.left);
}

static bool tests(const struct holders *h, const struct py_node *n)
{
	switch (n->kind) {
	case PY_Compare:
		return is_identity_test(h, n);
	case PY_Call:
		return call_tests(h, n);
	case PY_Match:
		return mentions(h, n->u.match.subject);
	case PY_Raise:
		return n->u.raise.exc && mentions(h, n->u.raise.exc);
	case PY_Attribute:
		return str_is(n->u.attribute.attr, "__class__") && mentions(h, n);
	default:
		return false;
	}
}

static bool any_test(const struct holders *h)
{
	PY_EACH (n, h->function)
		if (tests(h, n))
			return true;
	return false;
}

static void spread(struct holders *h)
{
	uint32_t before;

	for (int round = 0; round < MAX_ROUNDS && h->count > 0; round++) {
		before = h->count;
		PY_EACH (n, h->function) {
			const struct py_node *value = bound_value(n);

			if (value && mentions(h, value))
				bind(h, n);
			else if (n->kind == PY_Call)
				collect(h, n);
		}
		if (h->count == before)
			return;
	}
}

/* ---- from the await outwards ---- */

/* The call that the list is an argument of tests it, or may: f(await gather(…)). */
static bool passed_to_tester(const struct holders *h, const struct py_node *call)
{
	if (is_tester(h, call->u.call.func) || named_like_tester(call->u.call.func))
		return true;
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (is_tester(h, call->u.call.args.items[i]))
			return true;
	return false;
}

/* Climbs from the await to its statement; adds the names on the way. False: tested, or handed
 * somewhere that cannot be followed. */
static bool climb(struct holders *h, const struct py_node *awaited, const struct py_node **stmt)
{
	const struct py_node *n = awaited;

	for (; !py_is_stmt(n->parent); n = n->parent) {
		const struct py_node *p = n->parent;

		if (is_type_test(p) || p->kind == PY_Lambda || p->kind == PY_Yield)
			return false;
		if (p->kind == PY_Call && p->u.call.func != n && passed_to_tester(h, p))
			return false;
		if (p->kind == PY_Call && collects(p))
			add_name(h, p->u.call.func->u.attribute.value);
		if (bound_value(p) == n)
			bind(h, p);
	}
	*stmt = n->parent;
	if (bound_value(*stmt) == n)
		bind(h, *stmt);
	return true;
}

/* Where the await itself is all of a statement, or bound to names that nobody reads. */
static bool is_discarded(const struct holders *h, const struct py_node *awaited)
{
	const struct py_node *p = py_value_top(awaited)->parent;

	if (p->kind == PY_Expr)
		return true;
	if (bound_value(p) == NULL || p->kind == PY_For || p->kind == PY_comprehension)
		return false;
	for (uint32_t i = 0; i < h->count; i++)
		if (py_escape_of(h->file, h->names[i]).reads > 0)
			return false;
	return true;
}

/* `-> list[Page | BaseException]`: the function says that its caller gets exceptions. */
static bool declares_exceptions(const struct py_node *function)
{
	if (!py_is_function(function) || !function->u.function.returns)
		return false;
	PY_EACH (n, function->u.function.returns)
		if (str_ends(idiom_last_name(n), "Exception"))
			return true;
	return false;
}

enum gather_fate gather_fate(struct py_file *f, const struct py_node *awaited)
{
	struct holders h = {.file = f, .function = idiom_function_or_module(f, awaited)};
	const struct py_node *stmt;

	if (!climb(&h, awaited, &stmt) || h.lost)
		return GATHER_TESTED;
	if (is_discarded(&h, awaited))
		return GATHER_DISCARDED;
	if (stmt->kind == PY_Match || (stmt->kind == PY_Return && h.count == 0))
		return GATHER_TESTED;
	spread(&h);
	return h.too_many || h.lost || declares_exceptions(h.function) || any_test(&h)
		? GATHER_TESTED
		: GATHER_UNTESTED;
}
