/*
 * The text form of what a file means: scopes with their bindings, then every call. For tests.
 */
#include "scan/py/sema.h"

static const char *const binding_kinds[] = {"import", "from", "assign", "unpack", "annotation",
	"augment", "param", "for", "with", "except", "def", "class", "del", "pattern"};
static const char *const scope_kinds[] = {"module", "class", "function", "lambda", "comprehension"};

static void add_place(struct strbuf *out, const struct py_tree *t, const struct py_node *n)
{
	uint32_t line, column;

	py_position(t, n->start, &line, &column);
	strbuf_addf(out, " %u:%u", line, column);
}

static void add_type(struct strbuf *out, const struct py_type *t)
{
	if (t->state == PY_TYPE_KNOWN)
		strbuf_addf(out, " : %.*s%s", STR_ARG(t->name), t->local_class ? " (local)" : "");
}

static void add_names(struct strbuf *out, const struct py_names *n)
{
	for (uint32_t i = 0; i < n->len; i++)
		strbuf_addf(out, "%s%.*s", i ? " | " : " = ", STR_ARG(n->items[i]));
}

/* One line for each binding; what all bindings of the name mean stands at the first. */
static void dump_binding(struct py_file *f, struct py_slot *slot, const struct py_binding *b,
	const char *indent, struct strbuf *out)
{
	struct py_type t;

	strbuf_addf(out, "%s%.*s %s", indent, STR_ARG(b->name), binding_kinds[b->kind]);
	add_place(out, f->tree, b->node);
	if (b == slot->first) {
		t = py_slot_type(f, slot);
		add_names(out, py_slot_names(f, slot));
		add_type(out, &t);
	}
	strbuf_addc(out, '\n');
}

static void dump_scope(struct py_file *f, struct py_scope *s, struct strbuf *out)
{
	static const char spaces[] = "                                ";
	const char *indent = spaces + sizeof spaces - 1;
	struct str name = STR_EMPTY;

	for (const struct py_scope *p = s->parent; p && indent - 2 > spaces; p = p->parent)
		indent -= 2;
	if (s->kind == PY_SCOPE_CLASS)
		name = s->node->u.class_def.name;
	else if (s->kind == PY_SCOPE_FUNCTION)
		name = s->node->u.function.name;
	strbuf_addf(out, "%s%s%s%s%.*s%s%s\n", indent,
		s->node->kind == PY_AsyncFunctionDef ? "async " : "", scope_kinds[s->kind],
		name.len ? " " : "", STR_ARG(name), s->has_star_import ? " star" : "",
		s->calls_locals ? " locals" : "");
	for (const struct py_bound *b = f->sema->bounds; b; b = b->after)
		if (b->binding.scope == s)
			dump_binding(
				f, py_slot_find(s, b->binding.name), &b->binding, indent - 2, out);
}

static void dump_call(struct py_file *f, const struct py_node *n, struct strbuf *out)
{
	const struct py_node *def = py_callee(f, n->u.call.func);
	struct py_type t = py_type(f, n);

	strbuf_addz(out, py_in_async(f, n) ? "async call" : "call");
	add_place(out, f->tree, n);
	strbuf_addf(out, " %.*s", STR_ARG(py_text(f->tree, n->u.call.func)));
	add_names(out, py_names_of(f, n->u.call.func));
	if (def)
		strbuf_addf(out, " -> %.*s line %u", STR_ARG(def->u.function.name), def->line);
	add_type(out, &t);
	for (uint32_t i = 0; i < n->u.call.args.len; i++)
		if (py_is_offloaded(f, n->u.call.args.items[i]))
			strbuf_addf(out, " offloads %.*s",
				STR_ARG(py_text(f->tree, n->u.call.args.items[i])));
	strbuf_addc(out, '\n');
}

void py_file_dump(struct py_file *f, struct strbuf *out)
{
	for (uint32_t i = 0; i < f->sema->scope_count; i++)
		dump_scope(f, f->sema->scopes[i], out);
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call)
			dump_call(f, n, out);
}
