/*
 * Private to scan/scan*.c: a scan that is under way.
 *
 *   scan.c        batches of commits: read, analysed by the pool, followed, stored
 *   scan_trees.c  commits whose tree cannot be read
 *   scan_refs.c   what the references say at the end
 *   scan_stale.c  must history be made anew?
 */
#ifndef LAPSE_SCAN_SCAN_PRIVATE_H
#define LAPSE_SCAN_SCAN_PRIVATE_H

#include "scan/lineage.h"
#include "scan/pool.h"
#include "scan/scan.h"

struct batch {
	struct arena arena; /* commits and their deltas */
	VEC(struct walk_commit) commits;
	VEC(struct pool_job *) jobs;
};

/* A commit whose tree cannot be read all: the tree that is taken for it. */
struct stand_in {
	uint32_t node;
	struct oid tree;
};

/* What else is known of a stored commit. */
struct stored {
	int64_t committed_at;
	bool cut;
};

struct scan {
	struct repo *repo;
	const struct scan_store *store; /* own_store */
	struct scan_store own_store;    /* the caller's, with the ids after a restart */
	const struct scan_options *options;
	struct graph graph;
	struct tracker *tracker;
	struct walk *walk;
	struct pool *pool;
	struct map queued; /* blobs that jobs of the open batches analyse; keys lie in the jobs */
	struct batch batches[2];
	VEC(struct stand_in) stand_ins; /* ascending by node */
	VEC(struct stored) stored;      /* by node: the stored ones come first */
	uint32_t missing_told;          /* of repo_missing: these the store knows */
	uint32_t next_commit;
	struct scan_progress progress;
	scan_report *report;
	void *report_arg;
	struct scan_summary *summary;
	struct err *e;
};

/* The differences of a commit that was just read, where trees are missing. */
int scan_mend_deltas(struct scan *s, struct arena *a, struct walk_commit *c);
/* An error when the default ref leads to no commit that can be scanned. */
int scan_check_default_ref(struct scan *s);
int scan_store_refs(struct scan *s);

/* A hash of what the scan is given: references and where they point, cuts. Never 0. */
uint64_t scan_inputs(const struct scan *s);
/* Can something be read that could not be read in an earlier scan? */
int scan_can_read_more(struct scan *s, bool *out);
/* Why the history that is stored is not what a scan from the start would say, NULL when it is.
 * After the walk, before anything is written. */
const char *scan_why_stale(struct scan *s);
/* Can the commit be read, and is it new enough? */
bool scan_is_walked(struct scan *s, const struct oid *id);
/* Tells the store of commits and trees that turned out to be missing; in a transaction. */
int scan_put_missing(struct scan *s);

#endif
