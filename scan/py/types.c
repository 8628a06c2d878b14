/*
 * Types of expressions and variables.
 *
 * A type is the qualified name of a class. It comes from calls (the constructor table, or any
 * callee whose last component starts with a capital), annotations, with-items, and from variables
 * all of whose bindings agree. A variable whose binding uses the variable itself (`p = p.parent`)
 * is typed from its other bindings first; then the assumption is checked against that one.
 */
#include <string.h>

#include "scan/py/sema.h"

extern const struct table table_scan_py_data_constructors;

const struct py_type py_unknown;
static const struct py_type none_type = {.state = PY_TYPE_NONE};
static const struct py_type pending = {.state = PY_TYPE_PENDING};

struct py_type py_known(struct str qualified)
{
	struct py_type t = {.state = PY_TYPE_KNOWN, .name = qualified};

	return qualified.len && qualified.ptr[0] != '-' ? t : py_unknown;
}

struct py_type py_instance_of(const struct py_node *local_class)
{
	struct py_type t = py_known(local_class->u.class_def.name);

	t.local_class = local_class;
	return t;
}

/* ---- agreement ---- */

static bool same_type(const struct py_type *a, const struct py_type *b)
{
	return a->local_class == b->local_class && str_eq(a->name, b->name);
}

void py_merge_add(struct py_merge *m, struct py_type t)
{
	switch (t.state) {
	case PY_TYPE_UNKNOWN:
		m->unknown = true;
		break;
	case PY_TYPE_NONE:
		m->none = true;
		break;
	case PY_TYPE_PENDING:
		m->pending = true;
		break;
	case PY_TYPE_KNOWN:
		if (m->type.state != PY_TYPE_KNOWN)
			m->type = t;
		else if (!same_type(&m->type, &t))
			m->conflict = true;
		else
			m->type.declared = m->type.declared || t.declared;
		break;
	}
}

struct py_type py_merge_result(const struct py_merge *m)
{
	if (m->conflict || (m->unknown && !m->type.declared))
		return py_unknown;
	if (m->type.state == PY_TYPE_KNOWN)
		return m->type;
	if (m->pending)
		return pending;
	return m->none ? none_type : py_unknown;
}

/* ---- the constructor table ---- */

/* What the result column's "how" says; see data/constructors.tsv. */
static bool row_is(const char *const *row, const char *how)
{
	return strcmp(row[2], how) == 0;
}

static bool looks_like_class(struct str qualified)
{
	struct str last = str_drop(qualified, (size_t)(str_rfind(qualified, '.') + 1));

	return last.len && last.ptr[0] >= 'A' && last.ptr[0] <= 'Z';
}

struct str py_factory_result(struct str qualified)
{
	const char *const *row = table_find(&table_scan_py_data_constructors, qualified);

	if (row && (row_is(row, "call") || row_is(row, "await") || row_is(row, "both")))
		return row[1][0] == '(' || row[1][0] == '-' ? STR_EMPTY : str_from(row[1]);
	return !row && looks_like_class(qualified) ? qualified : STR_EMPTY;
}

/* The row "TYPE.member", for results of methods, attributes and operators. */
static const char *const *member_row(struct str type, const char *member)
{
	char key[256];

	if (type.len + strlen(member) + 1 >= sizeof key)
		return NULL;
	memcpy(key, type.ptr, type.len);
	key[type.len] = '.';
	memcpy(key + type.len + 1, member, strlen(member) + 1);
	return table_find(&table_scan_py_data_constructors, str_from(key));
}

static bool is_outside(const struct py_type *t)
{
	return t->state == PY_TYPE_KNOWN && !t->local_class && t->name.ptr[0] != '(';
}

/* The result of TYPE.__operator__, when it has a row. */
static struct py_type operator_type(const struct py_type *t, const char *method)
{
	const char *const *row = is_outside(t) ? member_row(t->name, method) : NULL;

	return row ? py_known(str_from(row[1])) : py_unknown;
}

/* ---- calls ---- */

/* What a call is wanted for: its value, the value of awaiting it, or what (async) with gives. */
enum wanted { WANT_VALUE, WANT_AWAITED, WANT_ASYNC_WITH };

static struct py_type row_type(
	struct py_file *f, const struct py_node *call, const char *const *row, enum wanted want)
{
	const struct py_node *arg = py_arg(call, 0);

	if (row_is(row, "call"))
		return want == WANT_AWAITED ? py_unknown : py_known(str_from(row[1]));
	if (row_is(row, "both"))
		return py_known(str_from(row[1]));
	if (row_is(row, "await"))
		return want == WANT_VALUE ? py_unknown : py_known(str_from(row[1]));
	if (!arg)
		return py_unknown;
	if (row_is(row, "annotation") && want == WANT_VALUE)
		return py_annotation_type(f, arg);
	if (row_is(row, "same") && want != WANT_AWAITED)
		return py_type(f, arg);
	if (row_is(row, "enter") && want == WANT_VALUE)
		return py_entered_type(f, arg, false);
	if (row_is(row, "enter_async") && want == WANT_AWAITED)
		return py_entered_type(f, arg, true);
	return py_unknown;
}

