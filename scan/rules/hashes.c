/*
 * What identifies a finding whatever its position and formatting: hashes over the syntax tree.
 *
 * The tree holds no white space, comments, quotes, parentheses or trailing commas, so a formatter
 * cannot change these hashes. Two things that formatters do change are evened out: the spelling
 * of number literals and the white space inside strings (docstrings are re-indented).
 */
#include "scan/rules/engine.h"

#include "scan/base/hash.h"

#define CONTEXT_STATEMENTS 3 /* on each side; about the five lines of history section 4 */

static bool is_digit_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* `.5`, `0.5` and `1.`, `1.0` are the same; so are `0XAB` and `0xab`. */
static uint64_t feed_number(uint64_t h, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '.' && i == 0)
			h = hash_number(h, '0');
		h = hash_number(h, (uint64_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
		if (c == '.' && !is_digit_at(text, i + 1))
			h = hash_number(h, '0');
	}
	return h;
}

static size_t count_while(struct str s, bool blank)
{
	size_t n = 0;

	while (n < s.len && ((unsigned char)s.ptr[n] <= ' ') == blank)
		n++;
	return n;
}

/* Runs of white space and control characters count as one blank, those at the ends not at all. */
static uint64_t feed_string(uint64_t h, struct str text)
{
	while (text.len > 0) {
		size_t n;

		text = str_drop(text, count_while(text, true));
		n = count_while(text, false);
		if (n)
			h = hash_field(h, str_slice(text.ptr, n));
		text = str_drop(text, n);
	}
	return h;
}

static uint64_t feed_names(uint64_t h, struct py_name_list names)
{
	for (uint32_t i = 0; i < names.len; i++)
		h = hash_field(h, names.items[i]);
	return h;
}

static uint64_t feed_constant(uint64_t h, const struct py_node *n)
{
	if (n->op == PY_CONST_STR || n->op == PY_CONST_BYTES)
		return feed_string(h, n->u.constant.text);
	return feed_number(h, n->u.constant.text);
}

uint64_t hash_text(uint64_t h, const struct py_node *n)
{
	switch (n->kind) {
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return hash_field(h, n->u.function.name);
	case PY_ClassDef:
		return hash_field(h, n->u.class_def.name);
	case PY_ImportFrom:
		return hash_field(hash_number(h, n->u.import_from.level), n->u.import_from.module);
	case PY_Global:
	case PY_Nonlocal:
		return feed_names(h, n->u.names.names);
	case PY_Attribute:
		return hash_field(h, n->u.attribute.attr);
	case PY_Name:
		return hash_field(h, n->u.name.id);
	case PY_ExceptHandler:
		return hash_field(h, n->u.handler.name);
	case PY_arg:
		return hash_field(h, n->u.arg.arg);
	case PY_keyword:
		return hash_field(h, n->u.keyword.arg);
	case PY_alias:
		return hash_field(hash_field(h, n->u.alias.name), n->u.alias.asname);
	case PY_Constant:
		return feed_constant(h, n);
	case PY_pattern:
		return feed_names(h, n->u.pattern.binds);
	default:
		return h;
	}
}

/* `del (a, b)` and `del a, b` are the same to formatters, not to the tree. */
static bool is_delete_tuple(const struct py_node *n)
{
	return n->kind == PY_Tuple && n->parent && n->parent->kind == PY_Delete;
}

/* Kind, operator and number of descendants give the tree's shape back: no two trees collide. The
 * size of what holds statements is left out, since headers are hashed without their bodies. */
static uint64_t feed_node(uint64_t h, const struct py_node *n)
{
	if (is_delete_tuple(n))
		return h;
	h = hash_number(h, (uint64_t)n->kind << 8 | n->op);
	if (py_is_expr(n))
		h = hash_number(h, (uint64_t)(n->end_node - n));
	if (n->kind == PY_Compare)
		for (uint32_t i = 0; i < n->u.compare.comparators.len; i++)
			h = hash_number(h, n->u.compare.ops[i]);
	return hash_text(h, n);
}

bool node_holds_statements(const struct py_node *n)
{
	return py_is_stmt(n) || n->kind == PY_ExceptHandler || n->kind == PY_match_case;
}

/* The node without the statements in it and without decorators, which stand before its start. */
static uint64_t feed_header(uint64_t h, const struct py_node *top)
{
	h = feed_node(h, top);
	for (const struct py_node *it = top + 1; it < top->end_node; it++) {
		if (node_holds_statements(it) || it->start < top->start) {
			it = it->end_node - 1;
			continue;
		}
		h = feed_node(h, it);
	}
	return h;
}

const struct py_node *node_decorated(const struct py_node *n)
{
	const struct py_node *s = py_is_expr(n) ? py_stmt_of(n) : NULL;
	bool is_def = s && (py_is_function(s) || s->kind == PY_ClassDef);

	return is_def && n->start < s->start ? s : NULL;
}

uint64_t hash_tokens(const struct py_node *n)
{
	const struct py_node *def = node_decorated(n);
	uint64_t h = feed_header(HASH_SEED, n);

	return hash_finish(def ? hash_text(h, def) : h);
}

const struct py_node *node_body_around(const struct py_node *n)
{
	const struct py_node *function = py_is_function(n) ? n : py_function_around(n);
	const struct py_node *s = n;

	if (function)
		return function;
	while (s->parent && s->parent->kind != PY_Module && s->parent->kind != PY_ClassDef)
		s = s->parent;
	return s;
}

/* The number of statements in the low bits: how much a hash says. */
static uint64_t with_weight(uint64_t h, uint32_t statements, uint64_t mask)
{
	return (hash_finish(hash_number(h, statements)) & ~mask) |
		(statements < mask ? statements : mask);
}

uint64_t hash_body(const struct py_node *top)
{
	uint64_t h = hash_number(HASH_SEED, top->kind);
	uint32_t statements = 0;

	if (!py_is_function(top))
		h = feed_node(h, top);
	for (const struct py_node *it = top + 1; it < top->end_node; it++) {
		h = feed_node(h, it);
		statements += node_holds_statements(it);
	}
	return with_weight(h, statements, BODY_WEIGHT(UINT64_MAX));
}

const struct py_node *node_anchor(const struct py_node *n)
{
	if (node_holds_statements(n) || n->kind == PY_Module)
		return n;
	return py_stmt_of(n);
}

/*
 * Statements rather than lines: a formatter re-wraps lines but keeps statements. They are taken
 * from the same function, so that a function that moves as a whole keeps its contexts.
 */
static const struct py_node *context_around(const struct py_node *anchor)
{
	const struct py_node *top = node_body_around(anchor);

	while (top->parent && !py_is_function(top))
		top = top->parent;
	return top;
}

uint64_t hash_before(const struct py_node *anchor)
{
	const struct py_node *top = context_around(anchor);
	uint64_t h = HASH_SEED;
	uint32_t n = 0;

	for (const struct py_node *it = anchor - 1; it > top && n < CONTEXT_STATEMENTS; it--)
		if (node_holds_statements(it)) {
			h = feed_header(h, it);
			n++;
		}
	return with_weight(h, n, CONTEXT_WEIGHT(UINT64_MAX));
}

uint64_t hash_after(const struct py_node *anchor)
{
	const struct py_node *end = context_around(anchor)->end_node;
	uint64_t h = HASH_SEED;
	uint32_t n = 0;

	for (const struct py_node *it = anchor + 1; it < end && n < CONTEXT_STATEMENTS; it++)
		if (node_holds_statements(it)) {
			h = feed_header(h, it);
			n++;
		}
	return with_weight(h, n, CONTEXT_WEIGHT(UINT64_MAX));
}
