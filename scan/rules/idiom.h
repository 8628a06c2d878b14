/*
 * Private to scan/rules: small questions about how Python code is written, shared by families.
 */
#ifndef LAPSE_RULES_IDIOM_H
#define LAPSE_RULES_IDIOM_H

#include "scan/py/file.h"

/* The last part of a name or attribute chain: "run" for asyncio.run; "" for anything else. */
struct str idiom_last_name(const struct py_node *expr);
/* Is the string one of a NULL-terminated list? */
bool idiom_is_one_of(struct str s, const char *const *list);
/* Does the string begin with one of a NULL-terminated list, leading underscores aside? */
bool idiom_starts_with_one_of(struct str s, const char *const *list);
/* Does `n` stand where an exception is expected: in `with pytest.raises(…)`, assertRaises? */
bool idiom_expects_error(const struct py_node *n);
/* The innermost function around n, or the Module. */
const struct py_node *idiom_function_or_module(struct py_file *f, const struct py_node *n);
/* The innermost class around n through functions, or NULL. */
const struct py_node *idiom_class_around(const struct py_node *n);
/* The def of this file that an expression names, decorated or not; NULL when unknown. */
const struct py_node *idiom_def_named(struct py_file *f, const struct py_node *expr);

#endif
