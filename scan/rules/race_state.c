/*
 * Shared state: which expressions outlive a call, which of them are the same, and whether a lock is
 * held. Two expressions are the same state when their text is the same in the same function.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

#define MAX_CHAIN 4 /* self.a.b.c */

/* ---- what is shared ---- */

/* Is the name the first parameter of a method: of this function or of one around it? */
static bool is_self(const struct py_binding *b)
{
	const struct py_node *function = b->site;
	struct py_list args;

	if (b->kind != PY_BIND_PARAM || !py_is_function(function) || !py_class_of(function))
		return false;
	args = function->u.function.args->u.arguments.args;
	return args.len > 0 && args.items[0] == b->node &&
		(str_is(b->name, "self") || str_is(b->name, "cls"));
}

static bool is_thread_local(struct py_file *f, const struct py_node *n)
{
	static const char *const types[] = {"threading.local", "contextvars.ContextVar",
		"werkzeug.local.Local", "flask.g", NULL};

	return idiom_is_one_of(py_type_of(f, n, NULL), types);
}

/* A variable of the module or of a function around that holds an object made there. */
static bool outlives(struct py_file *f, const struct py_node *function, const struct py_binding *b)
{
	const struct py_scope *own = py_scope_of(f, function);

	if (b->scope == own || b->scope->kind == PY_SCOPE_COMP ||
		b->scope->kind == PY_SCOPE_CLASS || b->scope->kind == PY_SCOPE_LAMBDA)
		return false;
	for (; b; b = b->next)
		if (b->kind != PY_BIND_ASSIGN && b->kind != PY_BIND_ANNOTATION &&
			b->kind != PY_BIND_AUGMENT)
			return false;
	return true;
}

static bool is_shared_root(struct py_file *f, const struct py_node *function,
	const struct py_node *name, bool bare, struct state *out)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);

	if (!b)
		return false;
	if (is_self(b)) {
		out->of_self = str_is(b->name, "self");
		return !bare;
	}
	if (b->kind == PY_BIND_CLASS)
		return !bare;
	if (b->scope->kind == PY_SCOPE_FUNCTION)
		out->home = b->scope->node;
	return outlives(f, function, b) && !is_thread_local(f, name);
}

static bool is_shared_base(struct py_file *f, const struct py_node *function,
	const struct py_node *e, struct state *out)
{
	bool bare = e->kind == PY_Name;

	out->base = e;
	for (int i = 0; i < MAX_CHAIN && e->kind == PY_Attribute; i++) {
		e = e->u.attribute.value;
		if (e->kind == PY_Attribute && is_thread_local(f, e))
			return false;
	}
	return e->kind == PY_Name && is_shared_root(f, function, e, bare, out);
}

bool state_of(struct py_file *f, const struct py_node *function, const struct py_node *expr,
	struct state *out)
{
	*out = (struct state){0};
	if (expr->kind == PY_Subscript) {
		out->key = expr->u.subscript.slice;
		expr = expr->u.subscript.value;
	}
	return (expr->kind == PY_Name || expr->kind == PY_Attribute) &&
		is_shared_base(f, function, expr, out);
}

/* ---- reads ---- */

static bool same_text(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	return str_eq(py_text(f->tree, a), py_text(f->tree, b));
}

bool state_has_base(struct py_file *f, const struct state *s, const struct py_node *expr)
{
	return expr->kind == s->base->kind && expr->op == PY_LOAD && same_text(f, expr, s->base);
}

bool state_is_read_by(struct py_file *f, const struct state *s, const struct py_node *e)
{
	const struct py_node *func;

	if (!s->key)
		return state_has_base(f, s, e);
	if (e->kind == PY_Subscript)
		return e->op == PY_LOAD && state_has_base(f, s, e->u.subscript.value) &&
			same_text(f, e->u.subscript.slice, s->key);
	if (e->kind != PY_Call || e->u.call.func->kind != PY_Attribute || !py_arg(e, 0))
		return false;
	func = e->u.call.func;
	return str_is(func->u.attribute.attr, "get") &&
		state_has_base(f, s, func->u.attribute.value) && same_text(f, py_arg(e, 0), s->key);
}

