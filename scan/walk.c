/*
 * The walk of walk.h: first which commits there are, then their order, then one after the other.
 *
 * The order is by generation, then by id: parents come first, and nothing but the graph decides,
 * not the dates and not the order in which tips are named. What is found on the way is dropped once
 * it stands in the graph; after that a walk holds one tree id for each commit.
 */
#include "scan/walk.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	struct repo *repo;
	struct graph *graph;
	uint32_t first, end; /* its nodes in the graph */
	uint32_t next;       /* the one to hand out */
	VEC(uint32_t) cut;   /* nodes that lost parents, ascending */
	size_t next_cut;
	VEC(struct oid) trees; /* of the nodes from `first` on that were handed out */
	uint32_t missing;
};

/* ---- which commits there are ---- */

struct found {
	struct oid oid;
	uint32_t parents; /* the first of its own in `parents` */
	uint32_t parent_count;
	uint32_t generation; /* 0: not known yet */
	/* While generations are set: how many parents were looked at, the largest generation and
	 * whether any is not walked. */
	uint32_t looked_at, below;
	bool cut;
};

#define NOT_WALKED UINT64_MAX /* in by_oid: cut by date, or unreadable */

struct search {
	struct walk *walk;
	int64_t since;
	VEC(struct found) found;
	VEC(struct oid) parents;
	VEC(struct oid) todo;
	struct map by_oid; /* index in `found`, or NOT_WALKED */
	struct arena keys, scratch;
};

static bool is_known(const struct search *s, const struct oid *id)
{
	return graph_find(s->walk->graph, id) != GRAPH_NONE || map_get(&s->by_oid, MAP_KEY(*id));
}

static void add_found(
	struct search *s, const struct oid *id, const struct oid *parents, uint32_t count)
{
	*vec_push(&s->found) = (struct found){
		.oid = *id, .parents = (uint32_t)s->parents.len, .parent_count = count};
	for (uint32_t i = 0; i < count; i++) {
		*vec_push(&s->parents) = parents[i];
		if (!is_known(s, &parents[i]))
			*vec_push(&s->todo) = parents[i];
	}
}

static void visit(struct search *s, const struct oid *id)
{
	uint64_t *index = map_put(&s->by_oid, arena_dup(&s->keys, MAP_KEY(*id)), NULL);
	struct oid *parents;
	int64_t committed_at;
	uint32_t count;
	bool shallow;

	*index = NOT_WALKED;
	arena_reset(&s->scratch);
	if (repo_parents(s->walk->repo, id, &s->scratch, &parents, &count, &shallow, &committed_at,
		    NULL)) {
		s->walk->missing++;
	} else if (!s->since || committed_at >= s->since) {
		*index = s->found.len;
		add_found(s, id, parents, count);
	}
}

static void find_all(struct search *s, const struct oid *tips, uint32_t tip_count)
{
	for (uint32_t i = 0; i < tip_count; i++)
		*vec_push(&s->todo) = tips[i];
	while (s->todo.len) {
		struct oid id = s->todo.items[--s->todo.len];

		if (!is_known(s, &id))
			visit(s, &id);
	}
}

/* ---- their order ---- */

/* False when the parent's own generation must be set first: *waiting_for says whose. */
static bool look_at(
	const struct search *s, struct found *f, const struct oid *parent, uint32_t *waiting_for)
{
	const uint64_t *index = map_get(&s->by_oid, MAP_KEY(*parent));
	const struct graph *g = s->walk->graph;
	uint32_t generation;

	if (index && *index == NOT_WALKED) {
		f->cut = true;
		return true;
	}
	generation = index ? s->found.items[*index].generation
			   : g->nodes.items[graph_find(g, parent)].generation;
	if (!generation)
		*waiting_for = (uint32_t)*index;
	else if (generation > f->below)
		f->below = generation;
	return generation > 0;
}

static bool set_generation(struct search *s, uint32_t index, uint32_t *waiting_for)
{
	struct found *f = &s->found.items[index];

	for (; f->looked_at < f->parent_count; f->looked_at++)
		if (!look_at(s, f, &s->parents.items[f->parents + f->looked_at], waiting_for))
			return false;
	f->generation = f->below + 1;
	return true;
}

static void set_generations(struct search *s)
{
	VEC(uint32_t) stack = {0};

	for (uint32_t i = 0; i < s->found.len; i++) {
		*vec_push(&stack) = i;
		while (stack.len) {
			uint32_t top = stack.items[stack.len - 1], waiting_for;

			if (s->found.items[top].generation || set_generation(s, top, &waiting_for))
				stack.len--;
			else
				*vec_push(&stack) = waiting_for;
		}
	}
	vec_release(&stack);
}

