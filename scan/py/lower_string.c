/*
 * Lowering of string literals: Constant, JoinedStr, Python 2's Repr.
 *
 * Adjacent literals are one value. Literal text collects in a run until an interpolation or the end
 * flushes it into a Constant; a run of one piece without escapes is not copied.
 */
#include "scan/py/lower.h"

#include <string.h>

#include "scan/py/literal.h"

struct run {
	struct str piece; /* the only piece so far, as it stands in the source */
	bool copied;      /* the text is in the text buffer from `mark` on */
	size_t mark;
	uint32_t start, end;
	bool bytes;
};

/* The text buffer is a stack: f-strings nest. */
static void run_begin(struct lower *l, struct run *r, bool bytes)
{
	*r = (struct run){.piece = STR_EMPTY, .mark = l->buf->text.len, .bytes = bytes};
}

static void run_add(
	struct lower *l, struct run *r, uint32_t start, uint32_t end, struct literal_prefix prefix)
{
	struct str body = str_slice(l->source.ptr + start, end - start);

	if (start >= end)
		return;
	if (!r->piece.len && !r->copied) {
		r->start = start;
		if (!literal_needs_decoding(body, &prefix)) {
			r->piece = body;
			r->end = end;
			return;
		}
	}
	if (!r->copied)
		strbuf_add(&l->buf->text, r->piece);
	r->copied = true;
	r->end = end;
	literal_decode(&l->buf->text, body, &prefix);
}

static struct str run_text(struct lower *l, struct run *r)
{
	struct str text = r->piece;

	if (r->copied && l->buf->text.len == r->mark)
		return STR_EMPTY;
	if (r->copied) {
		text = str_slice(l->buf->text.ptr + r->mark, l->buf->text.len - r->mark);
		text = arena_dup(l->arena, text);
		l->buf->text.len = r->mark;
	}
	return text;
}

static struct py_node *new_constant(
	struct lower *l, uint32_t i, struct py_node *parent, struct run *r)
{
	struct py_node *n = node_new(l, PY_Constant, i, parent);

	n->op = r->bytes ? PY_CONST_BYTES : PY_CONST_STR;
	n->u.constant.text = run_text(l, r);
	return n;
}

/* Ends the run; its Constant, if there is any text, joins the list being collected. */
static void run_flush(struct lower *l, struct run *r, uint32_t i, struct py_node *parent)
{
	if (r->piece.len || (r->copied && l->buf->text.len > r->mark)) {
		struct py_node *n = new_constant(l, i, parent, r);

		node_start_at(l, n, r->start);
		n->end = r->end;
		n->flags = parent->flags & PY_FLAG_BROKEN;
		list_push(l, n);
	}
	run_begin(l, r, r->bytes);
}

static uint32_t body_start(const struct lower *l, uint32_t string)
{
	uint32_t open = find_child(l, string, CST_string_start);

	return open ? l->cst[open].end : l->cst[string].start;
}

/* In raw strings the grammar gives string_end some of the text: only the quotes count. */
static uint32_t body_end(const struct lower *l, uint32_t string, struct literal_prefix prefix)
{
	uint32_t close = find_child(l, string, CST_string_end), start = body_start(l, string);

	if (!close || l->cst[close].end < start + prefix.quotes)
		return close ? start : l->cst[string].end;
	return l->cst[close].end - prefix.quotes;
}

static struct literal_prefix prefix_of(const struct lower *l, uint32_t string)
{
	uint32_t open = find_child(l, string, CST_string_start);

	return literal_prefix(open ? lower_text(l, open) : STR_EMPTY);
}

/* ---- f-strings ---- */

static void lower_pieces(struct lower *l, uint32_t i, uint32_t start, uint32_t end,
	struct py_node *parent, struct run *r, struct literal_prefix prefix);

/* The part after the colon is a JoinedStr of its own. `{x:=5}` is no walrus but a format, too; so
 * the colon is looked for from `after` on. */
static struct py_node *lower_format_spec(struct lower *l, uint32_t i, uint32_t after,
	struct py_node *parent, struct literal_prefix prefix)
{
	struct py_node *n = node_new(l, PY_JoinedStr, i, parent);
	size_t mark = list_begin(l);
	struct run r;

	if (l->cst[i].kind == CST_format_specifier)
		after = l->cst[i].start;
	while (after < n->end && l->source.ptr[after] != ':')
		after++;
	node_start_at(l, n, after < n->end ? after + 1 : n->end);
	run_begin(l, &r, false);
	lower_pieces(l, i, n->start, n->end, n, &r, prefix);
	run_flush(l, &r, i, n);
	list_end(l, mark, &n->u.bool_op.values);
	node_close(l, n);
	return n;
}

