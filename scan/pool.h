/*
 * Worker threads: each has its own repository handle, analyser and scratch memory. A job reads one
 * or two blobs, analyses the newer and takes the line difference to the older. Pure: no database.
 *
 * The submitting thread owns its jobs; it may read a job's results once pool_wait returned for it.
 */
#ifndef LAPSE_SCAN_POOL_H
#define LAPSE_SCAN_POOL_H

#include "scan/repo.h"
#include "scan/rules/rule.h"

/* Zeroed by its owner, then the first part filled. */
struct pool_job {
	/* in */
	struct oid blob;               /* to analyse, or the new side of the difference */
	struct oid old_blob;           /* the old side; zero: the file is new */
	bool want_analysis, want_diff; /* want_analysis needs a blob */
	/* out */
	struct arena arena; /* holds everything below; the owner releases it */
	struct blob_record
		record; /* want_analysis; unreadable: BLOB_MISSING; too large: BLOB_SKIPPED */
	struct hunks
		hunks; /* want_diff; a side that is not there, unreadable or too large is empty */
	/* private */
	bool done;
	struct pool_job *next;
};

struct pool_limits {
	const struct rule_set *rules; /* outlives the pool; NULL: no additions */
	struct py_limits py;          /* max_bytes is checked before the blob is read */
};

struct pool;
/* `threads` >= 1. Repository handles are opened like `r`. Worker stacks are large enough for the
 * front end's depth cap. */
int pool_new(struct pool **out, struct repo *r, uint32_t threads, const struct pool_limits *limits,
	struct err *e);
void pool_submit(struct pool *p, struct pool_job *job); /* first in, first out */
void pool_wait(struct pool *p, struct pool_job *job);   /* until this job is done */
/* Lets running jobs end, drops the waiting ones (they stay undone), joins the threads. */
void pool_free(struct pool *p);

#endif
