/*
 * Names: from expressions to qualified names, through imports, aliases, builtins and types.
 *
 * What a variable stands for is decided from all its bindings at once, without regard to the flow
 * of control: they must agree, or all be imports. Data: builtins, the modules that count as
 * imported where a file binds the name nowhere, and other spellings of qualified names.
 */
#include <stdlib.h>
#include <string.h>

#include "scan/py/sema.h"

extern const struct table table_scan_py_data_builtins;
extern const struct table table_scan_py_data_modules;
extern const struct table table_scan_py_data_aliases;

const struct py_names py_no_names;

bool py_enter(struct py_sema *s)
{
	if (s->depth >= PY_MAX_DEPTH || s->steps >= PY_MAX_STEPS)
		return false;
	s->depth++;
	s->steps++;
	return true;
}

void py_leave(struct py_sema *s)
{
	if (--s->depth == 0)
		s->steps = 0;
}

/* ---- text ---- */

static struct str join(struct py_file *f, struct str a, const char *sep, struct str b)
{
	size_t sep_len = strlen(sep);
	char *p = arena_alloc(f->arena, a.len + sep_len + b.len + 1);

	memcpy(p, a.ptr, a.len);
	memcpy(p + a.len, sep, sep_len);
	memcpy(p + a.len + sep_len, b.ptr, b.len);
	p[a.len + sep_len + b.len] = '\0';
	return str_slice(p, a.len + sep_len + b.len);
}

struct str py_canonical(struct py_file *f, struct str qualified)
{
	struct str prefix = qualified;
	const char *const *row;

	while (prefix.len) {
		row = table_find(&table_scan_py_data_aliases, prefix);
		if (row) {
			qualified = join(f, str_from(row[1]), "", str_drop(qualified, prefix.len));
			break;
		}
		prefix.len = str_rfind(prefix, '.') > 0 ? (size_t)str_rfind(prefix, '.') : 0;
	}
	return str_starts(qualified, "builtins.") ? str_drop(qualified, strlen("builtins."))
						  : qualified;
}

static struct py_names one_name(struct py_file *f, struct str qualified)
{
	struct py_names n = {.len = 1};

	n.items[0] = py_canonical(f, qualified);
	return n;
}

/* Every candidate with ".attr" behind it. */
static struct py_names member_of(struct py_file *f, const struct py_names *base, struct str attr)
{
	struct py_names n = *base;

	for (uint32_t i = 0; i < n.len; i++)
		n.items[i] = py_canonical(f, join(f, n.items[i], ".", attr));
	return n;
}

static bool has_name(const struct py_names *n, struct str name)
{
	for (uint32_t i = 0; i < n->len; i++)
		if (str_eq(n->items[i], name))
			return true;
	return false;
}

/* ---- imports ---- */

struct str py_import_name(struct py_file *f, const struct py_node *alias)
{
	static const char dots[] = "................";
	const struct py_node *from = alias->parent;
	struct str name = alias->u.alias.name, module;
	uint32_t level;

	if (from->kind != PY_ImportFrom)
		return name;
	level = from->u.import_from.level;
	module = from->u.import_from.module;
	if (level > sizeof dots - 1)
		level = sizeof dots - 1;
	if (level)
		module = join(f, str_slice(dots, level), "", module);
	if (str_is(name, "*"))
		return module;
	return join(f, module, from->u.import_from.module.len ? "." : "", name);
}

/* What an alias binds its name to: `import a.b` binds `a` to "a". */
static struct py_names alias_names(struct py_file *f, const struct py_node *alias)
{
	struct str name = py_import_name(f, alias);

	if (alias->parent->kind == PY_Import && !alias->u.alias.asname.len &&
		str_find(name, '.') > 0)
		name.len = (size_t)str_find(name, '.');
	return one_name(f, name);
}

static void list_imports(struct py_file *f)
{
	VEC(struct str) found = {0};
	struct py_sema *s = f->sema;

	PY_EACH (n, f->tree->root)
		if (n->kind == PY_alias)
			*vec_push(&found) = py_canonical(f, py_import_name(f, n));
	s->imports = ARENA_ARRAY(f->arena, found.len + 1, struct str);
	s->import_count = (uint32_t)found.len;
	if (found.len)
		memcpy(s->imports, found.items, found.len * sizeof *found.items);
	vec_release(&found);
}

