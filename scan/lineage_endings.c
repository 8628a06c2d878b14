/*
 * Findings that a parent has and the commit has not, and merges that bring back what one side had
 * fixed (history design, section 5).
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

#include "scan/py/outline.h"

/* ---- is a lineage in the common past of two parents? ---- */

static const struct bases *bases_of(struct run *run, uint32_t p, uint32_t q)
{
	struct bases *b = &run->bases[p * run->parent_count + q];

	if (!b->known)
		b->count = graph_merge_bases(
			run->t->graph, run->parents[p], run->parents[q], b->nodes, MAX_BASES);
	b->known = true;
	return b;
}

static int in_base(struct run *run, lineage_id id, uint32_t p, uint32_t q, bool *out)
{
	const struct bases *b = bases_of(run, p, q);
	int rc = 0;

	*out = false;
	for (uint32_t i = 0; rc == 0 && i < b->count && !*out; i++) {
		const struct state *s;

		rc = tracker_state_of(run->t, b->nodes[i], &s, run->e);
		*out = rc == 0 && run_stands(run, s, id);
	}
	return rc;
}

static bool parent_has(const struct run *run, uint32_t p, lineage_id id)
{
	return run_stands(run, run->states[p], id);
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
	if (x->item.index != y->item.index)
		return x->item.index < y->item.index ? -1 : 1;
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return memcmp(&x->item.blob, &y->item.blob, sizeof x->item.blob);
}

typedef VEC(struct gone) gone_list;

static void list_gone_from(struct run *run, struct work *w, uint32_t p, gone_list *out)
{
	const struct slot *s = w->edges[p].slot;

	for (uint32_t k = 0; s != w->slot && k < slot_len(s); k++) {
		struct slot_item item = slot_at(s, k);
		lineage_id id = run_canonical(run, item.lineage);

		if (!run_stands(run, run->after, id))
			*vec_push(out) = (struct gone){id, p, w, item};
	}
}

/* Each lineage once, as the first parent that has it shows it. */
static void list_gone(struct run *run, gone_list *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < run->works.len; i++)
		for (uint32_t p = 0; p < run->parent_count; p++)
			list_gone_from(run, &run->works.items[i], p, out);
	if (!out->len)
		return;
	qsort(out->items, out->len, sizeof *out->items, compare_gone);
	for (size_t i = 0; i < out->len; i++)
		if (i == 0 || out->items[i].lineage != out->items[kept - 1].lineage)
			out->items[kept++] = out->items[i];
	out->len = kept;
	qsort(out->items, out->len, sizeof *out->items, compare_place);
}

/* Is the function still there, by another name or elsewhere? Then other findings of it are. */
static int scope_moved(struct run *run, const struct gone *g, const struct fact *f, bool *out)
{
	const struct slot *s = g->work->edges[g->parent].slot;
	int rc = 0;

	*out = false;
	for (uint32_t i = 0; f->scope.len && rc == 0 && !*out && i < slot_len(s); i++) {
		struct slot_item item = slot_at(s, i);
		const struct fact *other;

		rc = tracker_fact(run->t, &item, &other, run->e);
		*out = rc == 0 && str_eq(other->scope, f->scope) &&
			run_stands(run, run->after, run_canonical(run, item.lineage));
	}
	return rc;
}

/* Did the function or file go away? A text that cannot be read says nothing. */
static int ending_kind(
	struct run *run, const struct gone *g, const struct fact *f, enum event_kind *out)
{
	const struct work *now = g->work->edges[g->parent].moved_to;
	struct arena scratch = {0};
	struct str text;
	bool moved = false, there = true;
	int rc = 0;

	if (!now)
		now = g->work;
	if (oid_is_zero(&now->blob))
		there = false;
	else if (f->scope.len && repo_blob(run->t->repo, &now->blob, &scratch, &text, NULL) == 0)
		there = py_outline_has(text, f->scope);
	if (!there)
		rc = scope_moved(run, g, f, &moved);
	*out = there || moved ? EVENT_FIXED : EVENT_REMOVED;
	arena_release(&scratch);
	return rc;
}

static int add_ending(struct run *run, const struct gone *g, bool dropped)
{
	enum event_kind kind = EVENT_DROPPED_BY_MERGE;
	const struct fact *f;
	struct event_record *ev;
	int rc = tracker_fact(run->t, &g->item, &f, run->e);

	if (rc == 0 && !dropped)
		rc = ending_kind(run, g, f, &kind);
	if (rc < 0)
		return rc;
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
	return 0;
}

