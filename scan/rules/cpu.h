/*
 * Private to scan/rules: code that keeps a core busy in Python bytecode, holding the GIL.
 *
 * Only what is surely that: every call in it is known to compute (builtins, math, methods of lists
 * and strings, functions of this file that do the same). A call of anything else, numpy for one,
 * may release the GIL or wait, and makes the answer "no".
 */
#ifndef LAPSE_RULES_CPU_H
#define LAPSE_RULES_CPU_H

#include "scan/py/file.h"

/* Fewer turns than this are nobody's problem: some milliseconds. */
#define CPU_MANY_TURNS 100000

enum cpu_load {
	CPU_LIGHT,        /* or unknown */
	CPU_BY_PARAMETER, /* one loop over range(parameter): as long as the caller wants */
	/* CPU_MANY_TURNS by its literals, or loops inside loops, a comprehension that computes or
	 * a doubly recursive function over a parameter */
	CPU_HEAVY,
};

/* Of a For, While or comprehension, with the loops inside it and those it calls; no await, yield
 * or with in it. CPU_LIGHT for other nodes. Cheap for loops over anything but range(). */
enum cpu_load cpu_load_of_loop(struct py_file *f, const struct py_node *loop);
/* The heaviest loop in the function's own body, the first of equals; *load (may be NULL) is
 * CPU_LIGHT when the result is NULL. Of a doubly recursive function: the function. */
const struct py_node *cpu_loop_of(
	struct py_file *f, const struct py_node *function, enum cpu_load *load);
/* The value of an integer literal, of products, powers, shifts, sums of such, int(1e6), and of
 * names bound once to such; false when it is none or too large. */
bool cpu_integer(struct py_file *f, const struct py_node *expr, uint64_t *value);

#endif
