/*
 * The abstract syntax tree of one Python file.
 *
 * Node kinds and field names are those of CPython's `ast` module (docs.python.org, "Abstract
 * Grammar", 3.13), so whoever has written a flake8 plugin knows them. Differences, on purpose:
 *  - Python 2: Print, Exec and Repr (backticks) exist; an `except E, e` handler is an
 * ExceptHandler.
 *  - AsyncComprehension is comprehension with is_async set, as in CPython.
 *  - Parentheses leave no node, as in CPython. Adjacent string literals are one Constant/JoinedStr.
 *  - What could not be parsed is ErrorStmt / ErrorExpr; their byte ranges stand in py_tree.errors.
 * The bodies of compound statements are never empty: a missing one is an ErrorStmt of no length.
 *  - `if … elif`: an elif is an If alone in orelse, flagged PY_FLAG_ELIF.
 *  - Type parameters (PEP 695) have no nodes; identifiers are not NFKC-normalised; \N{…} in a
 * string is U+FFFD.
 *  - Between conflict markers both sides are parsed, flagged PY_FLAG_BROKEN, and an error range.
 *
 * Nodes lie in one array in preorder: the descendants of `n` are n + 1 … n->end_node - 1. Walking a
 * subtree is a loop, skipping one is `n = n->end_node`; no recursion. PY_EACH does it. Children
 * come in the order in which their fields are declared below (so decorators after the body,
 * keywords after all positional arguments), but those of Dict (key, value, key, value) and
 * arguments (a default after its parameter) in source order.
 *
 * All memory belongs to the arena given to py_parse. Positions are byte offsets into the source
 * (the tree has the line table), so findings can be re-based when a definition moves.
 */
#ifndef LAPSE_PY_AST_H
#define LAPSE_PY_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "scan/base/err.h"
#include "scan/base/mem.h"
#include "scan/base/str.h"

/* X(kind): every node kind. Order groups them: mod, stmt, expr, the rest. */
#define PY_KINDS(X)                                                                               \
	X(Module)                                                                                 \
	/* stmt */                                                                                \
	X(FunctionDef)                                                                            \
	X(AsyncFunctionDef) X(ClassDef) X(Return) X(Delete) X(Assign) X(TypeAlias) X(AugAssign)   \
		X(AnnAssign) X(For) X(AsyncFor) X(While) X(If) X(With) X(AsyncWith) X(Match)      \
			X(Raise) X(Try) X(TryStar) X(Assert) X(Import) X(ImportFrom) X(Global)    \
				X(Nonlocal) X(Expr) X(Pass) X(Break) X(Continue) X(Print) X(Exec) \
					X(ErrorStmt) /* expr */                                   \
		X(BoolOp) X(NamedExpr) X(BinOp) X(UnaryOp) X(Lambda) X(IfExp) X(Dict) X(Set)      \
			X(ListComp) X(SetComp) X(DictComp) X(GeneratorExp) X(Await) X(Yield)      \
				X(YieldFrom) X(Compare) X(Call) X(FormattedValue) X(JoinedStr)    \
					X(Constant) X(Attribute) X(Subscript) X(Starred) X(Name)  \
						X(List) X(Tuple) X(Slice) X(Repr)                 \
							X(ErrorExpr) /* the rest */               \
		X(comprehension) X(ExceptHandler) X(withitem) X(arguments) X(arg) X(keyword)      \
			X(alias) X(match_case) X(pattern)

enum py_kind {
#define X(k) PY_##k,
	PY_KINDS(X)
#undef X
		PY_KIND_COUNT
};

/* A set of kinds, for rule subscriptions: PY_BIT(Call) | PY_BIT(With). Kinds after withitem do not
 * fit and cannot be subscribed to. */
typedef uint64_t py_kinds;
#define PY_BIT(k) (UINT64_C(1) << PY_##k)

_Static_assert(PY_withitem < 64, "py_kinds has 64 bits");

