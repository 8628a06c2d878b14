/*
 * Locks: of which class, which one, taken by what. A lock is known by its type; two expressions are
 * the same lock when they are the same variable, or the same attribute of self in one class.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

struct lock_class {
	const char *name;
	unsigned traits;
};

/* asyncio's, anyio's and trio's conditions are made around a lock that is not reentrant. */
static const struct lock_class classes[] = {
	{"threading.Lock", LOCK_THREAD},
	{"threading.RLock", LOCK_THREAD | LOCK_REENTRANT},
	{"threading.Semaphore", LOCK_THREAD | LOCK_COUNTS},
	{"threading.BoundedSemaphore", LOCK_THREAD | LOCK_COUNTS},
	{"threading.Condition", LOCK_THREAD | LOCK_REENTRANT | LOCK_CONDITION},
	{"multiprocessing.Lock", LOCK_THREAD},
	{"multiprocessing.RLock", LOCK_THREAD | LOCK_REENTRANT},
	{"multiprocessing.Semaphore", LOCK_THREAD | LOCK_COUNTS},
	{"multiprocessing.BoundedSemaphore", LOCK_THREAD | LOCK_COUNTS},
	{"multiprocessing.Condition", LOCK_THREAD | LOCK_REENTRANT | LOCK_CONDITION},
	{"asyncio.Lock", 0},
	{"asyncio.Semaphore", LOCK_COUNTS},
	{"asyncio.BoundedSemaphore", LOCK_COUNTS},
	{"asyncio.Condition", LOCK_CONDITION},
	{"anyio.Lock", 0},
	{"anyio.Semaphore", LOCK_COUNTS},
	{"anyio.CapacityLimiter", LOCK_COUNTS},
	{"anyio.Condition", LOCK_CONDITION},
	{"trio.Lock", 0},
	{"trio.StrictFIFOLock", 0},
	{"trio.Semaphore", LOCK_COUNTS},
	{"trio.CapacityLimiter", LOCK_COUNTS},
	{"trio.Condition", LOCK_CONDITION},
};

unsigned lock_traits(struct str type, bool *known)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (str_is(type, classes[i].name)) {
			*known = true;
			return classes[i].traits;
		}
	*known = false;
	return 0;
}

/* The variable, or for `self.x` the class; NULL for what may be another object each time. */
static const void *owner_of(struct py_file *f, const struct py_node *expr)
{
	const struct py_node *base, *class_def = NULL;
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_lookup(f, expr, expr->u.name.id);
		return b && b->kind != PY_BIND_PARAM && b->kind != PY_BIND_FOR ? b : NULL;
	}
	base = expr->u.attribute.value;
	if (!py_is_name(base, "self") && !py_is_name(base, "cls"))
		return NULL;
	py_type_of(f, base, &class_def);
	return class_def ? class_def : idiom_class_around(expr);
}

bool lock_of(struct py_file *f, const struct py_node *expr, struct lock *out)
{
	bool known;

	if (expr->kind != PY_Name && expr->kind != PY_Attribute)
		return false;
	out->type = py_type_of(f, expr, NULL);
	if (out->type.len == 0)
		return false;
	out->traits = lock_traits(out->type, &known);
	if (!known)
		return false;
	out->expr = expr;
	out->name = idiom_last_name(expr);
	out->owner = owner_of(f, expr);
	return true;
}

bool lock_same(const struct lock *a, const struct lock *b)
{
	return a->owner && a->owner == b->owner && str_eq(a->name, b->name);
}

bool lock_item(struct py_file *f, const struct py_node *with, uint32_t i, struct lock *out)
{
	const struct py_node *expr = with->u.with.items.items[i]->u.withitem.context_expr;

	return lock_of(f, expr, out) &&
		(with->kind == PY_With) == ((out->traits & LOCK_THREAD) != 0);
}

bool lock_is_of_test(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b =
		expr->kind == PY_Name ? py_lookup(f, expr, expr->u.name.id) : NULL;

	return b && b->kind == PY_BIND_ASSIGN && py_is_function(b->scope->node) &&
		str_starts(b->scope->node->u.function.name, "test");
}

const struct py_node *lock_acquired(const struct py_node *call)
{
	const struct py_node *p = call->parent;

	if (call->u.call.func->kind != PY_Attribute ||
		!str_is(call->u.call.func->u.attribute.attr, "acquire") ||
		call->u.call.args.len + call->u.call.keywords.len > 0)
		return NULL;
	if (p->kind == PY_Await || p->kind == PY_YieldFrom)
		p = p->parent;
	return p->kind == PY_Expr ? call->u.call.func->u.attribute.value : NULL;
}

bool lock_method(
	struct py_file *f, const struct py_node *call, struct str receiver, const char *method)
{
	const struct py_node *func;

	if (call->kind != PY_Call || call->u.call.func->kind != PY_Attribute)
		return false;
	func = call->u.call.func;
	return str_is(func->u.attribute.attr, method) &&
		str_eq(py_text(f->tree, func->u.attribute.value), receiver);
}

static bool has(struct py_list list, const struct py_node *n)
{
	return list.len > 0 && n >= list.items[0] && n <= list.items[list.len - 1];
}

struct py_list lock_siblings(const struct py_node *stmt)
{
	const struct py_node *p = stmt->parent;

	switch (p->kind) {
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return p->u.function.body;
	case PY_ClassDef:
		return p->u.class_def.body;
	case PY_With:
	case PY_AsyncWith:
		return p->u.with.body;
	case PY_For:
	case PY_AsyncFor:
		return has(p->u.loop.body, stmt) ? p->u.loop.body : p->u.loop.orelse;
	case PY_If:
	case PY_While:
		return has(p->u.cond.body, stmt) ? p->u.cond.body : p->u.cond.orelse;
	case PY_ExceptHandler:
		return p->u.handler.body;
	case PY_match_case:
		return p->u.match_case.body;
	case PY_Try:
	case PY_TryStar:
		if (has(p->u.try_stmt.body, stmt))
			return p->u.try_stmt.body;
		return has(p->u.try_stmt.orelse, stmt) ? p->u.try_stmt.orelse
						       : p->u.try_stmt.finalbody;
	default:
		return (struct py_list){0};
	}
}

const struct py_node *lock_runs_here(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);

	if (!def || py_is_generator(def))
		return NULL;
	return def->kind == PY_FunctionDef || call->parent->kind == PY_Await ? def : NULL;
}
