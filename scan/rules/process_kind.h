/*
 * Private to the process and pool families: what runs things elsewhere, by its type.
 */
#ifndef LAPSE_RULES_PROCESS_KIND_H
#define LAPSE_RULES_PROCESS_KIND_H

#include "scan/py/file.h"

enum worker {
	WORKER_NONE,
	WORKER_THREAD,           /* threading.Thread, Timer */
	WORKER_PROCESS,          /* multiprocessing.Process, of a context too */
	WORKER_POPEN,            /* subprocess.Popen */
	WORKER_POOL,             /* multiprocessing.Pool: has its processes once made */
	WORKER_THREAD_POOL,      /* multiprocessing.pool.ThreadPool */
	WORKER_PROCESS_EXECUTOR, /* starts when something is submitted */
	WORKER_THREAD_EXECUTOR,
};

/* What an expression's value is; *local_class (may be NULL) is the class of this file, derived from
 * the worker's, whose instance it is. */
enum worker worker_of(
	struct py_file *f, const struct py_node *expr, const struct py_node **local_class);
/* The same for what a Call makes; WORKER_NONE for current_thread() and other calls that only find
 * one. Cheap for most calls. */
enum worker worker_made(
	struct py_file *f, const struct py_node *call, const struct py_node **local_class);

/* Is `n` in a function or class whose name says that it is a test? */
bool worker_in_test(const struct py_node *n);

/* get_context("spawn") and what a name that is bound to it once stands for: the Call, or NULL. */
const struct py_node *process_context(struct py_file *f, const struct py_node *expr);
/* The start method asked for by a call of get_context or set_start_method: "fork", "spawn",
 * "forkserver"; "" for none or an unknown one. */
struct str process_method(const struct py_node *call);
/* Does the file call set_start_method with this method; with NULL: with any? */
bool process_sets_method(struct py_file *f, const char *method);

#endif
