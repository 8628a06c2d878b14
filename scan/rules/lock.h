/*
 * What the parts of the lock family share: what a lock is, which one it is, where it is held.
 * Private to it.
 */
#ifndef LAPSE_RULES_LOCK_H
#define LAPSE_RULES_LOCK_H

#include "scan/rules/rule.h"

enum lock_trait {
	LOCK_THREAD = 1,    /* of threading or multiprocessing: waiting for it stops the thread */
	LOCK_REENTRANT = 2, /* its holder may take it again */
	LOCK_COUNTS = 4,    /* a semaphore: not only its holder releases it */
	LOCK_CONDITION = 8,
};

/* A lock that is a variable or an attribute of self. */
struct lock {
	const void *owner; /* the variable's binding, or the class of self */
	struct str name;
	struct str type;
	unsigned traits;
	const struct py_node *expr; /* where it was asked for */
};

/* Is the expression a lock of known type? *out.owner is NULL when nothing says which one it is. */
bool lock_of(struct py_file *f, const struct py_node *expr, struct lock *out);
/* The traits of a qualified class name, 0 with *known false for other classes. */
unsigned lock_traits(struct str type, bool *known);
bool lock_same(const struct lock *a, const struct lock *b);
/* Item i of a with statement, when it is a lock that this kind of `with` takes. */
bool lock_item(struct py_file *f, const struct py_node *with, uint32_t i, struct lock *out);
/* `x.acquire()` as a statement, awaited or not, that waits until it has the lock: x. */
const struct py_node *lock_acquired(const struct py_node *call);
/* Is the call a call of this method of an expression with this text: self.lock, "release"? */
bool lock_method(
	struct py_file *f, const struct py_node *call, struct str receiver, const char *method);
/* Is it `x.acquire()` as a statement of its own, with a checkpoint among the statements after it,
 * before x.release()? */
bool lock_held_across_await(struct py_file *f, const struct py_node *call);
/* Is it a local of a test function, which looks at the lock itself? */
bool lock_is_of_test(struct py_file *f, const struct py_node *expr);
/* The statements among which this one stands. */
struct py_list lock_siblings(const struct py_node *stmt);
/* The def of the file whose body runs here and now when this call is evaluated: not a generator,
 * awaited when async. NULL for none. */
const struct py_node *lock_runs_here(struct py_file *f, const struct py_node *call);

rule_check check_lock_inline, check_across_await, check_lock_order, check_reentry, check_unreleased,
	check_condition;

#endif
