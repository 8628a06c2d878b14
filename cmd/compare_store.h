/*
 * Private to the comparison of revisions: a scan's store in memory, for one scan that begins with
 * nothing. Keeps what a comparison asks for: findings of blobs, what stands at the two revisions,
 * events, and who committed.
 */
#ifndef LAPSE_CMD_COMPARE_STORE_H
#define LAPSE_CMD_COMPARE_STORE_H

#include "scan/base/map.h"
#include "scan/scan.h"
#include "store/store.h"

/* A finding where it stands in the tree of a revision. */
struct standing {
	lineage_id lineage;
	struct str path;
	struct oid blob; /* that shows it */
	uint32_t index;  /* in that blob */
	bool carried;    /* hidden by a syntax error */
	/* for pairing, see compare_pair.c */
	const struct finding *finding;
	uint64_t key;
	struct standing *partner;
};
struct standings {
	struct standing *items;
	uint32_t len;
};

struct told_event {
	lineage_id lineage;
	uint32_t commit; /* id */
	enum event_kind kind;
};

struct compare_store {
	struct store *database; /* the user's, for results of blobs; NULL: none */
	struct map needed;      /* blobs that matter; all others are taken to have no findings */
	bool all_needed;
	struct map blobs;                  /* oid -> struct blob_record * */
	VEC(struct commit_record) commits; /* by id - 1 */
	lineage_id last_lineage;
	VEC(struct told_event) events; /* in the order of commits */
	VEC(struct union_record) unions;
	struct standings sides[2]; /* at the references the scan was given: left, right */
	uint32_t side_count;
	struct arena arena;
};

/* The interface for scan_run; refers to *m. */
struct scan_store compare_store_interface(struct compare_store *m);
/* The result of a blob that the scan came across, or NULL. */
const struct blob_record *compare_store_blob(const struct compare_store *m, const struct oid *blob);
/* The finding that a standing is about; NULL and *e when its blob cannot be had. */
const struct finding *compare_store_finding(
	const struct compare_store *m, const struct standing *at, struct err *e);
void compare_store_release(struct compare_store *m);

#endif
