/*
 * Private to scan/py: how file.h is implemented.
 *
 * A variable (struct py_slot) is a name in a scope, with all its bindings. Attributes of instances
 * (`self.x = …`) are variables too, in a scope of their own that stands beside the class's scope.
 * What a variable stands for (names) and what type it has is computed once, when first asked.
 *
 * Names, types and callees ask each other. They are recursive over the *meaning* of a file, so
 * every such function passes through py_enter, which bounds depth and work; beyond the bounds the
 * answer is "unknown".
 */
#ifndef LAPSE_PY_SEMA_H
#define LAPSE_PY_SEMA_H

#include "scan/base/table.h"
#include "scan/py/file.h"

enum py_declared { PY_UNDECLARED, PY_GLOBAL, PY_NONLOCAL };

enum py_type_state {
	PY_TYPE_UNKNOWN,
	PY_TYPE_KNOWN,
	PY_TYPE_NONE,    /* the value is None: agrees with every type */
	PY_TYPE_PENDING, /* depends on a variable whose type is being computed */
};

/* A type; name "(A, B)" is a tuple of those, which only unpacking looks into. */
struct py_type {
	enum py_type_state state;
	bool declared; /* by an annotation: unknown assignments do not take it back */
	struct str name;
	const struct py_node *local_class; /* NULL: not a class of this file */
};

enum py_memo { PY_MEMO_EMPTY, PY_MEMO_BUSY, PY_MEMO_ASSUMED, PY_MEMO_DONE };

struct py_slot {
	struct str name;
	struct py_scope *scope;
	uint64_t hash;
	struct py_binding *first, *last;
	uint8_t declared; /* enum py_declared: `global x` or `nonlocal x` stands in the scope */
	uint8_t names_memo, type_memo; /* enum py_memo */
	uint8_t override_memo; /* of a method: 0 not asked, 1 not overridden, 2 overridden */
	uint32_t use_first, use_count; /* in sema->uses */
	const struct py_names *names;
	struct py_type type;
	struct py_slot *after; /* next slot of the file, in order of making */
};

/* One step of a class's method resolution order, depth first, as far as the file tells. */
struct py_ancestor {
	const struct py_node *local; /* a class of this file, or NULL */
	struct str name;             /* otherwise its qualified name, "" when unknown */
};

#define PY_MAX_ANCESTORS 32

struct py_lineage {
	struct py_ancestor items[PY_MAX_ANCESTORS];
	uint32_t len;
};

struct py_scope_more {
	struct py_sema *sema;
	uint32_t number;           /* order of the scope nodes */
	bool declares;             /* a global or nonlocal statement stands in it */
	struct py_scope *instance; /* of a class: attributes assigned through self; NULL: none */
	struct py_lineage *lineage;
	struct str path; /* ptr NULL: not computed */
};

/* A binding and its place in the file's list, source order. */
struct py_bound {
	struct py_binding binding;
	struct py_bound *after;
};

/* Call nodes by the def they call. */
struct py_caller {
	const struct py_node *def, *call;
};

struct py_sema {
	struct py_file *file;
	struct arena *arena;
	struct py_scope **at;     /* node -> scope in which it is evaluated */
	struct py_scope **scopes; /* in order of their nodes */
	uint32_t scope_count, scope_cap;
	struct py_slot **table; /* open addressing, cap a power of two */
	uint32_t slot_count, slot_cap;
	struct py_slot *slots, **slots_end;
	struct py_bound *bounds, **bounds_end;
	struct str *imports; /* qualified names, source order; NULL: not asked yet */
	uint32_t import_count;
	bool has_star_import;      /* in any scope */
	struct py_scope **derived; /* classes with a base in the file; NULL: not asked yet */
	uint32_t derived_count;
	bool has_attributes; /* instance scopes are filled */

	/* Memory of answers per node, allocated when first needed. */
	const struct py_names **names;
	const struct py_type **types;
	const struct py_node **callees;
	const struct py_node **uses; /* see py_slot.use_first */
	const struct py_node **callers;
	struct py_caller *caller_index;
	uint32_t caller_count;

	uint32_t depth, steps; /* see py_enter */
	uint32_t busy;         /* variables being typed */
	uint32_t provisional;  /* grows whenever an answer used a variable being typed */
};

static inline uint32_t py_index(const struct py_file *f, const struct py_node *n)
{
	return (uint32_t)(n - f->tree->root);
}

/* ---- bounds of the questions about meaning ---- */

#define PY_MAX_DEPTH 64
#define PY_MAX_STEPS 4000
/* A variable with more bindings is unknown: generated code, where asking again and again costs. */
#define PY_MAX_BINDINGS 256

