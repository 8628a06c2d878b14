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

rule_check check_swallowed, check_finally_exit, check_cleanup, check_done_callback;
rule_check check_timeout_missing, check_timeout_disabled;

#endif
