/*
 * Questions about a finished tree.
 */
#include "scan/py/ast.h"

#include "scan/py/text.h"

static const char *const KIND_NAMES[] = {
#define X(k) #k,
	PY_KINDS(X)
#undef X
};

const char *py_kind_name(enum py_kind k)
{
	return (unsigned)k < PY_KIND_COUNT ? KIND_NAMES[k] : "?";
}

/* ---- positions ---- */

static uint32_t count_chars(struct str s)
{
	uint32_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
	return count;
}

void py_position(const struct py_tree *t, uint32_t offset, uint32_t *line, uint32_t *column)
{
	uint32_t low = 0, high = t->line_count;
	struct str before;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (t->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	before = str_slice(t->source.ptr + t->lines[low], offset - t->lines[low]);
	if (low == 0 && text_has_bom(t->source))
		before = str_drop(before, TEXT_BOM_BYTES);
	*line = low + 1;
	*column = (t->latin1 ? (uint32_t)before.len : count_chars(before)) + 1;
}

struct str py_text(const struct py_tree *t, const struct py_node *n)
{
	return str_slice(t->source.ptr + n->start, n->end - n->start);
}

struct str py_line_text(const struct py_tree *t, uint32_t line)
{
	uint32_t start, end;

	if (line < 1 || line > t->line_count)
		return STR_EMPTY;
	start = t->lines[line - 1];
	end = line < t->line_count ? t->lines[line] : (uint32_t)t->source.len;
	while (end > start && (t->source.ptr[end - 1] == '\n' || t->source.ptr[end - 1] == '\r'))
		end--;
	return str_slice(t->source.ptr + start, end - start);
}

/* Errors without bytes (something missing) touch what stands on both sides, so ends count. */
bool py_is_broken(const struct py_tree *t, uint32_t start, uint32_t end)
{
	uint32_t low = 0, high = t->error_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (t->errors[mid].end < start)
			low = mid + 1;
		else
			high = mid;
	}
	return low < t->error_count && t->errors[low].start <= end;
}

/* ---- kinds and ancestors ---- */

bool py_is_stmt(const struct py_node *n)
{
	return n->kind >= PY_FunctionDef && n->kind <= PY_ErrorStmt;
}

bool py_is_expr(const struct py_node *n)
{
	return n->kind >= PY_BoolOp && n->kind <= PY_ErrorExpr;
}

bool py_is_function(const struct py_node *n)
{
	return n->kind == PY_FunctionDef || n->kind == PY_AsyncFunctionDef;
}

bool py_is_scope(const struct py_node *n)
{
	return py_is_function(n) || n->kind == PY_Lambda || n->kind == PY_ClassDef ||
		n->kind == PY_Module;
}

bool py_is_inside(const struct py_node *n, const struct py_node *ancestor)
{
	return n >= ancestor && n < ancestor->end_node;
}

const struct py_node *py_stmt_of(const struct py_node *n)
{
	while (n && !py_is_stmt(n))
		n = n->parent;
	return n;
}

bool py_is_name(const struct py_node *n, const char *id)
{
	return n && n->kind == PY_Name && str_is(n->u.name.id, id);
}

/* ---- calls ---- */

const struct py_node *py_keyword(const struct py_node *call, const char *arg)
{
	const struct py_list *keywords = &call->u.call.keywords;

	for (uint32_t i = 0; i < keywords->len; i++)
		if (keywords->items[i]->u.keyword.arg.len &&
			str_is(keywords->items[i]->u.keyword.arg, arg))
			return keywords->items[i]->u.keyword.value;
	return NULL;
}

const struct py_node *py_arg(const struct py_node *call, uint32_t i)
{
	const struct py_list *args = &call->u.call.args;

	if (i >= args->len)
		return NULL;
	for (uint32_t k = 0; k <= i; k++)
		if (args->items[k]->kind == PY_Starred)
			return NULL;
	return args->items[i];
}

const struct py_node *py_arg_or_keyword(const struct py_node *call, uint32_t i, const char *name)
{
	const struct py_node *n = py_arg(call, i);

	return n ? n : py_keyword(call, name);
}

bool py_has_double_star(const struct py_node *call)
{
	const struct py_list *keywords = &call->u.call.keywords;

	for (uint32_t i = 0; i < keywords->len; i++)
		if (!keywords->items[i]->u.keyword.arg.len)
			return true;
	return false;
}

/* ---- constants ---- */

bool py_is_constant(const struct py_node *n, enum py_constant what)
{
	return n && n->kind == PY_Constant && n->op == what;
}

/* 0, 0x0, 0.0e5, 0j: no digit but zero before the exponent. */
static bool is_zero(struct str text)
{
	bool hex = text.len > 1 && (text.ptr[1] == 'x' || text.ptr[1] == 'X');

	for (size_t i = hex ? 2 : 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!hex && (c == 'e' || c == 'E'))
			return true;
		if ((c >= '1' && c <= '9') || (hex && c >= 'a' && c <= 'f') ||
			(hex && c >= 'A' && c <= 'F'))
			return false;
	}
	return true;
}

bool py_is_true(const struct py_node *n)
{
	if (!n || n->kind != PY_Constant)
		return false;
	switch (n->op) {
	case PY_CONST_TRUE:
	case PY_CONST_ELLIPSIS:
		return true;
	case PY_CONST_INT:
	case PY_CONST_FLOAT:
	case PY_CONST_COMPLEX:
		return !is_zero(n->u.constant.text);
	case PY_CONST_STR:
	case PY_CONST_BYTES:
		return n->u.constant.text.len != 0;
	default:
		return false;
	}
}
