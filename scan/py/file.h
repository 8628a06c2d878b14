/*
 * What a Python file means, as far as one file can tell: scopes, names, types, calls.
 *
 * `py_file_open` builds the scopes once; everything else is computed when asked and remembered, so
 * asking costs nothing for files in which no rule asks. All answers are conservative: where the
 * evidence is unsure the answer is "unknown" (empty), and rules stay silent.
 *
 * The semantics are those of "Shared machinery" in the rule catalogue:
 *  - decorators, parameter defaults, annotations and base classes belong to the enclosing scope;
 *    comprehensions and generator expressions are transparent for async context (their targets are
 *    still bound in a scope of their own), class bodies are not seen from nested functions;
 *  - a name with several bindings in its scope resolves only when all of them agree, or all are
 *    imports (try/except ImportError): then all candidates are kept; `x = None` before or on
 * another branch than an import of x does not count. Any other rebinding, del too, kills it;
 *  - a root name bound nowhere in the file that is a builtin resolves to itself ("open"), one that
 *    equals a module of the catalogue (`subprocess`, `os`, ...) counts as that module;
 *  - a star import hides every name that nothing else binds, except builtins... which it may hide
 *    too: names stay resolved, modules of the catalogue do not.
 *
 * Memory belongs to the tree's arena. Not thread-safe; one thread owns a file.
 */
#ifndef LAPSE_PY_FILE_H
#define LAPSE_PY_FILE_H

#include "scan/py/ast.h"

/* ---- scopes and bindings (scope.c) ---- */

enum py_scope_kind {
	PY_SCOPE_MODULE,
	PY_SCOPE_CLASS,
	PY_SCOPE_FUNCTION,
	PY_SCOPE_LAMBDA,
	PY_SCOPE_COMP
};

enum py_binding_kind {
	PY_BIND_IMPORT, /* import a.b [as c]: node = alias, value NULL */
	PY_BIND_FROM,   /* from m import a [as c]: node = alias; its parent is the ImportFrom */
	PY_BIND_ASSIGN, /* target = value; also walrus, annotated assignment with a value, and a
			   target of `a, b = x, y`, whose value is its own x or y */
	PY_BIND_UNPACK, /* part of any other tuple target, value is the whole right side (NULL in
			   Python 2's `except E, (a, b)`); also `type X = value` */
	PY_BIND_ANNOTATION, /* x: T without a value */
	PY_BIND_AUGMENT,    /* x += … */
	PY_BIND_PARAM,      /* node = arg */
	PY_BIND_FOR,        /* loop or comprehension target; value = the iterable */
	PY_BIND_WITH,       /* with value as x; value = the context expression */
	PY_BIND_EXCEPT,     /* except T as x; node = ExceptHandler */
	PY_BIND_DEF,        /* def / async def; node = the function */
	PY_BIND_CLASS,
	PY_BIND_DEL,
	PY_BIND_PATTERN, /* captured by match */
};

struct py_binding {
	enum py_binding_kind kind;
	struct str name;
	const struct py_node *node;  /* what binds: Name, alias, arg, def, handler, … */
	const struct py_node *value; /* see py_binding_kind; NULL for none */
	struct py_scope *scope;      /* where the name lives (after global / nonlocal) */
	const struct py_node *site;  /* the scope node whose body holds the binding */
	struct py_binding *next; /* next binding of the same name in the same scope, source order */
};

struct py_scope {
	enum py_scope_kind kind;
	const struct py_node
		*node;           /* Module, ClassDef, FunctionDef, AsyncFunctionDef, Lambda, comp */
	struct py_scope *parent; /* NULL for the module */
	bool has_star_import;    /* from x import * in this scope */
	bool calls_locals;       /* uses locals(), exec, eval or vars(): names may be read unseen;
				    for the module also globals() */
	struct py_scope_more *more; /* private to scan/py */
};

struct py_file {
	struct py_tree *tree;
	struct arena *arena;
	struct py_scope *module;
	struct py_sema *sema; /* private to scan/py */
};

/*
 * Builds scopes for a parsed tree. Never fails; tree->root must not be NULL.
 */
struct py_file *py_file_open(struct py_tree *tree);

/* The scope in which `n` is evaluated: for a def, its decorators, defaults and annotations this is
 * the enclosing scope; for its body and parameters its own. */
struct py_scope *py_scope_at(struct py_file *f, const struct py_node *n);
/* The scope that a scope-making node owns (def, lambda, class, comprehension, Module). */
struct py_scope *py_scope_of(struct py_file *f, const struct py_node *scope_node);
/* First binding of `name` in exactly this scope, NULL for none. */
struct py_binding *py_scope_find(const struct py_scope *s, struct str name);
/* First binding of the name as seen from `at` by Python's rules (local, enclosing functions,
 * module; global and nonlocal followed). NULL: bound nowhere in the file. */
