/*
 * The tree as text, one node a line, from a table of each kind's fields.
 */
#include "scan/py/fields.h"

#define INDENT_COLUMNS 2

#define NODE(group, f)                                                 \
	{                                                              \
#f, PY_FIELD_NODE, offsetof(struct py_node, u.group.f) \
	}
#define LIST(group, f)                                                 \
	{                                                              \
#f, PY_FIELD_LIST, offsetof(struct py_node, u.group.f) \
	}
#define TEXT(group, f)                                                \
	{                                                             \
#f, PY_FIELD_STR, offsetof(struct py_node, u.group.f) \
	}
#define NAMES(group, f)                                                 \
	{                                                               \
#f, PY_FIELD_NAMES, offsetof(struct py_node, u.group.f) \
	}
#define NUMBER(group, f)                                                 \
	{                                                                \
#f, PY_FIELD_NUMBER, offsetof(struct py_node, u.group.f) \
	}
#define FIELDS(...) ((const struct py_field[]){__VA_ARGS__, {NULL, PY_FIELD_NODE, 0}})
#define NO_FIELDS   ((const struct py_field[]){{NULL, PY_FIELD_NODE, 0}})
#define VALUE       FIELDS(NODE(expr, value))
#define FUNCTION                                                                 \
	FIELDS(TEXT(function, name), NODE(function, args), LIST(function, body), \
		LIST(function, decorators), NODE(function, returns))
#define LOOP     FIELDS(NODE(loop, target), NODE(loop, iter), LIST(loop, body), LIST(loop, orelse))
#define COND     FIELDS(NODE(cond, test), LIST(cond, body), LIST(cond, orelse))
#define WITH     FIELDS(LIST(with, items), LIST(with, body))
#define SEQUENCE FIELDS(LIST(sequence, elts))
#define COMP     FIELDS(NODE(comp, elt), NODE(comp, value), LIST(comp, generators))
#define TRY                                                                            \
	FIELDS(LIST(try_stmt, body), LIST(try_stmt, handlers), LIST(try_stmt, orelse), \
		LIST(try_stmt, finalbody))
#define TARGET_VALUE FIELDS(NODE(aug_assign, target), NODE(aug_assign, value))

