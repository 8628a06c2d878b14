/*
 * Which commits lie between two revisions, and history cut down to them.
 *
 * The walk goes from both ends towards the past, newest commits first, until it sees only commits
 * that both ends have: as git's merge-base does. Dates decide how soon it ends; dates that lie make
 * a range longer, or name an older common ancestor than the best.
 */
#ifndef LAPSE_SCAN_RANGE_H
#define LAPSE_SCAN_RANGE_H

#include "scan/base/map.h"
#include "scan/repo.h"

enum range_side { RANGE_LEFT = 1, RANGE_RIGHT = 2, RANGE_BOTH = 3 };

struct range {
	struct oid left, right;
	uint32_t left_count, right_count; /* commits that only one side has */
	VEC(struct oid) commits;          /* those */
	VEC(struct oid) bases;            /* best common ancestors, the newest first */
	VEC(struct oid)
	edges;            /* common commits that are parents of `commits`, or bases; the
			     oldest first */
	uint32_t missing; /* commits that could not be read */
	bool cut_short;   /* a commit of one side is where a shallow clone ends */
	struct map sides; /* oid -> enum range_side, of all above */
	struct arena arena;
};

/* Takes at most max_commits (0: any number) of either side, else ERR_USAGE. Release it in either
 * case. */
int range_find(struct range *out, struct repo *r, const struct oid *left, const struct oid *right,
	uint32_t max_commits, struct err *e);
void range_release(struct range *range);
/* Which sides have the commit; 0 when it is none of the range. */
unsigned range_sides(const struct range *range, const struct oid *commit);

/*
 * Cuts the repository's history, for this handle, to the range: it starts at the edges, which are
 * strung on one line, the oldest first, since what is the same in two of them is the same finding.
 */
void range_cut(const struct range *range, struct repo *r);
/* The same without the commits between: the left one is the right one's only parent. */
void range_cut_direct(const struct range *range, struct repo *r);

/* The blobs that differ along any edge of the history so cut, from the tips down to where it
 * starts: all others are equal on both sides, path by path. Adds them to `blobs` (oid -> 1), with
 * keys in `a`. */
int range_blobs(const struct range *range, bool direct, struct repo *r, struct map *blobs,
	struct arena *a, struct err *e);

#endif
