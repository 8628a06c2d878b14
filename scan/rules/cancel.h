/*
 * What the parts of the cancel family share. Private to it.
 */
#ifndef LAPSE_RULES_CANCEL_H
#define LAPSE_RULES_CANCEL_H

#include "scan/rules/rule.h"

/* Does `except TYPE` catch the cancellation of asyncio, trio or anyio? `type` NULL: a bare except.
 */
bool catches_cancellation(struct py_file *f, const struct py_node *type);
/* Is this withitem a contextlib.suppress() of it? */
bool suppresses_cancellation(struct py_file *f, const struct py_node *item);
/* with CancelScope(shield=True): */
bool is_shielded(const struct py_node *with);

/* ---- cancel_handler.c: what becomes of a cancellation that is caught ---- */

enum swallows {
	SWALLOWS_NOT,       /* it is raised again, or asked whose it is */
	SWALLOWS_FOR_EVER,  /* an endless loop around goes on */
	SWALLOWS,           /* it ends here */
	SWALLOWS_SOMETIMES, /* `if not closing: raise` */
	SWALLOWS_TO_TELL,   /* the exception itself is given to somebody: future.set_exception(e) */
	SWALLOWS_AT_END,    /* in a function that is only run as a task, and which ends now */
};

enum swallows handler_swallows(struct py_file *f, const struct py_node *handler);
/* Of a `with suppress(CancelledError)`. */
enum swallows with_swallows(struct py_file *f, const struct py_node *with);

rule_check check_swallowed, check_finally_exit, check_cleanup, check_done_callback;
rule_check check_timeout_missing, check_timeout_disabled;

#endif