/* f"{x = }" shows its own source: that text belongs to the run before it. */
static void add_self_documentation(struct lower *l, uint32_t i, struct run *r)
{
	static const struct literal_prefix VERBATIM = {.raw = true};
	uint32_t equal = find_child(l, i, CST_TOK_EQUAL), end;

	if (!equal)
		return;
	end = l->cst[equal].end;
	while (end < l->cst[i].end && (l->source.ptr[end] == ' ' || l->source.ptr[end] == '\t'))
		end++;
	run_add(l, r, l->cst[i].start + 1, end, VERBATIM);
}

static void lower_interpolation(struct lower *l, uint32_t i, struct py_node *parent, struct run *r,
	struct literal_prefix prefix)
{
	uint32_t spec = find_child(l, i, CST_format_specifier);
	uint32_t value = first_operand(l, i);
	struct py_node *n;

	add_self_documentation(l, i, r);
	run_flush(l, r, i, parent);
	n = node_new(l, PY_FormattedValue, i, parent);
	if (l->cst[value].kind == CST_named_expression) {
		spec = value;
		value = first_operand(l, value);
	}
	n->u.formatted.value = lower_expr(l, value, n, PY_LOAD);
	if (spec)
		n->u.formatted.format_spec =
			lower_format_spec(l, spec, l->cst[value].end, n, prefix);
	node_close(l, n);
	list_push(l, n);
}

/* What stands between the interpolations among the children of i is literal text. */
static void lower_pieces(struct lower *l, uint32_t i, uint32_t start, uint32_t end,
	struct py_node *parent, struct run *r, struct literal_prefix prefix)
{
	CST_EACH (l, c, i) {
		if (l->cst[c].kind != CST_interpolation && l->cst[c].kind != CST_format_expression)
			continue;
		run_add(l, r, start, l->cst[c].start, prefix);
		if (l->depth < LOWER_MAX_DEPTH) {
			l->depth++;
			lower_interpolation(l, c, parent, r, prefix);
			l->depth--;
		} else {
			list_push(l, lower_error_expr(l, c, parent));
		}
		start = l->cst[c].end;
	}
	run_add(l, r, start, end, prefix);
}

/* ---- one value ---- */

/* Calls for each literal of a string or concatenated_string. */
#define STRING_EACH(l, s, i)                                                               \
	for (uint32_t s = (l)->cst[i].kind == CST_string ? (i) : first_string(l, i, i); s; \
		s = s == (i) ? 0 : first_string(l, i, s))

static uint32_t first_string(const struct lower *l, uint32_t i, uint32_t after)
{
	uint32_t c = after == i ? first_operand(l, i) : next_operand(l, i, after);

	while (c && l->cst[c].kind != CST_string)
		c = next_operand(l, i, c);
	return c;
}

static struct py_node *lower_joined(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_JoinedStr, i, parent);
	size_t mark = list_begin(l);
	struct run r;

	run_begin(l, &r, false);
	STRING_EACH (l, s, i) {
		struct literal_prefix p = prefix_of(l, s);

		lower_pieces(l, s, body_start(l, s), body_end(l, s, p), n, &r, p);
	}
	run_flush(l, &r, i, n);
	list_end(l, mark, &n->u.bool_op.values);
	node_close(l, n);
	return n;
}

/* parse.c parses what stands between the backticks and hangs the statement below the string. */
static struct py_node *lower_repr(struct lower *l, uint32_t i, struct py_node *parent)
{
	struct py_node *n = node_new(l, PY_Repr, i, parent);
	uint32_t inner = find_child(l, i, CST_expression_statement);

	if (inner && find_child(l, inner, CST_TOK_COMMA))
		n->u.expr.value = lower_tuple(l, inner, n, PY_LOAD);
	else
		n->u.expr.value = lower_expr(l, inner ? first_operand(l, inner) : 0, n, PY_LOAD);
	node_close(l, n);
	return n;
}

struct py_node *lower_string(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx)
{
	bool bytes = false, joined = false, repr = false;
	struct run r;

	(void)ctx;
	STRING_EACH (l, s, i) {
		struct literal_prefix p = prefix_of(l, s);

		bytes |= p.bytes;
		joined |= p.format;
		repr |= p.backtick;
	}
	if (repr && l->cst[i].kind == CST_string)
		return lower_repr(l, i, parent);
	if (joined)
		return lower_joined(l, i, parent);
	run_begin(l, &r, bytes);
	STRING_EACH (l, s, i) {
		struct literal_prefix p = prefix_of(l, s);

		run_add(l, &r, body_start(l, s), body_end(l, s, p), p);
	}
	return new_constant(l, i, parent, &r);
}
