/*
 * Lowering of statement lists, of simple statements, and of what tree-sitter could not parse.
 */
#include "scan/py/lower.h"

typedef struct py_node *stmt_fn(struct lower *l, uint32_t i, struct py_node *parent);

/* ---- simple statements ---- */

static struct py_node *lower_plain(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_kind kind)
{
	return node_new(l, kind, i, parent);
}

static struct py_node *lower_pass(struct lower *l, uint32_t i, struct py_node *parent)
{
	return lower_plain(l, i, parent, PY_Pass);
}

static struct py_node *lower_break(struct lower *l, uint32_t i, struct py_node *parent)
{
	return lower_plain(l, i, parent, PY_Break);
}

static struct py_node *lower_continue(struct lower *l, uint32_t i, struct py_node *parent)
{
	return lower_plain(l, i, parent, PY_Continue);
}

/* `a = b = value` nests to the right in the grammar. */
static struct py_node *lower_assign(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Assign, i, parent);
	size_t mark = list_begin(l);
	uint32_t left, right;

	for (;; i = right) {
		left = first_operand(l, i);
		right = next_operand(l, i, left);
		list_push(l, lower_expr(l, left, n, PY_STORE));
		if (l->cst[right].kind != CST_assignment || find_child(l, right, CST_type))
			break;
	}
	list_end(l, mark, &n->u.assign.targets);
	n->u.assign.value = lower_expr(l, right, n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_ann_assign(
	struct lower *l, uint32_t i, uint32_t type, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_AnnAssign, i, parent);
	uint32_t value = next_operand(l, i, type);

	n->u.ann_assign.target = lower_expr(l, first_operand(l, i), n, PY_STORE);
	n->u.ann_assign.annotation = lower_expr(l, type, n, PY_LOAD);
	if (value)
		n->u.ann_assign.value = lower_expr(l, value, n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_aug_assign(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_AugAssign, i, parent);
	uint32_t target = first_operand(l, i);

	CST_EACH (l, c, i)
		if (lower_op(l->cst[c].kind))
			n->op = (uint8_t)lower_op(l->cst[c].kind);
	n->u.aug_assign.target = lower_expr(l, target, n, PY_STORE);
	n->u.aug_assign.value = lower_expr(l, next_operand(l, i, target), n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_expression_statement(
	struct lower *l, uint32_t i, struct py_node *parent)
{
	uint32_t first = first_operand(l, i);
	struct py_node *n;

	if (!first || l->cst[first].flags & CST_MISSING)
		return lower_error_stmt(l, i, parent);
	if (stand_in_range(l, i)) {
		n = lower_error_stmt(l, i, parent);
		n->end = stand_in_range(l, i)->end;
		return n;
	}
	if (l->cst[first].kind == CST_augmented_assignment)
		return lower_aug_assign(l, first, parent);
	if (l->cst[first].kind == CST_assignment) {
		uint32_t type = find_child(l, first, CST_type);

		return type ? lower_ann_assign(l, first, type, parent)
			    : lower_assign(l, first, parent);
	}
	n = node_new(l, PY_Expr, i, parent);
	if (find_child(l, i, CST_TOK_COMMA))
		n->u.expr.value = lower_tuple(l, i, n, PY_LOAD);
	else
		n->u.expr.value = lower_expr(l, first, n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_return(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Return, i, parent);
	uint32_t value = first_operand(l, i);

	if (value)
		n->u.expr.value = lower_expr(l, value, n, PY_LOAD);
	node_close(l, n);
	return n;
}

/* `del a, b` has two targets, `del (a, b)` one. */
static struct py_node *lower_delete(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Delete, i, parent);
	uint32_t only = first_operand(l, i);

	if (l->cst[only].kind == CST_expression_list)
		i = only;
	lower_operands(l, i, n, PY_DEL, &n->u.del.targets);
	node_close(l, n);
	return n;
}

/* Python 2's `raise E, value, traceback` keeps all of them: exc is a Tuple. */
static struct py_node *lower_raise(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Raise, i, parent);
	uint32_t from = find_child(l, i, CST_TOK_FROM), exc = first_operand(l, i);

	if (exc && (!from || exc < from))
		n->u.raise.exc = lower_expr(l, exc, n, PY_LOAD);
	if (from)
		n->u.raise.cause = lower_expr(l, next_operand(l, i, from), n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_assert(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Assert, i, parent);
	uint32_t test = first_operand(l, i), msg = next_operand(l, i, test);

	n->u.assert_stmt.test = lower_expr(l, test, n, PY_LOAD);
	if (msg)
		n->u.assert_stmt.msg = lower_expr(l, msg, n, PY_LOAD);
	node_close(l, n);
	return n;
}

static struct py_node *lower_names(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_kind kind)
{
	struct py_node *n = node_new(l, kind, i, parent);
	size_t mark = names_begin(l);

	CST_EACH (l, c, i)
		if (l->cst[c].kind == CST_identifier)
			names_push(l, lower_name(l, c));
	names_end(l, mark, &n->u.names.names);
	return n;
}

static struct py_node *lower_global(struct lower *l, uint32_t i, struct py_node *parent)
{
	return lower_names(l, i, parent, PY_Global);
}

static struct py_node *lower_nonlocal(struct lower *l, uint32_t i, struct py_node *parent)
{
	return lower_names(l, i, parent, PY_Nonlocal);
}

static struct py_node *lower_print(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Print, i, parent);
	size_t mark = list_begin(l);

	CST_EACH (l, c, i) {
		uint32_t value = l->cst[c].kind == CST_chevron ? first_operand(l, c) : c;

		if (is_operand(l, c))
			list_push(l, lower_expr(l, value, n, PY_LOAD));
	}
	list_end(l, mark, &n->u.print.values);
	node_close(l, n);
	return n;
}

static struct py_node *lower_exec(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Exec, i, parent);

	lower_operands(l, i, n, PY_LOAD, &n->u.print.values);
	node_close(l, n);
	return n;
}

static struct py_node *lower_type_alias(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_TypeAlias, i, parent);
	uint32_t left = first_operand(l, i), name = left;

	while (l->cst[name].kind == CST_type || is_spine(l->cst[name].kind))
		name = first_operand(l, name); /* `type X[T] = …`: parameters have no node */
	n->u.type_alias.name = lower_expr(l, name, n, PY_STORE);
	n->u.type_alias.value = lower_expr(l, next_operand(l, i, left), n, PY_LOAD);
	node_close(l, n);
	return n;
}