/* False: too deep or too much work for one question, answer "unknown". Else py_leave must follow.
 */
bool py_enter(struct py_sema *s);
void py_leave(struct py_sema *s);

/* ---- scope.c, bind.c ---- */

/* The variable `name` in exactly this scope; NULL for none. */
struct py_slot *py_slot_find(const struct py_scope *s, struct str name);
struct py_slot *py_slot_put(struct py_scope *s, struct str name);
/* The variable that `name` means in scope s by Python's rules; NULL: bound nowhere it can see. */
struct py_slot *py_slot_seen(const struct py_scope *s, struct str name);
void py_slot_add(struct py_slot *slot, struct py_binding *b); /* keeps source order */
struct py_scope *py_scope_new(struct py_sema *s, enum py_scope_kind kind,
	const struct py_node *node, struct py_scope *parent);
struct py_binding *py_bind(struct py_scope *s, enum py_binding_kind kind, struct str name,
	const struct py_node *node, const struct py_node *value);
/* How a stored Name, Attribute or Subscript gets its value. */
enum py_binding_kind py_target_kind(const struct py_node *target, const struct py_node **value);
/* Records what a node binds, declares or hides in the scope it is evaluated in. */
void py_collect(struct py_file *f, const struct py_node *n);
/* Makes variables of what py_collect found. */
void py_link(struct py_file *f);
bool py_has_many_bindings(const struct py_binding *first); /* more than PY_MAX_BINDINGS */
/* Is a name bound in any scope of the file? */
bool py_bound_anywhere(struct py_file *f, struct str name);

/* ---- names.c ---- */

extern const struct py_names py_no_names;
const struct py_names *py_names_of(struct py_file *f, const struct py_node *expr);
const struct py_names *py_slot_names(struct py_file *f, struct py_slot *slot);
/* For text: what "a.b.C" means in a scope. */
struct py_names py_dotted_names(struct py_file *f, const struct py_scope *s, struct str dotted);
/* The qualified name under which the catalogues know it: asyncio.locks.Lock -> asyncio.Lock. */
struct str py_canonical(struct py_file *f, struct str qualified);
/* The qualified name that an alias node imports; of `import *` the module. */
struct str py_import_name(struct py_file *f, const struct py_node *alias);

/* ---- types.c, variable.c, element.c, annotation.c, member.c ---- */

extern const struct py_type py_unknown;
struct py_type py_type(struct py_file *f, const struct py_node *expr);
struct py_type py_slot_type(struct py_file *f, struct py_slot *slot);
struct py_type py_binding_type(struct py_file *f, const struct py_binding *b);
struct py_type py_annotation_type(struct py_file *f, const struct py_node *annotation);
struct py_type py_known(struct str qualified);
struct py_type py_instance_of(const struct py_node *local_class);
/* The type that `with X as y` gives y. */
struct py_type py_entered_type(
	struct py_file *f, const struct py_node *context_expr, bool is_async);

/* The type of what going through the iterable gives. */
struct py_type py_element_type(struct py_file *f, const struct py_node *iterable);

/* Folds types of several values into the one they agree on. */
struct py_merge {
	struct py_type type;
	bool conflict, unknown, none, pending;
};
void py_merge_add(struct py_merge *m, struct py_type t);
struct py_type py_merge_result(const struct py_merge *m);

/* The class whose instance (self), or which itself (cls: *is_class), the parameter `arg` of a
 * method surely is; NULL otherwise. */
const struct py_node *py_self_param(struct py_file *f, const struct py_node *arg, bool *is_class);
/* The same for a Name that means such a parameter. */
const struct py_node *py_self_class(struct py_file *f, const struct py_node *name, bool *is_class);
/* Type of attribute `attr` of a class of this file, from all assignments of the class and its bases
 * in the file. */
struct py_type py_member_type(
	struct py_file *f, const struct py_node *local_class, struct str attr);
/* Qualified names of such an attribute: an alias that all assignments agree on, or a member of the
 * one base outside the file. */
struct py_names py_member_names(
	struct py_file *f, const struct py_node *local_class, struct str attr);
/* Is the attribute assigned through self or cls in the class or its bases in the file? */
bool py_is_assigned_member(struct py_file *f, const struct py_node *local_class, struct str attr);
const struct py_lineage *py_lineage_of(struct py_file *f, const struct py_node *class_def);

/* ---- calls.c ---- */

bool py_is_property(struct py_file *f, const struct py_node *def);
/* The def among the bindings of a variable when it is the only one but for @overload variants and
 * accessors of a property; NULL otherwise. */
const struct py_node *py_slot_def(struct py_file *f, const struct py_slot *slot);

#endif
