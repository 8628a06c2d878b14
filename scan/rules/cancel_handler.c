/*
 * What a handler does with the cancellation that it catches: whether it raises it again, and when
 * it does not, whether the code shows that this is meant. Private to the cancel family.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"
#include "scan/rules/order.h"

/* ---- looking into the handler ---- */

typedef bool node_check(struct py_file *f, const struct py_node *n, const struct str *name);

/* The first node of the list, nested functions aside, for which `check` holds, or NULL. */
static const struct py_node *find_in(
	struct py_file *f, struct py_list body, const struct str *name, node_check *check)
{
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (py_is_scope(it))
				it = it->end_node - 1;
			else if (check(f, it, name))
				return it;
		}
	}
	return NULL;
}

static bool mentions(const struct py_node *top, struct str name)
{
	PY_EACH (it, top)
		if (it->kind == PY_Name && str_eq(it->u.name.id, name))
			return true;
	return false;
}

static bool is_raise(struct py_file *f, const struct py_node *n, const struct str *name)
{
	(void)f;
	(void)name;
	return n->kind == PY_Raise;
}

/* ---- handlers through which the cancellation goes on ---- */

static bool is_question(struct py_file *f, const struct py_node *n, const struct str *name)
{
	static const char *const methods[] = {"cancelled", "cancelling", "uncancel", "done", NULL};

	(void)f;
	(void)name;
	return n->kind == PY_Attribute && idiom_is_one_of(n->u.attribute.attr, methods);
}

/* `if isinstance(e, CancelledError): raise`, `if scope.handles(e): return` before a raise. */
static bool is_choice(struct py_file *f, const struct py_node *n, const struct str *e)
{
	(void)f;
	return n->kind == PY_If && mentions(n->u.cond.test, *e);
}

/* A handler for everything may sort out what it catches; one for cancellation knows it already. */
static bool sorts_out(struct py_file *f, const struct py_node *handler)
{
	const struct py_node *type = handler->u.handler.type;
	struct py_list body = handler->u.handler.body;

	if (handler->u.handler.name.len == 0 || !type)
		return false;
	if (type->kind != PY_Tuple && !py_resolves_to(f, type, "BaseException"))
		return false;
	return find_in(f, body, &handler->u.handler.name, is_choice) &&
		find_in(f, body, NULL, is_raise);
}

/* The local that `error = e` or `errors.append(e)` keeps the exception in, or NULL. */
static const struct py_node *keeper_of(const struct py_node *n, struct str e)
{
	static const char *const methods[] = {"append", "add", "insert", NULL};
	const struct py_node *func = n->kind == PY_Call ? n->u.call.func : NULL, *keeper = NULL;

	if (n->kind == PY_Assign && mentions(n->u.assign.value, e))
		keeper = n->u.assign.targets.items[0];
	else if (func && func->kind == PY_Attribute && mentions(n, e) &&
		idiom_is_one_of(func->u.attribute.attr, methods))
		keeper = func->u.attribute.value;
	return keeper && keeper->kind == PY_Name ? keeper : NULL;
}

static bool is_raised_anywhere(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);
	struct py_uses uses = {0};

	if (b)
		uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_LOAD && py_stmt_of(uses.items[i])->kind == PY_Raise)
			return true;
	return false;
}

/* `except BaseException as e: error = e` … `raise error`. */
static bool raises_later(struct py_file *f, const struct py_node *handler)
{
	if (handler->u.handler.name.len == 0)
		return false;
	PY_EACH (it, handler) {
		const struct py_node *keeper = keeper_of(it, handler->u.handler.name);

		if (keeper && is_raised_anywhere(f, keeper))
			return true;
	}
	return false;
}

