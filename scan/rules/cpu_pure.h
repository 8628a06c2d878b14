/*
 * Private to cpu*.c: does a piece of code only compute, in Python bytecode?
 */
#ifndef LAPSE_RULES_CPU_PURE_H
#define LAPSE_RULES_CPU_PURE_H

#include "scan/py/file.h"

/* No await, yield, with, print, import or nested definition in `top` (a function: in its body), and
 * no call of anything that is not known to compute. Functions of the file are followed. */
bool cpu_is_pure(struct py_file *f, const struct py_node *top);

#endif