static const struct py_field *const TABLE[PY_KIND_COUNT] = {
	[PY_Module] = FIELDS(LIST(module, body)),
	[PY_FunctionDef] = FUNCTION,
	[PY_AsyncFunctionDef] = FUNCTION,
	[PY_ClassDef] = FIELDS(TEXT(class_def, name), LIST(class_def, bases),
		LIST(class_def, keywords), LIST(class_def, body), LIST(class_def, decorators)),
	[PY_Return] = VALUE,
	[PY_Delete] = FIELDS(LIST(del, targets)),
	[PY_Assign] = FIELDS(LIST(assign, targets), NODE(assign, value)),
	[PY_TypeAlias] = FIELDS(NODE(type_alias, name), NODE(type_alias, value)),
	[PY_AugAssign] = TARGET_VALUE,
	[PY_AnnAssign] = FIELDS(
		NODE(ann_assign, target), NODE(ann_assign, annotation), NODE(ann_assign, value)),
	[PY_For] = LOOP,
	[PY_AsyncFor] = LOOP,
	[PY_While] = COND,
	[PY_If] = COND,
	[PY_With] = WITH,
	[PY_AsyncWith] = WITH,
	[PY_Match] = FIELDS(NODE(match, subject), LIST(match, cases)),
	[PY_Raise] = FIELDS(NODE(raise, exc), NODE(raise, cause)),
	[PY_Try] = TRY,
	[PY_TryStar] = TRY,
	[PY_Assert] = FIELDS(NODE(assert_stmt, test), NODE(assert_stmt, msg)),
	[PY_Import] = FIELDS(LIST(import, names)),
	[PY_ImportFrom] = FIELDS(
		TEXT(import_from, module), LIST(import_from, names), NUMBER(import_from, level)),
	[PY_Global] = FIELDS(NAMES(names, names)),
	[PY_Nonlocal] = FIELDS(NAMES(names, names)),
	[PY_Expr] = VALUE,
	[PY_Pass] = NO_FIELDS,
	[PY_Break] = NO_FIELDS,
	[PY_Continue] = NO_FIELDS,
	[PY_Print] = FIELDS(LIST(print, values)),
	[PY_Exec] = FIELDS(LIST(print, values)),
	[PY_ErrorStmt] = NO_FIELDS,
	[PY_BoolOp] = FIELDS(LIST(bool_op, values)),
	[PY_NamedExpr] = TARGET_VALUE,
	[PY_BinOp] = FIELDS(NODE(bin_op, left), NODE(bin_op, right)),
	[PY_UnaryOp] = FIELDS(NODE(unary_op, operand)),
	[PY_Lambda] = FIELDS(NODE(lambda, args), NODE(lambda, body)),
	[PY_IfExp] = FIELDS(NODE(if_exp, test), NODE(if_exp, body), NODE(if_exp, orelse)),
	[PY_Dict] = FIELDS(LIST(dict, keys), LIST(dict, values)),
	[PY_Set] = SEQUENCE,
	[PY_ListComp] = COMP,
	[PY_SetComp] = COMP,
	[PY_DictComp] = COMP,
	[PY_GeneratorExp] = COMP,
	[PY_Await] = VALUE,
	[PY_Yield] = VALUE,
	[PY_YieldFrom] = VALUE,
	[PY_Compare] = FIELDS(NODE(compare, left), LIST(compare, comparators)),
	[PY_Call] = FIELDS(NODE(call, func), LIST(call, args), LIST(call, keywords)),
	[PY_FormattedValue] = FIELDS(NODE(formatted, value), NODE(formatted, format_spec)),
	[PY_JoinedStr] = FIELDS(LIST(bool_op, values)),
	[PY_Constant] = FIELDS(TEXT(constant, text)),
	[PY_Attribute] = FIELDS(NODE(attribute, value), TEXT(attribute, attr)),
	[PY_Subscript] = FIELDS(NODE(subscript, value), NODE(subscript, slice)),
	[PY_Starred] = VALUE,
	[PY_Name] = FIELDS(TEXT(name, id)),
	[PY_List] = SEQUENCE,
	[PY_Tuple] = SEQUENCE,
	[PY_Slice] = FIELDS(NODE(slice, lower), NODE(slice, upper), NODE(slice, step)),
	[PY_Repr] = VALUE,
	[PY_ErrorExpr] = NO_FIELDS,
	[PY_comprehension] = FIELDS(
		NODE(comprehension, target), NODE(comprehension, iter), LIST(comprehension, ifs)),
	[PY_ExceptHandler] = FIELDS(NODE(handler, type), TEXT(handler, name), LIST(handler, body)),
	[PY_withitem] = FIELDS(NODE(withitem, context_expr), NODE(withitem, optional_vars)),
	[PY_arguments] = FIELDS(LIST(arguments, posonlyargs), LIST(arguments, args),
		LIST(arguments, kwonlyargs), LIST(arguments, defaults),
		LIST(arguments, kw_defaults), NODE(arguments, vararg), NODE(arguments, kwarg)),
	[PY_arg] = FIELDS(TEXT(arg, arg), NODE(arg, annotation)),
	[PY_keyword] = FIELDS(TEXT(keyword, arg), NODE(keyword, value)),
	[PY_alias] = FIELDS(TEXT(alias, name), TEXT(alias, asname)),
	[PY_match_case] =
		FIELDS(NODE(match_case, pattern), NODE(match_case, guard), LIST(match_case, body)),
	[PY_pattern] = FIELDS(LIST(pattern, children), NAMES(pattern, binds)),
};

const struct py_field *py_fields(enum py_kind kind)
{
	return TABLE[kind];
}

/* ---- the text ---- */

static const char *const OP_NAMES[] = {"", "And", "Or", "Add", "Sub", "Mult", "MatMult", "Div",
	"Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv", "Invert", "Not",
	"UAdd", "USub", "Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"};
static const char *const CONSTANT_NAMES[] = {
	"None", "True", "False", "Ellipsis", "int", "float", "complex", "str", "bytes"};
static const char *const CTX_NAMES[] = {"Load", "Store", "Del"};

static void add_quoted(struct strbuf *out, struct str s)
{
	strbuf_addc(out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < ' ' || c == '\\' || c == '\'' || c >= 0x7F)
			strbuf_addf(out, "\\x%02x", c);
		else
			strbuf_addc(out, (char)c);
	}
	strbuf_addc(out, '\'');
}

