/*
 * What of a finding survives small edits: what it calls, and a sample of its tokens in which local
 * names are placeholders, so that renaming a variable changes nothing and another argument little.
 * Compared by scan/match_similar.c.
 */
#include "scan/rules/engine.h"

#include <stdlib.h>

#include "scan/base/hash.h"

#define MAX_TOKENS 4096 /* of one finding; more say nothing new */
#define PER_NODE   3    /* tokens of one node at most, body included */

/* ---- what is called ---- */

/* The call that a statement or expression is about, or NULL. */
static const struct py_node *main_call(const struct py_node *n)
{
	while (n)
		switch (n->kind) {
		case PY_Call:
			return n;
		case PY_Expr:
		case PY_Return:
		case PY_Await:
		case PY_Yield:
		case PY_YieldFrom:
		case PY_Starred:
			n = n->u.expr.value;
			break;
		case PY_Assign:
			n = n->u.assign.value;
			break;
		case PY_AnnAssign:
			n = n->u.ann_assign.value;
			break;
		case PY_AugAssign:
		case PY_NamedExpr:
			n = n->u.aug_assign.value;
			break;
		case PY_With:
		case PY_AsyncWith:
			n = n->u.with.items.len ? n->u.with.items.items[0]->u.withitem.context_expr
						: NULL;
			break;
		default:
			return NULL;
		}
	return NULL;
}

/* Does the name stand for a variable of the scope around, whose name may change freely? */
static bool is_local(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);

	if (!b || b->kind == PY_BIND_IMPORT || b->kind == PY_BIND_FROM || b->kind == PY_BIND_DEF ||
		b->kind == PY_BIND_CLASS)
		return false;
	return b->scope->kind == PY_SCOPE_FUNCTION || b->scope->kind == PY_SCOPE_LAMBDA ||
		b->scope->kind == PY_SCOPE_COMP || b->scope == py_scope_at(f, name);
}

static struct str last_part(struct str dotted)
{
	return str_drop(dotted, (size_t)(str_rfind(dotted, '.') + 1));
}

/* "sleep" of time.sleep(), and of s() after `from time import sleep as s`; "" for none. */
static struct str last_name(struct py_file *f, const struct py_node *expr)
{
	struct py_names names = py_resolve(f, expr);

	if (names.len)
		return last_part(names.items[0]);
	if (expr->kind == PY_Attribute)
		return expr->u.attribute.attr;
	if (expr->kind == PY_Name && !is_local(f, expr))
		return expr->u.name.id;
	return STR_EMPTY;
}

static uint64_t hash_called(struct py_file *f, const struct py_node *n)
{
	const struct py_node *call = main_call(n);

	if (call)
		return hash_bytes(last_name(f, call->u.call.func));
	if (n->kind == PY_Name || n->kind == PY_Attribute)
		return hash_bytes(last_name(f, n));
	return hash_finish(hash_number(HASH_SEED, n->kind));
}

uint64_t hash_callee(struct py_file *f, const struct py_node *n)
{
	const struct py_node *def = node_decorated(n);

	/* Nothing is called there: what matters is which function it is. */
	if (def || py_is_function(n) || n->kind == PY_ClassDef)
		return hash_finish(hash_text(hash_number(HASH_SEED, n->kind), def ? def : n)) | 1;
	return hash_called(f, n) & ~UINT64_C(1);
}

/* ---- tokens ---- */

struct tokens {
	struct py_file *file;
	uint64_t *items;
	size_t len, cap;
};

static void add(struct tokens *t, uint64_t hash)
{
	if (t->len < t->cap)
		t->items[t->len++] = hash;
}

static void add_text(struct tokens *t, enum py_kind kind, struct str text)
{
	add(t, hash_field(hash_number(HASH_SEED, kind), text));
}

/* A known name counts as that name, however it was imported: what it is made of is no token of its
 * own. Returns whether it did. */
static bool add_known(struct tokens *t, const struct py_node *expr)
{
	struct py_names names = {.len = 0};

	if (expr->kind == PY_Name || expr->kind == PY_Attribute)
		names = py_resolve(t->file, expr);
	if (names.len == 0)
		return false;
	add_text(t, PY_Call, names.items[0]);
	add_text(t, PY_Attribute, last_part(names.items[0]));
	return true;
}

static void add_token(struct tokens *t, const struct py_node *n)
{
	uint64_t h = hash_number(HASH_SEED, n->kind);

	switch (n->kind) {
	case PY_Constant: /* another value of the same type is half the same */
		add(t, hash_number(h, n->op));
		add(t, hash_text(h, n));
		return;
	case PY_Name:
		add(t, is_local(t->file, n) ? h : hash_text(h, n));
		return;
	case PY_arg:
		add(t, h);
		return;
	case PY_BoolOp:
	case PY_BinOp:
	case PY_UnaryOp:
		add(t, hash_number(h, n->op));
		return;
	default:
		add(t, hash_text(h, n));
	}
}

/* The node without the statements in it, as it is hashed. */
static void add_header(struct tokens *t, const struct py_node *top)
{
	for (const struct py_node *it = top; it < top->end_node; it++)
		if (it > top && (node_holds_statements(it) || it->start < top->start))
			it = it->end_node - 1;
		else if (add_known(t, it))
			it = it->end_node - 1;
		else
			add_token(t, it);
}

/* Loops and functions look alike from their headers: what they do and with what tells them apart.
 */
static void add_body(struct tokens *t, const struct py_node *top)
{
	PY_EACH (it, top) {
		if (it->kind == PY_Call)
			add_text(t, PY_Module, last_name(t->file, it->u.call.func));
		else if (it->kind == PY_Attribute)
			add_text(t, PY_Module, it->u.attribute.attr);
		else if (it->kind == PY_Constant)
			add(t, hash_text(hash_number(HASH_SEED, PY_Module), it));
	}
}

/* ---- the sample ---- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort(struct tokens *t)
{
	if (t->len)
		qsort(t->items, t->len, sizeof *t->items, by_value);
}

/* A token that stands there twice is two tokens. */
static void number_equal_ones(struct tokens *t)
{
	uint64_t last = 0, times = 0;

	sort(t);
	for (size_t i = 0; i < t->len; i++) {
		times = i && t->items[i] == last ? times + 1 : 0;
		last = t->items[i];
		t->items[i] = hash_finish(hash_number(last, times));
	}
	sort(t);
}

size_t sketch_of(
	struct py_file *f, const struct py_node *n, struct arena *scratch, unsigned char *out)
{
	const struct py_node *def = node_decorated(n), *top = def ? def : n;
	size_t cap = (size_t)(top->end_node - top) * PER_NODE, bytes = 0;
	struct tokens t = {.file = f, .cap = cap < MAX_TOKENS ? cap : MAX_TOKENS};

	t.items = arena_alloc(scratch, t.cap * sizeof *t.items);
	add_header(&t, n);
	if (node_holds_statements(n))
		add_body(&t, n);
	if (def) {
		add(&t, hash_text(HASH_SEED, def));
		add_body(&t, def);
	}
	number_equal_ones(&t);
	out[bytes++] = SKETCH_VERSION;
	for (size_t i = 0; i < t.len && bytes < SKETCH_BYTES; i++) {
		unsigned value = (unsigned)(t.items[i] >> 48);

		if (bytes > 1 && value == ((unsigned)out[bytes - 2] << 8 | out[bytes - 1]))
			continue;
		out[bytes++] = (unsigned char)(value >> 8);
		out[bytes++] = (unsigned char)value;
	}
	return bytes;
}
