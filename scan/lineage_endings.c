/*
 * Findings that a parent has and the commit has not, and merges that bring back what one side had
 * fixed (history design, section 5).
 */
#include "scan/lineage_private.h"

#include <stdlib.h>

#include "scan/py/outline.h"

#define MAX_BASES 8

/* ---- is a lineage in the common past of two parents? ---- */

static int in_base(struct run *run, lineage_id id, uint32_t p, uint32_t q, bool *out)
{
	uint32_t bases[MAX_BASES];
	uint32_t n = graph_merge_bases(
		run->t->graph, run->parents[p], run->parents[q], bases, MAX_BASES);
	int rc = 0;

	*out = false;
	for (uint32_t i = 0; rc == 0 && i < n && !*out; i++) {
		const struct state *s;

		rc = tracker_state_of(run->t, bases[i], &s, run->e);
		if (rc == 0) {
			struct id_set set = id_set_of_state(s, run->a);

			*out = id_set_has(&set, id);
		}
	}
	return rc;
}

/* ---- endings ---- */

struct gone {
	lineage_id lineage;
	uint32_t parent;
	struct work *work;
	struct slot_item item;
};

static int compare_gone(const void *a, const void *b)
{
	const struct gone *x = a, *y = b;

	if (x->lineage != y->lineage)
		return x->lineage < y->lineage ? -1 : 1;
	return x->parent < y->parent ? -1 : x->parent > y->parent;
}

/* Endings come out in path order, like everything else of a commit. */
static int compare_place(const void *a, const void *b)
{
	const struct gone *x = a, *y = b;

	if (x->work != y->work)
		return x->work < y->work ? -1 : 1;
	if (x->item.carried != y->item.carried)
		return x->item.carried - y->item.carried;
	return x->item.index < y->item.index ? -1 : x->item.index > y->item.index;
}

typedef VEC(struct gone) gone_list;

static void list_gone(struct run *run, gone_list *out)
{
	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t p = 0; p < run->parent_count; p++) {
			const struct slot *s = w->edges[p].slot;

			for (uint32_t k = 0; s != w->slot && k < slot_len(s); k++) {
				struct slot_item item = slot_at(s, k);
				lineage_id id = run_canonical(run, item.lineage);

				if (!id_set_has(&run->present, id))
					*vec_push(out) = (struct gone){id, p, w, item};
			}
		}
	}
}

/* Did the function or file go away? */
static int ending_kind(
	struct run *run, const struct gone *g, const struct fact *f, enum event_kind *out)
{
	struct arena scratch = {0};
	struct err unreadable;
	struct str text;

	*out = EVENT_FIXED;
	if (oid_is_zero(&g->work->blob))
		*out = EVENT_REMOVED;
	else if (f->scope.len &&
		repo_blob(run->t->repo, &g->work->blob, &scratch, &text, &unreadable) == 0 &&
		!py_outline_has(text, f->scope))
		*out = EVENT_REMOVED;
	arena_release(&scratch);
	return 0;
}

static void remember_ending(struct run *run, const struct event_record *ev)
{
	struct tracker *t = run->t;
	struct ending *en = ARENA_NEW(&t->arena, struct ending);
	uint64_t *by_hash, *by_lineage;

	*en = (struct ending){.hash = ev->reopen_hash, .lineage = ev->lineage, .node = run->node};
	by_hash = map_put(&t->endings_by_hash, MAP_KEY(en->hash), NULL);
	en->next_by_hash = (struct ending *)(uintptr_t)*by_hash;
	*by_hash = (uint64_t)(uintptr_t)en;
	by_lineage = map_put(&t->endings_by_lineage, MAP_KEY(en->lineage), NULL);
	en->next_by_lineage = (struct ending *)(uintptr_t)*by_lineage;
	*by_lineage = (uint64_t)(uintptr_t)en;
}

static int add_ending(struct run *run, const struct gone *g, bool dropped)
{
	const struct fact *f = tracker_fact(run->t, &g->item, run->e);
	struct event_record *ev;
	enum event_kind kind = EVENT_DROPPED_BY_MERGE;
	int rc = 0;

	if (!f)
		return ERR_FAILED;
	if (!dropped)
		rc = ending_kind(run, g, f, &kind);
	ev = vec_push(&run->events);
	*ev = (struct event_record){
		.lineage = g->lineage,
		.kind = kind,
		.confidence = 1.0f,
		.path = g->work->name,
		.blob = g->item.blob,
		.index = g->item.index,
		.reopen_hash = reopen_hash(f, g->work->name),
	};
	remember_ending(run, ev);
	return rc;
}

static bool all_parents_have(struct run *run, lineage_id id)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (!id_set_has(run_parent_set(run, p), id))
			return false;
	return true;
}

