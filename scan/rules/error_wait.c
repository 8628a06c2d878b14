/*
 * asyncio.wait() raises nothing and cancels nothing: what is done has to be asked, what is pending
 * has to be cancelled or awaited.
 *
 * Only for tasks that the function itself makes and uses for nothing else: what others hold they
 * may ask and cancel.
 */
#include "scan/rules/caught.h"
#include "scan/rules/error.h"
#include "scan/rules/gather.h"
#include "scan/rules/idiom.h"

/* ---- the tasks ---- */

static bool makes_own_task(struct py_file *f, const struct py_node *call)
{
	static const char *const makers[] = {"asyncio.create_task", "asyncio.ensure_future",
		"asyncio.Task", "asyncio.AbstractEventLoop.create_task", NULL};
	static const char *const loops[] = {"loop", "_loop", "event_loop", NULL};
	const struct py_node *func = call->u.call.func;

	if (py_resolves_to_any(f, func, makers) >= 0)
		return true;
	return func->kind == PY_Attribute && str_is(func->u.attribute.attr, "create_task") &&
		idiom_is_one_of(idiom_last_name(func->u.attribute.value), loops);
}

/* Event.wait(), sleep() and coroutines of this file that catch what they raise. */
static bool keeps_errors(struct py_file *f, const struct py_node *coroutine)
{
	static const char *const names[] = {"wait", "sleep", "join", "get", "wait_closed", NULL};

	return coroutine && coroutine->kind == PY_Call &&
		(idiom_is_one_of(idiom_last_name(coroutine->u.call.func), names) ||
			caught_by_callee(f, coroutine->u.call.func));
}

/* What is known of the tasks given to one wait(). */
struct tasks {
	struct py_file *file;
	const struct py_node *wait;
	bool unknown;  /* some come from elsewhere, or are used for something else */
	bool may_fail; /* some may let an exception out */
};

static void add_call(struct tasks *t, const struct py_node *call)
{
	const struct py_node *def;

	if (makes_own_task(t->file, call)) {
		t->may_fail |= !keeps_errors(t->file, py_arg(call, 0));
		return;
	}
	def = py_callee(t->file, call->u.call.func);
	if (!def || def->kind != PY_AsyncFunctionDef)
		t->unknown = true;
	t->may_fail |= !keeps_errors(t->file, call);
}

/* A task with a name: used once only, here. */
static void add_element(struct tasks *t, const struct py_node *n)
{
	const struct py_binding *b;
	struct py_uses uses;
	uint32_t reads = 0;

	if (n->kind == PY_Call) {
		add_call(t, n);
		return;
	}
	b = n->kind == PY_Name ? py_only_binding(py_lookup(t->file, n, n->u.name.id)) : NULL;
	if (!b || b->kind != PY_BIND_ASSIGN || !b->value || b->value->kind != PY_Call ||
		b->scope->kind != PY_SCOPE_FUNCTION) {
		t->unknown = true;
		return;
	}
	uses = py_uses_of(t->file, b);
	for (uint32_t i = 0; i < uses.len; i++)
		reads += uses.items[i]->op == PY_LOAD;
	if (reads != 1)
		t->unknown = true;
	add_call(t, b->value);
}

static void add_container(struct tasks *t, const struct py_node *n)
{
	if (n->kind == PY_List || n->kind == PY_Set || n->kind == PY_Tuple)
		for (uint32_t i = 0; i < n->u.sequence.elts.len; i++)
			add_element(t, n->u.sequence.elts.items[i]);
	else if (n->kind == PY_ListComp || n->kind == PY_SetComp)
		add_element(t, n->u.comp.elt);
	else
		t->unknown = true;
}

/* `if tasks:`, `not tasks`, `len(tasks)`: says nothing about the tasks themselves. */
static bool only_counts(const struct py_node *use)
{
	const struct py_node *p = use->parent;

	switch (p->kind) {
	case PY_If:
	case PY_While:
		return use == p->u.cond.test;
	case PY_Assert:
		return use == p->u.assert_stmt.test;
	case PY_UnaryOp:
		return true;
	case PY_Call:
		return py_is_name(p->u.call.func, "len");
	default:
		return false;
	}
}

/* tasks.append(x): adds x. Anything but that, counting and `here` makes the tasks unknown. */
static void add_use(struct tasks *t, const struct py_node *use, const struct py_node *here)
{
	static const char *const methods[] = {"append", "add", NULL};
	const struct py_node *attribute = use->parent, *call = attribute->parent;

	if (use->op == PY_STORE || use == here || only_counts(use))
		return;
	if (attribute->kind == PY_Attribute && call->kind == PY_Call &&
		call->u.call.func == attribute && call->u.call.args.len == 1 &&
		idiom_is_one_of(attribute->u.attribute.attr, methods))
		add_element(t, call->u.call.args.items[0]);
	else
		t->unknown = true;
}

