/*
 * Which findings stand where in the tree of a commit: a persistent map from path numbers to slots,
 * and which lineages those are.
 *
 * Persistent: state_set gives a new state that shares all it can with the old one, so every commit
 * of a history can keep its own, and two states are compared by skipping what they share. Based on
 * the array-mapped tries of Bagwell, "Ideal Hash Trees" (2001), with the path number as the key.
 * Memory belongs to the arena; nothing is ever changed or freed.
 */
#ifndef LAPSE_SCAN_STATE_H
#define LAPSE_SCAN_STATE_H

#include "scan/base/mem.h"
#include "scan/base/record.h"

/* A finding that a syntax error hides: it was last seen in another blob. */
struct carried {
	lineage_id lineage;
	uint32_t index; /* in that blob */
	struct oid blob;
};

/* One path with findings. lineages[i] is the lineage of the blob's finding i. */
struct slot {
	struct oid blob;
	lineage_id *lineages;
	uint32_t count;
	uint32_t carried_count;
	struct carried *carried;
};

/* Findings of a slot, seen and carried; NULL has none. */
uint32_t slot_len(const struct slot *s);

/* The empty state is NULL. */
struct state;

const struct slot *state_get(const struct state *s, uint32_t path); /* NULL: no findings there */
/* Does the lineage stand in the tree, seen or carried? */
bool state_has(const struct state *s, lineage_id id);
/* `slot` NULL removes the path. A lineage stands at one path at most once a commit is complete; in
 * between, while it moves, the path set last has it. */
const struct state *state_set(
	const struct state *s, uint32_t path, const struct slot *slot, struct arena *a);

typedef void state_visit(void *arg, uint32_t path, const struct slot *a, const struct slot *b);
/* Calls fn for every path whose slots are not the same object, in path order; a NULL side has
 * none. Against the empty state that is every path. */
void state_diff(const struct state *a, const struct state *b, state_visit *fn, void *arg);

#endif
