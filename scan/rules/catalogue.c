/*
 * The catalogue of blocking calls (data/blocking_calls.tsv) and the question that all blocking
 * rules share: does this call block here? The kinds of calls are the second column; which rule
 * reports a kind is said by the rules.
 */
#include "scan/rules/engine.h"

#include "scan/base/table.h"

extern const struct table table_scan_rules_data_blocking_calls;

const struct blocking_call *catalogue_find(struct str qualified)
{
	(void)qualified;
	return NULL;
}
