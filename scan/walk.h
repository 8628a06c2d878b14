/*
 * The commits to scan, in graph order (parents before children), with what each changed.
 */
#ifndef LAPSE_SCAN_WALK_H
#define LAPSE_SCAN_WALK_H

#include "scan/graph.h"
#include "scan/repo.h"

/* One commit to process. */
struct walk_commit {
	uint32_t node; /* in the graph */
	struct commit_record record;
	struct oid tree;
	struct path_deltas *deltas; /* one per parent; a root has one, against the empty tree */
	uint32_t delta_count;
	uint32_t missing_trees; /* of either side, its whole tree or parts; they count as empty */
	bool unreadable;        /* the commit object itself: record has only the id */
};

struct walk;

/*
 * Adds every commit reachable from `tips` that the graph does not have yet (what it has is done),
 * and orders them by generation, then by id: nothing else decides. `since` (0: none) cuts: commits
 * committed before it are not walked, tips neither. Unreadable commits are cut likewise and
 * counted; they are not in the graph. A commit that lost parents has record.shallow set and only
 * those parents that are left, often none: what is in its tree and in none of them stands where
 * history starts.
 */
int walk_new(struct walk **out, struct repo *r, struct graph *g, const struct oid *tips,
	uint32_t tip_count, int64_t since, struct err *e);
uint32_t walk_length(const struct walk *w);
uint32_t walk_missing(const struct walk *w); /* commits that could not be read */
/* The next commit, with records and deltas in `a`; 1, 0 at the end, or negative. */
int walk_next(struct walk *w, struct arena *a, struct walk_commit *out, struct err *e);
void walk_free(struct walk *w);

#endif
