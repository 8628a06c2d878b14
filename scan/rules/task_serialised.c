/*
 * task-serialised: a task that is awaited where it is made, a gather of one. Nothing runs beside
 * it, so it is a plain await with more words.
 */
#include "scan/rules/task.h"

#include "scan/rules/idiom.h"

/* A context of its own is a reason for a task; so is to step a generator, or to enter or leave
 * something, in another task. */
static bool has_reason(const struct py_node *call)
{
	const struct py_node *arg = py_arg(call, 0);

	if (arg && arg->kind == PY_Call && str_starts(idiom_last_name(arg->u.call.func), "__"))
		return true;
	return py_keyword(call, "context") || py_keyword(call, "eager_start") ||
		py_has_double_star(call);
}

/* A task that is made from a call: one that is only wrapped may exist already. */
static bool is_new_task(struct py_file *f, const struct py_node *call)
{
	static const char *const names[] = {"create_task", "ensure_future", NULL};
	const struct py_node *arg = py_arg(call, 0);
	enum level level;

	if (!arg || arg->kind != PY_Call || has_reason(call))
		return false;
	return task_is_made(f, call, &level) &&
		idiom_is_one_of(idiom_last_name(call->u.call.func), names);
}

static bool is_gather_of_one(struct py_file *f, const struct py_node *call)
{
	const struct py_node *arg = py_arg(call, 0);

	if (!arg || call->u.call.args.len != 1 || py_keyword(call, "return_exceptions") ||
		py_has_double_star(call))
		return false;
	if (arg->kind != PY_Call && arg->kind != PY_Name && arg->kind != PY_Attribute)
		return false;
	return py_resolves_to(f, call->u.call.func, "asyncio.gather");
}

/* `task = create_task(f())`, and the next statement is `await task`, the only use: its Name. */
static const struct py_node *awaited_next(struct py_file *f, const struct py_node *assign)
{
	struct py_list targets = assign->u.assign.targets, list;
	const struct py_node *next = NULL;
	const struct py_binding *b;

	if (targets.len != 1 || targets.items[0]->kind != PY_Name)
		return NULL;
	list = task_list_of(assign->parent, assign);
	for (uint32_t i = 0; i + 1 < list.len; i++)
		if (list.items[i] == assign)
			next = list.items[i + 1];
	if (!next || (next->kind != PY_Expr && next->kind != PY_Return && next->kind != PY_Assign))
		return NULL;
	next = next->kind == PY_Assign ? next->u.assign.value : next->u.expr.value;
	if (!next || next->kind != PY_Await || next->u.expr.value->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, assign, targets.items[0]->u.name.id));
	if (!b || py_escape_of(f, b).reads != 1)
		return NULL;
	return str_eq(next->u.expr.value->u.name.id, b->name) ? next->u.expr.value : NULL;
}

static void check_awaited(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind != PY_Call || !py_in_async(run->file, n))
		return;
	if (is_new_task(run->file, n))
		rule_report(run, rule, n,
			"this task is awaited at once, so nothing runs beside it: await the "
			"coroutine itself, or start the task earlier");
	else if (is_gather_of_one(run->file, n))
		rule_report(run, rule, n,
			"a gather of one runs nothing at the same time: await the argument itself, "
			"or give gather() all of them");
}

static void check_assigned(
	struct rule_run *run, const struct rule *rule, const struct py_node *assign)
{
	const struct py_node *call = assign->u.assign.value;

	if (call->kind == PY_Call && is_new_task(run->file, call) &&
		awaited_next(run->file, assign) && py_in_async(run->file, call))
		rule_report(run, rule, call,
			"this task is awaited in the next statement, so nothing runs beside it: "
			"await the coroutine itself, or start the task earlier");
}

void check_task_serialised(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Await)
		check_awaited(run, rule, n->u.expr.value);
	else
		check_assigned(run, rule, n);
}
