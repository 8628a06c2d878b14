/*
 * The lineage of every finding of a commit: matched with each parent, united where parents
 * disagree, new where no parent has it; findings under a syntax error are carried.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- one parent's findings at one path, matched with this commit's ---- */

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

/* Findings of one blob that a parent's slot shows: its own, or carried ones of an older blob. */
struct old_side {
	struct facts facts; /* only these findings */
	struct slot_item *items;
	bool *matched;
};

static int compare_items(const void *a, const void *b)
{
	const struct slot_item *x = a, *y = b;
	int d = memcmp(&x->blob, &y->blob, sizeof x->blob);

	if (x->carried != y->carried)
		return x->carried - y->carried;
	return d ? d : (x->index > y->index) - (x->index < y->index);
}

static struct slot_item *sorted_items(struct run *run, const struct slot *s)
{
	uint32_t n = slot_len(s);
	struct slot_item *items = ARENA_ARRAY(run->a, n, struct slot_item);

	for (uint32_t i = 0; i < n; i++)
		items[i] = slot_at(s, i);
	qsort(items, n, sizeof *items, compare_items);
	return items;
}

static int old_side_init(struct run *run, struct slot_item *items, uint32_t n, struct old_side *out)
{
	const struct facts *all = tracker_facts(run->t, &items[0].blob, run->e);

	if (!all)
		return ERR_FAILED;
	out->facts = *all;
	out->facts.len = n;
	out->facts.items = ARENA_ARRAY(run->a, n, struct fact);
	for (uint32_t i = 0; i < n; i++)
		out->facts.items[i] = all->items[items[i].index];
	out->items = items;
	out->matched = ARENA_ARRAY(run->a, n, bool);
	return 0;
}

static void record_matches(
	struct work *w, struct edge *edge, struct old_side *old, const struct match *found)
{
	for (uint32_t k = 0; k < w->new->len; k++) {
		if (found[k].old == MATCH_NONE || edge->lineages[k])
			continue;
		edge->matches[k] = found[k];
		edge->lineages[k] = old->items[found[k].old].lineage;
		edge->was_suppressed[k] = old->facts.items[found[k].old].suppressed;
		old->matched[found[k].old] = true;
	}
}

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
static bool is_hidden(const struct fact *old, const struct facts *new, const struct hunks *lines)
{
	if (new->status == BLOB_SKIPPED || new->status == BLOB_MISSING)
		return true;
	if (new->status != BLOB_PARTIAL)
		return false;
	if (hunks_map_line(lines, old->line))
		return true;
	for (uint32_t i = 0; i < lines->len; i++) {
		const struct hunk *h = &lines->items[i];

		if (h->old_start <= old->line && old->line < h->old_start + h->old_count)
			return h->new_count &&
				overlaps_unknown(
					new, h->new_start, h->new_start + h->new_count - 1);
	}
	return false;
}

static void hide_unmatched(const struct work *w, struct edge *edge, const struct old_side *old,
	const struct hunks *lines)
{
	for (uint32_t i = 0; i < old->facts.len; i++)
		if (!old->matched[i] && is_hidden(&old->facts.items[i], w->new, lines))
			edge->hidden[edge->hidden_count++] = (struct carried){
				old->items[i].lineage, old->items[i].index, old->items[i].blob};
}

/* Matches the findings of one old blob; `n` items from the slot show it. */
static int match_blob(
	struct run *run, struct work *w, struct edge *edge, struct slot_item *items, uint32_t n)
{
	static const struct hunks no_hunks;
	struct match *found = ARENA_ARRAY(run->a, w->new->len, struct match);
	const struct hunks *lines = &no_hunks;
	struct old_side old;
	int rc = old_side_init(run, items, n, &old);

