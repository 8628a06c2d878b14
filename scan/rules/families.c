/*
 * Every rule family, in the order in which rules are numbered. A new family is one line in each of
 * the two lists below.
 */
#include "scan/rules/rule.h"

extern const struct rule_family family_blocking;
extern const struct rule_family family_starvation;
extern const struct rule_family family_task;
extern const struct rule_family family_cancel;
extern const struct rule_family family_error;
extern const struct rule_family family_lock;
extern const struct rule_family family_bridge;
extern const struct rule_family family_process;
extern const struct rule_family family_pool;
extern const struct rule_family family_resource;
extern const struct rule_family family_race;
extern const struct rule_family family_throughput;
extern const struct rule_family family_protocol;

const struct rule_family *const rule_families[] = {
	&family_blocking,
	&family_starvation,
	&family_task,
	&family_cancel,
	&family_error,
	&family_lock,
	&family_bridge,
	&family_process,
	&family_pool,
	&family_resource,
	&family_race,
	&family_throughput,
	&family_protocol,
	NULL,
};
