/*
 * starvation-poll: `while not flag: await sleep(0.1)` where the flag is set in another function of
 * the file. State that others own (a process, a server) can only be polled: no report.
 */
#include "scan/base/mem.h"
#include "scan/rules/idiom.h"
#include "scan/rules/starvation.h"

/* ---- the loop: a test and a sleep ---- */

/* Docstrings, pass and logging change nothing. */
static bool is_idle(const struct py_node *n)
{
	static const char *const names[] = {
		"print", "debug", "info", "warning", "trace", "log", NULL};
	const struct py_node *value;

	if (n->kind == PY_Pass || n->kind == PY_Print)
		return true;
	value = n->kind == PY_Expr ? n->u.expr.value : NULL;
	if (!value || value->kind == PY_Constant)
		return value != NULL;
	return value->kind == PY_Call &&
		idiom_is_one_of(idiom_last_name(value->u.call.func), names);
}

static bool is_constant_sleep(struct py_file *f, const struct py_node *n)
{
	const struct py_node *value = n->kind == PY_Expr ? n->u.expr.value : NULL;

	return value && value->kind == PY_Await &&
		sleep_of(f, value->u.expr.value) == SLEEP_CONSTANT;
}

/* `if flag: break` */
static bool is_way_out(const struct py_node *n)
{
	struct py_list body;

	if (n->kind != PY_If || n->u.cond.orelse.len || py_has_checkpoint(n))
		return false;
	body = n->u.cond.body;
	for (uint32_t i = 0; i + 1 < body.len; i++)
		if (!is_idle(body.items[i]))
			return false;
	return body.items[body.len - 1]->kind == PY_Break ||
		body.items[body.len - 1]->kind == PY_Return;
}

/* The test that such a loop asks before or after each sleep; NULL when it does anything else. */
static const struct py_node *polled_test(struct py_file *f, const struct py_node *loop)
{
	const struct py_node *test = loop->u.cond.test, *exit = NULL;
	struct py_list body = loop->u.cond.body;
	uint32_t sleeps = 0;

	for (uint32_t i = 0; i < body.len; i++) {
		const struct py_node *n = body.items[i];

		if (is_constant_sleep(f, n))
			sleeps++;
		else if (py_is_true(test) && !exit && is_way_out(n))
			exit = n;
		else if (!is_idle(n))
			return NULL;
	}
	if (sleeps != 1)
		return NULL;
	if (exit)
		return exit->u.cond.test;
	return py_is_true(test) ? NULL : test;
}

/* ---- flags ---- */

/* Names, attributes, items with constant keys, and comparisons of them: nothing is called. */
static bool is_flag_test(const struct py_node *test)
{
	const py_kinds allowed = PY_BIT(Name) | PY_BIT(Attribute) | PY_BIT(Subscript) |
		PY_BIT(Constant) | PY_BIT(BoolOp) | PY_BIT(UnaryOp) | PY_BIT(Compare) |
		PY_BIT(Tuple) | PY_BIT(Set) | PY_BIT(List);

	PY_EACH (n, test) {
		if (n->kind >= 64 || !(allowed >> n->kind & 1))
			return false;
		if (n->kind == PY_Subscript && n->u.subscript.slice->kind != PY_Constant)
			return false;
	}
	return true;
}

/* A place where a flag may be changed: `x = …`, `x += …`, `x.append(…)`, `del x`. */
static bool is_change(const struct py_node *use)
{
	static const char *const methods[] = {"append", "appendleft", "add", "extend", "update",
		"insert", "pop", "popleft", "popitem", "remove", "discard", "clear", NULL};
	const struct py_node *p = use->parent;

	if (use->op != PY_LOAD)
		return true;
	if (p->kind == PY_Subscript && p->u.subscript.value == use)
		return p->op != PY_LOAD;
	return p->kind == PY_Attribute && p->u.attribute.value == use &&
		p->parent->kind == PY_Call && p->parent->u.call.func == p &&
		idiom_is_one_of(p->u.attribute.attr, methods);
}

/* Another function than the loop's own, and no constructor: that one runs before. */
static bool is_elsewhere(const struct py_node *change, const struct py_node *loop)
{
	const struct py_node *function = py_function_around(change);

	return function && function != py_function_around(loop) &&
		!str_is(function->u.function.name, "__init__") &&
		!str_is(function->u.function.name, "__new__");
}

