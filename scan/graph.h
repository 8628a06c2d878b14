/*
 * The commit graph in memory: nodes with parents and generation numbers, ancestry questions.
 *
 * Nodes are added parents first and numbered from 0 in that order, so a parent's number is always
 * smaller. Generation: 1 for a root, else 1 + the largest of the parents' (as in git's commit-graph
 * format); it bounds every search. Knows nothing of git or findings.
 */
#ifndef LAPSE_SCAN_GRAPH_H
#define LAPSE_SCAN_GRAPH_H

#include "scan/base/map.h"
#include "scan/base/mem.h"
#include "scan/base/record.h"

struct graph_node {
	struct oid oid;
	uint32_t id; /* of the store; 0 until it has one */
	uint32_t generation;
	uint32_t *parents; /* node numbers */
	uint32_t parent_count;
	bool done;          /* stored with history under the current rule set */
	int32_t open_total; /* errors and warnings, not suppressed, in its tree */
	struct tree_totals tree;
};

struct graph {
	VEC(struct graph_node) nodes;
	struct map by_oid; /* oid -> node number + 1 */
	struct arena arena;
};

#define GRAPH_NONE UINT32_MAX

/* Adds a commit whose parents are there; the oid must be new. Returns its number. */
uint32_t graph_add(
	struct graph *g, const struct oid *oid, const uint32_t *parents, uint32_t parent_count);
uint32_t graph_find(const struct graph *g, const struct oid *oid); /* or GRAPH_NONE */
/* Is a reachable from b (or the same)? */
bool graph_is_ancestor(const struct graph *g, uint32_t a, uint32_t b);
/* The best common ancestors of a and b, as `git merge-base --all`: those no other one descends
 * from. At most `max` are written to out; returns how many. */
uint32_t graph_merge_bases(
	const struct graph *g, uint32_t a, uint32_t b, uint32_t *out, uint32_t max);
/* Marks in `seen` (nodes.len bytes, zeroed by the caller) everything reachable from `tip`. */
void graph_mark_reachable(const struct graph *g, uint32_t tip, unsigned char *seen);
void graph_release(struct graph *g);

#endif
