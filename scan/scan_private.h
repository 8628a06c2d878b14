/*
 * Private to scan/scan*.c: a scan that is under way.
 *
 *   scan.c        batches of commits: read, analysed by the pool, followed, stored
 *   scan_trees.c  commits whose tree cannot be read
 *   scan_refs.c   what the references say at the end
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

struct scan {
	struct repo *repo;
	const struct scan_store *store;
	const struct scan_options *options;
	struct graph graph;
	struct tracker *tracker;
	struct walk *walk;
	struct pool *pool;
	struct map queued; /* blobs that jobs of the open batches analyse; keys lie in the jobs */
	struct batch batches[2];
	VEC(struct stand_in) stand_ins; /* ascending by node */
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

#endif