const struct py_node *state_read_in(
	struct py_file *f, const struct state *s, const struct py_node *top)
{
	PY_EACH (n, top) {
		if (n != top && py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (state_is_read_by(f, s, n))
			return n;
	}
	return NULL;
}

bool state_key_is_of_item(struct py_file *f, const struct state *s, const struct py_node *function)
{
	const struct py_node *key = s->key;
	const struct py_binding *b;

	if (key && key->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, key, key->u.name.id));
		if (b && b->kind == PY_BIND_PARAM && b->scope == py_scope_of(f, function))
			return true;
		key = b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
	}
	if (!key || key->kind != PY_Attribute || key->u.attribute.value->kind != PY_Name)
		return false;
	b = py_lookup(f, key, key->u.attribute.value->u.name.id);
	return b && b->scope == py_scope_of(f, function) && !is_self(b);
}

struct str state_text(struct py_file *f, const struct state *s)
{
	return py_text(f->tree, s->key ? s->base->parent : s->base);
}

/* ---- locks ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(struct str s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++) {
		size_t j = 0;

		while (j < n && lower(s.ptr[i + j]) == word[j])
			j++;
		if (j == n)
			return true;
	}
	return false;
}

static bool names_lock(struct str name)
{
	static const char *const words[] = {"lock", "mutex", "sem", "guard", "cond", "exclusive",
		"critical", "synchron", "serial", "atomic", "limiter", NULL};

	for (size_t i = 0; words[i]; i++)
		if (contains(name, words[i]))
			return true;
	return false;
}

static bool is_lock(struct py_file *f, const struct py_node *e)
{
	struct str type;

	/* value.get_lock() */
	if (e->kind == PY_Call && e->u.call.func->kind == PY_Attribute &&
		str_is(e->u.call.func->u.attribute.attr, "get_lock"))
		return true;
	if (e->kind == PY_Await || e->kind == PY_YieldFrom)
		e = e->u.expr.value;
	if (e->kind == PY_Subscript)
		e = e->u.subscript.value;
	type = py_type_of(f, e, NULL);
	if (str_ends(type, "Lock") || str_ends(type, "Semaphore") || str_ends(type, "Condition"))
		return true;
	if (e->kind == PY_Call)
		e = e->u.call.func;
	if (names_lock(idiom_last_name(e)))
		return true;
	return e->kind == PY_Attribute && names_lock(idiom_last_name(e->u.attribute.value));
}

static bool with_takes_lock(struct py_file *f, const struct py_node *with)
{
	struct py_list items = with->u.with.items;

	for (uint32_t i = 0; i < items.len; i++)
		if (is_lock(f, items.items[i]->u.withitem.context_expr))
			return true;
	return false;
}

bool lock_covers(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	for (const struct py_node *n = a->parent; n && !py_is_function(n); n = n->parent)
		if ((n->kind == PY_With || n->kind == PY_AsyncWith) && py_is_inside(b, n) &&
			with_takes_lock(f, n))
			return true;
	return false;
}

static bool acquires(struct py_file *f, const struct py_node *function)
{
	PY_EACH (n, function)
		if (n->kind == PY_Call && n->u.call.func->kind == PY_Attribute &&
			str_is(n->u.call.func->u.attribute.attr, "acquire") &&
			is_lock(f, n->u.call.func->u.attribute.value))
			return true;
	return false;
}

static bool is_called_under_lock(struct py_file *f, const struct py_node *function)
{
	struct py_uses calls = py_callers(f, function);

	for (uint32_t i = 0; i < calls.len; i++)
		if (!lock_covers(f, calls.items[i], calls.items[i]))
			return false;
	return calls.len > 0;
}

bool function_is_guarded(struct py_file *f, const struct py_node *function)
{
	struct py_list d = function->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++) {
		const struct py_node *e =
			d.items[i]->kind == PY_Call ? d.items[i]->u.call.func : d.items[i];

		if (names_lock(idiom_last_name(e)) || contains(idiom_last_name(e), "cache"))
			return true;
	}
	return contains(function->u.function.name, "locked") || acquires(f, function) ||
		is_called_under_lock(f, function);
}