/* ---- dispatch ---- */

static stmt_fn *const STATEMENTS[CST_KIND_COUNT] = {
	[CST_assert_statement] = lower_assert,
	[CST_assignment] = lower_assign, /* see repair.c */
	[CST_break_statement] = lower_break,
	[CST_continue_statement] = lower_continue,
	[CST_delete_statement] = lower_delete,
	[CST_exec_statement] = lower_exec,
	[CST_expression_statement] = lower_expression_statement,
	[CST_future_import_statement] = lower_import,
	[CST_global_statement] = lower_global,
	[CST_import_from_statement] = lower_import,
	[CST_import_statement] = lower_import,
	[CST_nonlocal_statement] = lower_nonlocal,
	[CST_pass_statement] = lower_pass,
	[CST_print_statement] = lower_print,
	[CST_raise_statement] = lower_raise,
	[CST_return_statement] = lower_return,
	[CST_type_alias_statement] = lower_type_alias,
	[CST_class_definition] = lower_definition,
	[CST_decorated_definition] = lower_definition,
	[CST_function_definition] = lower_definition,
	[CST_for_statement] = lower_compound,
	[CST_if_statement] = lower_compound,
	[CST_match_statement] = lower_compound,
	[CST_try_statement] = lower_compound,
	[CST_while_statement] = lower_compound,
	[CST_with_statement] = lower_compound,
};

