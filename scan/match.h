/*
 * Pairs findings of two versions, one to one (history design, section 4).
 *
 * Pure: no repository, no lineages. Strong evidence first; each step removes what it paired. Where
 * several findings share the same evidence, one assignment of least cost decides for all of them,
 * so the result depends on the findings alone, not on their order.
 *
 *   match.c          the steps, in order
 *   match_keys.c     steps by keys: what must be equal
 *   match_similar.c  step 5: what must be alike
 *   match_assign.c   assignments of least cost
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
	/* Of a changed line: the lines of the new version that stand in the place of its hunk; last
	 * < first: none. Near is the one of them, or after them, that comes closest. */
	uint32_t hunk_first, hunk_last, near;
};

/*
 * True, with `out` filled, when rule, scope and tokens alone pair everything on both sides without
 * a choice: most versions of a file leave its findings alone. Lines are not looked at: no line
 * difference is needed.
 */
bool match_obvious(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out);

/* Two versions of one file, steps 1 to 4. Fills out[0 … new->len - 1]. */
void match_versions(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out);

/* Step 6, first part: what is gone from some files of a commit and came in others with the whole
 * function or all that stands around, both in path and source order. Fills out[0 … new_len - 1]. */
void match_moved(const struct fact *const *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out);

/* Step 5: what is left of two versions of one file then. */
void match_alike(const struct match_old *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out);

/* Step 6, second part: as match_moved, with less to go by. */
void match_elsewhere(const struct fact *const *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out);

size_t sketch_len(struct str s); /* numbers in it */
/* 0 … 1: how much of two sketches is the same. */
float sketch_similarity(struct str a, struct str b);

#endif