static struct py_type call_type(struct py_file *f, const struct py_node *call, enum wanted want);

/* One candidate of what a call calls. */
static struct py_type called_type(
	struct py_file *f, const struct py_node *call, struct str qualified, enum wanted want)
{
	const char *const *row = table_find(&table_scan_py_data_constructors, qualified);
	const struct py_node *arg = py_arg(call, 0);

	if (row && row_is(row, "await_same")) /* wait_for(X, …): awaits X */
		return want == WANT_AWAITED && arg && arg->kind == PY_Call
			? call_type(f, arg, WANT_AWAITED)
			: py_unknown;
	if (row)
		return row_type(f, call, row, want);
	return looks_like_class(qualified) && want != WANT_AWAITED ? py_known(qualified)
								   : py_unknown;
}

/* The annotated result of a function of this file. */
static struct py_type returned_type(struct py_file *f, const struct py_node *def, enum wanted want)
{
	bool is_async = def->kind == PY_AsyncFunctionDef;

	if (is_async != (want == WANT_AWAITED) || !def->u.function.returns ||
		py_is_generator(def) || str_is(def->u.function.name, "__init__"))
		return py_unknown;
	return py_annotation_type(f, def->u.function.returns);
}

static struct py_type local_call_type(
	struct py_file *f, const struct py_node *call, enum wanted want)
{
	const struct py_node *func = call->u.call.func, *def;
	const struct py_node *class_def = py_class_named(f, func);
	struct py_type t;

	if (class_def)
		return want != WANT_AWAITED && !class_def->u.class_def.decorators.len &&
				!py_method(f, class_def, STR("__new__"))
			? py_instance_of(class_def)
			: py_unknown;
	def = py_callee(f, func);
	if (def)
		return returned_type(f, def, want);
	t = py_type(f, func->kind == PY_Attribute ? func->u.attribute.value : func);
	if (t.state == PY_TYPE_PENDING)
		return t;
	t = py_type(f, func);
	return want == WANT_VALUE ? operator_type(&t, "__call__") : py_unknown;
}

static struct py_type call_type(struct py_file *f, const struct py_node *call, enum wanted want)
{
	const struct py_names *names = py_names_of(f, call->u.call.func);
	struct py_merge m = {0};

	if (!py_enter(f->sema))
		return py_unknown;
	for (uint32_t i = 0; i < names->len; i++)
		py_merge_add(&m, called_type(f, call, names->items[i], want));
	if (!names->len)
		py_merge_add(&m, local_call_type(f, call, want));
	py_leave(f->sema);
	return py_merge_result(&m);
}

/* ---- with ---- */

/* `return self` on every way out, as far as its return statements tell. */
static bool returns_self(const struct py_node *def)
{
	const struct py_node *self = NULL;
	uint32_t returns = 0;

	if (def->u.function.args->u.arguments.args.len)
		self = def->u.function.args->u.arguments.args.items[0];
	PY_EACH (n, def) {
		if (n != def && (py_is_function(n) || n->kind == PY_Lambda)) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind != PY_Return)
			continue;
		returns++;
		if (!self || !n->u.expr.value || n->u.expr.value->kind != PY_Name ||
			!str_eq(n->u.expr.value->u.name.id, self->u.arg.arg))
			return false;
	}
	return returns > 0;
}

static struct py_type entered_local(struct py_file *f, struct py_type t, bool is_async)
{
	const struct py_node *def =
		py_method(f, t.local_class, is_async ? STR("__aenter__") : STR("__enter__"));

	if (!def)
		return py_unknown;
	if (returns_self(def))
		return t;
	return def->u.function.returns ? py_annotation_type(f, def->u.function.returns)
				       : py_unknown;
}

struct py_type py_entered_type(struct py_file *f, const struct py_node *context_expr, bool is_async)
{
	struct py_type t = is_async && context_expr->kind == PY_Call
		? call_type(f, context_expr, WANT_ASYNC_WITH)
		: py_type(f, context_expr);
	const char *const *row;

	if (t.state == PY_TYPE_KNOWN && t.local_class)
		return entered_local(f, t, is_async);
	if (!is_outside(&t))
		return py_unknown;
	t.declared = false;
	row = member_row(t.name, is_async ? "__aenter__" : "__enter__");
	return row ? py_known(str_from(row[1])) : t;
}

/* ---- other expressions ---- */

static struct py_type attribute_type(struct py_file *f, const struct py_node *base, struct str attr)
{
	struct py_type t = py_type(f, base);
	const char *const *row;
	char member[64];

