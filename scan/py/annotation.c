/*
 * Types from annotations: expressions and strings. Optional[T], T | None, Union[T, None],
 * Annotated[T, …], Final[T] and the like mean T; a generic class of some module means the class.
 * Containers of T do not mean T.
 *
 * Nesting is worked off with a short list of what is left to look at, so depth costs no stack.
 */
#include "scan/py/sema.h"

#define MAX_PARTS 16

/* What subscripting a name of `typing` does to the type inside. */
enum wrapper {
	WRAP_GENERIC, /* not special: the class itself */
	WRAP_OPTIONAL,
	WRAP_UNION,
	WRAP_FIRST, /* the first part is the type, the rest is not */
	WRAP_OPAQUE,
};

static enum wrapper wrapper_of(const struct py_names *n)
{
	static const struct {
		const char *name;
		enum wrapper wrapper;
	} known[] = {
		{"typing.Optional", WRAP_OPTIONAL},
		{"typing.Union", WRAP_UNION},
		{"typing.Annotated", WRAP_FIRST},
		{"typing.Final", WRAP_FIRST},
		{"typing.ClassVar", WRAP_FIRST},
		{"typing.Required", WRAP_FIRST},
		{"typing.NotRequired", WRAP_FIRST},
		{"typing.ReadOnly", WRAP_FIRST},
		{"dataclasses.InitVar", WRAP_FIRST},
		{"sqlalchemy.orm.Mapped", WRAP_OPAQUE},
	};

	if (n->len != 1)
		return n->len ? WRAP_OPAQUE : WRAP_GENERIC;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is(n->items[0], known[i].name))
			return known[i].wrapper;
	return str_starts(n->items[0], "typing.") || str_find(n->items[0], '.') < 0 ? WRAP_OPAQUE
										    : WRAP_GENERIC;
}

/* The type that a class's name stands for when it annotates something. */
static struct py_type named_type(const struct py_names *n)
{
	struct str result;

	if (n->len != 1 || str_starts(n->items[0], "typing.") || str_is(n->items[0], "object"))
		return py_unknown;
	result = py_factory_result(n->items[0]);
	return py_known(result.len ? result : n->items[0]);
}

/* ---- strings ---- */

struct texts {
	struct str items[MAX_PARTS];
	uint32_t len;
	bool overflow;
};

static void push_text(struct texts *t, struct str part)
{
	if (t->len < MAX_PARTS)
		t->items[t->len++] = part;
	else
		t->overflow = true;
}

/* Pushes the parts of `text` between separators that stand outside brackets. */
static uint32_t push_split(struct texts *t, struct str text, char sep, bool first_only)
{
	uint32_t depth = 0, parts = 0;
	size_t from = 0;

	for (size_t i = 0; i <= text.len; i++) {
		char c = i < text.len ? text.ptr[i] : sep;

		if (c == '[')
			depth++;
		else if (c == ']' && depth)
			depth--;
		if (c != sep || (depth && i < text.len))
			continue;
		if (!first_only || parts == 0)
			push_text(t, str_slice(text.ptr + from, i - from));
		parts++;
		from = i + 1;
	}
	return parts;
}

static bool has_bar_outside(struct str text)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '[')
			depth++;
		else if (text.ptr[i] == ']' && depth)
			depth--;
		else if (text.ptr[i] == '|' && !depth)
			return true;
	}
	return false;
}

static bool is_dotted(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!(c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80))
			return false;
	}
	return text.len > 0;
}

static struct py_type dotted_type(struct py_file *f, const struct py_scope *s, struct str text)
{
	struct py_names names;
	const struct py_slot *slot;

	if (!is_dotted(text))
		return py_unknown;
	if (str_is(text, "None"))
		return (struct py_type){.state = PY_TYPE_NONE};
	slot = py_slot_seen(s, text);
	if (slot && py_only_binding(slot->first) && slot->first->kind == PY_BIND_CLASS)
		return py_instance_of(slot->first->node);
	names = py_dotted_names(f, s, text);
	return named_type(&names);
}

/* "Base[inner]" */
static void text_subscript(struct py_file *f, const struct py_scope *s, struct str text,
	struct texts *todo, struct py_merge *m)
{
	ptrdiff_t open = str_find(text, '[');
	struct str base = str_trim(str_slice(text.ptr, (size_t)open));
	struct str inner = str_slice(text.ptr + open + 1, text.len - (size_t)open - 2);
	struct py_names names = is_dotted(base) ? py_dotted_names(f, s, base) : py_no_names;