const char *py_kind_name(enum py_kind k); /* "AsyncFunctionDef" */

/* Operators of BoolOp, BinOp, AugAssign, UnaryOp and Compare. */
enum py_op {
	PY_OP_NONE,
	PY_OP_AND,
	PY_OP_OR,
	PY_OP_ADD,
	PY_OP_SUB,
	PY_OP_MULT,
	PY_OP_MATMULT,
	PY_OP_DIV,
	PY_OP_MOD,
	PY_OP_POW,
	PY_OP_LSHIFT,
	PY_OP_RSHIFT,
	PY_OP_BITOR,
	PY_OP_BITXOR,
	PY_OP_BITAND,
	PY_OP_FLOORDIV,
	PY_OP_INVERT,
	PY_OP_NOT,
	PY_OP_UADD,
	PY_OP_USUB,
	PY_OP_EQ,
	PY_OP_NOTEQ,
	PY_OP_LT,
	PY_OP_LTE,
	PY_OP_GT,
	PY_OP_GTE,
	PY_OP_IS,
	PY_OP_ISNOT,
	PY_OP_IN,
	PY_OP_NOTIN,
};

/* What a Constant is. For numbers `text` is the literal, for strings the decoded contents. */
enum py_constant {
	PY_CONST_NONE,
	PY_CONST_TRUE,
	PY_CONST_FALSE,
	PY_CONST_ELLIPSIS,
	PY_CONST_INT,
	PY_CONST_FLOAT,
	PY_CONST_COMPLEX,
	PY_CONST_STR,
	PY_CONST_BYTES,
};

/* Expression context of Name, Attribute, Subscript, Starred, List, Tuple. */
enum py_ctx { PY_LOAD, PY_STORE, PY_DEL };

enum py_flag {
	PY_FLAG_PAREN = 1,  /* the expression stands in parentheses of its own */
	PY_FLAG_ELIF = 2,   /* an If that was written `elif` */
	PY_FLAG_BROKEN = 4, /* a syntax error lies inside this node */
};

struct py_node;

struct py_list {
	struct py_node *
		*items; /* NULL items occur only where CPython has None (Dict keys, defaults) */
	uint32_t len;
};

struct py_name_list {
	struct str *items;
	uint32_t len;
};

/*
 * One node. `start` and `end` follow CPython's spans (a decorated def starts at `def`; a
 * parenthesised expression without its parentheses). Fields not present in the source are NULL or
 * empty. Identifiers are slices of the source, interned per file: equal names have equal ptr.
 */