	if (rc < 0)
		return rc;
	if (!match_obvious(&old.facts, w->new, found)) {
		rc = tracker_hunks(run->t, &items[0].blob, &w->blob, &lines, run->e);
		if (rc < 0)
			return rc;
		match_versions(&old.facts, w->new, lines, found);
	}
	record_matches(w, edge, &old, found);
	hide_unmatched(w, edge, &old, lines);
	return 0;
}

static int match_slot(struct run *run, struct work *w, struct edge *edge)
{
	uint32_t n = slot_len(edge->source), end;
	struct slot_item *items;
	int rc = 0;

	if (!n)
		return 0;
	items = sorted_items(run, edge->source);
	edge->hidden = ARENA_ARRAY(run->a, n, struct carried);
	for (uint32_t start = 0; rc == 0 && start < n; start = end) {
		for (end = start + 1; end < n && items[end].carried == items[start].carried &&
			oid_eq(&items[end].blob, &items[start].blob);)
			end++;
		rc = match_blob(run, w, edge, items + start, end - start);
	}
	return rc;
}

static int match_edge(struct run *run, struct work *w, struct edge *edge)
{
	edge->matches = ARENA_ARRAY(run->a, w->new->len, struct match);
	edge->lineages = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	edge->was_suppressed = ARENA_ARRAY(run->a, w->new->len, bool);
	if (edge->same_blob) {
		take_all(run, w, edge);
		return 0;
	}
	return match_slot(run, w, edge);
}

/* ---- one lineage for what several parents have ---- */

/* Graph order of two lineages: by generation of the first commit, then by its id, then by key. */
static int graph_order(struct run *run, lineage_id a, lineage_id b, int *out)
{
	struct lineage_record x, y;
	const struct graph_node *nx, *ny;
	int rc = tracker_lineage(run->t, a, &x, run->e);

	if (rc == 0)
		rc = tracker_lineage(run->t, b, &y, run->e);
	if (rc < 0)
		return rc;
	nx = &run->t->graph->nodes.items[tracker_node(run->t, x.commit)];
	ny = &run->t->graph->nodes.items[tracker_node(run->t, y.commit)];
	*out = nx->generation != ny->generation ? (nx->generation < ny->generation ? -1 : 1)
						: memcmp(&nx->oid, &ny->oid, sizeof nx->oid);
	if (*out == 0)
		*out = strcmp(x.key, y.key);
	return 0;
}

static int unite(struct run *run, lineage_id a, lineage_id b, lineage_id *out)
{
	int order, rc;

	a = run_canonical(run, a);
	b = run_canonical(run, b);
	*out = a;
	if (a == b)
		return 0;
	rc = graph_order(run, a, b, &order);
	if (rc < 0)
		return rc;
	*vec_push(&run->unions) =
		order <= 0 ? (struct union_record){a, b} : (struct union_record){b, a};
	*out = order <= 0 ? a : b;
	return 0;
}

static int take_lineages(struct run *run, struct work *w)
{
	int rc = 0;

	w->lineages = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	w->copied_from = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	for (uint32_t k = 0; k < w->new->len; k++)
		for (uint32_t p = 0; rc == 0 && p < run->parent_count; p++) {
			lineage_id from = w->edges[p].lineages[k];

			if (from && w->lineages[k])
				rc = unite(run, w->lineages[k], from, &w->lineages[k]);
			else if (from)
				w->lineages[k] = from;
		}
	return rc;
}

/* ---- a lineage stands once in a tree ---- */

struct claim {
	lineage_id lineage;
	struct work *work;
	uint32_t index;
	bool moved; /* claims at the path where a parent has it come first */
};

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->lineage != y->lineage)
		return x->lineage < y->lineage ? -1 : 1;
	if (x->moved != y->moved)
		return x->moved - y->moved;
	if (x->work != y->work)
		return x->work < y->work ? -1 : 1; /* works lie in path order */
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool came_from_elsewhere(const struct run *run, const struct work *w, uint32_t k)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].lineages[k] && !w->edges[p].moved)
			return false;
	return true;
}

