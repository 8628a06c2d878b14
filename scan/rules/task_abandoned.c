/*
 * task-abandoned: a task that a local holds, and that some way out of the function leaves running.
 *
 * Any use of the local but a plain read (print, a log message, set_name) settles the task: await,
 * cancel, a callback, a test, passing it on. Only what is written down is a way out: return, raise,
 * the end. Where it is not sure that a way has no settling use, the rule is silent.
 */
#include "scan/rules/task.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"
#include "scan/rules/order.h"
#include "scan/rules/sink.h"

struct abandoned {
	struct py_file *file;
	const struct py_node *call, *stmt, *function;
	const struct py_node *block;    /* what the task is made in, whatever else is skipped */
	const struct py_node **settles; /* source order */
	uint32_t settle_count;
	bool asked_only; /* all of them only ask: task.done() */
};

/* More uses are not followed. */
#define MAX_SETTLES 64

/* ---- uses ---- */

/* task.set_name(…), task.get_name() */
static bool is_plain_method(const struct py_node *p)
{
	static const char *const names[] = {"set_name", "get_name", "get_coro", "get_stack",
		"print_stack", "get_loop", "get_context", NULL};

	return p->kind == PY_Attribute && p->parent->kind == PY_Call &&
		p->parent->u.call.func == p && idiom_is_one_of(p->u.attribute.attr, names);
}

/* print(task), logger.info("…", task) */
static bool is_shown(const struct py_node *use, const struct py_node *p)
{
	static const char *const names[] = {"print", "debug", "info", "warning", "error",
		"exception", "critical", "log", "repr", "str", "id", NULL};

	return p->kind == PY_Call && p->u.call.func != use &&
		idiom_is_one_of(idiom_last_name(p->u.call.func), names);
}

static bool is_plain_read(const struct py_node *use)
{
	const struct py_node *p = use->parent;

	return p->kind == PY_FormattedValue || p->kind == PY_Expr || is_plain_method(p) ||
		is_shown(use, p);
}

/* `task.done()` outside loops and asserts: what comes after knows about the task, but nobody gets
 * its result. */
static bool only_asks(const struct py_node *use)
{
	const struct py_node *p = use->parent, *stmt = py_stmt_of(use);

	if (p->kind != PY_Attribute || p->parent->kind != PY_Call || py_loop_around(use) ||
		stmt->kind == PY_Assert)
		return false;
	if (stmt->kind == PY_Expr && stmt->u.expr.value->kind == PY_Call &&
		str_starts(idiom_last_name(stmt->u.expr.value->u.call.func), "assert"))
		return false;
	return str_is(p->u.attribute.attr, "done") || str_is(p->u.attribute.attr, "cancelled");
}

/* Every binding of the local but that of the task is None or a bare annotation. */
static bool has_no_other_value(const struct py_binding *b, const struct py_node *target)
{
	for (; b; b = b->next)
		if (b->node != target && b->kind != PY_BIND_ANNOTATION &&
			!(b->kind == PY_BIND_ASSIGN && py_is_constant(b->value, PY_CONST_NONE)))
			return false;
	return true;
}

/* The Name that the statement binds to the task. */
static const struct py_node *target_of(const struct sink *s)
{
	if (s->stmt->kind == PY_AnnAssign)
		return s->stmt->u.ann_assign.target;
	return s->stmt->u.assign.targets.len == 1 ? s->stmt->u.assign.targets.items[0] : NULL;
}

/* False: the local is not one whose uses are all seen and followed here, or it is never read. */
static bool read_uses(struct abandoned *a, const struct py_node *target)
{
	const struct py_binding *b = py_lookup(a->file, target, target->u.name.id);
	struct py_uses uses;
	bool read = false;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->node != a->function ||
		b->scope->calls_locals || !has_no_other_value(b, target))
		return false;
	uses = py_uses_of(a->file, b);
	a->settles = ARENA_ARRAY(a->file->arena, uses.len + 1, const struct py_node *);
	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i];

		if (use->op == PY_STORE)
			continue;
		if (use->op == PY_DEL || py_context(a->file, use) != a->function)
			return false;
		read = true;
		if (is_plain_read(use))
			continue;
		a->settles[a->settle_count++] = use;
		a->asked_only &= only_asks(use);
	}
	return read && a->settle_count <= MAX_SETTLES;
}

