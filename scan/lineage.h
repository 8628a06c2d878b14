/*
 * Follows findings through the commit graph: gives every finding of every commit its lineage, and
 * every commit its events and exact totals (history design, sections 1, 4 and 5).
 *
 * Commits must come parents first. Everything said of a commit depends on its ancestry alone, never
 * on the order of the scan: ids in output are made from natural keys.
 */
#ifndef LAPSE_SCAN_LINEAGE_H
#define LAPSE_SCAN_LINEAGE_H

#include "scan/facts.h"
#include "scan/scan.h"
#include "scan/state.h"
#include "scan/walk.h"

struct tracker;

/* All of these must outlive the tracker, which is to be freed, also after an error. */
int tracker_new(struct tracker **out, struct graph *g, const struct scan_store *store,
	struct repo *r, struct err *e);
void tracker_free(struct tracker *t);

/* Facts of a blob that was just analysed; must be there before a commit that has it. Blobs stored
 * by earlier scans are loaded from the store when needed. */
void tracker_add_facts(struct tracker *t, const struct blob_record *r);
bool tracker_has_facts(const struct tracker *t, const struct oid *blob);

/* The line difference of two blobs, when the caller has it. Owned by the caller; forgotten by
 * tracker_forget_hunks. Differences not given are taken when needed. */
void tracker_add_hunks(struct tracker *t, const struct oid *old_blob, const struct oid *new_blob,
	const struct hunks *h);
void tracker_forget_hunks(struct tracker *t);

/* The history of one commit, in `a`. The graph node's totals are set. */
int tracker_commit(struct tracker *t, const struct walk_commit *c, struct arena *a,
	struct commit_history *out, struct err *e);

/* What stands in the tree of a commit, for put_refs. */
int tracker_state(struct tracker *t, uint32_t node, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e);

#endif
