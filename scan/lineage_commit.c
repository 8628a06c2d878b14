/*
 * The history of one commit: the steps in their order, and their outcome as records.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static int run_begin(struct run *run)
{
	const struct graph_node *n = &run->t->graph->nodes.items[run->node];
	int rc = 0;

	run->parent_count = n->parent_count;
	run->parents = n->parents;
	run->states = ARENA_ARRAY(run->a, n->parent_count, const struct state *);
	run->bases = ARENA_ARRAY(run->a, (size_t)n->parent_count * n->parent_count, struct bases);
	run->first_new = run->t->first_lineage + (lineage_id)run->t->lineages.len;
	for (uint32_t i = 0; rc == 0 && i < run->parent_count; i++)
		rc = tracker_state_of(run->t, run->parents[i], &run->states[i], run->e);
	run->after = run->parent_count ? run->states[0] : NULL;
	return rc;
}

static void run_end(struct run *run)
{
	for (size_t i = 0; i < run->works.len; i++)
		run->t->work_of_path.items[run->works.items[i].path] = 0;
	vec_release(&run->works);
	vec_release(&run->events);
	vec_release(&run->unions);
	vec_release(&run->reopened);
	map_release(&run->new_keys);
}

/* ---- output ---- */

/* How finding i was matched: by the first parent that had it. */
static void add_match(const struct run *run, const struct work *w, uint32_t i, struct sighting *s)
{
	for (uint32_t p = 0; p < run->parent_count; p++) {
		const struct edge *edge = &w->edges[p];

		if (!edge->lineages[i] || run_canonical(run, edge->lineages[i]) != s->lineage)
			continue;
		s->step = edge->matches[i].step;
		s->confidence = edge->matches[i].confidence;
		return;
	}
}

static void fill_version(const struct run *run, const struct work *w, struct version_record *v)
{
	*v = (struct version_record){.path = w->name, .present = w->slot != NULL, .blob = w->blob};
	v->sighting_count = slot_len(w->slot);
	v->sightings = ARENA_ARRAY(run->a, v->sighting_count, struct sighting);
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		struct slot_item item = slot_at(w->slot, i);

		v->sightings[i] = sighting_of(&item);
		if (!item.carried)
			add_match(run, w, i, &v->sightings[i]);
	}
}

/* The paths whose findings stand otherwise than in the first parent. */
static void output_versions(const struct run *run, struct commit_history *out)
{
	out->versions = ARENA_ARRAY(run->a, run->works.len, struct version_record);
	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		if (w->slot != (run->parent_count ? w->edges[0].slot : NULL))
			fill_version(run, w, &out->versions[out->version_count++]);
	}
}

static void *copy_out(struct arena *a, const void *items, size_t len, size_t size)
{
	char *p = arena_alloc(a, len * size);

	if (len)
		memcpy(p, items, len * size);
	return p;
}

static void output(const struct run *run, struct commit_history *out)
{
	size_t before = run->first_new - run->t->first_lineage;

	out->lineage_count = (uint32_t)(run->t->lineages.len - before);
	if (out->lineage_count)
		out->lineages = copy_out(run->a, &run->t->lineages.items[before],
			out->lineage_count, sizeof *out->lineages);
	out->event_count = (uint32_t)run->events.len;
	out->events = copy_out(run->a, run->events.items, run->events.len, sizeof *out->events);
	out->union_count = (uint32_t)run->unions.len;
	out->unions = copy_out(run->a, run->unions.items, run->unions.len, sizeof *out->unions);
	output_versions(run, out);
}

static int follow(struct run *run, struct commit_history *out)
{
	int (*const steps[])(struct run *) = {lineage_works, lineage_moves, lineage_match,
		lineage_across, lineage_assign, lineage_copies, lineage_births, lineage_endings};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(steps); i++)
		rc = steps[i](run);
	if (rc == 0)
		rc = lineage_totals(run, out);
	if (rc == 0)
		output(run, out);
	return rc;
}

/* A commit whose tree cannot be read all: nothing is said of it, its first parent's findings stand
 * for its own. */
static void stand_still(struct run *run, struct commit_history *out)
{
	struct graph *g = run->t->graph;
	struct graph_node *n = &g->nodes.items[run->node];
	const struct graph_node *p = n->parent_count ? &g->nodes.items[n->parents[0]] : NULL;

	if (!p)
		return;
	out->open_total = n->open_total = p->open_total;
	out->tree = n->tree = p->tree;
}

int tracker_commit(struct tracker *t, const struct walk_commit *c, struct arena *a,
	struct commit_history *out, struct err *e)
{
	struct run run = {.t = t, .c = c, .node = c->node, .a = a, .e = e};
	int rc;

	*out = (struct commit_history){.commit = t->graph->nodes.items[c->node].id};
	tracker_index_node(t, c->node);
	rc = run_begin(&run);
	if (rc == 0 && (c->unreadable || c->missing_trees))
		stand_still(&run, out);
	else if (rc == 0)
		rc = follow(&run, out);
	if (rc == 0)
		tracker_keep_state(t, run.node, run.after);
	run_end(&run);
	return rc;
}
