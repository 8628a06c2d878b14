/*
 * Private to flow*.c: an abstract interpreter over statement lists.
 *
 * It follows every structured way through a list, from a state in which no checkpoint was met, and
 * says for each kind of ending whether some way there met a checkpoint and whether some way did
 * not. It knows no values (but constant tests) and no names; calls may raise, most awaits too.
 */
#ifndef LAPSE_PY_FLOW_H
#define LAPSE_PY_FLOW_H

#include "scan/py/file.h"

/* The ways that end at one place. All false: no way gets there. */
struct ways {
	bool bare; /* some way without a checkpoint, and without what idle and via stand for */
	bool idle; /* some way without one, past a loop with a checkpoint that took no turn */
	/* Some way on which a checkpoint was met, or something taken out of a container: a turn
	 * that does that is bounded by what is in it. */
	bool met;
	const struct py_node
		*via; /* some way without a checkpoint, through this continue or handler */
};

struct outcome {
	struct ways falls;     /* off the end of the list */
	struct ways continues; /* of the loop around */
	struct ways breaks;
	struct ways returns;
	struct ways throws; /* raise and assert: written down */
	struct ways exits;  /* sys.exit() and the like, which `except Exception` does not stop */
	struct ways raises; /* what a call or an await may raise, and throws and exits */
};

/*
 * CPython refuses more than 100 levels of indentation, so deeper code never ran. Beyond the cap
 * too_deep is set and the outcome means nothing: each question then gives its silent answer.
 */
#define FLOW_MAX_DEPTH 100

struct flow {
	uint32_t depth;
	bool too_deep;
};

bool ways_any(struct ways w);
struct ways ways_join(struct ways a, struct ways b);
/* The ways of `a`, each followed by those of `b`. */
struct ways ways_then(struct ways a, struct ways b);

struct outcome flow_list(struct flow *f, struct py_list body);
/* `n` (an expression or simple statement) up to where its value is there: falls and raises. */
struct outcome flow_expr(const struct py_node *n);
/* The head of `async with` or `async for`: what it calls is part of the checkpoint. */
struct outcome flow_awaited(void);
struct outcome flow_then(struct outcome a, struct outcome b);

/* ---- flow_catch.c: what a handler catches, by the names of its types ---- */

enum catches { CATCHES_SOME, CATCHES_EXCEPTIONS, CATCHES_ALL };
enum catches flow_handler_catches(const struct py_node *handler);
/* Where such exceptions come from: anything, or hardly from calls that do not wait. */
enum origin { ORIGIN_CALLS, ORIGIN_AWAITS };
enum origin flow_handler_origin(const struct py_node *handler);
enum origin flow_types_origin(struct py_list types);

/* ---- syntax ---- */

/* Does this call end the program: sys.exit(), os._exit(), exit(), quit()? */
bool flow_is_exit_call(const struct py_node *n);
/* Is `n` one of the list's nodes or inside one? */
bool flow_in_list(struct py_list list, const struct py_node *n);
/* The last part of a name or attribute chain, or of what a call calls: "" for anything else. */
struct str flow_last_name(const struct py_node *n);

#endif