struct py_binding *py_lookup(struct py_file *f, const struct py_node *at, struct str name);
/* The only binding of a name, or NULL when there are none or several. */
struct py_binding *py_only_binding(struct py_binding *first);

/* Every Name node (load, store, del) that refers to the variable bound by `b`, in source order, in
 * nested scopes too. */
struct py_uses {
	const struct py_node **items;
	uint32_t len;
};
struct py_uses py_uses_of(struct py_file *f, const struct py_binding *b);

/* The function-like scope node around `n` that decides its async context: FunctionDef,
 * AsyncFunctionDef, Lambda, ClassDef or Module. Comprehensions are looked through. */
const struct py_node *py_context(struct py_file *f, const struct py_node *n);
/* Is `n` evaluated in the body of an `async def`? */
bool py_in_async(struct py_file *f, const struct py_node *n);
/* The innermost FunctionDef/AsyncFunctionDef around n (not n itself), looking through lambdas and
 * classes; NULL at module level. */
const struct py_node *py_function_around(const struct py_node *n);
/* The class whose body directly holds this def, or NULL. */
const struct py_node *py_class_of(const struct py_node *function);
/* Dotted scope of a node: "Class.method", "outer.inner", "" at module level. */
struct str py_scope_path(struct py_file *f, const struct py_node *n);

/* ---- names (names.c) ---- */

#define PY_MAX_CANDIDATES 4

/* Qualified names that an expression may stand for; len 0: unknown. Relative imports keep their
 * leading dots: ".client.get". */
struct py_names {
	struct str items[PY_MAX_CANDIDATES];
	uint32_t len;
};

/*
 * Resolves Name / Attribute chains (and calls of getattr with a literal) to qualified names,
 * through imports, aliases (`f = time.sleep`), builtins and local types: `s.get` with `s` a
 * requests.Session gives "requests.Session.get". Names bound to a def or class of this file resolve
 * to nothing here: see py_callee.
 */
struct py_names py_resolve(struct py_file *f, const struct py_node *expr);
/* Is one of the candidates this name? */
bool py_resolves_to(struct py_file *f, const struct py_node *expr, const char *qualified);
/* Is one of the candidates in this NULL-terminated list? Returns its index, or -1. */
int py_resolves_to_any(struct py_file *f, const struct py_node *expr, const char *const *names);
/* Does the file import this module or something from it ("gevent", "nest_asyncio")? */
bool py_imports(struct py_file *f, const char *module);
/* Is there a call in the file whose callee resolves to this name? ("nest_asyncio.apply") */
bool py_calls_anywhere(struct py_file *f, const char *qualified);

/* ---- types (types.c) ---- */

/*
 * The qualified class name of an expression's value, "" when unknown: constructor calls and factory
 * results (data/constructors.tsv), with-items, annotations (strings, Optional, T | None), `y = x`,
 * `self.x` when all assignments in the class agree, module globals, `await` of a factory. A class
 * of this file gives its bare name with the class node in *local_class (may be NULL).
 */
struct str py_type_of(
	struct py_file *f, const struct py_node *expr, const struct py_node **local_class);
bool py_is_type(struct py_file *f, const struct py_node *expr, const char *qualified);
/* The type that a call of this qualified name gives ("requests.Session" -> itself), "" for none. Of
 * a coroutine function: what awaiting the call gives ("asyncpg.connect" -> "asyncpg.Connection").
 */
struct str py_factory_result(struct str qualified);

/* ---- the file's own functions (calls.c) ---- */

/*
 * The def of this file that a call's callee (or any expression) surely stands for: f(), self.m(),
 * cls.m(), ClassName.m(), nested functions, methods of bases defined in the file, ClassName() gives
 * its __init__, super().m(), an object with __call__, functools.partial(f, …) for f. NULL when
 * unknown: several bindings, unknown decorators, properties, parameters, attributes assigned
 * through self, a subclass in the file that overrides a method as async where it was sync or the
 * reverse.
 */
const struct py_node *py_callee(struct py_file *f, const struct py_node *func_expr);
/* The ClassDef of this file that an expression names, or NULL. */
const struct py_node *py_class_named(struct py_file *f, const struct py_node *expr);
/* A method of a class of this file or of its bases in this file; NULL when not found or when a base
 * outside the file could override the answer and the class itself lacks it. */
const struct py_node *py_method(
	struct py_file *f, const struct py_node *class_def, struct str name);
/* Are all decorators known not to change what calling the function does? */
bool py_plain_decorators(struct py_file *f, const struct py_node *def);
/* Is a decorator of this qualified name on the def or class? ("contextlib.contextmanager") */
bool py_has_decorator(struct py_file *f, const struct py_node *def, const char *qualified);
bool py_is_generator(const struct py_node *function); /* a yield in its own body */
/* All Call nodes of the file whose py_callee is `def`, source order. */
struct py_uses py_callers(struct py_file *f, const struct py_node *def);

