/*
 * Proves that what a store says of a repository is right: the invariant of the history design on
 * every parent edge, the events of every commit, totals against trees, results against blobs.
 *
 * Reads only. Never takes the stored sums for granted: states are built from the stored versions,
 * trees and blobs are read from git.
 */
#ifndef LAPSE_SCAN_VERIFY_H
#define LAPSE_SCAN_VERIFY_H

#include "scan/scan.h"

/* What is needed of a store: the reading half of struct scan_store, and this. */
struct verify_store {
	const struct scan_store *scan;
	/* What put_history stored for this commit. */
	int (*load_deltas)(void *self, uint32_t commit, struct arena *a, struct count_delta **out,
		uint32_t *count, struct err *e);
	int (*load_events)(void *self, uint32_t commit, struct arena *a, struct event_record **out,
		uint32_t *count, struct err *e);
	/* What put_refs stored as versions for the reference of this name. */
	int (*load_ref)(void *self, struct str name, struct arena *a, struct version_record **out,
		uint32_t *count, struct err *e);
	/* Every blob of the repository. */
	int (*each_blob)(
		void *self, int (*fn)(void *arg, const struct oid *blob), void *arg, struct err *e);
};

struct verify_options {
	uint32_t blobs, commits;     /* how many to take; UINT32_MAX: all */
	const struct repo_ref *refs; /* the tracked ones; their trees are taken in any case */
	uint32_t ref_count;
	uint64_t seed;                /* chooses */
	const struct rule_set *rules; /* NULL: no additions */
	uint32_t jobs;
	const atomic_bool *stop; /* may be NULL */
};

/* What was looked at. Of blobs and trees: those that could be compared. */
struct verify_proof {
	uint32_t commits, edges, events, refs;
	uint32_t trees, trees_unreadable;
	uint32_t blobs, blobs_stored, blobs_unreadable;
};

/* One line for each thing that is wrong, without line break. */
typedef void verify_found(void *arg, struct str line);

/* `r` NULL: the repository is not at hand, its trees and blobs are left out. 0 however much is
 * wrong; negative when it cannot go on. */
int verify_history(struct repo *r, const struct verify_store *store,
	const struct verify_options *options, verify_found *found, void *found_arg,
	scan_report *report, void *report_arg, struct verify_proof *out, struct err *e);

#endif
