/*
 * Reaping: `task.cancel()`, then `await task` with its CancelledError caught. The one place where
 * catching it and going on is right.
 */
#ifndef LAPSE_RULES_REAP_H
#define LAPSE_RULES_REAP_H

#include "scan/py/file.h"

/*
 * Is every checkpoint of a try or with body an await of something that is cancelled: the awaited
 * task itself, in the same function or class; or, for a call such as gather(*tasks), any task named
 * in it or cancelled before it in the function? Tasks are compared by their text.
 */
bool reap_is_reaping(struct py_file *f, struct py_list body);

#endif
