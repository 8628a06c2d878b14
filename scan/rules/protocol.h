/*
 * What the parts of the protocol family share. Private to it.
 */
#ifndef LAPSE_RULES_PROTOCOL_H
#define LAPSE_RULES_PROTOCOL_H

#include "scan/rules/rule.h"

enum has { HAS_NOT, HAS, HAS_PERHAPS };

/* Does a class of this file, or a base of it, define the name? HAS_PERHAPS when a base outside the
 * file might. */
enum has class_has(struct py_file *f, const struct py_node *class_def, const char *name);
/* Are there candidates for what the expression names, all of them in this NULL-terminated list? */
bool names_only(struct py_file *f, const struct py_node *expr, const char *const *list);

rule_check check_await_outside, check_protocol_with, check_protocol_iter, check_protocol_test;

#endif
