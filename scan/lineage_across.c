/*
 * Steps 5 and 6 of matching, for what steps 1 to 4 left of a commit: functions that went to another
 * file, findings whose text changed, single findings that went elsewhere. Also the last word on
 * each parent's edge: weak evidence gives way where another parent knows better, and what has no
 * partner in a broken file is hidden.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>

/* ---- parents that disagree ---- */

/* Steps that go by likeness: in a merge they must not make one finding of two. */
static bool is_weak(const struct match *m)
{
	return m->step == STEP_BLOCK || m->step == STEP_SIMILAR || m->step == STEP_ACROSS;
}

static void forget(struct edge *edge, uint32_t k)
{
	uint32_t i = edge->matches[k].old;

	if (edge->old.len && i != MATCH_NONE)
		edge->old.matched[i] = false;
	edge->matches[k] = (struct match){MATCH_NONE, STEP_NEW, 0};
	edge->lineages[k] = 0;
}

/* Does parent q say that finding k is another one, and say it better than p? */
static bool is_outdone(
	const struct run *run, const struct work *w, uint32_t k, uint32_t p, uint32_t q)
{
	const struct edge *x = &w->edges[p], *y = &w->edges[q];

	if (!y->lineages[k] ||
		run_canonical(run, x->lineages[k]) == run_canonical(run, y->lineages[k]))
		return false;
	if (is_weak(&x->matches[k]) != is_weak(&y->matches[k]))
		return is_weak(&x->matches[k]);
	return is_weak(&x->matches[k]) && q < p;
}

static void settle_finding(struct run *run, struct work *w, uint32_t k)
{
	for (uint32_t p = run->parent_count; p-- > 0;)
		for (uint32_t q = 0; q < run->parent_count; q++)
			if (w->edges[p].lineages[k] && is_outdone(run, w, k, p, q)) {
				forget(&w->edges[p], k);
				break;
			}
}

static void settle_disagreements(struct run *run)
{
	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++)
			settle_finding(run, w, k);
	}
}

/* ---- what is left ---- */

/* A finding of a parent that has no partner, or one of the commit. */
struct left {
	struct work *work;
	struct edge *edge;
	uint32_t index; /* into edge->old, or of the finding */
};

struct leftovers {
	VEC(struct left) old, new;
	VEC(const struct fact *) old_facts, new_facts;
	struct map known; /* merges: lineages that some parent's edge found a place for */
};

static void note_known(struct run *run, struct leftovers *l)
{
	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		for (uint32_t p = 0; w->new &&p < run->parent_count; p++)
			for (uint32_t k = 0; k < w->new->len; k++) {
				lineage_id *id;

				if (!w->edges[p].lineages[k])
					continue;
				id = ARENA_NEW(run->a, lineage_id);
				*id = run_canonical(run, w->edges[p].lineages[k]);
				map_put(&l->known, MAP_KEY(*id), NULL);
			}
	}
}

static bool is_known(const struct run *run, const struct leftovers *l, lineage_id id)
{
	id = run_canonical(run, id);
	return l->known.len && map_get(&l->known, MAP_KEY(id));
}

static bool has_lineage(const struct run *run, const struct work *w, uint32_t k)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].lineages[k])
			return true;
	return false;
}

/* The findings that stood in this path, unless the file went elsewhere. */
static int list_old(struct run *run, struct work *w, struct edge *edge, struct leftovers *l)
{
	int rc = 0;

	if (!w->new) {
		if (edge->moved_to || !edge->slot)
			return 0;
		if (!edge->old.len)
			rc = edge_list_old(run, edge);
	}
	for (uint32_t i = 0; rc == 0 && i < edge->old.len; i++) {
		if (edge->old.matched[i] || edge->old.hidden[i] ||
			is_known(run, l, edge->old.items[i].lineage))
			continue;
		*vec_push(&l->old) = (struct left){w, edge, i};
		*vec_push(&l->old_facts) = edge->old.findings[i].fact;
	}
	return rc;
}

static void list_new(struct run *run, struct work *w, struct edge *edge, struct leftovers *l)
{
	for (uint32_t k = 0; w->new && !edge->same_blob &&k < w->new->len; k++) {
		if (has_lineage(run, w, k))
			continue;
		*vec_push(&l->new) = (struct left){w, edge, k};
		*vec_push(&l->new_facts) = &w->new->items[k];
	}
}

static void record(struct leftovers *l, const struct match *found)
{
	for (size_t j = 0; j < l->new.len; j++) {
		const struct left *to = &l->new.items[j], *from;
		uint32_t i = found[j].old;

		if (i == MATCH_NONE)
			continue;
		from = &l->old.items[i];
		to->edge->matches[to->index] = found[j];
		to->edge->matches[to->index].old = MATCH_NONE; /* it is no index of edge->old */
		to->edge->lineages[to->index] = from->edge->old.items[from->index].lineage;
		to->edge->was_suppressed[to->index] = l->old_facts.items[i]->suppressed;
		from->edge->old.matched[from->index] = true;
	}
}