/* ---- ways out ---- */

/* Blocks that are left only at their end or by a jump: with, and the body of try. */
static const struct py_node *block_of(const struct py_node *stmt)
{
	const struct py_node *p = stmt->parent;

	while (p->kind == PY_With || p->kind == PY_AsyncWith ||
		((p->kind == PY_Try || p->kind == PY_TryStar) &&
			order_list_of(p, stmt).items == p->u.try_stmt.body.items)) {
		stmt = p;
		p = p->parent;
	}
	return p;
}

static bool is_settled_in(const struct abandoned *a, struct py_list list)
{
	for (uint32_t i = 0; i < a->settle_count; i++)
		for (uint32_t j = 0; j < list.len; j++)
			if (py_is_inside(a->settles[i], list.items[j]))
				return true;
	return false;
}

/* The settling use stands on a branch that jumps away: who comes to `exit` was not there. */
static bool is_on_other_way(const struct py_node *use, const struct py_node *exit)
{
	const struct py_node *n = py_stmt_of(use), *p = n->parent;

	if (py_is_inside(exit, n))
		return false;
	for (; p && !py_is_inside(exit, p); n = p, p = p->parent)
		if ((p->kind == PY_If || p->kind == PY_match_case) &&
			!py_may_go_on(order_list_of(p, n)))
			return true;
	return order_are_exclusive(use, exit);
}

/* Tries around the exit: their finally runs on the way, their handlers may catch a raise. */
static bool is_settled_outside(const struct abandoned *a, const struct py_node *exit)
{
	for (const struct py_node *p = exit->parent; p && p != a->function; p = p->parent) {
		if (p->kind != PY_Try && p->kind != PY_TryStar)
			continue;
		if (is_settled_in(a, p->u.try_stmt.finalbody))
			return true;
		if (exit->kind == PY_Raise && p->u.try_stmt.handlers.len &&
			order_list_of(p, exit).items == p->u.try_stmt.body.items)
			return true;
	}
	return false;
}

/* Does the handler around the exit belong to a try in whose body the task is made? Then it may not
 * have been made. */
static bool may_precede(const struct abandoned *a, const struct py_node *exit)
{
	for (const struct py_node *p = exit->parent; p && p != a->function; p = p->parent)
		if (p->kind == PY_ExceptHandler && py_is_inside(a->stmt, p->parent))
			return true;
	return false;
}

static bool abandons(const struct abandoned *a, const struct py_node *exit)
{
	if (order_are_exclusive(a->stmt, exit) || may_precede(a, exit) ||
		is_settled_outside(a, exit))
		return false;
	for (uint32_t i = 0; i < a->settle_count; i++) {
		const struct py_node *use = a->settles[i];

		if (use < exit->end_node && !is_on_other_way(use, exit))
			return false;
	}
	return true;
}

/* `raise AssertionError("not reached")` */
static bool is_unreachable(const struct py_node *exit)
{
	static const char *const names[] = {"AssertionError", "NotImplementedError", NULL};
	const struct py_node *exc = exit->kind == PY_Raise ? exit->u.raise.exc : NULL;

	if (exc && exc->kind == PY_Call)
		exc = exc->u.call.func;
	return exc && idiom_is_one_of(idiom_last_name(exc), names);
}

/* The first return or raise after the task was made that leaves it running, or NULL. */
static const struct py_node *abandoning_exit(const struct abandoned *a)
{
	for (const struct py_node *n = a->stmt->end_node; n < a->block->end_node; n++) {
		if (py_is_scope(n))
			n = n->end_node - 1;
		else if ((n->kind == PY_Return || n->kind == PY_Raise) && !is_unreachable(n) &&
			abandons(a, n))
			return n;
	}
	return NULL;
}