/* A function that never returns: `-> NoReturn`, one of this file that raises on every path. */
static bool never_returns(struct py_file *f, const struct py_node *call)
{
	static const char *const names[] = {"sys.exit", "os._exit", "os.abort", "pytest.fail",
		"pytest.skip", "pytest.exit", "pytest.xfail", "exit", "quit", NULL};
	const struct py_node *def = py_callee(f, call->u.call.func);

	if (!def)
		return py_resolves_to_any(f, call->u.call.func, names) >= 0;
	return !py_is_generator(def) &&
		(py_is_name(def->u.function.returns, "NoReturn") ||
			py_is_name(def->u.function.returns, "Never") ||
			!py_may_complete(def->u.function.body));
}

/* Is one of the handler's own statements a call that always raises? */
static bool calls_raiser(struct py_file *f, struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++) {
		const struct py_node *n = body.items[i];

		if (n->kind != PY_Expr && n->kind != PY_Return)
			continue;
		n = n->u.expr.value;
		if (n && n->kind == PY_Await)
			n = n->u.expr.value;
		if (n && n->kind == PY_Call && never_returns(f, n))
			return true;
	}
	return false;
}

/* ---- handlers that end it on purpose ---- */

/* `if not closing: raise`: the author knows of the other way. */
static bool is_conditional_raise(struct py_file *f, const struct py_node *n, const struct str *name)
{
	bool conditional = false;

	(void)f;
	(void)name;
	if (n->kind != PY_Raise)
		return false;
	for (n = n->parent; n->kind != PY_ExceptHandler; n = n->parent) {
		if (n->kind == PY_Try || n->kind == PY_TryStar)
			return false;
		conditional |= n->kind == PY_If || n->kind == PY_match_case;
	}
	return conditional;
}

/* Calls that only show the exception, or ask what it is. */
static bool only_shows(const struct py_node *call)
{
	static const char *const starts[] = {"str", "repr", "type", "is", "print", "log", "debug",
		"info", "warn", "error", "exc", "critical", "fatal", "format", "getattr", "hasattr",
		"len", "id", "bool", "record", "capture", "report", NULL};

	return idiom_starts_with_one_of(idiom_last_name(call->u.call.func), starts);
}

/* future.set_exception(e), Outcome(e), self.error = e, return e */
static bool gives_away(struct py_file *f, const struct py_node *n, const struct str *e)
{
	const struct py_node *p = n->parent;

	(void)f;
	if (n->kind != PY_Name || n->op != PY_LOAD || !str_eq(n->u.name.id, *e))
		return false;
	if (p->kind == PY_keyword)
		p = p->parent;
	if (p->kind == PY_Call)
		return p->u.call.func != n && !only_shows(p);
	if (p->kind == PY_Assign)
		return p->u.assign.targets.items[0]->kind != PY_Name;
	return p->kind == PY_Return;
}

/* ---- the end of a task ---- */

/* asyncio.create_task(x), hass.async_create_background_task(x), portal.start_task_soon(f) */
static bool makes_task(const struct py_node *n)
{
	static const char *const makers[] = {
		"ensure_future", "run_coroutine_threadsafe", "start_soon", "spawn", NULL};
	struct str name = n->kind == PY_Call ? idiom_last_name(n->u.call.func) : STR_EMPTY;

	if (idiom_is_one_of(name, makers))
		return true;
	for (; name.len; name = str_drop(name, 1))
		if (str_starts(name, "task") || str_starts(name, "Task"))
			return true;
	return false;
}

static bool is_given_to_task(const struct py_node *n)
{
	return n->parent->kind == PY_Call && n->parent->u.call.func != n && makes_task(n->parent);
}

/* Does this call of the coroutine function only feed a task, by way of a local too? */
static bool feeds_task(struct py_file *f, const struct py_node *call)
{
	const struct py_node *p = call->parent;
	const struct py_binding *b;
	struct py_uses uses;

	if (is_given_to_task(call))
		return true;
	if (p->kind != PY_Assign || p->u.assign.targets.len != 1 ||
		p->u.assign.targets.items[0]->kind != PY_Name)
		return false;
	b = py_lookup(f, call, p->u.assign.targets.items[0]->u.name.id);
	if (!py_only_binding((struct py_binding *)b))
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_LOAD && !is_given_to_task(uses.items[i]))
			return false;
	return uses.len > 1;
}

