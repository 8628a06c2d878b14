/*
 * What the parts of the blocking family share. Private to it.
 */
#ifndef LAPSE_RULES_BLOCKING_H
#define LAPSE_RULES_BLOCKING_H

#include "scan/rules/rule.h"

/* ---- the callbacks ---- */

/* For rows whose data names kinds of the catalogue: reports the call when it is one of those,
 * stands in async code, and nothing else reports the same defect. */
rule_check check_blocking_call;
/* As check_blocking_call, and Django's ORM. */
rule_check check_blocking_database;
rule_check check_blocking_file, check_blocking_wait, check_blocking_helper, check_blocking_cpu;

/* ---- one defect, one finding (blocking_call.c) ---- */

/* Does the row's data, a list of kinds, name the call's kind? */
bool has_kind(const struct rule *rule, const struct blocking_call *row);
/* In `connect().execute().fetchall()` every call blocks: is one behind this one of the same rule?
 * The last one is told. */
bool is_told_by_chain(struct rule_run *run, const struct rule *rule, const struct py_node *call);
/* Does it only build, or does another place or rule tell it? */
bool is_told_elsewhere(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call);
/* Is it the entry to a debugger? Whoever calls it knows that the program stands still. */
bool is_debugger(struct str name);
/* How bad a call of kind "file" is where it stands; false: it is not to be told. */
bool file_level(struct rule_run *run, const struct blocking_call *row, const struct py_node *call,
	enum level *level);
/* Does the call only ask about a file, without its content: os.stat, Path.exists? */
bool file_is_only_looked_at(struct str name);
/* Does the call stand in a function that runs once, before there is anybody to serve? */
bool is_in_startup(struct py_file *f, const struct py_node *call);
/* Does the call come to a long computation, which blocking-cpu tells (blocking_cpu.c)? */
bool leads_to_cpu(struct rule_run *run, const struct py_node *call);

/* ---- messages ---- */

/* What is called: its qualified name, and behind it how that stands in the source when nobody would
 * recognise it there. */
struct str callee_text(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call);
/* The row's alternatives, "a or b": in the row they are separated by " / ". */
struct str alternatives(struct rule_run *run, const struct blocking_call *row);

/* ---- shapes ---- */

/* The next longer expression of a chain of calls, attributes and items; NULL at its end. */
const struct py_node *chain_next(const struct py_node *n);
/* Outermost expression of the chain `call.filter(…)[0].all()` that starts with this one. */
const struct py_node *chain_end(const struct py_node *call);

#endif
