/*
 * cancel-callback: done-callbacks that ask a cancelled task for its result. Only tasks and futures
 * known to be asyncio's: by their type, by what makes them, or by the annotation of the parameter.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

static bool is_asyncio_future(struct py_file *f, const struct py_node *n)
{
	return py_is_type(f, n, "asyncio.Task") || py_is_type(f, n, "asyncio.Future");
}

/* loop.create_task(x), tg.create_task(x): by its name where the type is not known. */
static bool makes_task(struct py_file *f, const struct py_node *n)
{
	static const char *const makers[] = {"create_task", "ensure_future", "async_create_task",
		"async_create_background_task", NULL};
	const struct py_node *func = n->kind == PY_Call ? n->u.call.func : NULL;

	if (!func || !idiom_is_one_of(idiom_last_name(func), makers))
		return false;
	return py_imports(f, "asyncio") ||
		(func->kind == PY_Attribute &&
			str_ends(idiom_last_name(func->u.attribute.value), "loop"));
}

static bool is_asyncio_task(struct py_file *f, const struct py_node *n)
{
	const struct py_binding *b;

	if (is_asyncio_future(f, n) || makes_task(f, n))
		return true;
	if (n->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, n, n->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && b->value && makes_task(f, b->value);
}

/* A callback and the place of the task among its parameters. */
struct callback {
	const struct py_node *function; /* Lambda, FunctionDef; NULL: unknown */
	const struct py_node *param;
};

static const struct py_node *positional(const struct py_node *args, uint32_t i)
{
	struct py_list first = args->u.arguments.posonlyargs, rest = args->u.arguments.args;

	if (i < first.len)
		return first.items[i];
	i -= first.len;
	return i < rest.len ? rest.items[i] : NULL;
}

/* How many parameters are filled before the task: self, those of partial(f, x). */
static uint32_t filled(struct py_file *f, const struct py_node *callable, const struct py_node *def)
{
	uint32_t n = py_class_of(def) && !py_has_decorator(f, def, "staticmethod");

	if (callable->kind == PY_Call && callable->u.call.args.len > 0)
		n += callable->u.call.args.len - 1;
	return n;
}

static struct callback callback_of(struct py_file *f, const struct py_node *callable)
{
	struct callback c = {0};

	if (callable->kind == PY_Lambda) {
		c.function = callable;
		c.param = positional(callable->u.lambda.args, 0);
		return c;
	}
	if (callable->kind == PY_Call &&
		!py_resolves_to(f, callable->u.call.func, "functools.partial"))
		return c;
	c.function = py_callee(f, callable);
	if (!c.function || c.function->kind != PY_FunctionDef)
		return (struct callback){0};
	c.param = positional(c.function->u.function.args, filled(f, callable, c.function));
	return c;
}

static bool is_param(const struct py_node *n, const struct callback *c)
{
	return n->kind == PY_Name && str_eq(n->u.name.id, c->param->u.arg.arg);
}

/* task.cancelled(), of the same task by another name too, or some test that the task is given to.
 */
static bool asks_first(const struct py_node *n, const struct callback *c)
{
	if (n->kind == PY_Attribute)
		return str_is(n->u.attribute.attr, "cancelled");
	if (n->kind != PY_Call || n->parent->kind == PY_Expr)
		return false;
	for (uint32_t i = 0; i < n->u.call.args.len; i++)
		if (is_param(n->u.call.args.items[i], c))
			return n->u.call.func->kind != PY_Name ||
				!py_is_name(n->u.call.func, "print");
	return false;
}

static bool raises_cancellation(const struct py_node *n, const struct callback *c)
{
	const struct py_node *func = n->kind == PY_Call ? n->u.call.func : NULL;

	if (!func || func->kind != PY_Attribute || !is_param(func->u.attribute.value, c))
		return false;
	return str_is(func->u.attribute.attr, "result") ||
		str_is(func->u.attribute.attr, "exception");
}

/* concurrent.futures.CancelledError was the same class before Python 3.8: the name will do. */
static bool type_catches(struct py_file *f, const struct py_node *type)
{
	if (catches_cancellation(f, type) || str_is(idiom_last_name(type), "CancelledError"))
		return true;
	if (type->kind != PY_Tuple)
		return false;
	for (uint32_t i = 0; i < type->u.sequence.elts.len; i++)
		if (str_is(idiom_last_name(type->u.sequence.elts.items[i]), "CancelledError"))
			return true;
	return false;
}

static bool try_catches(struct py_file *f, const struct py_node *try_stmt, const struct py_node *n)
{
	struct py_list body = try_stmt->u.try_stmt.body;

	if (n < body.items[0] || n >= body.items[body.len - 1]->end_node)
		return false;
	for (uint32_t i = 0; i < try_stmt->u.try_stmt.handlers.len; i++)
		if (type_catches(f, try_stmt->u.try_stmt.handlers.items[i]->u.handler.type))
			return true;
	return false;
}

static bool with_catches(struct py_file *f, const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++)
		if (suppresses_cancellation(f, with->u.with.items.items[i]))
			return true;
	return false;
}

static bool is_caught(struct py_file *f, const struct py_node *n, const struct py_node *top)
{
	for (const struct py_node *p = n->parent; p != top; p = p->parent) {
		if ((p->kind == PY_Try || p->kind == PY_TryStar) && try_catches(f, p, n))
			return true;
		if ((p->kind == PY_With || p->kind == PY_AsyncWith) && with_catches(f, p))
			return true;
	}
	return false;
}

/* The first call of the callback that raises for a cancelled task, or NULL. */
static const struct py_node *careless_call(struct py_file *f, const struct callback *c)
{
	PY_EACH (it, c->function) {
		if (it != c->function && py_is_scope(it)) {
			it = it->end_node - 1;
			continue;
		}
		if (asks_first(it, c))
			return NULL;
		if (raises_cancellation(it, c))
			return is_caught(f, it, c->function) ? NULL : it;
	}
	return NULL;
}

void check_done_callback(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *func = n->u.call.func, *call;
	struct callback c;

	if (func->kind != PY_Attribute || !str_is(func->u.attribute.attr, "add_done_callback") ||
		!py_arg(n, 0))
		return;
	c = callback_of(run->file, py_arg(n, 0));
	if (!c.function || !c.param)
		return;
	call = careless_call(run->file, &c);
	if (!call)
		return;
	if (!is_asyncio_task(run->file, func->u.attribute.value) &&
		!(c.param->u.arg.annotation &&
			py_resolves_to(run->file, c.param->u.arg.annotation, "asyncio.Task")))
		return;
	rule_report(run, rule, call,
		"`%.*s()` raises CancelledError when the task was cancelled; ask `cancelled()` "
		"first",
		STR_ARG(call->u.call.func->u.attribute.attr));
}