/* `state["up"]` is set by `state["up"] = …`, not by another item. */
static bool is_same_item(
	struct py_file *f, const struct py_node *change, const struct py_node *flag)
{
	const struct py_node *x = change->parent, *y = flag->parent;

	if (x->kind != PY_Subscript || y->kind != PY_Subscript)
		return true;
	return str_eq(
		py_text(f->tree, x->u.subscript.slice), py_text(f->tree, y->u.subscript.slice));
}

static bool sets(struct py_file *f, const struct py_node *change, const struct py_node *flag,
	const struct py_node *loop)
{
	return is_change(change) && is_elsewhere(change, loop) && is_same_item(f, change, flag);
}

static bool is_name_set_elsewhere(
	struct py_file *f, const struct py_node *name, const struct py_node *loop)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);
	struct py_uses uses;

	if (!b)
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (sets(f, uses.items[i], name, loop))
			return true;
	return false;
}

/* The class whose instance an attribute belongs to: the class around for self, else by type. */
static const struct py_node *owner_of(struct py_file *f, const struct py_node *attribute)
{
	const struct py_node *object = attribute->u.attribute.value, *local = NULL;

	if (py_is_name(object, "self"))
		return idiom_class_around(attribute);
	py_type_of(f, object, &local);
	return local;
}

/* Is it the same variable, not only the same name? */
static bool is_same_object(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	const struct py_node *x = a->u.attribute.value, *y = b->u.attribute.value;

	if (x->kind != y->kind || !str_eq(py_text(f->tree, x), py_text(f->tree, y)))
		return false;
	if (x->kind == PY_Name)
		return py_lookup(f, x, x->u.name.id) == py_lookup(f, y, y->u.name.id);
	return idiom_class_around(a) == idiom_class_around(b);
}

/* Are these two the same attribute of one object, or of objects of one class of this file? */
static bool is_same_attribute(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	const struct py_node *owner;

	if (!str_eq(a->u.attribute.attr, b->u.attribute.attr))
		return false;
	owner = owner_of(f, b);
	return owner ? owner == owner_of(f, a) : is_same_object(f, a, b);
}

/* A property asks somebody else. */
static bool is_property(struct py_file *f, const struct py_node *attribute)
{
	const struct py_node *owner = owner_of(f, attribute);
	const struct py_binding *b;

	if (!owner)
		return false;
	b = py_scope_find(py_scope_of(f, owner), attribute->u.attribute.attr);
	return b && b->kind == PY_BIND_DEF;
}

/* Only for loops that are polls in all else: this looks through the file. */
static bool is_attribute_set_elsewhere(
	struct py_file *f, const struct py_node *flag, const struct py_node *loop)
{
	if (is_property(f, flag))
		return false;
	PY_EACH (it, f->tree->root)
		if (it->kind == PY_Attribute && sets(f, it, flag, loop) &&
			is_same_attribute(f, it, flag))
			return true;
	return false;
}

/* State.READY, module.LIMIT */
static bool is_constant_attribute(struct py_file *f, const struct py_node *attribute)
{
	const struct py_node *root = attribute;

	while (root->kind == PY_Attribute)
		root = root->u.attribute.value;
	if (root->kind != PY_Name)
		return false;
	return py_resolve(f, root).len > 0 || py_class_named(f, root) != NULL;
}

/* The first flag of the test, when other functions of the file set all of them; else NULL. A name
 * that nobody sets is a constant: the loop does not either. */
static const struct py_node *flag_set_elsewhere(
	struct py_file *f, const struct py_node *test, const struct py_node *loop)
{
	const struct py_node *flag = NULL;

	PY_EACH (n, test) {
		bool set = false;

		if (n->kind == PY_Name) {
			set = is_name_set_elsewhere(f, n, loop);
		} else if (n->kind == PY_Attribute) {
			set = is_attribute_set_elsewhere(f, n, loop);
			if (!set && !is_constant_attribute(f, n))
				return NULL;
		} else {
			continue;
		}
		flag = flag || !set ? flag : n;
		n = n->end_node - 1;
	}
	return flag;
}

void check_poll(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *test, *flag;

	if (!py_in_async(run->file, n))
		return;
	test = polled_test(run->file, n);
	if (!test || !is_flag_test(test))
		return;
	flag = flag_set_elsewhere(run->file, test, n);
	if (flag)
		rule_report(run, rule, n,
			"`%.*s` is polled; set an Event where it changes, and await that",
			STR_ARG(idiom_last_name(flag)));
}