typedef void match_fn(const struct fact *const *old, uint32_t old_len,
	const struct fact *const *new, uint32_t new_len, struct match *out);

/*
 * New findings first: without any there is nothing to look for. Those of parent p must not see what
 * was found for an earlier one: found is recorded when all parents were asked.
 */
static int match_leftovers(
	struct run *run, uint32_t p, match_fn *match, struct leftovers *l, struct match **found)
{
	int rc = 0;

	for (size_t i = 0; i < run->works.len; i++)
		list_new(run, &run->works.items[i], &run->works.items[i].edges[p], l);
	for (size_t i = 0; rc == 0 && l->new.len &&i < run->works.len; i++)
		rc = list_old(run, &run->works.items[i], &run->works.items[i].edges[p], l);
	if (rc < 0)
		return rc;
	*found = ARENA_ARRAY(run->a, l->new.len, struct match);
	match(l->old_facts.items, (uint32_t)l->old.len, l->new_facts.items, (uint32_t)l->new.len,
		*found);
	return 0;
}

static void release(struct leftovers *l)
{
	vec_release(&l->old);
	vec_release(&l->new);
	vec_release(&l->old_facts);
	vec_release(&l->new_facts);
	map_release(&l->known);
}

static int match_all_leftovers(struct run *run, match_fn *match)
{
	struct leftovers *all = ARENA_ARRAY(run->a, run->parent_count, struct leftovers);
	struct match **found = ARENA_ARRAY(run->a, run->parent_count, struct match *);
	int rc = 0;

	for (uint32_t p = 0; rc == 0 && p < run->parent_count; p++) {
		if (run->parent_count > 1)
			note_known(run, &all[p]);
		rc = match_leftovers(run, p, match, &all[p], &found[p]);
	}
	for (uint32_t p = 0; p < run->parent_count; p++) {
		if (rc == 0)
			record(&all[p], found[p]);
		release(&all[p]);
	}
	return rc;
}

/* ---- what is alike in one file ---- */

static void match_edge_alike(struct run *run, struct work *w, struct edge *edge)
{
	struct match_old *old = ARENA_ARRAY(run->a, edge->old.len, struct match_old);
	const struct fact **new = ARENA_ARRAY(run->a, w->new->len, const struct fact *);
	uint32_t *old_at = ARENA_ARRAY(run->a, edge->old.len, uint32_t);
	uint32_t *new_at = ARENA_ARRAY(run->a, w->new->len, uint32_t);
	struct match *found = ARENA_ARRAY(run->a, w->new->len, struct match);
	uint32_t n = 0, m = 0;

	for (uint32_t i = 0; i < edge->old.len; i++)
		if (!edge->old.matched[i]) {
			old_at[n] = i;
			old[n++] = edge->old.findings[i];
		}
	for (uint32_t k = 0; n && k < w->new->len; k++)
		if (!has_lineage(run, w, k)) {
			new_at[m] = k;
			new[m++] = &w->new->items[k];
		}
	if (!n || !m)
		return;
	match_alike(old, n, new, m, found);
	for (uint32_t j = 0; j < m; j++)
		if (found[j].old != MATCH_NONE)
			edge_record(edge, new_at[j], old_at[found[j].old], &found[j]);
}

static void match_all_alike(struct run *run)
{
	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t p = 0; w->new &&p < run->parent_count; p++)
			if (w->edges[p].old.len)
				match_edge_alike(run, w, &w->edges[p]);
	}
}

/* ---- what is hidden ---- */

static void hide(struct run *run, struct edge *edge)
{
	const struct old_side *old = &edge->old;

	edge->hidden = ARENA_ARRAY(run->a, old->len, struct carried);
	for (uint32_t i = 0; i < old->len; i++)
		if (old->hidden[i] && !old->matched[i])
			edge->hidden[edge->hidden_count++] = (struct carried){
				old->items[i].lineage, old->items[i].index, old->items[i].blob};
}

int lineage_across(struct run *run)
{
	int rc;

	if (run->parent_count > 1)
		settle_disagreements(run);
	rc = match_all_leftovers(run, match_moved);
	if (rc == 0) {
		match_all_alike(run);
		rc = match_all_leftovers(run, match_elsewhere);
	}
	for (size_t i = 0; rc == 0 && i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t p = 0; w->new &&p < run->parent_count; p++)
			if (w->edges[p].old.len)
				hide(run, &w->edges[p]);
	}
	if (rc == 0 && run->parent_count > 1)
		settle_disagreements(run);
	return rc;
}