/* Was the lineage in a common past of a parent that has it and one that has not? */
static int left_earlier(struct run *run, lineage_id id, bool *somewhere, bool *out)
{
	int rc = 0;

	*somewhere = *out = false;
	for (uint32_t q = 0; q < run->parent_count; q++) {
		if (parent_has(run, q, id))
			continue;
		*somewhere = true;
		for (uint32_t p = 0; rc == 0 && !*out && p < run->parent_count; p++)
			if (parent_has(run, p, id))
				rc = in_base(run, id, p, q, out);
	}
	return rc;
}

/*
 * One lineage gone from at least one parent of a merge. In every parent: the merge fixed it. Absent
 * in a parent q but in the base: q's branch has its own event. Absent in the base: dropped.
 */
static int end_in_merge(struct run *run, const struct gone *g)
{
	bool absent_somewhere, has_own_event;
	int rc = left_earlier(run, g->lineage, &absent_somewhere, &has_own_event);

	if (rc < 0 || has_own_event)
		return rc;
	return add_ending(run, g, absent_somewhere);
}

/*
 * A merge that lost a parent (its object is missing, --since leaves it out) tells no endings: what
 * the other parent has and the merge has not was mostly ended on the side that is not there, by
 * somebody who is not known.
 */
static int end_gone(struct run *run)
{
	gone_list gone = {0};
	int rc = 0;

	if (run->c->record.shallow)
		return 0;
	list_gone(run, &gone);
	for (size_t i = 0; rc == 0 && i < gone.len; i++)
		rc = run->parent_count > 1 ? end_in_merge(run, &gone.items[i])
					   : add_ending(run, &gone.items[i], false);
	vec_release(&gone);
	return rc;
}

/* ---- merges that undo a fix ---- */

/* The last commit on q's side, not on p's, in which the lineage ended; GRAPH_NONE: none. */
static int ending_on_side(struct run *run, lineage_id id, uint32_t p, uint32_t q, uint32_t *out)
{
	const struct graph *g = run->t->graph;
	lineage_list names = {0};
	ended_list list = {0};
	int rc = 0;

	*out = GRAPH_NONE;
	run_aliases(run, id, &names);
	for (size_t i = 0; rc == 0 && i < names.len; i++)
		rc = ended_by_lineage(run, names.items[i], &list);
	for (size_t i = 0; rc == 0 && i < list.len; i++) {
		uint32_t node = list.items[i].node;

		if ((*out == GRAPH_NONE || tracker_compare_nodes(run->t, node, *out) > 0) &&
			graph_is_ancestor(g, node, run->parents[q]) &&
			!graph_is_ancestor(g, node, run->parents[p]))
			*out = node;
	}
	vec_release(&names);
	vec_release(&list);
	return rc;
}

static void add_resurrection(
	struct run *run, const struct work *w, uint32_t k, uint32_t p, uint32_t fixer)
{
	*vec_push(&run->events) = (struct event_record){
		.lineage = w->lineages[k],
		.kind = EVENT_RESURRECTED_BY_MERGE,
		.step = w->edges[p].matches[k].step,
		.confidence = w->edges[p].matches[k].confidence,
		.path = w->name,
		.blob = w->blob,
		.index = k,
		.related = run->t->graph->nodes.items[fixer].oid,
	};
}

/* Parent p shows finding k, parent q has it no more: was it fixed there? */
static int check_side(
	struct run *run, const struct work *w, uint32_t k, uint32_t p, uint32_t q, bool *found)
{
	lineage_id id = w->lineages[k];
	uint32_t fixer;
	bool there;
	int rc = in_base(run, id, p, q, &there);

	if (rc < 0 || !there)
		return rc;
	rc = ending_on_side(run, id, p, q, &fixer);
	*found = rc == 0 && fixer != GRAPH_NONE;
	if (*found)
		add_resurrection(run, w, k, p, fixer);
	return rc;
}

static int check_resurrection(struct run *run, const struct work *w, uint32_t k)
{
	bool found = false;
	int rc = 0;

	for (uint32_t q = 0; q < run->parent_count; q++) {
		if (w->edges[q].lineages[k] || parent_has(run, q, w->lineages[k]))
			continue;
		for (uint32_t p = 0; rc == 0 && !found && p < run->parent_count; p++)
			if (w->edges[p].lineages[k])
				rc = check_side(run, w, k, p, q, &found);
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