/*
 * Is this expression handed to something that runs it elsewhere (a thread, a process, the loop):
 * asyncio.to_thread(X), loop.run_in_executor(None, X), Thread(target=X), executor.submit(X),
 * sync_to_async(X), functools.partial(X, …) inside one of them? X is a callable that is *named*.
 */
bool py_is_offloaded(struct py_file *f, const struct py_node *expr);

/* ---- control flow (flow.c): structural questions, answered once for all rules ---- */

/* A checkpoint: await, async for, async with, async comprehension (and yield in an async
 * generator), in the body of the same function (nested functions and lambdas do not count). */
bool py_has_checkpoint(const struct py_node *top);
bool py_list_has_checkpoint(struct py_list body);
/* Can control leave this loop other than by its condition: a break of this loop, a return, a raise
 * (or assert, sys.exit()) that no try inside the loop surely catches, a yield? */
bool py_loop_has_exit(const struct py_node *loop);
/*
 * Is there a way around the body of the loop, back to its head, that meets no checkpoint?
 * *witness (may be NULL) is the continue, handler or `with suppress()` on that way; the loop itself
 * when only branches and loops without a turn lead past the checkpoints. An exception takes a way
 * to a handler only when it may come from a call before the first await of the try.
 */
bool py_loop_skips_checkpoint(const struct py_node *loop, const struct py_node **witness);
/* Can control leave the handler's body (or any statement list) without raising: fall off its end,
 * return, break or continue? A bare raise, or raise of anything, on every path gives false. */
bool py_may_complete(struct py_list body);
/* Likewise, but only off its end or with continue: does a loop around it take another turn? */
bool py_may_go_on(struct py_list body);
/* `while True`, `for … in itertools.count()`: ends only from within. */
bool py_is_endless_loop(const struct py_node *loop);
/* Is `n` inside a `while True`-like loop of its own function? The loop, or NULL. */
const struct py_node *py_endless_loop_around(const struct py_node *n);
/* The innermost For/AsyncFor/While around n in the same function whose body (or whose test, for a
 * While) holds n, or NULL. */
const struct py_node *py_loop_around(const struct py_node *n);
/* Does `n` stand in the body (not the handlers) of a try whose finally or handlers contain `m`? */
bool py_is_released_in_finally(const struct py_node *n, const struct py_node *m);

/* ---- what happens to a value (escape.c) ---- */

/*
 * How a variable is used after it was bound, through aliases (`y = x`) too. A use escapes when the
 * value, something that holds it, or a part of it that may be a bound method (`x.close` not called)
 * is returned, yielded, raised, stored in an attribute, subscript, container, global or nonlocal,
 * passed to a call, or captured by a nested function or class. Reads are no escape: x.m(), x.a,
 * x[0], tests, f-strings, iterating over it, and passing it to print, len, isinstance and the like,
 * to a logger, or to an assert method of a test case. All bindings of the variable count together.
 */
struct py_escape {
	uint32_t reads; /* loads of the name itself, all of them */
	bool escapes;   /* any of the above */
	bool awaited;   /* await x, yield from x */
	bool in_with;   /* with x / async with x, closing(x), enter_context(x) */
	const struct py_node *first_escape; /* the expression that escapes; NULL for none */
};
struct py_escape py_escape_of(struct py_file *f, const struct py_binding *b);
/* Is one of the NULL-terminated methods called on the variable, an alias or a part of it:
 * x.close(), await x.aclose(), x.transport.close()? The first such Call, or NULL. A method that is
 * passed on, push_async_callback(x.aclose), is an escape, not a call. */
const struct py_node *py_method_called_on(
	struct py_file *f, const struct py_binding *b, const char *const *methods);

/* The outermost expression around `expr` that may have its value: through `a or x`, `x if c else
 * y` and walrus. What its parent does with it is what happens to the value. */
const struct py_node *py_value_top(const struct py_node *expr);
/* The binding that a Name with PY_STORE makes, or NULL. */
struct py_binding *py_binding_at(struct py_file *f, const struct py_node *store);

/* The same two questions for an attribute: every load of `<anything>.attr` inside `top` (a class or
 * the Module) counts as a use, in nested functions as well. `reads` counts them. */
struct py_escape py_attribute_escape(struct py_file *f, const struct py_node *top, struct str attr);
const struct py_node *py_method_called_on_attribute(
	struct py_file *f, const struct py_node *top, struct str attr, const char *const *methods);

/* Text form of scopes, bindings, resolved calls and types, for tests. Caller releases out. */
void py_file_dump(struct py_file *f, struct strbuf *out);

#endif
