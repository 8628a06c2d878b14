/*
 * race-thread: reads and writes of shared state that belong together, in a function that several
 * threads run. Single operations that the interpreter does not interrupt are fine.
 */
#include "scan/rules/race.h"

/* `items += [x]` extends in place. */
static bool is_container(struct py_file *f, const struct py_node *n)
{
	struct str type = py_type_of(f, n, NULL);

	return n->kind == PY_List || n->kind == PY_ListComp || n->kind == PY_Set ||
		n->kind == PY_Tuple || str_is(type, "list") || str_is(type, "set") ||
		str_is(type, "collections.deque");
}

static bool is_list_variable(struct py_file *f, const struct state *s)
{
	const struct py_binding *b;

	if (s->key || s->base->kind != PY_Name)
		return false;
	b = py_lookup(f, s->base, s->base->u.name.id);
	return b && b->value && is_container(f, b->value);
}

static bool adds_in_place(struct py_file *f, const struct state *s, const struct py_node *write)
{
	return is_container(f, write->u.aug_assign.value) || is_list_variable(f, s);
}

/* What is done in two steps, or NULL. */
static const char *torn_update(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *write)
{
	const struct py_node *check;

	if (write->kind == PY_AugAssign)
		return adds_in_place(f, s, write) ? NULL : "is read and written in two steps";
	if (state_read_in(f, s, write->u.assign.value) ||
		read_before(f, function, s, write->u.assign.value))
		return "is read and written in two steps";
	check = check_before(f, function, s, write);
	return check && !py_is_constant(write->u.assign.value, PY_CONST_NONE)
		? "is tested and then written"
		: NULL;
}

static const struct py_node *target_of(const struct py_node *write)
{
	if (write->kind == PY_AugAssign)
		return write->u.aug_assign.target;
	return write->u.assign.targets.len == 1 ? write->u.assign.targets.items[0] : NULL;
}

void check_race_thread(struct rule_run *run, const struct rule *rule, const struct py_node *write)
{
	struct py_file *f = run->file;
	const struct py_node *target = target_of(write), *function = py_context(f, write);
	const char *how;
	struct state s;

	if (!target || function->kind != PY_FunctionDef || !state_of(f, function, target, &s))
		return;
	how = torn_update(f, function, &s, write);
	if (!how || lock_covers(f, write, write) || function_is_guarded(f, function) ||
		(s.of_self && is_instance_per_run(f, function)))
		return;
	if (runs_in_threads(f, function, &s))
		rule_report(run, rule, write,
			"`%.*s` %s while other threads run the same function: updates are lost; "
			"hold a lock around it",
			STR_ARG(state_text(f, &s)), how);
}