static size_t count_findings(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->works.len; i++)
		n += run->works.items[i].new ? run->works.items[i].new->len : 0;
	return n;
}

/* After a merge two files may claim one lineage: the second claim is a copy, and new. */
static void settle_claims(struct run *run)
{
	struct claim *claims = ARENA_ARRAY(run->a, count_findings(run), struct claim);
	size_t n = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++) {
			w->lineages[k] = run_canonical(run, w->lineages[k]);
			if (w->lineages[k])
				claims[n++] = (struct claim){
					w->lineages[k], w, k, came_from_elsewhere(run, w, k)};
		}
	}
	qsort(claims, n, sizeof *claims, compare_claims);
	for (size_t i = 1; i < n; i++) {
		if (claims[i].lineage != claims[i - 1].lineage)
			continue;
		claims[i].work->lineages[claims[i].index] = 0;
		claims[i].work->copied_from[claims[i].index] = claims[i].lineage;
	}
}

/* ---- copies ---- */

static void copy_from(void *arg, uint32_t path, const struct slot *a, const struct slot *b)
{
	struct work *w = arg;

	(void)path;
	(void)b;
	if (!oid_eq(&a->blob, &w->blob))
		return;
	for (uint32_t k = 0; k < w->new->len &&k < a->count; k++)
		if (!w->lineages[k] && !w->copied_from[k])
			w->copied_from[k] = a->lineages[k];
}

/* A file that appears with the bytes of another one that stays is a copy of it. */
static void find_copies(struct run *run, struct work *w)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].source)
			return;
	if (run->parent_count && w->new->len)
		state_diff(run->states[0], NULL, copy_from, w);
}

/* ---- what is carried ---- */

static const struct edge *edge_of_same_blob(const struct run *run, const struct work *w)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].same_blob && !w->edges[p].moved)
			return &w->edges[p];
	return NULL;
}

static bool is_carried(const struct work *w, lineage_id id)
{
	for (uint32_t i = 0; i < w->carried_count; i++)
		if (w->carried[i].lineage == id)
			return true;
	return false;
}

static void carry(
	struct run *run, struct work *w, const struct edge *edge, const struct id_set *visible)
{
	for (uint32_t i = 0; i < edge->hidden_count; i++) {
		struct carried c = edge->hidden[i];

		c.lineage = run_canonical(run, c.lineage);
		if (!id_set_has(visible, c.lineage) && !is_carried(w, c.lineage))
			w->carried[w->carried_count++] = c;
	}
}

static void take_carried(struct run *run, struct work *w, const struct id_set *visible)
{
	const struct edge *same = edge_of_same_blob(run, w);
	size_t n = 0;

	for (uint32_t p = 0; p < run->parent_count; p++)
		n += w->edges[p].hidden_count;
	if (!n)
		return;
	w->carried = ARENA_ARRAY(run->a, n, struct carried);
	if (same) {
		carry(run, w, same, visible);
		return;
	}
	for (uint32_t p = 0; p < run->parent_count; p++)
		carry(run, w, &w->edges[p], visible);
}

static struct id_set visible_lineages(struct run *run)
{
	struct id_set set = {ARENA_ARRAY(run->a, count_findings(run), lineage_id), 0};

	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++)
			if (w->lineages[k])
				set.items[set.len++] = w->lineages[k];
	}
	id_set_sort(&set);
	return set;
}

int lineage_assign(struct run *run)
{
	struct id_set visible;
	int rc = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t p = 0; rc == 0 && w->new &&p < run->parent_count; p++)
			rc = match_edge(run, w, &w->edges[p]);
		if (rc == 0 && w->new)
			rc = take_lineages(run, w);
	}
	if (rc < 0)
		return rc;
	settle_claims(run);
	visible = visible_lineages(run);
	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		if (!w->new)
			continue;
		take_carried(run, w, &visible);
		find_copies(run, w);
	}
	return 0;
}