/* A local container, used `here` only. */
static void add_named(struct tasks *t, const struct py_node *here)
{
	const struct py_binding *b = py_only_binding(py_lookup(t->file, here, here->u.name.id));
	struct py_uses uses;

	if (!b || b->kind != PY_BIND_ASSIGN || !b->value || b->scope->kind != PY_SCOPE_FUNCTION) {
		t->unknown = true;
		return;
	}
	add_container(t, b->value);
	uses = py_uses_of(t->file, b);
	for (uint32_t i = 0; i < uses.len; i++)
		add_use(t, uses.items[i], here);
}

/* [first, *others] */
static void add_mixed(struct tasks *t, struct py_list elts)
{
	for (uint32_t i = 0; i < elts.len; i++) {
		const struct py_node *n = elts.items[i];

		if (n->kind == PY_Starred && n->u.expr.value->kind == PY_Name)
			add_named(t, n->u.expr.value);
		else
			add_element(t, n);
	}
}

static void find_tasks(struct tasks *t)
{
	const struct py_node *given = py_arg_or_keyword(t->wait, 0, "fs");

	if (!given)
		t->unknown = true;
	else if (given->kind == PY_Name)
		add_named(t, given);
	else if (given->kind == PY_List || given->kind == PY_Set || given->kind == PY_Tuple)
		add_mixed(t, given->u.sequence.elts);
	else
		add_container(t, given);
}

/* ---- what wait() gives ---- */

static bool is_unread_name(struct py_file *f, const struct py_node *target)
{
	const struct py_binding *b;
	struct py_uses uses;

	if (target->kind != PY_Name)
		return false;
	if (str_is(target->u.name.id, "_"))
		return true;
	b = py_lookup(f, target, target->u.name.id);
	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->calls_locals)
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op != PY_STORE && !only_counts(uses.items[i]))
			return false;
	return true;
}

/* Sets which of the two sets nobody reads. */
static void find_unread(struct py_file *f, const struct py_node *await, bool *done, bool *pending)
{
	const struct py_node *p = await->parent, *target;

	*done = *pending = p->kind == PY_Expr;
	if (p->kind != PY_Assign || p->u.assign.targets.len != 1)
		return;
	target = p->u.assign.targets.items[0];
	if (target->kind == PY_Name) {
		*done = *pending = is_unread_name(f, target);
	} else if (target->kind == PY_Tuple && target->u.sequence.elts.len == 2) {
		*done = is_unread_name(f, target->u.sequence.elts.items[0]);
		*pending = is_unread_name(f, target->u.sequence.elts.items[1]);
	}
}

/* Can there be pending tasks when it returns? */
static bool returns_early(struct py_file *f, const struct py_node *wait)
{
	static const char *const firsts[] = {
		"asyncio.FIRST_COMPLETED", "asyncio.FIRST_EXCEPTION", NULL};
	const struct py_node *timeout = py_keyword(wait, "timeout");
	const struct py_node *when = py_keyword(wait, "return_when");

	return (timeout && !py_is_constant(timeout, PY_CONST_NONE)) ||
		(when && py_resolves_to_any(f, when, firsts) >= 0);
}

/* Is the function all that asyncio.run() runs? It cancels what is left behind. */
static bool is_whole_program(struct py_file *f, const struct py_node *function)
{
	static const char *const runners[] = {"run", "asyncio_run", "run_until_complete", NULL};
	struct py_uses callers;

	if (!function)
		return false;
	callers = py_callers(f, function);
	for (uint32_t i = 0; i < callers.len; i++) {
		const struct py_node *p = callers.items[i]->parent;

		if (p->kind == PY_Call && idiom_is_one_of(idiom_last_name(p->u.call.func), runners))
			return true;
	}
	return false;
}

void check_wait_ignored(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	struct tasks t = {.file = f, .wait = call};
	enum level level = rule->level;
	bool done, pending;

	if (!str_is(idiom_last_name(call->u.call.func), "wait") || call->parent->kind != PY_Await ||
		!py_resolves_to(f, call->u.call.func, "asyncio.wait"))
		return;
	find_unread(f, call->parent, &done, &pending);
	pending =
		pending && returns_early(f, call) && !is_whole_program(f, py_function_around(call));
	if (!done && !pending)
		return;
	find_tasks(&t);
	if (t.unknown || gather_reaps(f, call))
		return;
	if (gather_cleans_up(f, call) || (pending && !t.may_fail))
		level = LEVEL_INFO;
	if (pending)
		rule_report_level(run, rule, level, call,
			"tasks that are still running when this wait() returns are neither "
			"cancelled "
			"nor awaited");
	else if (t.may_fail && !gather_asks_tasks(f, call))
		rule_report_level(run, rule, level, call,
			"wait() raises nothing, and nobody asks the finished tasks for their "
			"result() "
			"or exception(): failures pass unseen");
}
