/*
 * Private to the process and pool families: attributes that keep what a class starts.
 */
#ifndef LAPSE_RULES_PROCESS_JOIN_H
#define LAPSE_RULES_PROCESS_JOIN_H

#include "scan/py/file.h"

/* Does the file show every use of this attribute: no base class from elsewhere, no getattr by its
 * name? */
bool process_owns_attribute(struct py_file *f, const struct py_node *class_def, struct str attr);

#endif
