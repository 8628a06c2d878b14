/*
 * What the parts of the race family share: what is shared state, what guards it, who runs at the
 * same time. Private to it.
 */
#ifndef LAPSE_RULES_RACE_H
#define LAPSE_RULES_RACE_H

#include "scan/rules/rule.h"

/* ---- race_state.c ---- */

/*
 * State that outlives a call of the function which uses it: a global, a variable of a function
 * around, an attribute of self, of the class or of a global object, an item of such a container.
 */
struct state {
	const struct py_node *base; /* Name or Attribute: the variable, or the container */
	const struct py_node *key;  /* of an item; NULL for none */
	bool of_self; /* reached through self: shared by those who have the same object */
	const struct py_node *home; /* the function whose variable it is; NULL for none */
};

/* Is `expr` (a target or a read, in `function`) shared state? */
bool state_of(struct py_file *f, const struct py_node *function, const struct py_node *expr,
	struct state *out);
/* Does the expression read this very state: S, D[k], D.get(k)? */
bool state_is_read_by(struct py_file *f, const struct state *s, const struct py_node *expr);
/* The first such read in the subtree of `top`, or NULL. */
const struct py_node *state_read_in(
	struct py_file *f, const struct state *s, const struct py_node *top);
/* Is it a read of the variable or container, whatever the key? */
bool state_has_base(struct py_file *f, const struct state *s, const struct py_node *expr);
/* Is the key a parameter of the function or a field of something it works on, `job.id`, so that
 * each run may have its own? */
bool state_key_is_of_item(struct py_file *f, const struct state *s, const struct py_node *function);
struct str state_text(struct py_file *f, const struct state *s); /* for messages */

/* Is there a `with` on a lock, or on something named like one, around both nodes in the function?
 */
bool lock_covers(struct py_file *f, const struct py_node *a, const struct py_node *b);
/* Is the function's whole body guarded: it takes a lock by acquire(), a decorator or its name says
 * so, or every call of it in the file stands under a lock? */
bool function_is_guarded(struct py_file *f, const struct py_node *function);

/* ---- race_check.c ---- */

/*
 * Where a write acts on what a test found out before: `if k not in D: … D[k] = v`,
 * `if x is not None: return … x = v`, `if n >= 5: … n -= 5`. The If, nearest to the write, or NULL.
 */
const struct py_node *check_before(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *write);
/* The statement that read the state into a local from which `value` is computed, or NULL. */
const struct py_node *read_before(struct py_file *f, const struct py_node *function,
	const struct state *s, const struct py_node *value);
/* May control get from `a` to `b`, further down in the same function, without going around a loop?
 */
bool may_reach(const struct py_node *a, const struct py_node *b);

/* ---- race_runs.c ---- */

/* Do tasks (threads) run this function several times at once, as far as the file shows, so that
 * they share this state? */
bool runs_in_tasks(struct py_file *f, const struct py_node *function, const struct state *s);
bool runs_in_threads(struct py_file *f, const struct py_node *function, const struct state *s);
/* Is an instance of the class made for each request, test or thread? */
bool is_instance_per_run(struct py_file *f, const struct py_node *function);

rule_check check_race_await, check_race_thread, check_race_process;

#endif
