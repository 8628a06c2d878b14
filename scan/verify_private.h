/*
 * Private to scan/verify*.c: a proof that is under way.
 *
 *   verify.c         the whole, commit after commit
 *   verify_edges.c   what came and went on the edges of a commit, against the stored changes
 *   verify_events.c  the events of a commit against that
 *   verify_trees.c   totals against the trees of some commits
 *   verify_refs.c    what is stored of the references against the states of their tips
 *   verify_blobs.c   results against some blobs
 */
#ifndef LAPSE_SCAN_VERIFY_PRIVATE_H
#define LAPSE_SCAN_VERIFY_PRIVATE_H

#include "scan/lineage_private.h"
#include "scan/rules/rule.h"
#include "scan/verify.h"

#define LEVELS (LEVEL_ERROR + 1)

/* A finding on one side of an edge, where the sides differ. */
struct stand {
	lineage_id lineage; /* the one that unions in the past make of it */
	const struct fact *fact;
	struct slot_item item;
	uint32_t path;
	bool now; /* in the commit; else in the parent */
};
typedef VEC(struct stand) stand_list;

struct verify {
	struct repo *repo;
	const struct verify_store *store;
	const struct verify_options *options;
	struct graph graph;
	VEC(bool) cut; /* by node: it had parents that were not walked */
	struct tracker *tracker;
	struct count_delta *counted, *stored; /* by rule * LEVELS + level, of the edge in hand */
	size_t cells;
	/* The commit in hand. */
	struct run run;
	struct arena arena;
	stand_list *edges; /* one per parent; a root has one */
	uint32_t edge_count;
	verify_found *found;
	void *found_arg;
	scan_report *report;
	void *report_arg;
	struct scan_progress progress;
	struct verify_proof *proof;
	struct err *e;
};

/* Tells what is wrong with the commit in hand. */
void verify_fault(struct verify *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same of anything else. */
void verify_fault_of(struct verify *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *verify_key(struct verify *v, lineage_id id); /* in v->arena */
bool verify_stopped(const struct verify *v);
void verify_tell(struct verify *v);

int verify_edges(struct verify *v);
int verify_events(struct verify *v);
int verify_tree(struct verify *v);
int verify_refs(struct verify *v);
int verify_blobs(struct verify *v);

#endif
