/*
 * What the parts of the pool family (threads and executors) share. Private to it.
 */
#ifndef LAPSE_RULES_POOL_H
#define LAPSE_RULES_POOL_H

#include "scan/rules/rule.h"

rule_check check_thread_misuse, check_pool_per_call, check_pool_default_size,
	check_pool_cpu_threads;

#endif
