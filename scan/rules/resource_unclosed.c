/*
 * Resources that nobody closes: in place, in a local, in an attribute.
 */
#include "scan/rules/resource.h"

#include <string.h>

#include "scan/rules/idiom.h"

/* ---- findings ---- */

static void report(struct rule_run *run, const struct rule *rule, enum level level,
	const struct py_node *call, const char *const *row)
{
	struct str closer = resource_usual_closer(row);

	rule_report_level(run, rule, level, call,
		"this %s is never closed; use `async with`, or `%.*s()` in a `finally`",
		row[RESOURCE_WHAT], STR_ARG(closer));
}

static bool is_drained(struct py_file *f, const struct py_binding *b, const char *const *row)
{
	static const char *const names[] = {"drain", NULL};

	return resource_drains(row) && py_method_called_on(f, b, names);
}

/* Is the result of a method awaited, passed on or kept: `await x.get(…)`, `sub = x.pubsub()`? Under
 * another name and in a loop all may happen. */
static bool is_used_by(const struct py_node *use)
{
	const struct py_node *p = use->parent, *call = p->parent;

	if (p->kind != PY_Attribute)
		return use->op == PY_LOAD &&
			(p->kind == PY_Assign || p->kind == PY_AsyncFor ||
				p->kind == PY_comprehension);
	if (call->kind != PY_Call || call->u.call.func != p)
		return false;
	p = call->parent;
	return p->kind != PY_Expr && p->kind != PY_Compare && p->kind != PY_Attribute &&
		p->kind != PY_Assert;
}

/* `client.send = AsyncMock()`: a test's stand-in. */
static bool is_stubbed_by(const struct py_node *use)
{
	const struct py_node *attribute = use->parent, *assign = attribute->parent, *value;

	if (attribute->kind != PY_Attribute || attribute->op != PY_STORE ||
		assign->kind != PY_Assign)
		return false;
	value = assign->u.assign.value;
	return value->kind == PY_Call && str_ends(idiom_last_name(value->u.call.func), "Mock");
}

/* A client that connects when it is first used: is it never, as far as the file shows? */
static bool is_never_open(struct py_file *f, const struct py_binding *b, const char *const *row)
{
	struct py_uses uses = py_uses_of(f, b);
	bool used = py_escape_of(f, b).awaited || strcmp(row[RESOURCE_HOW], "lazy") != 0;

	for (uint32_t i = 0; i < uses.len; i++) {
		if (is_stubbed_by(uses.items[i]))
			return true;
		used |= is_used_by(uses.items[i]);
	}
	return !used;
}

static void check_local(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *target, const char *const *row)
{
	struct py_file *f = run->file;
	const struct py_binding *b = resource_local(f, target);

	if (b && !py_method_called_on(f, b, resource_closers) && !is_drained(f, b, row) &&
		!is_never_open(f, b, row))
		report(run, rule, rule->level, call, row);
}

/* Bases from other files may close what their subclasses store, except these. */
static bool is_harmless_base(struct py_file *f, const struct py_node *base)
{
	static const char *const names[] = {"object", "ABC", "Protocol", "Generic", "TestCase",
		"IsolatedAsyncioTestCase", "Exception", "Enum", NULL};

	if (base->kind == PY_Subscript)
		base = base->u.subscript.value;
	return idiom_is_one_of(idiom_last_name(base), names) || py_class_named(f, base);
}

static bool has_unknown_base(struct py_file *f, const struct py_node *class_def)
{
	struct py_list bases = class_def->u.class_def.bases;

	for (uint32_t i = 0; i < bases.len; i++)
		if (!is_harmless_base(f, bases.items[i]))
			return true;
	return false;
}

/* getattr(self, "session") and the like: used in a way that cannot be followed. */
static bool is_named_by_string(const struct py_node *top, struct str attr)
{
	static const char *const names[] = {"getattr", "hasattr", "delattr", "attrgetter", NULL};

	PY_EACH (n, top)
		if (n->kind == PY_Constant && n->op == PY_CONST_STR &&
			str_eq(n->u.constant.text, attr) && n->parent->kind == PY_Call &&
			idiom_is_one_of(idiom_last_name(n->parent->u.call.func), names))
			return true;
	return false;
}

/* Is it `self.x` or `cls.x` in a method of a class? The class, or NULL. */
static const struct py_node *class_of_target(const struct py_node *target)
{
	const struct py_node *object = target->u.attribute.value;

	if (!py_is_name(object, "self") && !py_is_name(object, "cls"))
		return NULL;
	return idiom_class_around(target);
}

static void check_attribute(struct rule_run *run, const struct rule *rule,
	const struct py_node *call, const struct py_node *target, const char *const *row)
{
	const struct py_node *class_def = class_of_target(target);
	const struct py_node *file = run->file->tree->root;
	struct str attr = target->u.attribute.attr;
	struct py_escape use;

	if (!class_def || has_unknown_base(run->file, class_def) || is_named_by_string(file, attr))
		return;
	use = py_attribute_escape(run->file, file, attr);
	if (use.escapes || use.in_with ||
		py_method_called_on_attribute(run->file, file, attr, resource_closers))
		return;
	rule_report_level(run, rule, LEVEL_WARNING, call,
		"`self.%.*s` holds this %s and no method of `%.*s` closes it; add one that calls "
		"`%.*s()`",
		STR_ARG(attr), row[RESOURCE_WHAT], STR_ARG(class_def->u.class_def.name),
		STR_ARG(resource_usual_closer(row)));
}

/* Methods that give the resource back in another form. */
static bool is_used_in_place(const struct py_node *attribute)
{
	static const char *const forms[] = {"execution_options", "get_database",
		"get_default_database", "with_options", "__aenter__", "__await__", NULL};
	const struct py_node *call = attribute->parent;

	return call->kind == PY_Call && call->u.call.func == attribute &&
		!idiom_is_one_of(attribute->u.attribute.attr, forms) &&
		!idiom_is_one_of(attribute->u.attribute.attr, resource_closers);
}

/* `Redis().pipeline()` does not connect yet; `await Redis().get(k)` does. */
static bool connects_in_place(const struct py_node *attribute, const char *const *row)
{
	const struct py_node *use = attribute->parent->parent;

	return strcmp(row[RESOURCE_HOW], "lazy") != 0 ||
		(use->kind != PY_Assign && use->kind != PY_Expr);
}

static void check_target(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *target, const char *const *row)
{
	target = resource_target(target, row);
	if (target && target->kind == PY_Name)
		check_local(run, rule, call, target, row);
	else if (target && target->kind == PY_Attribute)
		check_attribute(run, rule, call, target, row);
}

static void check_use(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *value, const char *const *row)
{
	const struct py_node *p = value->parent;

	if (p->kind == PY_Expr ||
		(p->kind == PY_Attribute && is_used_in_place(p) && connects_in_place(p, row)))
		report(run, rule, rule->level, call, row);
	else if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		check_target(run, rule, call, p->u.assign.targets.items[0], row);
	else if (p->kind == PY_AnnAssign)
		check_target(run, rule, call, p->u.ann_assign.target, row);
}

void check_unclosed(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const char *const *row = resource_of(run->file, call);
	const struct py_node *value = row ? resource_value(run->file, call, row) : NULL;

	if (value && !resource_has_lender(call, row) && !idiom_expects_error(call))
		check_use(run, rule, call, py_value_top(value), row);
}
