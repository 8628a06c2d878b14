/*
 * What happens to a value: where a variable's value goes after it was bound.
 *
 * Each use is followed outwards through the expressions that hand its value on, up to the one that
 * consumes it; new names for it join a worklist. There are no paths here: a use anywhere in the
 * function counts, before or after. Where the cap on names is met, the value counts as escaped.
 */
#include "scan/py/file.h"

#define MAX_NAMES 16 /* the variable and its aliases */

struct tracker {
	struct py_file *file;
	struct py_escape out;
	const char *const *methods;   /* looked for, NULL-terminated; NULL for none */
	const struct py_node *called; /* the first call of one of them */
	const struct py_binding *names[MAX_NAMES];
	uint32_t name_count;
};

/* A value on its way outwards. */
struct value {
	const struct py_node *expr;
	bool part; /* expr is an attribute or item of it: maybe a bound method */
	bool held; /* expr is a container that holds it */
};

static void add_escape(struct tracker *t, const struct py_node *at)
{
	if (!t->out.first_escape || at->start < t->out.first_escape->start)
		t->out.first_escape = at;
	t->out.escapes = true;
}

static bool is_in(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_is(s, *list))
			return true;
	return false;
}

/* ---- names ---- */

static bool same_variable(const struct py_binding *a, const struct py_binding *b)
{
	return a->scope == b->scope && str_eq(a->name, b->name);
}

/* Does the function that binds the name keep it for itself? */
static bool is_own_name(struct py_file *f, const struct py_binding *b)
{
	const struct py_node *site = b->site;

	if (b->scope->calls_locals)
		return false;
	while (site && !py_is_scope(site))
		site = site->parent;
	return b->scope->kind == PY_SCOPE_COMP || !site || site == b->scope->node ||
		py_scope_of(f, site) == b->scope;
}

static void add_name(struct tracker *t, const struct py_binding *b, const struct py_node *at)
{
	for (uint32_t i = 0; i < t->name_count; i++)
		if (same_variable(t->names[i], b))
			return;
	if (t->name_count == MAX_NAMES || !is_own_name(t->file, b))
		add_escape(t, at);
	if (t->name_count < MAX_NAMES)
		t->names[t->name_count++] = b;
}

/* The value is bound to a target: a new name for it, or a place outside the function. Each name of
 * a tuple target may be a name for a part of it. */
static void bind(struct tracker *t, const struct py_node *target, const struct py_node *at)
{
	PY_EACH (n, target) {
		const struct py_binding *b;

		if (n->op != PY_STORE)
			continue;
		if (n->kind == PY_Attribute || n->kind == PY_Subscript)
			add_escape(t, at);
		if (n->kind != PY_Name)
			continue;
		b = py_binding_at(t->file, n);
		if (b)
			add_name(t, b, at);
		else
			add_escape(t, at);
	}
}

/* ---- calls ---- */

static struct str last_name(const struct py_node *n)
{
	if (n->kind == PY_Attribute)
		return n->u.attribute.attr;
	return n->kind == PY_Name ? n->u.name.id : STR_EMPTY;
}

static bool is_logger(const struct py_node *receiver)
{
	struct str s = last_name(receiver->kind == PY_Call ? receiver->u.call.func : receiver);

	for (size_t i = 0; i + 3 <= s.len; i++)
		if ((s.ptr[i] == 'l' || s.ptr[i] == 'L') && (s.ptr[i + 1] | 0x20) == 'o' &&
			(s.ptr[i + 2] | 0x20) == 'g')
			return true;
	return false;
}

/* Functions that surely do not keep what they are given, nor give it back. */
static bool only_looks(struct tracker *t, const struct py_node *call)
{
	static const char *const builtins[] = {"print", "len", "isinstance", "issubclass", "type",
		"repr", "str", "bool", "id", "hash", "callable", "hasattr", "int", "float",
		"format", "dir", NULL};
	static const char *const log_methods[] = {
		"debug", "info", "warning", "warn", "error", "exception", "critical", "log", NULL};
	const struct py_node *func = call->u.call.func;

	if (func->kind == PY_Name)
		return is_in(func->u.name.id, builtins) &&
			!py_lookup(t->file, func, func->u.name.id);
	if (func->kind != PY_Attribute)
		return false;
	return str_starts(func->u.attribute.attr, "assert") ||
		(is_in(func->u.attribute.attr, log_methods) && is_logger(func->u.attribute.value));
}

static void passed(struct tracker *t, struct value v, const struct py_node *call)
{
	static const char *const closers[] = {"closing", "aclosing", "enter_context",
		"enter_async_context", "push", "push_async_exit", "callback", "push_async_callback",
		NULL};

	if (call->kind == PY_Call && only_looks(t, call))
		return;
	add_escape(t, v.expr);
	if (call->kind == PY_Call && is_in(last_name(call->u.call.func), closers))
		t->out.in_with = true;
}

