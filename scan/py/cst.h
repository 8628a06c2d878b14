/*
 * The concrete syntax tree as lowering sees it: tree-sitter's nodes copied once, by one cursor
 * walk, into a flat array in preorder, without comments and line continuations.
 *
 * That keeps tree-sitter in parse.c alone, makes "next child" an addition, and lets lowering look
 * ahead and go over children twice at no cost. Private to scan/py.
 */
#ifndef LAPSE_PY_CST_H
#define LAPSE_PY_CST_H

#include "scan/base/mem.h"
#include "scan/py/ast.h"

/* clang-format off */
/* X(name): named symbols of the grammar that lowering knows. Statements stand first. */
#define CST_STATEMENTS(X) \
	X(assert_statement) X(break_statement) X(continue_statement) X(delete_statement) \
	X(exec_statement) X(expression_statement) X(future_import_statement) \
	X(global_statement) X(import_from_statement) X(import_statement) \
	X(nonlocal_statement) X(pass_statement) X(print_statement) X(raise_statement) \
	X(return_statement) X(type_alias_statement) X(class_definition) \
	X(decorated_definition) X(function_definition) X(for_statement) X(if_statement) \
	X(match_statement) X(try_statement) X(while_statement) X(with_statement)

#define CST_SYMBOLS(X) \
	X(aliased_import) X(argument_list) X(as_pattern) X(as_pattern_target) X(assignment) \
	X(attribute) X(augmented_assignment) X(await) X(binary_operator) X(block) \
	X(boolean_operator) X(call) X(case_clause) X(case_pattern) X(chevron) \
	X(class_pattern) X(comment) X(comparison_operator) X(complex_pattern) \
	X(concatenated_string) X(conditional_expression) X(constrained_type) X(decorator) \
	X(default_parameter) X(dict_pattern) X(dictionary) X(dictionary_comprehension) \
	X(dictionary_splat) X(dictionary_splat_pattern) X(dotted_name) X(elif_clause) \
	X(ellipsis) X(else_clause) X(except_clause) X(except_group_clause) \
	X(expression_list) X(false) X(finally_clause) X(float) X(for_in_clause) \
	X(format_expression) X(format_specifier) X(generator_expression) X(generic_type) \
	X(identifier) X(if_clause) X(import_prefix) X(integer) X(interpolation) \
	X(keyword_argument) X(keyword_pattern) X(keyword_separator) X(lambda) \
	X(lambda_parameters) X(line_continuation) X(list) X(list_comprehension) \
	X(list_pattern) X(list_splat) X(list_splat_pattern) X(member_type) X(module) \
	X(named_expression) X(none) X(not_operator) X(pair) X(parameters) \
	X(parenthesized_expression) X(pattern_list) X(positional_separator) \
	X(relative_import) X(set) X(set_comprehension) X(slice) X(splat_pattern) \
	X(splat_type) X(string) X(string_content) X(string_end) X(string_start) X(subscript) \
	X(true) X(tuple) X(tuple_pattern) X(type) X(type_conversion) X(type_parameter) \
	X(typed_default_parameter) X(typed_parameter) X(unary_operator) X(union_pattern) \
	X(union_type) X(wildcard_import) X(with_clause) X(with_item) X(yield)

/* X(name, text): tokens that lowering asks for; the others are CST_TOKEN. */
#define CST_TOKENS(X) \
	X(ASYNC, "async") X(FROM, "from") X(AS, "as") X(COMMA, ",") X(COLON, ":") \
	X(EQUAL, "=") X(UNDERSCORE, "_") X(DEF, "def") X(CLASS, "class") X(ADD, "+") \
	X(SUB, "-") X(MULT, "*") X(MATMULT, "@") X(DIV, "/") X(MOD, "%") X(POW, "**") \
	X(LSHIFT, "<<") X(RSHIFT, ">>") X(BITOR, "|") X(BITXOR, "^") X(BITAND, "&") \
	X(FLOORDIV, "//") X(INVERT, "~") X(AND, "and") X(OR, "or") X(EQ, "==") \
	X(NOTEQ, "!=") X(LTGT, "<>") X(LT, "<") X(LTE, "<=") X(GT, ">") X(GTE, ">=") \
	X(IS, "is") X(ISNOT, "is not") X(IN, "in") X(NOTIN, "not in") X(IADD, "+=") \
	X(ISUB, "-=") X(IMULT, "*=") X(IMATMULT, "@=") X(IDIV, "/=") X(IMOD, "%=") \
	X(IPOW, "**=") X(ILSHIFT, "<<=") X(IRSHIFT, ">>=") X(IBITOR, "|=") X(IBITXOR, "^=") \
	X(IBITAND, "&=") X(IFLOORDIV, "//=")

/* clang-format on */

enum cst_kind {
	CST_TOKEN, /* a token nobody asks for, or an unknown symbol */
	CST_ERROR,
#define X(name) CST_##name,
	CST_STATEMENTS(X) CST_SYMBOLS(X)
#undef X
#define X(name, text) CST_TOK_##name,
		CST_TOKENS(X)
#undef X
			CST_KIND_COUNT
};

_Static_assert(CST_KIND_COUNT <= UINT8_MAX, "cst_node.kind has 8 bits");

enum cst_flag {
	CST_NAMED = 1,     /* a symbol of the grammar, not a token; ERROR counts as named */
	CST_MISSING = 2,   /* tree-sitter put it there to repair the tree; no bytes */
	CST_HAS_ERROR = 4, /* an ERROR or MISSING node lies inside, or it is one */
	CST_OPENED = 8,    /* an ERROR whose clean statements were lowered; see
			      lower_error */
};

/* The children of node i are i + 1 (when below nodes[i].next), then
 * nodes[child].next, … */
struct cst_node {
	uint32_t start, end; /* bytes */
	uint32_t next;       /* index of the first node after this subtree */
	uint8_t kind, flags;
};

typedef VEC(struct cst_node) cst_nodes;
typedef VEC(struct py_range) py_ranges;

static inline bool cst_is_statement(const struct cst_node *n)
{
	return n->kind >= CST_assert_statement && n->kind <= CST_with_statement;
}

#endif
