/*
 * cancel-swallowed: handlers that catch a cancellation and go on as if nothing had happened.
 *
 * A task is cancelled by an exception thrown into the await it stands at. Whoever asked for it
 * (asyncio.timeout, wait_for, a TaskGroup, shutdown) waits until that exception comes out again.
 */
#include "scan/rules/cancel.h"

#include "scan/base/mem.h"
#include "scan/rules/reap.h"

/* ---- what is caught ---- */

static bool gives_cancellation(struct py_file *f, const struct py_node *n)
{
	return n->kind == PY_Call &&
		py_resolves_to(f, n->u.call.func, "anyio.get_cancelled_exc_class");
}

/*
 * concurrent.futures.CancelledError is missing on purpose: it was the same class before 3.8 and is
 * another one since.
 */
static bool is_cancellation(struct py_file *f, const struct py_node *type)
{
	static const char *const types[] = {"asyncio.CancelledError",
		"asyncio.exceptions.CancelledError", "asyncio.tasks.CancelledError",
		"asyncio.futures.CancelledError", "trio.Cancelled", "BaseException",
		"builtins.BaseException", "BaseExceptionGroup", "builtins.BaseExceptionGroup",
		NULL};
	const struct py_binding *b;

	if (gives_cancellation(f, type) || py_resolves_to_any(f, type, types) >= 0)
		return true;
	if (type->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, type, type->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && gives_cancellation(f, b->value);
}

bool catches_cancellation(struct py_file *f, const struct py_node *type)
{
	if (!type)
		return true;
	if (type->kind != PY_Tuple)
		return is_cancellation(f, type);
	for (uint32_t i = 0; i < type->u.sequence.elts.len; i++)
		if (is_cancellation(f, type->u.sequence.elts.items[i]))
			return true;
	return false;
}

/* ---- what the handler does ---- */

/* Calls `check` for each node of the list, not for those of nested functions. */
static const struct py_node *find_in(
	struct py_list body, const void *what, bool (*check)(const struct py_node *, const void *))
{
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (py_is_scope(it))
				it = it->end_node - 1;
			else if (check(it, what))
				return it;
		}
	}
	return NULL;
}

static bool is_question(const struct py_node *n, const void *unused)
{
	static const char *const methods[] = {"cancelled", "cancelling", "uncancel", "done"};

	(void)unused;
	if (n->kind != PY_Attribute)
		return false;
	for (size_t m = 0; m < ARRAY_LEN(methods); m++)
		if (str_is(n->u.attribute.attr, methods[m]))
			return true;
	return false;
}

/* Does the handler ask who was cancelled: .cancelled(), .cancelling(), .uncancel(), .done()? */
static bool asks_who(struct py_list body)
{
	return find_in(body, NULL, is_question) != NULL;
}

static bool mentions(const struct py_node *top, struct str name)
{
	PY_EACH (it, top)
		if (it->kind == PY_Name && str_eq(it->u.name.id, name))
			return true;
	return false;
}

/* `if isinstance(e, CancelledError): raise`, `if not is_ours(e): raise`: a raise that depends on e.
 */
static bool is_choice(const struct py_node *n, const void *name)
{
	const struct str *e = name;

	return n->kind == PY_If && mentions(n->u.cond.test, *e) &&
		(!py_may_complete(n->u.cond.body) ||
			(n->u.cond.orelse.len && !py_may_complete(n->u.cond.orelse)));
}

/* A handler for everything may sort out what it catches; one for cancellation knows it already. */
static bool sorts_out(struct py_file *f, const struct py_node *handler)
{
	const struct py_node *type = handler->u.handler.type;

	if (handler->u.handler.name.len == 0 || !type)
		return false;
	if (type->kind != PY_Tuple && !py_resolves_to(f, type, "BaseException"))
		return false;
	return find_in(handler->u.handler.body, &handler->u.handler.name, is_choice) != NULL;
}

static bool is_raise_of(const struct py_node *n, const void *name)
{
	const struct str *v = name;

	return n->kind == PY_Raise && mentions(n, *v);
}