static int by_generation(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return memcmp(x->oid.id, y->oid.id, sizeof x->oid.id);
}

static void add_to_graph(struct search *s, const struct found *f)
{
	struct graph *g = s->walk->graph;
	uint32_t *parents = ARENA_ARRAY(&s->scratch, f->parent_count, uint32_t), count = 0, node;

	for (uint32_t i = 0; i < f->parent_count; i++) {
		parents[count] = graph_find(g, &s->parents.items[f->parents + i]);
		count += parents[count] != GRAPH_NONE;
	}
	node = graph_add(g, &f->oid, parents, count);
	if (f->cut)
		*vec_push(&s->walk->cut) = node;
	arena_reset(&s->scratch);
}

static void search_release(struct search *s)
{
	vec_release(&s->found);
	vec_release(&s->parents);
	vec_release(&s->todo);
	map_release(&s->by_oid);
	arena_release(&s->keys);
	arena_release(&s->scratch);
}

int walk_new(struct walk **out, struct repo *r, struct graph *g, const struct oid *tips,
	uint32_t tip_count, int64_t since, struct err *e)
{
	struct walk *w = mem_zalloc(1, sizeof *w);
	struct search s = {.walk = w, .since = since};

	(void)e;
	*w = (struct walk){.repo = r, .graph = g};
	w->first = w->next = (uint32_t)g->nodes.len;
	find_all(&s, tips, tip_count);
	set_generations(&s);
	/* Sorting ends the use of by_oid: its indices are the unsorted ones. */
	if (s.found.len)
		qsort(s.found.items, s.found.len, sizeof *s.found.items, by_generation);
	for (uint32_t i = 0; i < s.found.len; i++)
		add_to_graph(&s, &s.found.items[i]);
	w->end = (uint32_t)g->nodes.len;
	search_release(&s);
	*out = w;
	return 0;
}

uint32_t walk_length(const struct walk *w)
{
	return w->end - w->first;
}

uint32_t walk_missing(const struct walk *w)
{
	return w->missing;
}

/* ---- one after the other ---- */

/* The tree of a commit handed out before, or of one that was done before this walk. Zero when it
 * cannot be read. */
static struct oid tree_of(struct walk *w, uint32_t node)
{
	struct oid tree = {{0}};

	if (node >= w->first)
		return w->trees.items[node - w->first];
	if (repo_commit_tree(w->repo, &w->graph->nodes.items[node].oid, &tree, NULL))
		return (struct oid){{0}};
	return tree;
}

static int take_deltas(struct walk *w, struct arena *a, struct walk_commit *c, struct err *e)
{
	const struct graph_node *n = &w->graph->nodes.items[c->node];
	int status = 0;

	c->delta_count = n->parent_count ? n->parent_count : 1;
	c->deltas = ARENA_ARRAY(a, c->delta_count, struct path_deltas);
	for (uint32_t i = 0; i < c->delta_count && !status; i++) {
		struct oid before = {{0}};

		if (n->parent_count) {
			before = tree_of(w, n->parents[i]);
			c->missing_trees += oid_is_zero(&before);
		}
		status = repo_tree_diff(
			w->repo, &before, &c->tree, a, &c->deltas[i], &c->missing_trees, e);
	}
	return status;
}

/* Parents as the graph has them: those that were cut are none. */
static void set_parents(struct walk *w, struct arena *a, struct walk_commit *c)
{
	const struct graph_node *n = &w->graph->nodes.items[c->node];

	c->record.generation = n->generation;
	c->record.parent_count = n->parent_count;
	c->record.parents = ARENA_ARRAY(a, n->parent_count, struct oid);
	for (uint32_t i = 0; i < n->parent_count; i++)
		c->record.parents[i] = w->graph->nodes.items[n->parents[i]].oid;
	if (w->next_cut < w->cut.len && w->cut.items[w->next_cut] == c->node) {
		c->record.shallow = true;
		w->next_cut++;
	}
}

int walk_next(struct walk *w, struct arena *a, struct walk_commit *out, struct err *e)
{
	struct oid id;
	int status;

	if (w->next == w->end)
		return 0;
	*out = (struct walk_commit){.node = w->next};
	id = w->graph->nodes.items[w->next++].oid;
	out->unreadable = repo_commit(w->repo, &id, a, &out->record, &out->tree, NULL) != 0;
	if (out->unreadable) {
		out->record = (struct commit_record){.oid = id};
		out->tree = (struct oid){{0}};
	}
	set_parents(w, a, out);
	*vec_push(&w->trees) = out->tree;
	status = out->unreadable ? 0 : take_deltas(w, a, out, e);
	return status ? status : 1;
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
	vec_release(&w->cut);
	vec_release(&w->trees);
	free(w);
}
