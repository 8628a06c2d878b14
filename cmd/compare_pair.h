/*
 * Private to the comparison of revisions: which finding of the left revision is which of the right.
 */
#ifndef LAPSE_CMD_COMPARE_PAIR_H
#define LAPSE_CMD_COMPARE_PAIR_H

#include "cmd/compare_store.h"

/* For every lineage the one that unions made of it. */
struct lineage_sets {
	lineage_id *parent;
	uint32_t len;
};
struct lineage_sets lineage_sets_make(struct compare_store *m);
lineage_id lineage_sets_find(const struct lineage_sets *sets, lineage_id id);

/*
 * Sets `finding` of all standings and `partner` of those that are the same finding: first by
 * lineage, then by lineages made one; of what is left, those whose text says it: equal tokens in
 * the same scope of the same file, or in an equal function of another file. The last two find what
 * no commit between connects: fixed and written again, or brought to both sides by a cherry-pick.
 */
int compare_pair(struct compare_store *m, const struct lineage_sets *sets, struct err *e);

#endif