/* Is the test about what was known before the task was made: parameters, and for a task that is
 * then awaited (not `task.cancel()`) their attributes? Others may tell that the task is done. */
static bool asks_parameters(const struct abandoned *a, const struct py_node *test)
{
	bool awaited = a->settles[0]->parent->kind != PY_Attribute;

	PY_EACH (n, test) {
		const struct py_binding *b;

		if (n->kind == PY_Call || n->kind == PY_Await ||
			(n->kind == PY_Attribute && !awaited))
			return false;
		if (n->kind != PY_Name)
			continue;
		b = py_only_binding(py_lookup(a->file, n, n->u.name.id));
		if (!b || b->kind != PY_BIND_PARAM || py_is_name(n, "self"))
			return false;
	}
	return true;
}

/* The one `if wait:` without else, in the block of the task, in which all settling uses stand. */
static const struct py_node *only_condition(const struct abandoned *a)
{
	const struct py_node *first = a->settles[0], *found;

	for (found = py_stmt_of(first); found->parent != a->stmt->parent; found = found->parent)
		if (!found->parent || found == a->function)
			return NULL;
	if (found->kind != PY_If || found->u.cond.orelse.len || found < a->stmt)
		return NULL;
	for (uint32_t i = 0; i < a->settle_count; i++)
		if (!py_is_inside(a->settles[i], found))
			return NULL;
	return asks_parameters(a, found->u.cond.test) ? found : NULL;
}

static void report(
	struct rule_run *run, const struct rule *rule, const struct abandoned *a, struct str name)
{
	const struct py_node *exit, *condition;

	if (a->asked_only) {
		rule_report(run, rule, a->call,
			"nothing awaits, cancels or keeps the task `%.*s`: when the function ends, "
			"nobody has it",
			STR_ARG(name));
		return;
	}
	exit = abandoning_exit(a);
	if (exit) {
		rule_report(run, rule, a->call,
			"a `%s` leaves the function without awaiting or cancelling the task `%.*s`",
			exit->kind == PY_Raise ? "raise" : "return", STR_ARG(name));
		return;
	}
	condition = only_condition(a);
	if (condition) {
		struct str test = py_text(run->file->tree, condition->u.cond.test);

		rule_report(run, rule, a->call,
			"the task `%.*s` is looked after only if `%.*s`: otherwise nobody has it "
			"when the function ends",
			STR_ARG(name), STR_ARG(test));
	}
}

/* `loop = asyncio.new_event_loop()` in the same function: the task ends with its loop. */
static bool has_own_loop(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	const struct py_node *loop = func->kind == PY_Attribute ? func->u.attribute.value : NULL;
	const struct py_binding *b;

	if (!loop || loop->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, loop, loop->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && b->value && b->value->kind == PY_Call &&
		b->scope == py_scope_at(f, call) &&
		str_is(idiom_last_name(b->value->u.call.func), "new_event_loop");
}

void check_task_abandoned(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct abandoned a = {.file = run->file, .call = n, .asked_only = true};
	struct sink s;
	const struct py_node *target;
	enum level level;

	if (n->parent->kind != PY_Assign && n->parent->kind != PY_AnnAssign)
		return;
	s = sink_of(n);
	target = s.kind == SINK_BOUND ? target_of(&s) : NULL;
	if (!target || target->kind != PY_Name || py_is_name(target, "_"))
		return;
	a.stmt = s.stmt;
	a.function = py_context(run->file, n);
	if (!py_is_function(a.function) || !task_is_made(run->file, n, &level) ||
		has_own_loop(run->file, n))
		return;
	a.block = block_of(a.stmt);
	if (read_uses(&a, target))
		report(run, rule, &a, target->u.name.id);
}
