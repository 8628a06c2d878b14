/*
 * Code that lets no exception out. Private to scan/rules.
 */
#ifndef LAPSE_RULES_CAUGHT_H
#define LAPSE_RULES_CAUGHT_H

#include "scan/py/file.h"

/* Is there a handler for everything (Exception, BaseException, bare), and does none up to it raise?
 */
bool caught_by_try(const struct py_node *try_stmt);
/* Does the function of this file that the expression names have such a try? What it does beside it
 * counts as safe: the try shows that the author thought of errors. */
bool caught_by_callee(struct py_file *f, const struct py_node *callable);

#endif
