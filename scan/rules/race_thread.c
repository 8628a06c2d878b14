/*
 * race-thread: reads and writes of shared state that belong together, in a function that several
 * threads run. Single operations that the interpreter does not interrupt are fine.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

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

/* A value that is the same whoever writes it. */
static bool is_fixed(const struct py_node *value)
{
	return value->kind == PY_Constant ||
		((value->kind == PY_List || value->kind == PY_Set) &&
			value->u.sequence.elts.len == 0) ||
		(value->kind == PY_Dict && value->u.dict.values.len == 0);
}

/* `Client()`: two of them are two things. What is computed twice may well be the same. */
static bool makes_object(const struct py_node *value)
{
	struct str name = value->kind == PY_Call ? idiom_last_name(value->u.call.func) : STR_EMPTY;

	return name.len > 0 && name.ptr[0] >= 'A' && name.ptr[0] <= 'Z';
}

/* What is done in two steps, or NULL; *level goes down where that may do no harm. */
static const char *torn_update(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *write, enum level *level)
{
	const struct py_node *value;

	if (state_key_is_of_item(f, s, function))
		*level = LEVEL_INFO;
	if (write->kind == PY_AugAssign)
		return adds_in_place(f, s, write) ? NULL : "is read and written in two steps";
	value = write->u.assign.value;
	if (state_read_in(f, s, value) || read_before(f, function, s, value))
		return "is read and written in two steps";
	if (is_fixed(value) || !check_before(f, function, s, write))
		return NULL;
	if (!makes_object(value))
		*level = LEVEL_INFO;
	return "is tested and then written";
}

/* Several items of one container that are counted one after the other need one lock: the first is
 * reported. */
static bool is_first_item(struct py_file *f, const struct py_node *function, const struct state *s,
	const struct py_node *write)
{
	for (const struct py_node *n = function + 1; s->key && n < write; n++) {
		const struct py_node *target =
			n->kind == PY_AugAssign ? n->u.aug_assign.target : NULL;

		if (target && target->kind == PY_Subscript && n->parent == write->parent &&
			str_eq(py_text(f->tree, target->u.subscript.value),
				py_text(f->tree, s->base)))
			return false;
	}
	return true;
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
	enum level level = rule->level;
	const char *how;
	struct state s;

	if (!target || function->kind != PY_FunctionDef || !state_of(f, function, target, &s))
		return;
	how = torn_update(f, function, &s, write, &level);
	if (!how || lock_covers(f, write, write) || function_is_guarded(f, function) ||
		(s.of_self && is_instance_per_run(f, function)))
		return;
	if (is_first_item(f, function, &s, write) && runs_in_threads(f, function, &s))
		rule_report_level(run, rule, level, write,
			"`%.*s` %s while other threads run the same function: updates are lost; "
			"hold a lock around it",
			STR_ARG(state_text(f, &s)), how);
}
