/*
 * race-process: processes share nothing by themselves. Updates of shared values without their lock,
 * changes inside a manager's proxy that it does not see, globals that a child writes for its
 * parent.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

/* ---- what a variable of the child stands for ---- */

static bool is_process(struct py_file *f, const struct py_node *call)
{
	static const char *const classes[] = {
		"multiprocessing.Process", "multiprocessing.context.BaseContext.Process", NULL};

	return py_resolves_to_any(f, call->u.call.func, classes) >= 0;
}

/* Is this a Process(target=…) of the function? */
static bool starts_function(
	struct py_file *f, const struct py_node *call, const struct py_node *function)
{
	const struct py_node *target = call->kind == PY_Call ? py_keyword(call, "target") : NULL;

	return target && str_eq(idiom_last_name(target), function->u.function.name) &&
		py_callee(f, target) == function && is_process(f, call);
}

/* What Process(target=function, args=(…)) gives for the parameter `arg`, or NULL. */
static const struct py_node *given_argument(
	struct py_file *f, const struct py_node *function, const struct py_node *arg)
{
	struct py_list params = function->u.function.args->u.arguments.args;
	uint32_t index = 0;

	while (index < params.len && params.items[index] != arg)
		index++;
	if (py_class_of(function) && index > 0)
		index--; /* self is bound already */
	PY_EACH (n, f->tree->root) {
		const struct py_node *args;

		if (n->kind != PY_Call || !starts_function(f, n, function))
			continue;
		args = py_keyword(n, "args");
		if (args && args->kind == PY_Tuple && index < args->u.sequence.elts.len)
			return args->u.sequence.elts.items[index];
	}
	return NULL;
}

/* The type of an expression; of a parameter of a process, that of what is given for it. */
static struct str type_here(struct py_file *f, const struct py_node *e)
{
	struct str type = py_type_of(f, e, NULL);
	const struct py_binding *b;
	const struct py_node *given;

	if (type.len || e->kind != PY_Name)
		return type;
	b = py_only_binding(py_lookup(f, e, e->u.name.id));
	if (!b || b->kind != PY_BIND_PARAM || b->site->kind != PY_FunctionDef)
		return type;
	given = given_argument(f, b->site, b->node);
	return given ? py_type_of(f, given, NULL) : type;
}

static bool is_proxy(struct str type)
{
	static const char *const types[] = {
		"multiprocessing.managers.DictProxy", "multiprocessing.managers.ListProxy", NULL};

	return idiom_is_one_of(type, types);
}

/* ---- value.value += 1 ---- */

static bool is_update_of(
	struct py_file *f, const struct py_node *write, const struct py_node *target)
{
	struct str text = py_text(f->tree, target);

	if (write->kind == PY_AugAssign)
		return true;
	PY_EACH (n, write->u.assign.value)
		if (n->kind == target->kind && str_eq(py_text(f->tree, n), text))
			return true;
	return false;
}

static void check_value(struct rule_run *run, const struct rule *rule, const struct py_node *write,
	const struct py_node *target)
{
	struct py_file *f = run->file;
	const struct py_node *base = target->u.attribute.value;
	const struct py_node *function = py_function_around(write);

	if (!str_is(target->u.attribute.attr, "value") || !is_update_of(f, write, target) ||
		!str_is(type_here(f, base), "multiprocessing.Value") ||
		(function && function_is_guarded(f, function)))
		return;
	rule_report(run, rule, write,
		"`%.*s` is read and written in two steps, and other processes come in between; "
		"hold get_lock() around it",
		STR_ARG(py_text(f->tree, target)));
}

static bool is_constant_index(const struct py_node *n)
{
	return py_is_constant(n, PY_CONST_INT) || py_is_constant(n, PY_CONST_STR);
}

/* array[0] += 1, proxy["n"] += 1; with a computed index each process may have its own item. */
static void check_item(struct rule_run *run, const struct rule *rule, const struct py_node *write,
	const struct py_node *target)
{
	struct py_file *f = run->file;
	struct str type;

	if (!is_constant_index(target->u.subscript.slice) || !is_update_of(f, write, target))
		return;
	type = type_here(f, target->u.subscript.value);
	if (str_is(type, "multiprocessing.Array") || is_proxy(type))
		rule_report(run, rule, write,
			"`%.*s` is read and written in two steps, and other processes come in "
			"between; hold a lock around it",
			STR_ARG(py_text(f->tree, target)));
}

/* ---- proxy["a"].append(1) ---- */

/* Does the file put proxies into proxies, or into other containers? Those see their changes. */
static bool nests_proxies(struct py_file *f)
{
	PY_EACH (n, f->tree->root) {
		const struct py_node *p = n->parent;

		if (n->kind != PY_Call || n->u.call.func->kind != PY_Attribute ||
			!is_proxy(py_type_of(f, n, NULL)))
			continue;
		if (p->kind != PY_Assign || p->u.assign.targets.items[0]->kind == PY_Subscript)
			return true;
	}
	return false;
}

