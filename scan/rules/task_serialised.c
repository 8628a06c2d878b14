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

void check_task_serialised(
	struct rule_run *run, const struct rule *rule, const struct py_node *await)
{
	const struct py_node *n = await->u.expr.value;

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