bool py_imports(struct py_file *f, const char *module)
{
	size_t len = strlen(module);

	if (!f->sema->imports)
		list_imports(f);
	for (uint32_t i = 0; i < f->sema->import_count; i++) {
		struct str name = f->sema->imports[i];

		if (str_starts(name, module) && (name.len == len || name.ptr[len] == '.'))
			return true;
	}
	return false;
}

/* ---- variables ---- */

static bool is_import(const struct py_binding *b)
{
	return b->kind == PY_BIND_IMPORT || b->kind == PY_BIND_FROM;
}

/* `x = None` beside an import of x: before it, or on another branch. Using None as a module or
 * function raises, so what runs is the import. */
static bool is_none_fallback(const struct py_binding *b, const struct py_binding *import)
{
	const struct py_node *block;

	if (!import || b->kind != PY_BIND_ASSIGN || !py_is_constant(b->value, PY_CONST_NONE))
		return false;
	block = py_stmt_of(b->node)->parent;
	return b->node < import->node || block->kind == PY_If || block->kind == PY_Try ||
		block->kind == PY_ExceptHandler;
}

static struct py_names binding_names(struct py_file *f, const struct py_binding *b)
{
	if (is_import(b))
		return alias_names(f, b->node);
	if (b->kind == PY_BIND_ASSIGN)
		return *py_names_of(f, b->value);
	return py_no_names;
}

/* Adds what another binding stands for; false when the two do not go together. */
static bool combine(struct py_names *all, const struct py_names *more, bool imports_only)
{
	bool same = all->len == more->len;

	for (uint32_t i = 0; i < more->len; i++) {
		if (has_name(all, more->items[i]))
			continue;
		same = false;
		if (!imports_only || all->len == PY_MAX_CANDIDATES)
			return false;
		all->items[all->len++] = more->items[i];
	}
	return same || imports_only;
}

static struct py_names agreed_names(struct py_file *f, const struct py_binding *first)
{
	const struct py_binding *import = first;
	struct py_names all = {.len = 0};
	bool imports_only = true;

	if (py_has_many_bindings(first))
		return py_no_names;
	while (import && !is_import(import))
		import = import->next;
	for (const struct py_binding *b = first; b; b = b->next) {
		struct py_names names;

		if (b->kind == PY_BIND_ANNOTATION || is_none_fallback(b, import))
			continue;
		names = binding_names(f, b);
		imports_only = imports_only && is_import(b);
		if (!names.len || (all.len && !combine(&all, &names, imports_only)))
			return py_no_names;
		if (!all.len)
			all = names;
	}
	return all;
}

static const struct py_names *keep(struct py_file *f, struct py_names v)
{
	struct py_names *n;

	if (!v.len)
		return &py_no_names;
	n = arena_alloc(f->arena, sizeof *n);
	*n = v;
	return n;
}

const struct py_names *py_slot_names(struct py_file *f, struct py_slot *slot)
{
	uint32_t provisional = f->sema->provisional;
	const struct py_names *n;

	if (slot->names_memo == PY_MEMO_DONE)
		return slot->names;
	if (slot->names_memo == PY_MEMO_BUSY || !py_enter(f->sema))
		return &py_no_names;
	slot->names_memo = PY_MEMO_BUSY;
	n = keep(f, agreed_names(f, slot->first));
	py_leave(f->sema);
	slot->names = n;
	slot->names_memo = f->sema->provisional == provisional ? PY_MEMO_DONE : PY_MEMO_EMPTY;
	return n;
}

/* A name that nothing the scope can see binds. The answer is kept with the module's variable of
 * that name, which has no bindings then. */
static struct py_names unbound_names(struct py_file *f, struct str name)
{
	struct py_slot *slot;

	if (table_find(&table_scan_py_data_builtins, name))
		return one_name(f, name);
	if (f->sema->has_star_import || !table_find(&table_scan_py_data_modules, name))
		return py_no_names;
	slot = py_slot_put(f->module, name);
	if (slot->names_memo != PY_MEMO_DONE)
		slot->names =
			py_bound_anywhere(f, name) ? &py_no_names : keep(f, one_name(f, name));
	slot->names_memo = PY_MEMO_DONE;
	return *slot->names;
}

static struct py_names names_seen(struct py_file *f, const struct py_scope *s, struct str name)
{
	struct py_slot *slot = py_slot_seen(s, name);