struct py_node {
	uint8_t kind;             /* enum py_kind */
	uint8_t op;               /* enum py_op, enum py_constant or enum py_ctx, by kind */
	uint8_t flags;            /* enum py_flag */
	uint8_t is_async;         /* comprehension only */
	uint32_t start, end;      /* bytes, end exclusive */
	uint32_t line;            /* of start, 1-based */
	struct py_node *parent;   /* NULL for Module */
	struct py_node *end_node; /* one past the last descendant */
	union {
		struct {
			struct py_list body;
		} module;
		/* FunctionDef, AsyncFunctionDef. name_start: byte offset of the name. */
		struct {
			struct str name;
			struct py_node *args; /* arguments */
			struct py_list body, decorators;
			struct py_node *returns;
		} function;
		struct {
			struct str name;
			struct py_list bases, keywords, body, decorators;
		} class_def;
		struct {
			struct py_node *value;
		} expr; /* Expr Return Await Yield YieldFrom Starred Repr
			   FormattedValue; value may be NULL for Return, Yield */
		struct {
			struct py_node *value, *format_spec;
		} formatted; /* FormattedValue; also `expr` */
		struct {
			struct py_list targets;
		} del;
		struct {
			struct py_list targets;
			struct py_node *value;
		} assign;
		struct {
			struct py_node *target, *value;
		} aug_assign; /* AugAssign NamedExpr */
		struct {
			struct py_node *target, *annotation, *value;
		} ann_assign;
		struct {
			struct py_node *name, *value;
		} type_alias;
		struct {
			struct py_node *target, *iter;
			struct py_list body, orelse;
		} loop; /* For AsyncFor */
		struct {
			struct py_node *test;
			struct py_list body, orelse;
		} cond; /* While If */
		struct {
			struct py_list items, body;
		} with; /* With AsyncWith; items: withitem */
		struct {
			struct py_node *subject;
			struct py_list cases;
		} match;
		/* Python 2's `raise E, value, traceback`: exc is the Tuple of them. */
		struct {
			struct py_node *exc, *cause;
		} raise;
		struct {
			struct py_list body, handlers, orelse, finalbody;
		} try_stmt; /* Try TryStar */
		struct {
			struct py_node *test, *msg;
		} assert_stmt;
		struct {
			struct py_list names;
		} import; /* alias nodes */
		/* module: "" for `from . import x`; level: number of dots. `import *` is one alias
		 * "*". */
		struct {
			struct str module;
			struct py_list names;
			uint32_t level;
		} import_from;
		struct {
			struct py_name_list names;
		} names; /* Global Nonlocal */
		/* Print (`>>file` comes first, without a node of its own); Exec: code, globals,
		 * locals */
		struct {
			struct py_list values;
		} print;
		struct {
			struct py_list values;
		} bool_op; /* BoolOp JoinedStr */
		struct {
			struct py_node *left, *right;
		} bin_op;
		struct {
			struct py_node *operand;
		} unary_op;
		struct {
			struct py_node *args, *body;
		} lambda;
		struct {
			struct py_node *test, *body, *orelse;
		} if_exp;
		struct {
			struct py_list keys, values;
		} dict; /* keys[i] NULL: `**values[i]` */
		struct {
			struct py_list elts;
		} sequence; /* List Tuple Set */
		/* ListComp SetComp GeneratorExp: elt; DictComp: elt is the key, value the value. */
		struct {
			struct py_node *elt, *value;
			struct py_list generators;
		} comp;
		struct {
			struct py_node *left;
			struct py_list comparators;
			uint8_t *ops;
		} compare;
		struct {
			struct py_node *func;
			struct py_list args, keywords;
		} call;
		struct {
			struct str text;
		} constant;
		struct {
			struct py_node *value;
			struct str attr;
		} attribute;
		struct {
			struct py_node *value, *slice;
		} subscript;
		struct {
			struct str id;
		} name;
		struct {
			struct py_node *lower, *upper, *step;
		} slice;
		struct {
			struct py_node *target, *iter;
			struct py_list ifs;
		} comprehension;
		/* name "": none, or Python 2's `except E, (a, b)`. */
		struct {
			struct py_node *type;
			struct str name;
			struct py_list body;
		} handler;
		/* defaults belong to the last of posonlyargs+args; kw_defaults has NULL for none.
		 */
		struct {
			struct py_list posonlyargs, args, kwonlyargs, defaults, kw_defaults;
			struct py_node *vararg, *kwarg;
		} arguments;
		/* Python 2's `def f((a, b)):` has an arg without a name; annotation is the Tuple,
		 * in Store context. */
		struct {
			struct str arg;
			struct py_node *annotation;
		} arg;
		struct {
			struct str arg;
			struct py_node *value;
		} keyword; /* arg "": `**value` */
		struct {
			struct str name, asname;
		} alias; /* asname "" for none */
		struct {
			struct py_node *context_expr, *optional_vars;
		} withitem;
		struct {
			struct py_node *pattern, *guard;
			struct py_list body;
		} match_case;
		/* Patterns are kept coarse: expressions (values, class names) and sub-patterns in
		 * source order, and the names that this pattern itself binds, not its sub-patterns.
		 */
		struct {
			struct py_list children;
			struct py_name_list binds;
		} pattern;
	} u;
};

/* A byte range of the source. */
struct py_range {
	uint32_t start, end;
};

