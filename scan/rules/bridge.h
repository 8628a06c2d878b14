/*
 * What the parts of the bridge family share: who takes a callable or a coroutine and on which side
 * it runs it. Private to it.
 */
#ifndef LAPSE_RULES_BRIDGE_H
#define LAPSE_RULES_BRIDGE_H

#include "scan/rules/rule.h"

enum takes {
	TAKES_SYNC,      /* a callable, which it calls without awaiting what that gives */
	TAKES_ASYNC,     /* an async function, which it calls itself: nursery.start_soon(f) */
	TAKES_COROUTINE, /* what calling an async function gives: create_task(f()) */
};

/* Where a taker runs what it takes: decides the advice. */
enum place { IN_THREAD, IN_PROCESS, IN_LOOP, IN_SIGNAL, AT_EXIT, IN_PLACE };

struct taker {
	const char *name;    /* qualified, or ".method" when no other well-known class has it */
	int position;        /* of the argument; -1: all positional ones, -2: none */
	const char *keyword; /* its name, or NULL */
	enum takes takes;
	enum place place;
};

/* What this call takes, or NULL. */
const struct taker *taker_of(struct py_file *f, const struct py_node *call);
/* The argument that is taken; of those that take all, the first. NULL for none. */
const struct py_node *taker_arg(const struct taker *t, const struct py_node *call);

/* Is every candidate of the callee a catalogued coroutine function? */
bool names_coroutine(struct py_file *f, const struct py_node *func);
/* Is the expression an event loop: by type, by what gives it, or named like one in a file that
 * imports asyncio and not tornado? */
bool is_event_loop(struct py_file *f, const struct py_node *expr);
/* Does the call run an event loop until something is done: asyncio.run, run_until_complete…? */
bool runs_loop(struct py_file *f, const struct py_node *call);
/* The call that gives this function (a def or Lambda) to a thread, and names it; NULL for none. */
const struct py_node *thread_start_of(struct py_file *f, const struct py_node *function);

rule_check check_nested_run, check_async_callback, check_called_early, check_uncalled,
	check_threadsafe_result, check_not_threadsafe, check_thread_run, check_legacy;

#endif