struct py_node *lower_error_stmt(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_ErrorStmt, i, parent);

	lower_add_error(l, n->start, n->end);
	lower_mark_broken(l, n);
	return n;
}

static uint32_t column_of(struct lower *l, uint32_t i)
{
	const struct py_tree *t = l->tree;
	uint32_t offset = l->cst[i].start, line, column;

	py_position(t, offset, &line, &column);
	return offset - t->lines[line - 1];
}

/*
 * Is this child of an ERROR a statement to keep? tree-sitter may have swallowed the header of the
 * block it stands in. A definition means the same anywhere; another statement is kept only where it
 * has the indentation of the block around the ERROR, else an `await` would lose its function.
 */
static bool is_clean_part(struct lower *l, uint32_t i)
{
	const struct cst_node *n = &l->cst[i];

	if (!cst_is_statement(n))
		return false;
	return n->kind == CST_function_definition || n->kind == CST_class_definition ||
		n->kind == CST_decorated_definition || column_of(l, i) == l->indent;
}

static void push_broken(struct lower *l, uint32_t i, struct py_range r, struct py_node *parent)
{
	struct py_node *n;

	if (r.end < r.start)
		return;
	n = node_new(l, PY_ErrorStmt, i, parent);
	node_start_at(l, n, r.start);
	n->end = r.end;
	lower_add_error(l, r.start, r.end);
	lower_mark_broken(l, n);
	list_push(l, n);
}

/* An ERROR among statements: the clean statements inside it stay, the rest becomes ErrorStmts. */
static void lower_error(struct lower *l, uint32_t i, struct py_node *parent)
{
	const struct py_range none = {UINT32_MAX, 0};
	struct py_range r = none;

	l->cst[i].flags |= CST_OPENED;
	if (l->cst[i].next == i + 1)
		r = (struct py_range){l->cst[i].start, l->cst[i].end};
	CST_EACH (l, c, i) {
		bool open = l->cst[c].kind == CST_ERROR || l->cst[c].kind == CST_block;

		if (l->depth < LOWER_MAX_DEPTH && (open || is_clean_part(l, c))) {
			push_broken(l, i, r, parent);
			r = none;
			lower_stmt(l, c, parent);
		} else {
			r.start = r.start < l->cst[c].start ? r.start : l->cst[c].start;
			r.end = l->cst[c].end;
		}
	}
	push_broken(l, i, r, parent);
}

void lower_stmt(struct lower *l, uint32_t i, struct py_node *parent)
{
	stmt_fn *fn = STATEMENTS[l->cst[i].kind];
	bool open = l->cst[i].kind == CST_ERROR || l->cst[i].kind == CST_block;

	if (!fn && !open) /* a semicolon */
		return;
	if (l->depth >= LOWER_MAX_DEPTH) {
		list_push(l, lower_error_stmt(l, i, parent));
		return;
	}
	l->depth++;
	if (fn)
		list_push(l, fn(l, i, parent));
	else
		lower_error(l, i, parent);
	l->depth--;
}

void lower_body(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *out)
{
	uint32_t indent = l->indent;
	size_t mark = list_begin(l);

	if (i && i + 1 < l->cst[i].next)
		l->indent = column_of(l, i + 1);
	if (l->cst[i].kind == CST_ERROR)
		lower_error(l, i, parent);
	else
		CST_EACH (l, c, i)
			lower_stmt(l, c, parent);
	list_end(l, mark, out);
	l->indent = indent;
}

/* Where a body is missing an ErrorStmt of no length stands for it: every suite has a statement. */
static void lower_missing_body(struct lower *l, struct py_node *parent, struct py_list *out)
{
	size_t mark = list_begin(l);

	list_push(l, lower_error_stmt(l, 0, parent));
	list_end(l, mark, out);
}

void lower_suite(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *out)
{
	uint32_t block = find_child(l, i, CST_block);

	if (block)
		lower_body(l, block, parent, out);
	if (!out->len)
		lower_missing_body(l, parent, out);
}
