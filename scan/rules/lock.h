/*
 * What the parts of the lock family share: what a lock is, which one it is, where it is held.
 * Private to it.
 */
#ifndef LAPSE_RULES_LOCK_H
#define LAPSE_RULES_LOCK_H

#include "scan/rules/rule.h"

rule_check check_lock_inline, check_across_await, check_lock_order, check_reentry, check_unreleased,
	check_condition;

#endif
