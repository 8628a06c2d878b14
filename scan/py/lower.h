/*
 * Lowering: from the concrete tree (cst.h) to the AST (ast.h). Private to scan/py.
 *
 * Every lower_* function takes the index of a concrete node and the parent of what it makes, takes
 * AST nodes from one array in preorder and returns the node it made, closed. Index 0, the module,
 * is nobody's child and stands for "not there": lowering it as an expression gives an ErrorExpr.
 * Recursion is bounded by LOWER_MAX_DEPTH; chains that real code makes long (a + b + …, x.a().b(),
 * and/or, elif, a = b = …) are loops.
 */
#ifndef LAPSE_PY_LOWER_H
#define LAPSE_PY_LOWER_H

#include "scan/base/map.h"
#include "scan/base/mem.h"
#include "scan/py/cst.h"

/* CPython allows 200 nested parentheses and 100 indentation levels. */
#define LOWER_MAX_DEPTH 400

/* One step of a left-nested chain: the AST node and the concrete node it stands for. */
struct spine_step {
	struct py_node *node;
	uint32_t cst;
};

/* The parts of lowering that live as long as the parser, so that no file allocates them anew. */
struct lower_buffers {
	VEC(struct py_node *) nodes; /* lists being collected; used as a stack */
	VEC(struct spine_step) spine;
	VEC(struct str) names;
	struct map interned;
	struct strbuf text;
	py_ranges errors, comments;
	py_ranges conflicts; /* between conflict markers */
	py_ranges resyncs;   /* replaced by stand-ins, see resync.h */
};

struct lower {
	struct cst_node *cst;
	uint32_t cst_len;
	struct py_tree *tree;
	struct str source;
	struct arena *arena;
	struct lower_buffers *buf;
	struct py_node *nodes;
	uint32_t len, cap;
	bool has_xor;         /* there is a `^` in the file */
	bool overflow;        /* cap was too small: lower again with more */
	struct py_node spare; /* given out after an overflow */
	uint32_t depth;
	uint32_t line;   /* index of the last node's line */
	uint32_t indent; /* column, in bytes, of the statements of the block being lowered */
};

#define CST_EACH(l, c, i) for (uint32_t c = (i) + 1; c < (l)->cst[i].next; c = (l)->cst[c].next)

/* ---- lower.c: nodes, lists, names, children ---- */

/* Builds the tree's nodes and errors; tree->lines and source must be there. */
void lower_tree(struct lower *l);

struct py_node *node_new(struct lower *l, enum py_kind kind, uint32_t i, struct py_node *parent);
void node_close(struct lower *l, struct py_node *n); /* all its descendants have been made */
void node_start_at(struct lower *l, struct py_node *n, uint32_t offset);
struct str lower_text(const struct lower *l, uint32_t i);
struct str lower_intern(struct lower *l, struct str s);
struct str lower_name(struct lower *l, uint32_t i); /* interned text; "" for index 0 */
void lower_add_error(struct lower *l, uint32_t start, uint32_t end);
void lower_mark_broken(const struct lower *l, struct py_node *n); /* and its ancestors */

/* Lists: mark = list_begin(l); list_push(l, n)…; list_end(l, mark, &list). They nest. */
size_t list_begin(const struct lower *l);
void list_push(struct lower *l, struct py_node *n);
void list_end(struct lower *l, size_t mark, struct py_list *out);
size_t names_begin(const struct lower *l);
void names_push(struct lower *l, struct str name);
void names_end(struct lower *l, size_t mark, struct py_name_list *out);

/* An operand is a named child that is no ERROR. The following return an index, 0 for none. */
bool is_operand(const struct lower *l, uint32_t i);
uint32_t first_operand(const struct lower *l, uint32_t i);
uint32_t next_operand(const struct lower *l, uint32_t i, uint32_t after); /* child of i */
uint32_t find_child(const struct lower *l, uint32_t i, enum cst_kind kind);
uint32_t operand_count(const struct lower *l, uint32_t i);
uint32_t cst_end(const struct lower *l, uint32_t i); /* end of its last token */

/* ---- lower_expr.c ---- */

struct py_node *lower_expr(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);
/* A Tuple of the operands of i, with the span of i. */
struct py_node *lower_tuple(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);
struct py_node *lower_error_expr(struct lower *l, uint32_t i, struct py_node *parent);
void lower_operands(
	struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx, struct py_list *out);

/* ---- lower_spine.c: calls, attributes, subscripts, binary and boolean operators ---- */

bool is_spine(enum cst_kind kind);
struct py_node *lower_spine(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);
struct py_node *lower_bool_op(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);
void lower_call_arguments(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *args,
	struct py_list *keywords);
enum py_op lower_op(enum cst_kind token);

/* ---- lower_bits.c ---- */

enum py_op cst_operator(const struct lower *l, uint32_t i); /* the operator among i's tokens */
bool bits_are_misread(const struct lower *l, uint32_t i);
struct py_node *lower_bits(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);

/* ---- lower_args.c: parameters ---- */

/* i: parameters or lambda_parameters, 0 for none (then an empty node at `offset`). */
struct py_node *lower_parameters(
	struct lower *l, uint32_t i, struct py_node *parent, uint32_t offset);

/* ---- lower_string.c ---- */

/* i: string or concatenated_string. */
struct py_node *lower_string(struct lower *l, uint32_t i, struct py_node *parent, enum py_ctx ctx);

/* ---- lower_pattern.c ---- */

struct py_node *lower_pattern(struct lower *l, uint32_t i, struct py_node *parent);

/* ---- lower_stmt.c: bodies, simple statements, what remains of broken ones ---- */

/* Pushes the statement, or what remains of a broken one, to the list being collected. */
void lower_stmt(struct lower *l, uint32_t i, struct py_node *parent);
/* The statements of i, a module or a block. */
void lower_body(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *out);
/* Those of the block among i's children; none when there is no block. */
void lower_suite(struct lower *l, uint32_t i, struct py_node *parent, struct py_list *out);
struct py_node *lower_error_stmt(struct lower *l, uint32_t i, struct py_node *parent);
/* The range that i is a stand-in for, NULL for none. */
const struct py_range *stand_in_range(const struct lower *l, uint32_t i);

/* ---- lower_import.c, lower_compound.c, lower_def.c ---- */

struct py_node *lower_import(struct lower *l, uint32_t i, struct py_node *parent);
struct py_node *lower_compound(struct lower *l, uint32_t i, struct py_node *parent);
/* function_definition, class_definition or decorated_definition. */
struct py_node *lower_definition(struct lower *l, uint32_t i, struct py_node *parent);

#endif