enum py_status {
	PY_OK,
	PY_PARTIAL, /* parsed, with syntax errors: see errors */
	PY_SKIPPED, /* not parsed at all: see reason */
};

struct py_tree {
	struct arena *arena;
	struct str source; /* as given, BOM included */
	enum py_status status;
	const char
		*reason; /* PY_SKIPPED: "too large", "too slow", "UTF-16", "NUL bytes"; else NULL */
	struct py_node *root; /* Module; NULL when skipped */
	uint32_t node_count;
	struct py_range *errors; /* ascending, not overlapping */
	uint32_t error_count;
	struct py_range *comments; /* ascending; from '#' to before the line's end */
	uint32_t comment_count;
	uint32_t *lines; /* byte offset of each line's start */
	uint32_t line_count;
	bool latin1; /* columns: the file is not UTF-8, one byte is one character */
};

struct py_limits {
	uint32_t max_bytes; /* 0: no limit */
	uint32_t max_ms;    /* wall clock for tree-sitter; 0: no limit */
};

/*
 * A parser; one per thread, reused for many files.
 */
struct py_parser;
struct py_parser *py_parser_new(void);
void py_parser_free(struct py_parser *p);

/*
 * Parses `source`. Never fails: a file that cannot be parsed has status PY_SKIPPED, one with
 * syntax errors PY_PARTIAL. The tree, in the arena, refers to source's bytes: keep both as long.
 */
struct py_tree *py_parse(struct py_parser *p, struct str source, const struct py_limits *limits,
	struct arena *arena);

/* 1-based line and column; the column counts characters (bytes for a Latin-1 file). A byte order
 * mark at the start counts as nothing. */
void py_position(const struct py_tree *t, uint32_t offset, uint32_t *line, uint32_t *column);
struct str py_text(const struct py_tree *t, const struct py_node *n); /* its source */
struct str py_line_text(const struct py_tree *t, uint32_t line);      /* without the line break */
/* Does a syntax error touch this byte range? */
bool py_is_broken(const struct py_tree *t, uint32_t start, uint32_t end);

/* For every node of the subtree of `top`, itself included, in preorder. `continue` works; to skip a
 * subtree, assign `it = it->end_node - 1` before `continue`. */
#define PY_EACH(it, top) \
	for (const struct py_node *it = (top), *it##_end = (top)->end_node; it < it##_end; it++)

bool py_is_stmt(const struct py_node *n);
bool py_is_expr(const struct py_node *n);
bool py_is_function(const struct py_node *n); /* FunctionDef or AsyncFunctionDef */
/* FunctionDef, AsyncFunctionDef, Lambda, ClassDef or Module: what starts a body of its own. */
bool py_is_scope(const struct py_node *n);
bool py_is_inside(const struct py_node *n, const struct py_node *ancestor); /* or the same */
/* The innermost statement that contains n, or n itself. NULL only for Module. */
const struct py_node *py_stmt_of(const struct py_node *n);
bool py_is_name(const struct py_node *n, const char *id); /* a Name with this id; n may be NULL */
/* The keyword argument of a Call, or NULL. */
const struct py_node *py_keyword(const struct py_node *call, const char *arg);
/* Positional argument i, NULL when there are fewer or a Starred stands at or before i. */
const struct py_node *py_arg(const struct py_node *call, uint32_t i);
/* Positional i or keyword `name`, whichever is there. */
const struct py_node *py_arg_or_keyword(const struct py_node *call, uint32_t i, const char *name);
bool py_has_double_star(const struct py_node *call);                 /* f(**kwargs) */
bool py_is_constant(const struct py_node *n, enum py_constant what); /* n may be NULL */
/* A constant that is always true in a test (True, non-zero number, non-empty string, ...). */
bool py_is_true(const struct py_node *n);

/* The tree as text, one node a line, indented, for tests and `--dump`:
 * `Kind line:col-line:col field=value …`. Caller releases out. */
void py_dump(const struct py_tree *t, struct strbuf *out);

#endif
