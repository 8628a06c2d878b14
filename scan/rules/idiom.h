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
/* Does `n` stand on the side of an `if` that is never taken: `if True: … else: n`, a constant of
 * the module that is never set otherwise, TYPE_CHECKING? */
bool idiom_is_never_run(struct py_file *f, const struct py_node *n);
/* Is it a file: or data: URL, which needs no network? One that is computed is known by its name, or
 * by that of the function that takes it. */
bool idiom_is_local_url(const struct py_node *url);
/* The innermost function around n, or the Module. */
const struct py_node *idiom_function_or_module(struct py_file *f, const struct py_node *n);
/* The innermost class around n through functions, or NULL. */
const struct py_node *idiom_class_around(const struct py_node *n);
/* The def of this file that an expression names, decorated or not; NULL when unknown. */
const struct py_node *idiom_def_named(struct py_file *f, const struct py_node *expr);
/* Do the arguments of a call in a loop change from turn to turn: does it read a name that the loop
 * binds? */
bool idiom_depends_on_turn(const struct py_node *call, const struct py_node *loop);

#endif
