/*
 * The lineage of every finding that some parent has: united where parents disagree, standing once
 * in a tree; and what a syntax error hides and is carried.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>

/* ---- one lineage for what several parents have ---- */

static int take_lineages(struct run *run, struct work *w)
{
	int rc = 0;

	w->lineages = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	w->copied_from = ARENA_ARRAY(run->a, w->new->len, lineage_id);
	for (uint32_t k = 0; k < w->new->len; k++)
		for (uint32_t p = 0; rc == 0 && p < run->parent_count; p++) {
			lineage_id from = w->edges[p].lineages[k];

			if (from && w->lineages[k])
				rc = run_unite(run, w->lineages[k], from, &w->lineages[k]);
			else if (from)
				w->lineages[k] = run_canonical(run, from);
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
		if (w->edges[p].lineages[k] && !edge_came_across(&w->edges[p], k))
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

static size_t list_claims(struct run *run, struct claim *out)
{
	size_t n = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++) {
			w->lineages[k] = run_canonical(run, w->lineages[k]);
			if (w->lineages[k])
				out[n++] = (struct claim){
					w->lineages[k], w, k, came_from_elsewhere(run, w, k)};
		}
	}
	return n;
}

static bool is_claimed(const struct claim *claims, size_t n, lineage_id id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (claims[mid].lineage < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && claims[low].lineage == id;
}

static bool is_listed(const lineage_list *l, lineage_id id)
{
	for (size_t i = 0; i < l->len; i++)
		if (l->items[i] == id)
			return true;
	return false;
}

/* A finding that lost its claim may be what another parent says, if nobody else is. */
static void claim_again(struct run *run, struct work *w, uint32_t k, const struct claim *claims,
	size_t n, lineage_list *taken)
{
	for (uint32_t p = 0; p < run->parent_count; p++) {
		lineage_id id = run_canonical(run, w->edges[p].lineages[k]);

		if (!id || is_claimed(claims, n, id) || is_listed(taken, id))
			continue;
		*vec_push(taken) = w->lineages[k] = id;
		w->copied_from[k] = 0;
		return;
	}
}

/* In a merge two findings may claim one lineage, for example when a file went to different places:
 * the second is a copy, and new. */
static void settle_claims(struct run *run)
{
	struct claim *claims = ARENA_ARRAY(run->a, count_findings(run), struct claim);
	size_t n = list_claims(run, claims), lost = 0;
	lineage_list taken = {0};

	if (n)
		qsort(claims, n, sizeof *claims, compare_claims);
	for (size_t i = 1; i < n; i++) {
		if (claims[i].lineage != claims[i - 1].lineage)
			continue;
		claims[i].work->lineages[claims[i].index] = 0;
		claims[i].work->copied_from[claims[i].index] = claims[i].lineage;
		lost++;
	}
	for (size_t i = 0; lost && i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++)
			if (w->copied_from[k])
				claim_again(run, w, k, claims, n, &taken);
	}
	vec_release(&taken);
}

/* ---- what is carried ---- */

static const struct edge *edge_of_same_blob(const struct run *run, const struct work *w)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].same_blob && !w->edges[p].moved)
			return &w->edges[p];
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	lineage_id x = *(const lineage_id *)a, y = *(const lineage_id *)b;

	return x < y ? -1 : x > y;
}

/* Lineages of findings that are seen in the commit's works: nothing else can show what they hide.
 */
static void list_visible(struct run *run)
{
	lineage_id *ids = ARENA_ARRAY(run->a, count_findings(run), lineage_id);
	size_t n = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		for (uint32_t k = 0; w->new &&k < w->new->len; k++)
			if (w->lineages[k])
				ids[n++] = w->lineages[k];
	}
	if (n)
		qsort(ids, n, sizeof *ids, by_id);
	run->visible = ids;
	run->visible_len = n;
}

bool run_sees(const struct run *run, lineage_id id)
{
	return run->visible_len && bsearch(&id, run->visible, run->visible_len, sizeof id, by_id);
}

struct carrying {
	struct run *run;
	struct map carried; /* lineages carried already, by lineage_id in the run's arena */
};

static void carry(struct carrying *cg, struct work *w, const struct edge *edge)
{
	for (uint32_t i = 0; i < edge->hidden_count; i++) {
		struct carried c = edge->hidden[i];
		lineage_id *key = ARENA_NEW(cg->run->a, lineage_id);
		bool added;

		c.lineage = *key = run_canonical(cg->run, c.lineage);
		if (run_sees(cg->run, c.lineage))
			continue;
		map_put(&cg->carried, MAP_KEY(*key), &added);
		if (added)
			w->carried[w->carried_count++] = c;
	}
}

static void take_carried(struct carrying *cg, struct work *w)
{
	const struct edge *same = edge_of_same_blob(cg->run, w);
	size_t n = 0;

	for (uint32_t p = 0; p < cg->run->parent_count; p++)
		n += w->edges[p].hidden_count;
	if (!n)
		return;
	w->carried = ARENA_ARRAY(cg->run->a, n, struct carried);
	for (uint32_t p = 0; p < cg->run->parent_count; p++)
		if (!same || same == &w->edges[p])
			carry(cg, w, &w->edges[p]);
}

/* The same finding of the same blob, carried under two names in two parents. */
static int unite_hidden(struct run *run, const struct edge *a, const struct edge *b)
{
	int rc = 0;

	for (uint32_t i = 0; i < a->hidden_count; i++)
		for (uint32_t j = 0; rc == 0 && j < b->hidden_count; j++) {
			const struct carried *x = &a->hidden[i], *y = &b->hidden[j];
			lineage_id one;

			if (x->index == y->index && oid_eq(&x->blob, &y->blob))
				rc = run_unite(run, x->lineage, y->lineage, &one);
		}
	return rc;
}

static int assign_known(struct run *run, struct work *w)
{
	int rc = take_lineages(run, w);

	for (uint32_t p = 0; p < run->parent_count; p++)
		for (uint32_t q = p + 1; rc == 0 && q < run->parent_count; q++)
			rc = unite_hidden(run, &w->edges[p], &w->edges[q]);
	return rc;
}

int lineage_assign(struct run *run)
{
	struct carrying cg = {.run = run};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < run->works.len; i++)
		if (run->works.items[i].new)
			rc = assign_known(run, &run->works.items[i]);
	if (rc < 0)
		return rc;
	settle_claims(run);
	list_visible(run);
	for (size_t i = 0; i < run->works.len; i++)
		if (run->works.items[i].new)
			take_carried(&cg, &run->works.items[i]);
	map_release(&cg.carried);
	return 0;
}