	return slot ? *py_slot_names(f, slot) : unbound_names(f, name);
}

struct py_names py_dotted_names(struct py_file *f, const struct py_scope *s, struct str dotted)
{
	struct py_names n = py_no_names;
	struct str part;

	if (str_next(&dotted, '.', &part))
		n = names_seen(f, s, part);
	while (n.len && str_next(&dotted, '.', &part))
		n = member_of(f, &n, part);
	return n;
}

/* ---- expressions ---- */

/* The type goes first: "openai.OpenAI.chat" is a name, but what has members is its type. */
static struct py_names attribute_names(
	struct py_file *f, const struct py_node *base, struct str attr)
{
	struct py_type t = py_type(f, base);
	const struct py_names *names;
	const struct py_node *local;
	struct py_names typed;

	if (t.state == PY_TYPE_KNOWN && t.local_class)
		return py_member_names(f, t.local_class, attr);
	if (t.state == PY_TYPE_KNOWN && t.name.ptr[0] != '(') {
		typed = one_name(f, t.name);
		return member_of(f, &typed, attr);
	}
	names = py_names_of(f, base);
	if (names->len)
		return member_of(f, names, attr);
	local = py_class_named(f, base);
	return local ? py_member_names(f, local, attr) : py_no_names;
}

/* getattr(x, "name"); with a default only when that is None, which cannot be used. */
static struct py_names getattr_names(struct py_file *f, const struct py_node *call)
{
	const struct py_node *base = py_arg(call, 0), *name = py_arg(call, 1);
	const struct py_node *otherwise = py_arg(call, 2);

	if (!base || !py_is_constant(name, PY_CONST_STR) || call->u.call.keywords.len ||
		call->u.call.args.len > 3 ||
		(otherwise && !py_is_constant(otherwise, PY_CONST_NONE)) ||
		py_slot_seen(py_scope_at(f, call), STR("getattr")))
		return py_no_names;
	return attribute_names(f, base, name->u.constant.text);
}

static struct py_names compute(struct py_file *f, const struct py_node *e)
{
	if (e->kind == PY_Name)
		return names_seen(f, py_scope_at(f, e), e->u.name.id);
	if (e->kind == PY_Attribute)
		return attribute_names(f, e->u.attribute.value, e->u.attribute.attr);
	return getattr_names(f, e);
}

const struct py_names *py_names_of(struct py_file *f, const struct py_node *expr)
{
	struct py_sema *s = f->sema;
	uint32_t provisional = s->provisional;
	const struct py_names **memo, *n;

	if (!expr ||
		(expr->kind != PY_Name && expr->kind != PY_Attribute &&
			!(expr->kind == PY_Call && py_is_name(expr->u.call.func, "getattr"))))
		return &py_no_names;
	if (!s->names)
		s->names = ARENA_ARRAY(f->arena, f->tree->node_count, const struct py_names *);
	memo = &s->names[py_index(f, expr)];
	if (*memo)
		return *memo;
	if (!py_enter(s))
		return &py_no_names;
	n = keep(f, compute(f, expr));
	py_leave(s);
	if (s->provisional == provisional)
		*memo = n;
	return n;
}

struct py_names py_resolve(struct py_file *f, const struct py_node *expr)
{
	return *py_names_of(f, expr);
}

bool py_resolves_to(struct py_file *f, const struct py_node *expr, const char *qualified)
{
	return has_name(py_names_of(f, expr), str_from(qualified));
}

int py_resolves_to_any(struct py_file *f, const struct py_node *expr, const char *const *names)
{
	const struct py_names *n = py_names_of(f, expr);

	for (int i = 0; n->len && names[i]; i++)
		if (has_name(n, str_from(names[i])))
			return i;
	return -1;
}

bool py_calls_anywhere(struct py_file *f, const char *qualified)
{
	struct str root = str_from(qualified);
	ptrdiff_t dot = str_find(root, '.');
	char module[128];

	/* Without an import of its module nothing can resolve to it, unless it is a builtin or one
	 * of the assumed modules. */
	if (dot > 0 && (size_t)dot < sizeof module) {
		memcpy(module, qualified, (size_t)dot);
		module[dot] = '\0';
		root.len = (size_t)dot;
		if (!py_imports(f, module) && !table_find(&table_scan_py_data_modules, root))
			return false;
	}
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call && py_resolves_to(f, n->u.call.func, qualified))
			return true;
	return false;
}
