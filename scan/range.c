/*
 * Finding a range: see range.h. Commits wait in a heap, the newest on top; flags say which ends
 * reach a commit, and flow to its parents again when they change.
 */
#include "scan/range.h"

#include <stdlib.h>
#include <string.h>

#define STALE 4 /* a common ancestor's ancestor */

/* How many commits the walk goes on when all that wait are common ancestors' ancestors: a date that
 * lies may hide that one of them is an ancestor of something already seen. */
#define SLOP 128

struct node {
	struct oid oid;
	int64_t committed_at;
	uint32_t parents, parent_count; /* in search.parents */
	unsigned flags;
	bool waits, was_seen, unreadable, shallow;
};

struct search {
	struct repo *repo;
	struct range *range;
	VEC(struct node) nodes;
	VEC(struct oid) parents;
	VEC(uint32_t) heap; /* nodes that wait */
	struct map by_oid;  /* index in nodes */
	uint32_t fresh;     /* waiting nodes that are not stale */
	uint32_t slop;
	struct arena keys, scratch;
};

/* ---- the heap ---- */

static bool is_newer(const struct search *s, uint32_t a, uint32_t b)
{
	const struct node *x = &s->nodes.items[a], *y = &s->nodes.items[b];

	if (x->committed_at != y->committed_at)
		return x->committed_at > y->committed_at;
	return memcmp(&x->oid, &y->oid, sizeof x->oid) < 0;
}

