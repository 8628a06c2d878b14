/*
 * Private to scan/rules: the object whose method is called. What made it, and what else is done
 * with the same variable or attribute.
 */
#ifndef LAPSE_RULES_RECEIVER_H
#define LAPSE_RULES_RECEIVER_H

#include "scan/py/file.h"

/*
 * The call that made the object: Queue(5) for `q` after `q = Queue(5)`, for `self.q` when it is the
 * only assignment of that attribute in the class, for `f` in `with open(p) as f`, and for a part of
 * what is unpacked. Of a name bound several times the last one before the use counts. The
 * expression itself when it is a call. NULL when that is not sure.
 */
const struct py_node *receiver_maker(struct py_file *f, const struct py_node *expr);
/* The first call of one of the methods (NULL-terminated) on the same variable, or on an attribute
 * of the same name in the class; NULL for none. */
const struct py_node *receiver_method(
	struct py_file *f, const struct py_node *expr, const char *const *methods);
/* Is one of the methods asked of the same expression, as it is spelt, in the test of an if, assert
 * or while (only_while: a while) of the function around `at`? */
bool receiver_is_tested(struct py_file *f, const struct py_node *at, const struct py_node *expr,
	const char *const *methods, bool only_while);
/* Does the expression stand for a parameter? */
bool receiver_is_parameter(struct py_file *f, const struct py_node *expr);

#endif