/*
 * One lineage gone from at least one parent of a merge. In every parent: the merge fixed it. Absent
 * in a parent q but in the base: q's branch has its own event. Absent in the base: dropped.
 */
static int end_in_merge(struct run *run, const struct gone *g)
{
	if (all_parents_have(run, g->lineage))
		return add_ending(run, g, false);
	for (uint32_t q = 0; q < run->parent_count; q++) {
		bool there;
		int rc;

		if (id_set_has(run_parent_set(run, q), g->lineage))
			continue;
		rc = in_base(run, g->lineage, g->parent, q, &there);
		if (rc < 0 || there)
			return rc;
	}
	return add_ending(run, g, true);
}

static int end_gone(struct run *run)
{
	gone_list gone = {0};
	size_t kept = 0;
	int rc = 0;

	list_gone(run, &gone);
	if (gone.len)
		qsort(gone.items, gone.len, sizeof *gone.items, compare_gone);
	for (size_t i = 0; i < gone.len; i++)
		if (i == 0 || gone.items[i].lineage != gone.items[kept - 1].lineage)
			gone.items[kept++] = gone.items[i];
	if (kept)
		qsort(gone.items, kept, sizeof *gone.items, compare_place);
	for (size_t i = 0; rc == 0 && i < kept; i++)
		rc = run->parent_count > 1 ? end_in_merge(run, &gone.items[i])
					   : add_ending(run, &gone.items[i], false);
	vec_release(&gone);
	return rc;
}

/* ---- merges that undo a fix ---- */

/* The commit on q's side, not on p's, in which the lineage ended; GRAPH_NONE when there is none. */
static int ending_on_side(struct run *run, lineage_id id, uint32_t p, uint32_t q, uint32_t *out)
{
	struct tracker *t = run->t;
	const struct graph *g = t->graph;
	const uint64_t *at = map_get(&t->endings_by_lineage, MAP_KEY(id));
	struct stored_ending *stored = NULL;
	uint32_t count = 0;
	int rc = 0;

	*out = GRAPH_NONE;
	for (const struct ending *en = at ? (const struct ending *)(uintptr_t)*at : NULL; en;
		en = en->next_by_lineage)
		if (*out == GRAPH_NONE && graph_is_ancestor(g, en->node, run->parents[q]) &&
			!graph_is_ancestor(g, en->node, run->parents[p]))
			*out = en->node;
	if (*out != GRAPH_NONE || t->first_commit <= 1)
		return 0;
	rc = t->store->load_endings(t->store->self, 0, id, run->a, &stored, &count, run->e);
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		uint32_t node = tracker_node(t, stored[i].commit);

		if (stored[i].commit < t->first_commit && node != GRAPH_NONE &&
			graph_is_ancestor(g, node, run->parents[q]) &&
			!graph_is_ancestor(g, node, run->parents[p]))
			*out = node;
	}
	return rc;
}

static uint32_t parent_with(const struct run *run, const struct work *w, uint32_t k)
{
	uint32_t p = 0;

	while (p < run->parent_count && !w->edges[p].lineages[k])
		p++;
	return p;
}

static int check_resurrection(struct run *run, const struct work *w, uint32_t k)
{
	lineage_id id = w->lineages[k];
	uint32_t p = parent_with(run, w, k), fixer;
	bool there;
	int rc = 0;

	for (uint32_t q = 0; rc == 0 && p < run->parent_count && q < run->parent_count; q++) {
		if (w->edges[q].lineages[k] || id_set_has(run_parent_set(run, q), id))
			continue;
		rc = in_base(run, id, p, q, &there);
		if (rc < 0 || !there)
			continue;
		rc = ending_on_side(run, id, p, q, &fixer);
		if (rc == 0 && fixer != GRAPH_NONE) {
			*vec_push(&run->events) = (struct event_record){
				.lineage = id,
				.kind = EVENT_RESURRECTED_BY_MERGE,
				.step = w->edges[p].matches[k].step,
				.confidence = w->edges[p].matches[k].confidence,
				.path = w->name,
				.blob = w->blob,
				.index = k,
				.related = run->t->graph->nodes.items[fixer].oid,
			};
			return 0;
		}
	}
	return rc;
}

static int find_resurrections(struct run *run)
{
	int rc = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		for (uint32_t k = 0; rc == 0 && w->new &&k < w->new->len; k++)
			if (w->lineages[k] < run->first_new)
				rc = check_resurrection(run, w, k);
	}
	return rc;
}

int lineage_endings(struct run *run)
{
	int rc = run->parent_count > 1 ? find_resurrections(run) : 0;

	return rc < 0 ? rc : end_gone(run);
}