/* nursery.start_soon(f): how often the name itself is given to what makes a task of it, or
 * UINT32_MAX when it is used in another way than that and calls. */
static uint32_t given_by_name(struct py_file *f, const struct py_node *function)
{
	const struct py_binding *b = py_lookup(f, function, function->u.function.name);
	struct py_uses uses;
	uint32_t given = 0;

	if (py_class_of(function) || !b)
		return 0;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *n = uses.items[i], *p = n->parent;

		if (n->op != PY_LOAD || (p->kind == PY_Call && p->u.call.func == n))
			continue;
		if (!is_given_to_task(n))
			return UINT32_MAX;
		given++;
	}
	return given;
}

/* Is the function only ever used to make a task of it? Then nobody in this file awaits it. */
static bool is_whole_task(struct py_file *f, const struct py_node *function)
{
	struct py_uses callers = py_callers(f, function);
	uint32_t given = given_by_name(f, function);

	if (function->kind != PY_AsyncFunctionDef || given == UINT32_MAX)
		return false;
	for (uint32_t i = 0; i < callers.len; i++)
		if (!feeds_task(f, callers.items[i]))
			return false;
	return callers.len + given > 0;
}

static bool is_in_finally(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; !py_is_scope(p); n = p, p = p->parent) {
		struct py_list last = {0};

		if (p->kind == PY_Try || p->kind == PY_TryStar)
			last = p->u.try_stmt.finalbody;
		if (last.len && n >= last.items[0])
			return true;
	}
	return false;
}

static bool is_wait(const struct py_node *n)
{
	return n->kind == PY_Await || n->kind == PY_AsyncFor || n->kind == PY_AsyncWith;
}

/* Does the function end without waiting again, but in a finally, once `stmt` has run? */
static bool ends_after(const struct py_node *function, const struct py_node *stmt)
{
	for (const struct py_node *n = stmt->end_node; n < function->end_node; n++) {
		if (py_is_scope(n))
			n = n->end_node - 1;
		else if (is_wait(n) && !is_in_finally(n) && order_is_followed_by(stmt, n))
			return false;
	}
	return true;
}

/* `top` is the handler or the with, `body` what runs after the cancellation. */
static bool ends_task(struct py_file *f, const struct py_node *top, struct py_list body)
{
	const struct py_node *function = py_function_around(top), *loop = py_loop_around(top);
	const struct py_node *last = body.len ? body.items[body.len - 1] : top;

	if (!function || (loop && (!body.len || py_may_go_on(body))))
		return false;
	if (last->kind == PY_Break && loop)
		last = loop;
	return is_whole_task(f, function) && ends_after(function, last);
}

/* ---- the answer ---- */

static bool is_raised(struct py_file *f, const struct py_node *handler)
{
	struct py_list body = handler->u.handler.body;

	return !py_may_complete(body) || find_in(f, body, NULL, is_question) ||
		sorts_out(f, handler) || raises_later(f, handler) || calls_raiser(f, body);
}

enum swallows handler_swallows(struct py_file *f, const struct py_node *handler)
{
	struct str e = handler->u.handler.name;
	struct py_list body = handler->u.handler.body;
	bool goes_on = py_endless_loop_around(handler) && py_may_go_on(body);

	if (is_raised(f, handler))
		return SWALLOWS_NOT;
	if (find_in(f, body, NULL, is_conditional_raise))
		return SWALLOWS_SOMETIMES;
	if (goes_on)
		return SWALLOWS_FOR_EVER;
	if (e.len && find_in(f, body, &e, gives_away))
		return SWALLOWS_TO_TELL;
	return ends_task(f, handler, body) ? SWALLOWS_AT_END : SWALLOWS;
}

enum swallows with_swallows(struct py_file *f, const struct py_node *with)
{
	static const struct py_list nothing = {0};

	if (py_endless_loop_around(with))
		return SWALLOWS_FOR_EVER;
	return ends_task(f, with, nothing) ? SWALLOWS_AT_END : SWALLOWS;
}
