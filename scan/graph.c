/*
 * The commit graph of graph.h.
 *
 * Every search takes nodes from a heap, the largest generation first. A node's descendants all have
 * larger generations, so once it is taken everything that leads to it was seen: no marks on nodes
 * are needed, and a search costs what it visits, not the size of the graph.
 */
#include "scan/graph.h"

#include <stdlib.h>
#include <string.h>

static uint32_t generation_above(const struct graph *g, const uint32_t *parents, uint32_t count)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++)
		if (g->nodes.items[parents[i]].generation > most)
			most = g->nodes.items[parents[i]].generation;
	return most + 1;
}

uint32_t graph_add(
	struct graph *g, const struct oid *oid, const uint32_t *parents, uint32_t parent_count)
{
	uint32_t number = (uint32_t)g->nodes.len;
	/* The key outlives the node, which moves when the array grows. */
	struct str key = arena_dup(&g->arena, MAP_KEY(*oid));
	struct graph_node *n = vec_push(&g->nodes);

	*n = (struct graph_node){.oid = *oid, .parent_count = parent_count};
	n->generation = generation_above(g, parents, parent_count);
	if (parent_count) {
		n->parents = ARENA_ARRAY(&g->arena, parent_count, uint32_t);
		memcpy(n->parents, parents, parent_count * sizeof *parents);
	}
	*map_put(&g->by_oid, key, NULL) = (uint64_t)number + 1;
	return number;
}

uint32_t graph_find(const struct graph *g, const struct oid *oid)
{
	const uint64_t *found = map_get(&g->by_oid, MAP_KEY(*oid));

	return found ? (uint32_t)(*found - 1) : GRAPH_NONE;
}

/* ---- nodes still to be visited ---- */

enum side { SIDE_A = 1, SIDE_B = 2, SIDE_BOTH = 3, SIDE_STALE = 4 };

struct visit {
	uint64_t rank; /* generation, then number: equal only for the same node */
	unsigned sides;
};

struct frontier {
	const struct graph *g;
	VEC(struct visit) heap; /* the largest rank first; a node may stand in it several times */
	size_t fresh;           /* entries that are not stale */
};

static uint64_t rank_of(const struct graph *g, uint32_t n)
{
	return (uint64_t)g->nodes.items[n].generation << 32 | n;
}

static void swap_visits(struct visit *a, struct visit *b)
{
	struct visit t = *a;

	*a = *b;
	*b = t;
}

static void frontier_push(struct frontier *f, uint32_t n, unsigned sides)
{
	size_t i = f->heap.len;

	*vec_push(&f->heap) = (struct visit){rank_of(f->g, n), sides};
	f->fresh += !(sides & SIDE_STALE);
	for (; i && f->heap.items[(i - 1) / 2].rank < f->heap.items[i].rank; i = (i - 1) / 2)
		swap_visits(&f->heap.items[(i - 1) / 2], &f->heap.items[i]);
}

static void sift_down(struct visit *heap, size_t len)
{
	for (size_t i = 0, child; (child = 2 * i + 1) < len; i = child) {
		if (child + 1 < len && heap[child + 1].rank > heap[child].rank)
			child++;
		if (heap[child].rank <= heap[i].rank)
			return;
		swap_visits(&heap[child], &heap[i]);
	}
}

/* Takes the first node out, with what all its entries say of it. The heap must not be empty. */
static uint32_t frontier_pop(struct frontier *f, unsigned *sides)
{
	uint64_t rank = f->heap.items[0].rank;

	*sides = 0;
	while (f->heap.len && f->heap.items[0].rank == rank) {
		*sides |= f->heap.items[0].sides;
		f->fresh -= !(f->heap.items[0].sides & SIDE_STALE);
		f->heap.items[0] = f->heap.items[--f->heap.len];
		sift_down(f->heap.items, f->heap.len);
	}
	return (uint32_t)rank;
}

static void push_parents(struct frontier *f, uint32_t n, unsigned sides)
{
	const struct graph_node *node = &f->g->nodes.items[n];

	for (uint32_t i = 0; i < node->parent_count; i++)
		frontier_push(f, node->parents[i], sides);
}

/* ---- questions ---- */

bool graph_is_ancestor(const struct graph *g, uint32_t a, uint32_t b)
{
	struct frontier f = {.g = g};
	uint64_t wanted = rank_of(g, a);
	unsigned sides;
	bool found;

	frontier_push(&f, b, SIDE_B);
	while (f.heap.len && f.heap.items[0].rank > wanted)
		push_parents(&f, frontier_pop(&f, &sides), SIDE_B);
	found = f.heap.len && f.heap.items[0].rank == wanted;
	vec_release(&f.heap);
	return found;
}

uint32_t graph_merge_bases(
	const struct graph *g, uint32_t a, uint32_t b, uint32_t *out, uint32_t max)
{
	struct frontier f = {.g = g};
	uint32_t count = 0;

	frontier_push(&f, a, SIDE_A);
	frontier_push(&f, b, SIDE_B);
	while (f.fresh && count < max) {
		unsigned sides;
		uint32_t n = frontier_pop(&f, &sides);

		if (sides == SIDE_BOTH)
			out[count++] = n;
		if ((sides & SIDE_BOTH) == SIDE_BOTH)
			sides |= SIDE_STALE; /* what lies below is common, but not best */
		push_parents(&f, n, sides);
	}
	vec_release(&f.heap);
	return count;
}

void graph_mark_reachable(const struct graph *g, uint32_t tip, unsigned char *seen)
{
	VEC(uint32_t) todo = {0};

	if (!seen[tip])
		*vec_push(&todo) = tip;
	seen[tip] = 1;
	while (todo.len) {
		const struct graph_node *n = &g->nodes.items[todo.items[--todo.len]];

		for (uint32_t i = 0; i < n->parent_count; i++)
			if (!seen[n->parents[i]]) {
				seen[n->parents[i]] = 1;
				*vec_push(&todo) = n->parents[i];
			}
	}
	vec_release(&todo);
}

void graph_release(struct graph *g)
{
	vec_release(&g->nodes);
	map_release(&g->by_oid);
	arena_release(&g->arena);
	*g = (struct graph){0};
}
