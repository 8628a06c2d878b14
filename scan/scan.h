/*
 * A scan: walk what is new, analyse new blobs in worker threads, follow the findings through the
 * graph, and hand everything to a store in batches.
 *
 * The store is an interface: cmd/scan.c joins this with store/. Within a batch the order is: blobs,
 * then commits with their history; "done" is the commit of the batch's transaction. Killed at any
 * point, at worst the open batch is lost and done again.
 */
#ifndef LAPSE_SCAN_SCAN_H
#define LAPSE_SCAN_SCAN_H

#include <stdatomic.h>

#include "scan/repo.h"
#include "scan/rules/rule.h"

/*
 * What a scan needs of a store. Every function returns 0 or a negative err_code with *e set. Ids
 * are numbered by the scan from the first free ones on; the store keeps one database-wide sequence.
 */
struct scan_store {
	void *self;
	uint32_t next_commit,
		next_lineage; /* first free ids, set by the store when a scan begins */

	/* ---- reading ---- */
	/* Every done commit of the repository, parents first. */
	int (*each_commit)(void *self, int (*fn)(void *arg, const struct stored_commit *c),
		void *arg, struct err *e);
	/* 1 when the blob's result is stored under this rule set, else 0. Blobs that are missing or
	 * over the limit count as not stored: they are tried again. */
	int (*has_blob)(void *self, const struct oid *blob, struct err *e);
	/* The stored result. Snippets and messages may be left empty. */
	int (*load_blob)(void *self, const struct oid *blob, struct arena *a,
		struct blob_record *out, struct err *e);
	/* What put_history stored as versions for this commit. */
	int (*load_versions)(void *self, uint32_t commit, struct arena *a,
		struct version_record **out, uint32_t *count, struct err *e);
	/* One lineage: key, rule, commit, copied_from. */
	int (*load_lineage)(void *self, lineage_id id, struct lineage_record *out, struct err *e);
	/* Ending events (fixed, removed, dropped_by_merge) of this repository with this
	 * reopen_hash, or (hash 0) of this lineage. */
	int (*load_endings)(void *self, uint64_t reopen_hash, lineage_id lineage, struct arena *a,
		struct stored_ending **out, uint32_t *count, struct err *e);

	/* Every union that put_history stored for the repository, whatever refs reach. NULL:
	 * nothing is stored. */
	int (*each_union)(void *self,
		int (*fn)(void *arg, uint32_t commit, const struct union_record *u), void *arg,
		struct err *e);

	/* What could not be read before: put_missing's objects, missing blobs and those over the
	 * limit. NULL: those are not tried again. */
	int (*each_missing)(void *self, int (*fn)(void *arg, const struct missing_object *m),
		void *arg, struct err *e);

	/* ---- writing ---- */
	int (*begin)(void *self, struct err *e);
	int (*put_blob)(void *self, const struct blob_record *blob, struct err *e);
	int (*put_commit)(void *self, uint32_t id, const struct commit_record *c,
		const uint32_t *parent_ids, struct err *e);
	int (*put_history)(void *self, const struct commit_history *h, struct err *e);
	int (*commit)(void *self, struct err *e);
	/* At the end of a scan, in a transaction of its own: tracked refs, the default ref's
	 * first-parent chain, reachability. Refs not given any more are forgotten. */
	int (*put_refs)(void *self, const struct ref_state *refs, uint32_t count,
		const uint32_t *mainline, uint32_t mainline_count, /* commit ids, oldest first */
		const uint32_t *reachable, uint32_t reachable_count, struct err *e);

	/* ---- what an incremental scan needs; all NULL: this one is the first and only ---- */
	uint64_t scanned; /* of the last put_scanned, 0: none since put_refs or restart */
	/* After put_refs: a hash of all that the scan was given. The next one with the same has
	 * nothing to do. */
	int (*put_scanned)(void *self, uint64_t scanned, struct err *e);
	/* In a batch: a commit or tree that cannot be read. May be told again. */
	int (*put_missing)(void *self, const struct missing_object *m, struct err *e);
	/* Forgets commits, history and references of the repository, keeps results of blobs: what
	 * is stored is not what a scan from the start would say now. Gives the first free ids. */
	int (*restart)(void *self, uint32_t *next_commit, uint32_t *next_lineage, struct err *e);
};

/* Far beyond what any real file takes: a file that hits it is recorded as skipped. */
#define SCAN_MAX_PARSE_MS 20000

struct scan_options {
	const struct repo_ref *refs; /* to track; refs[0] is the default ref */
	uint32_t ref_count;
	int64_t since;                /* 0: all history */
	const struct rule_set *rules; /* NULL: no additions */
	uint32_t jobs;                /* worker threads, >= 1 */
	uint32_t max_file_bytes;
	const atomic_bool *stop; /* set by a signal: finish the batch and return ERR_INTERRUPTED;
				    may be NULL */
};

/* Told from the calling thread, often; keep it cheap. */
struct scan_progress {
	uint32_t commits_done, commits_total;
	uint64_t blobs_done, bytes_done;
};
typedef void scan_report(void *arg, const struct scan_progress *p);

/* What a scan did. */
struct scan_summary {
	/* Objects: blobs and trees. Those that are tried in vain again count, too. */
	uint32_t commits, blobs, blobs_partial, blobs_skipped, missing_objects, missing_commits;
	uint64_t bytes;
	uint32_t introduced, fixed; /* events: as commits.introduced and commits.fixed count them */
	const char *restarted; /* why history was made anew from stored results; NULL: it was not */
};

int scan_run(struct repo *r, const struct scan_store *store, const struct scan_options *options,
	scan_report *report, void *report_arg, struct scan_summary *out, struct err *e);

#endif