	switch (wrapper_of(&names)) {
	case WRAP_OPTIONAL:
		py_merge_add(m, (struct py_type){.state = PY_TYPE_NONE});
		push_text(todo, inner);
		break;
	case WRAP_UNION:
		push_split(todo, inner, ',', false);
		break;
	case WRAP_FIRST:
		push_split(todo, inner, ',', true);
		break;
	case WRAP_GENERIC:
		py_merge_add(m, dotted_type(f, s, base));
		break;
	case WRAP_OPAQUE:
		py_merge_add(m, py_unknown);
		break;
	}
}

static void text_type(
	struct py_file *f, const struct py_scope *s, struct str text, struct py_merge *m)
{
	struct texts todo = {.items = {text}, .len = 1};

	while (todo.len) {
		text = str_trim(todo.items[--todo.len]);
		if (has_bar_outside(text))
			push_split(&todo, text, '|', false);
		else if (str_ends(text, "]") && str_find(text, '[') > 0)
			text_subscript(f, s, text, &todo, m);
		else
			py_merge_add(m, dotted_type(f, s, text));
	}
	if (todo.overflow)
		m->conflict = true;
}

/* ---- expressions ---- */

struct nodes {
	const struct py_node *items[MAX_PARTS];
	uint32_t len;
	bool overflow;
};

static void push_node(struct nodes *t, const struct py_node *n)
{
	if (t->len < MAX_PARTS)
		t->items[t->len++] = n;
	else
		t->overflow = true;
}

static struct py_type leaf_type(struct py_file *f, const struct py_node *n)
{
	const struct py_names *names = py_names_of(f, n);
	const struct py_node *local;

	if (names->len)
		return named_type(names);
	local = py_class_named(f, n);
	return local ? py_instance_of(local) : py_unknown;
}

static void subscript(
	struct py_file *f, const struct py_node *n, struct nodes *todo, struct py_merge *m)
{
	const struct py_node *inner = n->u.subscript.slice;
	bool many = inner && inner->kind == PY_Tuple && inner->u.sequence.elts.len;

	switch (wrapper_of(py_names_of(f, n->u.subscript.value))) {
	case WRAP_OPTIONAL:
		py_merge_add(m, (struct py_type){.state = PY_TYPE_NONE});
		push_node(todo, inner);
		break;
	case WRAP_UNION:
		for (uint32_t i = 0; many && i < inner->u.sequence.elts.len; i++)
			push_node(todo, inner->u.sequence.elts.items[i]);
		if (!many)
			push_node(todo, inner);
		break;
	case WRAP_FIRST:
		push_node(todo, many ? inner->u.sequence.elts.items[0] : inner);
		break;
	case WRAP_GENERIC:
		py_merge_add(m, leaf_type(f, n->u.subscript.value));
		break;
	case WRAP_OPAQUE:
		py_merge_add(m, py_unknown);
		break;
	}
}

static void part_type(
	struct py_file *f, const struct py_node *n, struct nodes *todo, struct py_merge *m)
{
	if (!n) {
		py_merge_add(m, py_unknown);
	} else if (n->kind == PY_BinOp && n->op == PY_OP_BITOR) {
		push_node(todo, n->u.bin_op.left);
		push_node(todo, n->u.bin_op.right);
	} else if (n->kind == PY_Subscript) {
		subscript(f, n, todo, m);
	} else if (py_is_constant(n, PY_CONST_STR)) {
		text_type(f, py_scope_at(f, n), n->u.constant.text, m);
	} else if (py_is_constant(n, PY_CONST_NONE)) {
		py_merge_add(m, (struct py_type){.state = PY_TYPE_NONE});
	} else {
		py_merge_add(m, leaf_type(f, n));
	}
}

struct py_type py_annotation_type(struct py_file *f, const struct py_node *annotation)
{
	struct nodes todo = {.items = {annotation}, .len = 1};
	struct py_merge m = {0};
	struct py_type t;

	while (todo.len)
		part_type(f, todo.items[--todo.len], &todo, &m);
	if (todo.overflow)
		return py_unknown;
	t = py_merge_result(&m);
	return t.state == PY_TYPE_NONE ? py_unknown : t;
}
