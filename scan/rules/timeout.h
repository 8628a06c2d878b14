/*
 * Private to timeout*.c: network calls by library. What has a default (httpx 5 s, aiohttp 300 s)
 * can only be disabled, not be missing.
 */
#ifndef LAPSE_RULES_TIMEOUT_H
#define LAPSE_RULES_TIMEOUT_H

#include "scan/rules/rule.h"

/* A group of callees: any verb of http (get, post, …) of any of the owners, NULL-terminated. */
extern const char *const timeout_requests[], *const timeout_httpx[], *const timeout_aiohttp[];

/* Is this the last name of any verb? Asked first, because it is cheap. */
bool timeout_is_verb(struct str name);
/* The resolved name of what is called if it is a verb of one of the owners, "" if not. */
struct str timeout_verb_called(
	struct py_file *f, const struct py_node *call, const char *const *owners);
/* urllib's urlopen, of Python 2 or 3. */
bool timeout_is_urlopen(struct py_file *f, const struct py_node *call);

/* ---- timeout_handler.c ---- */

/* timeout-missing as info: waits of a request handler that nothing limits. */
void check_handler_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call);

#endif