static void check_nested(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *item)
{
	struct py_file *f = run->file;

	if (item->kind == PY_Subscript && is_proxy(type_here(f, item->u.subscript.value)) &&
		!nests_proxies(f))
		rule_report(run, rule, n,
			"the manager does not see changes inside `%.*s`; change a copy and assign "
			"it back",
			STR_ARG(py_text(f->tree, item)));
}

/* ---- globals ---- */

static bool is_read_after(struct py_file *f, const struct py_node *scope, uint32_t from,
	const struct py_binding *variable)
{
	struct py_uses uses = py_uses_of(f, variable);

	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_LOAD && uses.items[i]->start > from &&
			idiom_function_or_module(f, uses.items[i]) == scope)
			return true;
	return false;
}

/* Does whoever starts the function as a process read the variable after a join()? */
static bool is_read_by_parent(
	struct py_file *f, const struct py_node *function, const struct py_binding *variable)
{
	PY_EACH (n, f->tree->root) {
		const struct py_node *scope;

		if (n->kind != PY_Call || !starts_function(f, n, function))
			continue;
		scope = idiom_function_or_module(f, n);
		PY_EACH (m, scope)
			if (m->kind == PY_Call && m->start > n->start &&
				m->u.call.func->kind == PY_Attribute &&
				str_is(m->u.call.func->u.attribute.attr, "join") &&
				m->u.call.args.len == 0 &&
				is_read_after(f, scope, m->end, variable))
				return true;
	}
	return false;
}

static bool is_first_write(
	struct py_file *f, const struct py_node *function, const struct py_node *name)
{
	struct py_uses uses = py_uses_of(f, py_lookup(f, name, name->u.name.id));

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i], *p = use->parent;

		if (use == name)
			return true;
		if (py_is_inside(use, function) &&
			(use->op == PY_STORE || p->kind == PY_Attribute ||
				(p->kind == PY_Subscript && p->op == PY_STORE)))
			return false;
	}
	return true;
}

static bool is_plain_global(struct py_file *f, const struct py_binding *b)
{
	const struct py_binding *first = b;

	for (; b; b = b->next) {
		if (b->kind != PY_BIND_ASSIGN && b->kind != PY_BIND_ANNOTATION &&
			b->kind != PY_BIND_AUGMENT)
			return false;
		if (b->value && b->value->kind == PY_Call &&
			!py_resolves_to(f, b->value->u.call.func, "list") &&
			!py_resolves_to(f, b->value->u.call.func, "dict") &&
			!py_resolves_to(f, b->value->u.call.func, "set") &&
			!py_is_inside(b->value, b->site))
			return false;
	}
	return first && first->scope->kind == PY_SCOPE_MODULE;
}

/* A value whose changes other processes see. */
static bool is_shared_type(struct py_file *f, const struct py_node *name)
{
	return str_starts(py_type_of(f, name, NULL), "multiprocessing.");
}

static void check_global(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *name)
{
	struct py_file *f = run->file;
	const struct py_node *function = py_context(f, n);
	const struct py_binding *b;

	if (function->kind != PY_FunctionDef || name->kind != PY_Name)
		return;
	b = py_lookup(f, name, name->u.name.id);
	if (!b || !is_plain_global(f, b) || is_shared_type(f, name) ||
		!is_first_write(f, function, name) || !is_read_by_parent(f, function, b))
		return;
	rule_report(run, rule, n,
		"this changes the child process's own `%.*s`; the parent that reads it after "
		"join() "
		"sees nothing of it",
		STR_ARG(name->u.name.id));
}

/* ---- dispatch ---- */

static void check_write(struct rule_run *run, const struct rule *rule, const struct py_node *write)
{
	const struct py_node *target = write->kind == PY_AugAssign
		? write->u.aug_assign.target
		: write->u.assign.targets.items[0];

	if (lock_covers(run->file, write, write))
		return;
	if (target->kind == PY_Attribute)
		check_value(run, rule, write, target);
	if (target->kind == PY_Subscript) {
		check_item(run, rule, write, target);
		check_nested(run, rule, write, target->u.subscript.value);
		check_global(run, rule, write, target->u.subscript.value);
	}
	check_global(run, rule, write, target);
}

void check_race_process(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	static const char *const mutators[] = {"append", "extend", "insert", "add", "update", "pop",
		"remove", "clear", "setdefault", "discard", "sort", NULL};

	if (!py_imports(run->file, "multiprocessing"))
		return;
	if (n->kind != PY_Call) {
		check_write(run, rule, n);
		return;
	}
	if (n->u.call.func->kind != PY_Attribute ||
		!idiom_is_one_of(n->u.call.func->u.attribute.attr, mutators) ||
		n->u.call.func->u.attribute.value->kind == PY_Attribute)
		return;
	check_nested(run, rule, n, n->u.call.func->u.attribute.value);
	check_global(run, rule, n, n->u.call.func->u.attribute.value);
}
