/*
 * What all lowering shares: taking nodes from the array, collecting lists, interning names, asking
 * for children. The statements and expressions themselves are in lower_*.c.
 */
#include "scan/py/lower.h"

#include <stdlib.h>
#include <string.h>

#define NODE_SLACK 64

/* A line further away than this is searched for, not walked to. */
#define LINE_WALK 32

static uint32_t search_line(const struct py_tree *t, uint32_t offset)
{
	uint32_t low = 0, high = t->line_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (t->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Nodes come mostly in source order: the line is the last one's, or a few further. */
static uint32_t line_of(struct lower *l, uint32_t offset)
{
	const struct py_tree *t = l->tree;
	uint32_t line = l->line;

	if (t->lines[line] > offset)
		return l->line = search_line(t, offset);
	for (int i = 0; line + 1 < t->line_count && t->lines[line + 1] <= offset; line++)
		if (++i > LINE_WALK)
			return l->line = search_line(t, offset);
	return l->line = line;
}

static struct py_node *take_node(struct lower *l)
{
	if (l->len < l->cap)
		return &l->nodes[l->len++];
	l->overflow = true;
	return &l->spare;
}

struct py_node *node_new(struct lower *l, enum py_kind kind, uint32_t i, struct py_node *parent)
{
	struct py_node *n = take_node(l);

	memset(n, 0, sizeof *n);
	n->kind = (uint8_t)kind;
	if (i || !parent) {
		n->flags = l->cst[i].flags & CST_HAS_ERROR ? PY_FLAG_BROKEN : 0;
		n->start = l->cst[i].start;
		n->end = l->cst[i].end;
	} else {
		n->start = n->end = parent->start;
	}
	n->line = line_of(l, n->start) + 1;
	n->parent = parent;
	node_close(l, n);
	if (n->flags) /* parents by syntax need not be ancestors in the concrete tree: decorators */
		lower_mark_broken(l, parent);
	return n;
}

void node_close(struct lower *l, struct py_node *n)
{
	n->end_node = l->nodes + l->len;
}

void node_start_at(struct lower *l, struct py_node *n, uint32_t offset)
{
	n->start = offset;
	n->line = line_of(l, offset) + 1;
}

struct str lower_text(const struct lower *l, uint32_t i)
{
	return str_slice(l->source.ptr + l->cst[i].start, l->cst[i].end - l->cst[i].start);
}

struct str lower_intern(struct lower *l, struct str s)
{
	bool added;
	uint64_t *value = map_put(&l->buf->interned, s, &added);

	if (added)
		*value = (uint64_t)(uintptr_t)s.ptr;
	return str_slice((const char *)(uintptr_t)*value, s.len);
}

struct str lower_name(struct lower *l, uint32_t i)
{
	return i && l->cst[i].end > l->cst[i].start ? lower_intern(l, lower_text(l, i)) : STR_EMPTY;
}

void lower_add_error(struct lower *l, uint32_t start, uint32_t end)
{
	*vec_push(&l->buf->errors) = (struct py_range){start, end};
}

void lower_mark_broken(const struct lower *l, struct py_node *n)
{
	if (l->overflow)
		return;
	for (; n && !(n->flags & PY_FLAG_BROKEN); n = n->parent)
		n->flags |= PY_FLAG_BROKEN;
}

/* ---- lists ---- */

size_t list_begin(const struct lower *l)
{
	return l->buf->nodes.len;
}

void list_push(struct lower *l, struct py_node *n)
{
	*vec_push(&l->buf->nodes) = n;
}

void list_end(struct lower *l, size_t mark, struct py_list *out)
{
	size_t len = l->buf->nodes.len - mark;

	*out = (struct py_list){NULL, (uint32_t)len};
	if (len) {
		out->items = arena_alloc(l->arena, len * sizeof *out->items);
		memcpy(out->items, l->buf->nodes.items + mark, len * sizeof *out->items);
	}
	l->buf->nodes.len = mark;
}

size_t names_begin(const struct lower *l)
{
	return l->buf->names.len;
}

void names_push(struct lower *l, struct str name)
{
	*vec_push(&l->buf->names) = name;
}

void names_end(struct lower *l, size_t mark, struct py_name_list *out)
{
	size_t len = l->buf->names.len - mark;

	*out = (struct py_name_list){NULL, (uint32_t)len};
	if (len) {
		out->items = arena_alloc(l->arena, len * sizeof *out->items);
		memcpy(out->items, l->buf->names.items + mark, len * sizeof *out->items);
	}
	l->buf->names.len = mark;
}

/* ---- children ---- */

bool is_operand(const struct lower *l, uint32_t i)
{
	return l->cst[i].flags & CST_NAMED && l->cst[i].kind != CST_ERROR;
}

uint32_t first_operand(const struct lower *l, uint32_t i)
{
	CST_EACH (l, c, i)
		if (is_operand(l, c))
			return c;
	return 0;
}

uint32_t next_operand(const struct lower *l, uint32_t i, uint32_t after)
{
	if (!after)
		return 0;
	for (uint32_t c = l->cst[after].next; c < l->cst[i].next; c = l->cst[c].next)
		if (is_operand(l, c))
			return c;
	return 0;
}

uint32_t find_child(const struct lower *l, uint32_t i, enum cst_kind kind)
{
	CST_EACH (l, c, i)
		if (l->cst[c].kind == kind)
			return c;
	return 0;
}

uint32_t operand_count(const struct lower *l, uint32_t i)
{
	uint32_t count = 0;

	CST_EACH (l, c, i)
		count += is_operand(l, c);
	return count;
}

/* In preorder the last entry of a subtree is its last leaf. An empty block has no bytes of its own
 * that CPython would count. */
uint32_t cst_end(const struct lower *l, uint32_t i)
{
	uint32_t last = l->cst[i].next - 1;

	while (last > i && l->cst[last].kind == CST_block)
		last--;
	return l->cst[last].end;
}

/* ---- the tree ---- */

static int by_start(const void *a, const void *b)
{
	const struct py_range *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

/* Do two statements stand side by side without a separator? */
static bool touch_on_one_line(const struct lower *l, uint32_t a, uint32_t b)
{
	if (!cst_is_statement(&l->cst[a]) || !cst_is_statement(&l->cst[b]))
		return false;
	for (uint32_t at = cst_end(l, a); at < l->cst[b].start; at++)
		if (l->source.ptr[at] == '\n' || l->source.ptr[at] == '\r')
			return false;
	return true;
}

/* Line ends and indentation are invisible tokens, which may be missing too. All that shows is a
 * node with an error, and none in its children. */
static void collect_hidden_errors(struct lower *l, uint32_t i)
{
	bool explained = l->cst[i].kind == CST_ERROR || l->cst[i].flags & CST_MISSING;

	CST_EACH (l, c, i) {
		uint32_t next = l->cst[c].next;

		explained |= (l->cst[c].flags & CST_HAS_ERROR) != 0;
		if (next < l->cst[i].next && touch_on_one_line(l, c, next)) {
			lower_add_error(l, cst_end(l, c), cst_end(l, c));
			explained = true;
		}
	}
	if (!explained)
		lower_add_error(l, cst_end(l, i), cst_end(l, i));
}

/* ERROR and MISSING nodes that no opened ERROR has dealt with. */
static void collect_errors(struct lower *l)
{
	uint32_t i = 0;

	while (i < l->cst_len) {
		const struct cst_node *n = &l->cst[i];
		bool error = n->kind == CST_ERROR && !(n->flags & CST_OPENED);

		if (error || n->flags & CST_MISSING)
			lower_add_error(l, n->start, n->end);
		else if (n->flags & CST_HAS_ERROR)
			collect_hidden_errors(l, i);
		i = error || !(n->flags & CST_HAS_ERROR) ? n->next : i + 1;
	}
}

static void publish_errors(struct lower *l)
{
	py_ranges *v = &l->buf->errors;
	struct py_range *out = ARENA_ARRAY(l->arena, v->len + 1, struct py_range);
	uint32_t len = 0;

	if (v->len)
		qsort(v->items, v->len, sizeof *v->items, by_start);
	for (size_t i = 0; i < v->len; i++) {
		if (len && v->items[i].start <= out[len - 1].end) {
			if (v->items[i].end > out[len - 1].end)
				out[len - 1].end = v->items[i].end;
		} else {
			out[len++] = v->items[i];
		}
	}
	l->tree->errors = out;
	l->tree->error_count = len;
	l->tree->status = len ? PY_PARTIAL : PY_OK;
}

static void mark_range(struct lower *l, struct py_range r)
{
	lower_add_error(l, r.start, r.end);
	for (uint32_t i = 0; i < l->len; i++)
		if (l->nodes[i].start < r.end && l->nodes[i].end > r.start)
			l->nodes[i].flags |= PY_FLAG_BROKEN;
}

/* A stand-in is shorter than what it replaced; the blocks that end with it end too early. */
static void stretch(struct lower *l, struct py_range r)
{
	for (uint32_t i = 0; i < l->len; i++) {
		struct py_node *n = &l->nodes[i];

		if (n->start <= r.start && r.start < n->end && n->end < r.end)
			n->end = r.end;
	}
}

/* What stands between conflict markers parsed, but nobody knows which side is the program. What
 * stand-ins replaced is broken although they are not. */
static void mark_ranges(struct lower *l)
{
	const py_ranges *conflicts = &l->buf->conflicts, *resyncs = &l->buf->resyncs;

	for (size_t i = 0; i < conflicts->len; i++)
		mark_range(l, conflicts->items[i]);
	for (size_t i = 0; i < resyncs->len; i++) {
		mark_range(l, resyncs->items[i]);
		stretch(l, resyncs->items[i]);
	}
}

const struct py_range *stand_in_range(const struct lower *l, uint32_t i)
{
	const py_ranges *v = &l->buf->resyncs;

	for (size_t k = 0; k < v->len; k++)
		if (v->items[k].start == l->cst[i].start)
			return &v->items[k];
	return NULL;
}

static void lower_module(struct lower *l)
{
	struct py_node *root;

	l->len = 0;
	l->depth = l->line = l->indent = 0;
	l->overflow = false;
	vec_clear(&l->buf->errors);
	map_clear(&l->buf->interned);
	root = node_new(l, PY_Module, 0, NULL);
	root->start = 0;
	root->line = 1;
	root->end = (uint32_t)l->source.len;
	lower_body(l, 0, root, &root->u.module.body);
	node_close(l, root);
}

/* Nearly every AST node stands for one named concrete node; the few made from tokens (tuples
 * without parentheses, empty arguments) fit into the slack. When they do not, lower again. */
static uint32_t guess_nodes(const struct lower *l)
{
	uint32_t named = 0;

	for (uint32_t i = 0; i < l->cst_len; i++)
		named += l->cst[i].flags & CST_NAMED;
	return named + named / 16 + NODE_SLACK;
}

void lower_tree(struct lower *l)
{
	l->cap = guess_nodes(l);
	for (;;) {
		l->nodes = arena_alloc(l->arena, l->cap * sizeof *l->nodes);
		lower_module(l);
		if (!l->overflow)
			break;
		l->cap *= 2;
	}
	collect_errors(l);
	mark_ranges(l);
	publish_errors(l);
	l->tree->root = l->nodes;
	l->tree->node_count = l->len;
}
