/*
 * Pairs the findings of two versions of a file, one to one; steps 1 to 3 of the history design.
 *
 * Pure: no repository, no lineages. Strong evidence first; each step removes what it paired. Within
 * a step findings with the same key pair in source order, so the result depends on nothing else.
 */
#ifndef LAPSE_SCAN_MATCH_H
#define LAPSE_SCAN_MATCH_H

#include "scan/facts.h"

#define MATCH_NONE UINT32_MAX

/* For one finding of the new version. */
struct match {
	uint32_t old; /* index of its partner, or MATCH_NONE */
	uint8_t step; /* enum match_step */
	float confidence;
};

/* One finding of the old version. Findings that a syntax error hid come from older blobs, so each
 * has its own line map. */
struct match_old {
	const struct fact *fact;
	uint32_t line; /* where its line stands in the new version; 0: changed or deleted */
};

/*
 * True, with `out` filled, when rule, scope and tokens alone pair everything on both sides without
 * a choice: most versions of a file leave its findings alone. Lines are not looked at: no line
 * difference is needed.
 */
bool match_obvious(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out);

/* Fills out[0 … new->len - 1]. */
void match_versions(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out);

#endif