/* `x.m(…)`, where `func` is x.m. */
static void method_called(struct tracker *t, const struct value *v, const struct py_node *func)
{
	const struct py_node *call = func->parent;

	if (!t->methods || v->held || !is_in(func->u.attribute.attr, t->methods))
		return;
	if (!t->called || call->start < t->called->start)
		t->called = call;
}

/* ---- one step outwards ---- */

static bool is_call_of(const struct py_node *n)
{
	return n->parent && n->parent->kind == PY_Call && n->parent->u.call.func == n;
}

static bool outwards(struct value *v, const struct py_node *to)
{
	v->expr = to;
	return true;
}

static bool step_attribute(struct tracker *t, struct value *v, const struct py_node *p)
{
	if (p->op != PY_LOAD)
		return false;
	if (is_call_of(p)) {
		method_called(t, v, p);
		return false;
	}
	v->part = true;
	return outwards(v, p);
}

static bool step_subscript(struct tracker *t, struct value *v, const struct py_node *p)
{
	if (p->u.subscript.slice == v->expr) {
		if (p->op == PY_STORE)
			add_escape(t, v->expr);
		return false;
	}
	if (p->op != PY_LOAD)
		return false;
	v->part = true;
	return outwards(v, p);
}

static bool step_binop(struct value *v, const struct py_node *p)
{
	const struct py_node *left = p->u.bin_op.left;
	bool formats = p->op == PY_OP_MOD &&
		(left->kind == PY_JoinedStr ||
			(left->kind == PY_Constant && left->op == PY_CONST_STR));

	return !formats && outwards(v, p);
}

static bool step_assign(struct tracker *t, struct value *v, const struct py_node *p)
{
	struct py_list targets = p->u.assign.targets;

	if (v->held)
		add_escape(t, v->expr);
	for (uint32_t i = 0; i < targets.len && !v->held; i++)
		bind(t, targets.items[i], v->expr);
	return false;
}

/* The value of an expression with one operand or target: AnnAssign, NamedExpr, AugAssign. */
static bool step_bind(struct tracker *t, struct value *v, const struct py_node *p)
{
	if (p->kind == PY_NamedExpr) {
		bind(t, p->u.aug_assign.target, v->expr);
		return outwards(v, p);
	}
	if (p->kind == PY_AugAssign || v->held)
		add_escape(t, v->expr);
	else if (p->u.ann_assign.value == v->expr)
		bind(t, p->u.ann_assign.target, v->expr);
	return false;
}

static bool step_with(struct tracker *t, struct value *v, const struct py_node *item)
{
	if (v->held)
		add_escape(t, v->expr);
	if (v->part || v->held)
		return false;
	t->out.in_with = true;
	if (item->u.withitem.optional_vars)
		bind(t, item->u.withitem.optional_vars, v->expr);
	return false;
}

static bool step_call(struct tracker *t, struct value *v, const struct py_node *call)
{
	if (call->u.call.func != v->expr)
		passed(t, *v, call);
	return false;
}

/* A container made of it: a display, or the element of a comprehension. */
static bool step_container(struct value *v, const struct py_node *p)
{
	v->held = true;
	return outwards(v, p);
}

/* `a, b = x, y`: the target of x, when each side has as many items and none is starred. */
static const struct py_node *paired_target(const struct py_node *tuple, const struct py_node *item)
{
	const struct py_node *p = tuple->parent, *target;
	uint32_t at = 0;

	if (p->kind != PY_Assign || p->u.assign.targets.len != 1)
		return NULL;
	target = p->u.assign.targets.items[0];
	if (target->kind != PY_Tuple || target->u.sequence.elts.len != tuple->u.sequence.elts.len)
		return NULL;
	for (uint32_t i = 0; i < tuple->u.sequence.elts.len; i++) {
		if (target->u.sequence.elts.items[i]->kind == PY_Starred ||
			tuple->u.sequence.elts.items[i]->kind == PY_Starred)
			return NULL;
		if (tuple->u.sequence.elts.items[i] == item)
			at = i;
	}
	return target->u.sequence.elts.items[at];
}

static bool step_tuple(struct tracker *t, struct value *v, const struct py_node *p)
{
	const struct py_node *target = v->held ? NULL : paired_target(p, v->expr);

	if (!target)
		return step_container(v, p);
	bind(t, target, v->expr);
	return false;
}

/* Iterating over it reads it; over a container that holds it gives it another name. */
static bool step_iteration(struct tracker *t, struct value *v)
{
	if (v->held)
		add_escape(t, v->expr);
	return false;
}

