/*
 * What the parts of the process family share. Private to it.
 */
#ifndef LAPSE_RULES_PROCESS_H
#define LAPSE_RULES_PROCESS_H

#include "scan/rules/rule.h"

rule_check check_unpicklable, check_pipe_deadlock, check_unjoined, check_preexec, check_main_guard,
	check_fork_after_thread;

#endif
