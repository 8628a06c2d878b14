/*
 * The findings of every path of a commit matched with what each parent has there, and which of a
 * parent's findings a syntax error hides now.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static void take_all(struct run *run, const struct work *w, struct edge *edge)
{
	const struct slot *s = edge->source;
	enum match_step step = edge->moved ? STEP_SAME_BLOB : STEP_LINE;

	for (uint32_t k = 0; s && k < w->new->len &&k < s->count; k++) {
		edge->matches[k] = (struct match){k, (uint8_t)step, 1.0f};
		edge->lineages[k] = s->lineages[k];
		edge->was_suppressed[k] = w->new->items[k].suppressed;
	}
	if (s && s->carried_count) {
		edge->hidden = ARENA_ARRAY(run->a, s->carried_count, struct carried);
		memcpy(edge->hidden, s->carried, s->carried_count * sizeof *s->carried);
		edge->hidden_count = s->carried_count;
	}
}

/* ---- the findings of a parent's slot: of its own blob, and carried ones of older blobs ---- */

static int compare_items(const void *a, const void *b)
{
	const struct slot_item *x = a, *y = b;
	int d = memcmp(&x->blob, &y->blob, sizeof x->blob);

	if (x->carried != y->carried)
		return x->carried - y->carried;
	return d ? d : (x->index > y->index) - (x->index < y->index);
}

int edge_list_old(struct run *run, struct edge *edge)
{
	const struct slot *s = edge->source;
	struct old_side *out = &edge->old;
	int rc = 0;

	out->len = slot_len(s);
	out->items = ARENA_ARRAY(run->a, out->len, struct slot_item);
	out->findings = ARENA_ARRAY(run->a, out->len, struct match_old);
	out->matched = ARENA_ARRAY(run->a, out->len, bool);
	out->hidden = ARENA_ARRAY(run->a, out->len, bool);
	for (uint32_t i = 0; i < out->len; i++)
		out->items[i] = slot_at(s, i);
	if (out->len && s->carried_count)
		qsort(out->items, out->len, sizeof *out->items, compare_items);
	for (uint32_t i = 0; rc == 0 && i < out->len; i++)
		rc = tracker_fact(run->t, &out->items[i], &out->findings[i].fact, run->e);
	return rc;
}

/* The lines that stand where an old finding's changed line stood. */
static void place_in_hunk(const struct hunks *lines, struct match_old *old)
{
	uint32_t line = old->fact->line;

	for (uint32_t i = 0; i < lines->len; i++) {
		const struct hunk *h = &lines->items[i];
		uint32_t last = h->new_start + h->new_count - 1;

		if (h->old_start > line || line >= h->old_start + h->old_count)
			continue;
		old->hunk_first = h->new_start;
		old->hunk_last = last;
		old->near = h->new_start + (line - h->old_start);
		if (old->near > last)
			old->near = last;
		return;
	}
}

static int map_lines(struct run *run, const struct work *w, struct old_side *old)
{
	int rc = 0;

	for (uint32_t i = 0; i < old->len; i++) {
		struct match_old *f = &old->findings[i];
		const struct hunks *lines;

		rc = tracker_hunks(run->t, &old->items[i].blob, &w->blob, &lines, run->e);
		if (rc < 0)
			break;
		f->line = hunks_map_line(lines, f->fact->line);
		if (!f->line)
			place_in_hunk(lines, f);
	}
	return rc;
}

bool edge_came_across(const struct edge *edge, uint32_t k)
{
	return edge->moved || edge->matches[k].step == STEP_ACROSS;
}

void edge_record(struct edge *edge, uint32_t k, uint32_t i, const struct match *found)
{
	edge->matches[k] = *found;
	edge->matches[k].old = i;
	edge->matches[k].step = edge->moved ? (uint8_t)STEP_ACROSS : found->step;
	edge->lineages[k] = edge->old.items[i].lineage;
	edge->was_suppressed[k] = edge->old.findings[i].fact->suppressed;
	edge->old.matched[i] = true;
}

/* ---- what is hidden ---- */

static bool overlaps_unknown(const struct facts *f, uint32_t first, uint32_t last)
{
	for (uint32_t i = 0; i < f->unknown_len; i++)
		if (f->unknown[i].first <= last && first <= f->unknown[i].last)
			return true;
	return false;
}

/*
 * Is an old finding that has no partner hidden rather than gone? Its line still stands in a file
 * with syntax errors, or was replaced by lines that the parser could not read.
 */
static bool is_hidden(const struct match_old *old, const struct facts *new)
{
	if (new->status == BLOB_SKIPPED || new->status == BLOB_MISSING)
		return true;
	if (new->status != BLOB_PARTIAL)
		return false;
	if (old->line)
		return true;
	return old->hunk_first <= old->hunk_last &&
		overlaps_unknown(new, old->hunk_first, old->hunk_last);
}

static void find_hidden(const struct work *w, struct edge *edge)
{
	for (uint32_t i = 0; i < edge->old.len; i++)
		edge->old.hidden[i] = is_hidden(&edge->old.findings[i], w->new);
}

/* ---- one edge ---- */

static int match_slot(struct run *run, const struct work *w, struct edge *edge)
{
	struct match *found = ARENA_ARRAY(run->a, w->new->len, struct match);
	struct old_side *old = &edge->old;
	int rc;

	if (!slot_len(edge->source))
		return 0;
	rc = edge_list_old(run, edge);
	if (rc < 0)
		return rc;
	if (!match_obvious(old->findings, old->len, w->new, found)) {
		rc = map_lines(run, w, old);
		if (rc < 0)
			return rc;
		match_versions(old->findings, old->len, w->new, found);
	}
	for (uint32_t k = 0; k < w->new->len; k++)
		if (found[k].old != MATCH_NONE)
			edge_record(edge, k, found[k].old, &found[k]);
	find_hidden(w, edge);
	return 0;
}

static int match_edge(struct run *run, const struct work *w, struct edge *edge)
{
	edge->matches = ARENA_ARRAY(run->a, w->new->len, struct match);
	edge->lineages = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	edge->was_suppressed = ARENA_ARRAY(run->a, w->new->len, bool);
	if (!edge->same_blob)
		return match_slot(run, w, edge);
	take_all(run, w, edge);
	return 0;
}

int lineage_match(struct run *run)
{
	int rc = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		for (uint32_t p = 0; rc == 0 && w->new &&p < run->parent_count; p++)
			rc = match_edge(run, w, &w->edges[p]);
	}
	return rc;
}
