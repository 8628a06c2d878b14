/*
 * Every rule family, in the order in which rules are numbered. A new family is one line in each of
 * the two lists below.
 */
#include "scan/rules/rule.h"

extern const struct rule_family family_blocking;

const struct rule_family *const rule_families[] = {
	&family_blocking,
	NULL,
};
