/*
 * Which of two places in one function may run after the other, as far as its structure shows. What
 * a condition is about is not known here. Private to scan/rules.
 */
#ifndef LAPSE_RULES_ORDER_H
#define LAPSE_RULES_ORDER_H

#include "scan/py/file.h"

/* May control come from `a` to the later `b`, which both stand in the same function? Only what is
 * written down counts: of exceptions, that of a try's one statement. False when unsure. */
bool order_is_followed_by(const struct py_node *a, const struct py_node *b);
/* Does every turn of `loop`, the innermost around `a`, pass `a`, and may another turn follow it? */
bool order_is_repeated(const struct py_node *a, const struct py_node *loop);
/* Do `a` and `b` stand in branches of which only one runs: body and orelse of an if, two handlers,
 * two cases, handler and else? */
bool order_are_exclusive(const struct py_node *a, const struct py_node *b);
/* The innermost if or case between n and `top` on whose test it depends that n runs, or NULL. */
const struct py_node *order_condition_of(const struct py_node *n, const struct py_node *top);
/* The list of `parent` that directly holds `stmt`; empty for none. */
struct py_list order_list_of(const struct py_node *parent, const struct py_node *stmt);

#endif