static bool step_expression(struct tracker *t, struct value *v, const struct py_node *p)
{
	switch (p->kind) {
	case PY_Attribute:
		return step_attribute(t, v, p);
	case PY_Subscript:
		return step_subscript(t, v, p);
	case PY_BinOp:
		return step_binop(v, p);
	case PY_IfExp:
		return p->u.if_exp.test != v->expr && outwards(v, p);
	case PY_BoolOp:
	case PY_Starred:
		return outwards(v, p);
	case PY_NamedExpr:
		return step_bind(t, v, p);
	case PY_Tuple:
		return step_tuple(t, v, p);
	case PY_List:
	case PY_Set:
	case PY_Dict:
	case PY_ListComp:
	case PY_SetComp:
	case PY_DictComp:
	case PY_GeneratorExp:
		return step_container(v, p);
	case PY_Await:
	case PY_YieldFrom:
		t->out.awaited |= !v->part && !v->held;
		return false;
	case PY_Call:
		return step_call(t, v, p);
	default:
		return false;
	}
}

static bool step_statement(struct tracker *t, struct value *v, const struct py_node *p)
{
	switch (p->kind) {
	case PY_Assign:
		return step_assign(t, v, p);
	case PY_AnnAssign:
	case PY_AugAssign:
		return step_bind(t, v, p);
	case PY_withitem:
		return step_with(t, v, p);
	case PY_For:
	case PY_AsyncFor:
	case PY_comprehension:
		return step_iteration(t, v);
	case PY_keyword:
		passed(t, *v, p->parent);
		return false;
	default: /* Return, Yield, Raise, Lambda, Match, defaults, base classes, broken code */
		add_escape(t, v->expr);
		return false;
	}
}

static bool is_plain_read(const struct py_node *p)
{
	switch (p->kind) {
	case PY_Expr:
	case PY_If:
	case PY_While:
	case PY_Assert:
	case PY_Compare:
	case PY_UnaryOp:
	case PY_FormattedValue:
	case PY_JoinedStr:
	case PY_Slice:
	case PY_Delete:
	case PY_Print:
	case PY_Exec:
	case PY_Repr:
	case PY_match_case:
	case PY_pattern:
	case PY_arg:
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return true;
	default:
		return false;
	}
}

static void track(struct tracker *t, const struct py_node *expr)
{
	struct value v = {.expr = expr};
	bool on = true;

	while (on && v.expr->parent) {
		const struct py_node *p = v.expr->parent;

		if (is_plain_read(p))
			return;
		if (py_is_expr(p) && p->kind != PY_Yield && p->kind != PY_Lambda &&
			p->kind != PY_ErrorExpr)
			on = step_expression(t, &v, p);
		else
			on = step_statement(t, &v, p);
	}
}

/* ---- variables ---- */

/* Does a nested function or class body use the variable? */
static bool is_captured(struct py_file *f, const struct py_binding *b, const struct py_node *use)
{
	const struct py_node *owner = b->scope->node;

	if (!py_is_scope(owner))
		owner = py_context(f, owner);
	return py_context(f, use) != owner;
}

static void track_variable(struct tracker *t, const struct py_binding *b, bool counts)
{
	struct py_uses uses = py_uses_of(t->file, b);

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i];

		if (use->op != PY_LOAD)
			continue;
		t->out.reads += counts;
		if (is_captured(t->file, b, use))
			add_escape(t, use);
		track(t, use);
	}
}

static void track_names(struct tracker *t, uint32_t counted)
{
	for (uint32_t i = 0; i < t->name_count; i++)
		track_variable(t, t->names[i], i < counted);
}

static struct tracker tracked(
	struct py_file *f, const struct py_binding *b, const char *const *methods)
{
	struct tracker t = {.file = f, .methods = methods};

	add_name(&t, b, b->node);
	track_names(&t, 1);
	return t;
}

struct py_escape py_escape_of(struct py_file *f, const struct py_binding *b)
{
	return tracked(f, b, NULL).out;
}

const struct py_node *py_method_called_on(
	struct py_file *f, const struct py_binding *b, const char *const *methods)
{
	return tracked(f, b, methods).called;
}

/* ---- attributes ---- */

static struct tracker tracked_attribute(
	struct py_file *f, const struct py_node *top, struct str attr, const char *const *methods)
{
	struct tracker t = {.file = f, .methods = methods};

	PY_EACH (n, top) {
		if (n->kind != PY_Attribute || n->op != PY_LOAD ||
			!str_eq(n->u.attribute.attr, attr) || is_call_of(n))
			continue;
		t.out.reads++;
		track(&t, n);
	}
	track_names(&t, 0);
	return t;
}

struct py_escape py_attribute_escape(struct py_file *f, const struct py_node *top, struct str attr)
{
	return tracked_attribute(f, top, attr, NULL).out;
}

const struct py_node *py_method_called_on_attribute(
	struct py_file *f, const struct py_node *top, struct str attr, const char *const *methods)
{
	return tracked_attribute(f, top, attr, methods).called;
}