static void dump_names(struct strbuf *out, const struct py_name_list *names)
{
	strbuf_addc(out, '[');
	for (uint32_t i = 0; i < names->len; i++)
		strbuf_addf(out, "%s%.*s", i ? "," : "", STR_ARG(names->items[i]));
	strbuf_addc(out, ']');
}

/* Empty fields are left out; lists show how many of the lines below are theirs. */
static void dump_field(struct strbuf *out, const struct py_node *n, const struct py_field *f)
{
	const void *at = (const char *)n + f->offset;

	if (f->type == PY_FIELD_STR && ((const struct str *)at)->len) {
		strbuf_addf(out, " %s=", f->name);
		add_quoted(out, *(const struct str *)at);
	} else if (f->type == PY_FIELD_LIST && ((const struct py_list *)at)->len) {
		strbuf_addf(out, " %s=%u", f->name, ((const struct py_list *)at)->len);
	} else if (f->type == PY_FIELD_NODE && *(struct py_node *const *)at) {
		strbuf_addf(out, " %s", f->name);
	} else if (f->type == PY_FIELD_NUMBER && *(const uint32_t *)at) {
		strbuf_addf(out, " %s=%u", f->name, *(const uint32_t *)at);
	} else if (f->type == PY_FIELD_NAMES && ((const struct py_name_list *)at)->len) {
		strbuf_addf(out, " %s=", f->name);
		dump_names(out, at);
	}
}

static void dump_op(struct strbuf *out, const struct py_node *n)
{
	switch (n->kind) {
	case PY_BoolOp:
	case PY_BinOp:
	case PY_UnaryOp:
	case PY_AugAssign:
		strbuf_addf(out, " %s", OP_NAMES[n->op]);
		break;
	case PY_Constant:
		strbuf_addf(out, " %s", CONSTANT_NAMES[n->op]);
		break;
	case PY_Compare:
		for (uint32_t i = 0; i < n->u.compare.comparators.len; i++)
			strbuf_addf(out, " %s", OP_NAMES[n->u.compare.ops[i]]);
		break;
	default:
		if (n->op)
			strbuf_addf(out, " %s", CTX_NAMES[n->op]);
	}
}

static void dump_node(
	const struct py_tree *t, const struct py_node *n, int depth, struct strbuf *out)
{
	uint32_t line, column, end_line, end_column;

	py_position(t, n->start, &line, &column);
	py_position(t, n->end, &end_line, &end_column);
	strbuf_addf(out, "%*s%s %u:%u-%u:%u", depth * INDENT_COLUMNS, "", py_kind_name(n->kind),
		line, column, end_line, end_column);
	dump_op(out, n);
	for (const struct py_field *f = py_fields(n->kind); f->name; f++)
		dump_field(out, n, f);
	strbuf_addf(out, "%s%s%s%s\n", n->flags & PY_FLAG_PAREN ? " paren" : "",
		n->flags & PY_FLAG_ELIF ? " elif" : "", n->is_async ? " async" : "",
		n->flags & PY_FLAG_BROKEN ? " broken" : "");
}

static void dump_ranges(const struct py_tree *t, const char *what, const struct py_range *ranges,
	uint32_t count, struct strbuf *out)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t line, column, end_line, end_column;

		py_position(t, ranges[i].start, &line, &column);
		py_position(t, ranges[i].end, &end_line, &end_column);
		strbuf_addf(out, "%s %u:%u-%u:%u\n", what, line, column, end_line, end_column);
	}
}

void py_dump(const struct py_tree *t, struct strbuf *out)
{
	const struct py_node *last = NULL;
	int depth = 0;

	if (t->status == PY_SKIPPED) {
		strbuf_addf(out, "skipped: %s\n", t->reason);
		return;
	}
	PY_EACH (n, t->root) {
		/* A first child goes one deeper; else climb from the node before to the parent. */
		for (; last && last != n->parent; last = last->parent)
			depth--;
		depth = n->parent ? depth + 1 : 0;
		dump_node(t, n, depth, out);
		last = n;
	}
	dump_ranges(t, "error", t->errors, t->error_count, out);
	dump_ranges(t, "comment", t->comments, t->comment_count, out);
}