	if (t.state == PY_TYPE_PENDING)
		return t;
	if (t.state != PY_TYPE_KNOWN) {
		const struct py_node *local = py_class_named(f, base);

		return local ? py_member_type(f, local, attr) : py_unknown;
	}
	if (t.local_class)
		return py_member_type(f, t.local_class, attr);
	if (!is_outside(&t) || attr.len >= sizeof member)
		return py_unknown;
	memcpy(member, attr.ptr, attr.len);
	member[attr.len] = '\0';
	row = member_row(t.name, member);
	return row && row_is(row, "attribute") ? py_known(str_from(row[1])) : py_unknown;
}

static struct py_type list_type(struct py_file *f, struct py_list values)
{
	struct py_merge m = {0};

	for (uint32_t i = 0; i < values.len; i++)
		py_merge_add(&m, py_type(f, values.items[i]));
	return py_merge_result(&m);
}

static struct py_type either_type(struct py_file *f, const struct py_node *e)
{
	struct py_merge m = {0};

	py_merge_add(&m, py_type(f, e->u.if_exp.body));
	py_merge_add(&m, py_type(f, e->u.if_exp.orelse));
	return py_merge_result(&m);
}

/* `path / "name"`, `"name" / path`. */
static struct py_type division_type(struct py_file *f, const struct py_node *e)
{
	struct py_type left = py_type(f, e->u.bin_op.left), right;

	if (left.state == PY_TYPE_PENDING)
		return left;
	left = operator_type(&left, "__truediv__");
	if (left.state == PY_TYPE_KNOWN)
		return left;
	right = py_type(f, e->u.bin_op.right);
	return operator_type(&right, "__rtruediv__");
}

static struct py_type item_type(struct py_file *f, const struct py_node *e)
{
	struct py_type t = py_type(f, e->u.subscript.value);

	return t.state == PY_TYPE_PENDING ? t : operator_type(&t, "__getitem__");
}

static struct py_type name_type(struct py_file *f, const struct py_node *e)
{
	struct py_slot *slot = py_slot_seen(py_scope_at(f, e), e->u.name.id);

	return slot ? py_slot_type(f, slot) : py_unknown;
}

static struct py_type compute(struct py_file *f, const struct py_node *e)
{
	switch (e->kind) {
	case PY_Name:
		return name_type(f, e);
	case PY_Attribute:
		return attribute_type(f, e->u.attribute.value, e->u.attribute.attr);
	case PY_Call:
		return call_type(f, e, WANT_VALUE);
	case PY_Await:
		return e->u.expr.value && e->u.expr.value->kind == PY_Call
			? call_type(f, e->u.expr.value, WANT_AWAITED)
			: py_unknown;
	case PY_BinOp:
		return e->op == PY_OP_DIV ? division_type(f, e) : py_unknown;
	case PY_BoolOp:
		return list_type(f, e->u.bool_op.values);
	case PY_IfExp:
		return either_type(f, e);
	case PY_NamedExpr:
		return py_type(f, e->u.aug_assign.value);
	case PY_Subscript:
		return item_type(f, e);
	case PY_Constant:
		return e->op == PY_CONST_NONE ? none_type : py_unknown;
	default:
		return py_unknown;
	}
}

static const struct py_type *keep(struct py_file *f, struct py_type t)
{
	struct py_type *kept;

	if (t.state == PY_TYPE_UNKNOWN)
		return &py_unknown;
	kept = arena_alloc(f->arena, sizeof *kept);
	*kept = t;
	return kept;
}

struct py_type py_type(struct py_file *f, const struct py_node *expr)
{
	struct py_sema *s = f->sema;
	uint32_t provisional = s->provisional;
	const struct py_type **memo;
	struct py_type t;

	if (!expr)
		return py_unknown;
	if (!s->types)
		s->types = ARENA_ARRAY(f->arena, f->tree->node_count, const struct py_type *);
	memo = &s->types[py_index(f, expr)];
	if (*memo)
		return **memo;
	if (!py_enter(s))
		return py_unknown;
	t = compute(f, expr);
	t.declared = false; /* counts for the variable itself only */
	py_leave(s);
	if (s->provisional == provisional)
		*memo = keep(f, t);
	return t;
}

/* ---- the interface ---- */

struct str py_type_of(
	struct py_file *f, const struct py_node *expr, const struct py_node **local_class)
{
	struct py_type t = py_type(f, expr);

	if (local_class)
		*local_class = NULL;
	if (t.state != PY_TYPE_KNOWN || t.name.ptr[0] == '(')
		return STR_EMPTY;
	if (local_class)
		*local_class = t.local_class;
	return t.name;
}

bool py_is_type(struct py_file *f, const struct py_node *expr, const char *qualified)
{
	struct py_type t = py_type(f, expr);
	const struct py_lineage *l;

	if (t.state != PY_TYPE_KNOWN)
		return false;
	if (!t.local_class)
		return str_is(t.name, qualified);
	l = py_lineage_of(f, t.local_class);
	for (uint32_t i = 0; i < l->len; i++)
		if (!l->items[i].local && str_is(l->items[i].name, qualified))
			return true;
	return false;
}