/* `except BaseException as e: error = e` … `raise error`. */
static bool raises_later(const struct py_node *handler)
{
	const struct py_node *function = py_function_around(handler);
	struct py_list body = handler->u.handler.body;

	if (handler->u.handler.name.len == 0 || !function)
		return false;
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			const struct py_node *target;

			if (it->kind != PY_Assign ||
				!mentions(it->u.assign.value, handler->u.handler.name))
				continue;
			target = it->u.assign.targets.items[0];
			if (target->kind == PY_Name &&
				find_in(function->u.function.body, &target->u.name.id, is_raise_of))
				return true;
		}
	}
	return false;
}

/* A function of this file that never returns: `-> NoReturn`, or it raises on every path. */
static bool never_returns(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);

	if (!def || py_is_generator(def))
		return false;
	return py_is_name(def->u.function.returns, "NoReturn") ||
		py_is_name(def->u.function.returns, "Never") ||
		!py_may_complete(def->u.function.body);
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

/* with CancelScope(shield=True): */
bool is_shielded(const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *item = with->u.with.items.items[i];
		const struct py_node *call = item->u.withitem.context_expr;

		if (call->kind == PY_Call &&
			py_is_constant(py_keyword(call, "shield"), PY_CONST_TRUE))
			return true;
	}
	return false;
}

/* Cleaning up in a handler that raises at its end, or in a shielded scope. */
static bool is_covered(const struct py_node *n)
{
	bool is_try = n->kind == PY_Try || n->kind == PY_TryStar;
	const struct py_node *first = is_try ? n->u.try_stmt.body.items[0] : NULL;

	if (first && n->u.try_stmt.body.len == 1 && first->kind == PY_With && is_shielded(first))
		return true;
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind == PY_ExceptHandler && !py_may_complete(p->u.handler.body))
			return true;
		if ((p->kind == PY_With || p->kind == PY_AsyncWith) && is_shielded(p))
			return true;
	}
	return false;
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	struct py_list body, const char *what)
{
	bool endless = py_endless_loop_around(n) && py_may_go_on(body);

	rule_report_level(run, rule, endless ? LEVEL_ERROR : LEVEL_WARNING, n,
		endless ? "%s swallows cancellation and the loop goes on: the task cannot be "
			  "stopped"
			: "%s swallows cancellation: whoever cancelled the task takes it for done",
		what);
}

static const char *describe(const struct py_node *handler)
{
	return handler->u.handler.type ? "this except" : "a bare except";
}

/* Does the cancellation end in this handler, on some path? */
static bool goes_on(struct py_file *f, const struct py_node *handler)
{
	struct py_list body = handler->u.handler.body;

	return py_may_complete(body) && !asks_who(body) && !sorts_out(f, handler) &&
		!raises_later(handler) && !calls_raiser(f, body);
}

/* Only the first handler that catches it gets it. */
static void check_try(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	for (uint32_t i = 0; i < n->u.try_stmt.handlers.len; i++) {
		const struct py_node *h = n->u.try_stmt.handlers.items[i];
		struct py_list body = h->u.handler.body;

		if (!catches_cancellation(run->file, h->u.handler.type))
			continue;
		if (goes_on(run->file, h) && !reap_is_reaping(run->file, n->u.try_stmt.body))
			report(run, rule, h, body, describe(h));
		return;
	}
}

bool suppresses_cancellation(struct py_file *f, const struct py_node *item)
{
	const struct py_node *call = item->u.withitem.context_expr;

	if (call->kind != PY_Call || !py_resolves_to(f, call->u.call.func, "contextlib.suppress"))
		return false;
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (is_cancellation(f, call->u.call.args.items[i]))
			return true;
	return false;
}

static void check_with(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	static const struct py_list nothing = {0};

	for (uint32_t i = 0; i < n->u.with.items.len; i++) {
		if (!suppresses_cancellation(run->file, n->u.with.items.items[i]))
			continue;
		if (!reap_is_reaping(run->file, n->u.with.body) && !is_shielded(n))
			report(run, rule, n, nothing, "contextlib.suppress()");
		return;
	}
}

void check_swallowed(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	bool is_try = n->kind == PY_Try || n->kind == PY_TryStar;

	if (is_try && n->u.try_stmt.handlers.len == 0)
		return;
	if (!py_in_async(run->file, n))
		return;
	if (!py_list_has_checkpoint(is_try ? n->u.try_stmt.body : n->u.with.body) || is_covered(n))
		return;
	if (is_try)
		check_try(run, rule, n);
	else
		check_with(run, rule, n);
}