static void heap_push(struct search *s, uint32_t node)
{
	size_t at = s->heap.len;

	*vec_push(&s->heap) = node;
	while (at && is_newer(s, node, s->heap.items[(at - 1) / 2])) {
		s->heap.items[at] = s->heap.items[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	s->heap.items[at] = node;
}

static uint32_t heap_pop(struct search *s)
{
	uint32_t top = s->heap.items[0], last = s->heap.items[--s->heap.len];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < s->heap.len) {
		if (child + 1 < s->heap.len &&
			is_newer(s, s->heap.items[child + 1], s->heap.items[child]))
			child++;
		if (!is_newer(s, s->heap.items[child], last))
			break;
		s->heap.items[at] = s->heap.items[child];
		at = child;
	}
	if (s->heap.len)
		s->heap.items[at] = last;
	return top;
}

/* ---- the walk ---- */

static void read_node(struct search *s, struct node *n)
{
	struct oid *parents;

	arena_reset(&s->scratch);
	if (repo_parents(s->repo, &n->oid, &s->scratch, &parents, &n->parent_count, &n->shallow,
		    &n->committed_at, NULL)) {
		n->parent_count = 0;
		n->unreadable = true;
		s->range->missing++;
		return;
	}
	n->parents = (uint32_t)s->parents.len;
	for (uint32_t i = 0; i < n->parent_count; i++)
		*vec_push(&s->parents) = parents[i];
}

static uint32_t node_of(struct search *s, const struct oid *oid)
{
	bool added;
	const uint64_t *known = map_get(&s->by_oid, MAP_KEY(*oid));
	struct node n = {.oid = *oid};

	if (known)
		return (uint32_t)*known;
	read_node(s, &n);
	*map_put(&s->by_oid, arena_dup(&s->keys, MAP_KEY(*oid)), &added) = s->nodes.len;
	*vec_push(&s->nodes) = n;
	return (uint32_t)s->nodes.len - 1;
}

static void reach(struct search *s, const struct oid *oid, unsigned flags)
{
	uint32_t index = node_of(s, oid);
	struct node *n = &s->nodes.items[index];
	unsigned before = n->flags;

	if ((before | flags) == before)
		return;
	n->flags |= flags;
	if (n->was_seen)
		s->slop = SLOP;
	if (!n->waits) {
		n->waits = true;
		s->fresh += !(n->flags & STALE);
		heap_push(s, index);
	} else if (!(before & STALE) && (n->flags & STALE)) {
		s->fresh--;
	}
}

static void step(struct search *s)
{
	uint32_t index = heap_pop(s);
	struct node n = s->nodes.items[index];
	unsigned flags = n.flags;

	s->nodes.items[index].waits = false;
	s->nodes.items[index].was_seen = true;
	s->fresh -= !(flags & STALE);
	if ((flags & RANGE_BOTH) == RANGE_BOTH)
		flags |= STALE;
	for (uint32_t i = 0; i < n.parent_count; i++) {
		struct oid parent = s->parents.items[n.parents + i];

		reach(s, &parent, flags);
	}
}

static void walk(struct search *s, const struct oid *left, const struct oid *right)
{
	reach(s, left, RANGE_LEFT);
	reach(s, right, RANGE_RIGHT);
	s->slop = SLOP;
	while (s->heap.len && (s->fresh || s->slop)) {
		if (!s->fresh)
			s->slop--;
		step(s);
	}
}

/* ---- what it found ---- */

static int by_age(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	if (x->committed_at != y->committed_at)
		return x->committed_at < y->committed_at ? -1 : 1;
	return memcmp(&x->oid, &y->oid, sizeof x->oid);
}

static void note_side(struct range *range, const struct oid *oid, unsigned side)
{
	*map_put(&range->sides, arena_dup(&range->arena, MAP_KEY(*oid)), NULL) = side;
}

static void take_commit(struct search *s, const struct node *n)
{
	struct range *range = s->range;

	*vec_push(&range->commits) = n->oid;
	range->left_count += n->flags == RANGE_LEFT;
	range->right_count += n->flags == RANGE_RIGHT;
	range->cut_short = range->cut_short || n->shallow;
	note_side(range, &n->oid, n->flags);
}

/* Common commits that a commit of one side comes right after, and the best ones. */
static void take_edges(struct search *s)
{
	struct range *range = s->range;
	VEC(struct node) edges = {0};

	for (size_t i = 0; i < s->nodes.len; i++) {
		const struct node *n = &s->nodes.items[i];
		bool one_sided = (n->flags & RANGE_BOTH) != RANGE_BOTH;

		for (uint32_t k = 0; one_sided && k < n->parent_count; k++) {
			uint32_t parent = node_of(s, &s->parents.items[n->parents + k]);
			struct node *p = &s->nodes.items[parent];

			if ((p->flags & RANGE_BOTH) == RANGE_BOTH && !p->unreadable &&
				!range_sides(range, &p->oid)) {
				note_side(range, &p->oid, RANGE_BOTH);
				*vec_push(&edges) = *p;
			}
		}
	}
	if (!edges.len && !s->range->commits.len)
		*vec_push(&edges) = s->nodes.items[0]; /* both ends are one commit */
	if (edges.len)
		qsort(edges.items, edges.len, sizeof *edges.items, by_age);
	for (size_t i = 0; i < edges.len; i++)
		*vec_push(&range->edges) = edges.items[i].oid;
	for (size_t i = edges.len; i > 0; i--)
		if (!(edges.items[i - 1].flags & STALE))
			*vec_push(&range->bases) = edges.items[i - 1].oid;
	vec_release(&edges);
}

static void take_all(struct search *s)
{
	for (size_t i = 0; i < s->nodes.len; i++) {
		const struct node *n = &s->nodes.items[i];

		if ((n->flags & RANGE_BOTH) != RANGE_BOTH && !n->unreadable)
			take_commit(s, n);
	}
	take_edges(s);
}

int range_find(struct range *out, struct repo *r, const struct oid *left, const struct oid *right,
	uint32_t max_commits, struct err *e)
{
	struct search s = {.repo = r, .range = out};
	struct range *range = out;

	*out = (struct range){.left = *left, .right = *right};
	walk(&s, left, right);
	take_all(&s);
	vec_release(&s.nodes);
	vec_release(&s.parents);
	vec_release(&s.heap);
	map_release(&s.by_oid);
	arena_release(&s.keys);
	arena_release(&s.scratch);
	if (max_commits && range->commits.len > max_commits)
		return err_set(e, ERR_USAGE, "%zu commits lie between the two revisions",
			range->commits.len);
	return 0;
}

unsigned range_sides(const struct range *range, const struct oid *commit)
{
	const uint64_t *sides = map_get(&range->sides, MAP_KEY(*commit));

	return sides ? (unsigned)*sides : 0;
}

void range_release(struct range *range)
{
	vec_release(&range->commits);
	vec_release(&range->bases);
	vec_release(&range->edges);
	map_release(&range->sides);
	arena_release(&range->arena);
}

/* ---- history cut down to it ---- */

void range_cut(const struct range *range, struct repo *r)
{
	struct arena scratch = {0};
	size_t count = range->edges.len;
	struct repo_graft *grafts = ARENA_ARRAY(&scratch, count, struct repo_graft);

	for (size_t i = 0; i < count; i++) {
		grafts[i].commit = range->edges.items[i];
		if (i)
			grafts[i].parent = range->edges.items[i - 1];
	}
	repo_set_grafts(r, grafts, (uint32_t)count);
	arena_release(&scratch);
}

void range_cut_direct(const struct range *range, struct repo *r)
{
	const struct repo_graft grafts[] = {
		{.commit = range->left}, {.commit = range->right, .parent = range->left}};

	repo_set_grafts(r, grafts, ARRAY_LEN(grafts));
}

/* ---- what differs in it ---- */

struct blob_search {
	struct repo *repo;
	struct map *blobs;
	struct arena *keys;
	struct arena scratch;
	struct err *e;
};

static void add_blob(struct blob_search *b, const struct oid *oid)
{
	if (!oid_is_zero(oid) && !map_get(b->blobs, MAP_KEY(*oid)))
		*map_put(b->blobs, arena_dup(b->keys, MAP_KEY(*oid)), NULL) = 1;
}

/* Trees that cannot be read count as empty, as they do in the walk; no parent likewise. */
static int add_edge(struct blob_search *b, const struct oid *parent, const struct oid *child)
{
	struct oid before = {{0}}, after = {{0}};
	struct path_deltas deltas;
	uint32_t missing = 0;
	int rc;

	if (parent)
		(void)repo_commit_tree(b->repo, parent, &before, NULL);
	(void)repo_commit_tree(b->repo, child, &after, NULL);
	rc = repo_tree_diff(b->repo, &before, &after, &b->scratch, &deltas, &missing, b->e);
	for (uint32_t i = 0; rc == 0 && i < deltas.len; i++) {
		add_blob(b, &deltas.items[i].old_blob);
		add_blob(b, &deltas.items[i].new_blob);
	}
	return rc;
}

static int add_commit(struct blob_search *b, const struct oid *commit)
{
	struct oid *parents;
	uint32_t count = 0;
	int64_t committed_at;
	bool shallow;
	int rc = 0;

	arena_reset(&b->scratch);
	if (repo_parents(
		    b->repo, commit, &b->scratch, &parents, &count, &shallow, &committed_at, NULL))
		return 0;
	if (!count)
		return add_edge(b, NULL, commit);
	for (uint32_t i = 0; rc == 0 && i < count; i++)
		rc = add_edge(b, &parents[i], commit);
	return rc;
}

int range_blobs(const struct range *range, bool direct, struct repo *r, struct map *blobs,
	struct arena *a, struct err *e)
{
	struct blob_search b = {.repo = r, .blobs = blobs, .keys = a, .e = e};
	int rc = 0;

	if (direct)
		rc = add_edge(&b, &range->left, &range->right);
	for (size_t i = 0; rc == 0 && !direct && i < range->commits.len; i++)
		rc = add_commit(&b, &range->commits.items[i]);
	for (size_t i = 1; rc == 0 && !direct && i < range->edges.len; i++)
		rc = add_edge(&b, &range->edges.items[i - 1], &range->edges.items[i]);
	arena_release(&b.scratch);
	return rc;
}
