/*
 * Lineages that a merge found to be one: the same change made on two branches, mostly by
 * cherry-picking.
 *
 * A union holds where it was made and in everything that descends from there, nowhere else: what is
 * said of a commit must not depend on which other branches were scanned. Commits that are no merges
 * find only lineages in their parent's tree to which all earlier unions were applied already.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static void add_alias(struct tracker *t, lineage_id kept, lineage_id merged, uint32_t node)
{
	struct alias *al = ARENA_NEW(&t->arena, struct alias);
	uint64_t *by_kept, *by_merged;

	*al = (struct alias){.kept = kept, .merged = merged, .node = node};
	by_kept = map_put(&t->aliases_by_kept, MAP_KEY(al->kept), NULL);
	al->next_by_kept = (struct alias *)(uintptr_t)*by_kept;
	*by_kept = (uint64_t)(uintptr_t)al;
	by_merged = map_put(&t->aliases_by_merged, MAP_KEY(al->merged), NULL);
	al->next_by_merged = (struct alias *)(uintptr_t)*by_merged;
	*by_merged = (uint64_t)(uintptr_t)al;
}

static struct alias *first_alias(const struct map *m, lineage_id id)
{
	const uint64_t *at = map_get(m, MAP_KEY(id));

	return at ? (struct alias *)(uintptr_t)*at : NULL;
}

static int load_union(void *arg, uint32_t commit, const struct union_record *u)
{
	struct tracker *t = arg;
	uint32_t node = tracker_node(t, commit);

	if (node != GRAPH_NONE)
		add_alias(t, u->kept, u->merged, node);
	return 0;
}

int tracker_load_unions(struct tracker *t, struct err *e)
{
	return t->store->each_union ? t->store->each_union(t->store->self, load_union, t, e) : 0;
}

static bool holds(const struct run *run, struct alias *al)
{
	if (al->asked_for != run->node + 1) {
		al->asked_for = run->node + 1;
		al->holds = graph_is_ancestor(run->t->graph, al->node, run->node);
	}
	return al->holds;
}

/* Of several unions of one lineage, the one made first. */
static const struct alias *union_of(const struct run *run, lineage_id id)
{
	const struct alias *best = NULL;

	for (struct alias *al = first_alias(&run->t->aliases_by_merged, id); al;
		al = al->next_by_merged)
		if (holds(run, al) &&
			(!best || tracker_compare_nodes(run->t, al->node, best->node) < 0))
			best = al;
	return best;
}

lineage_id run_canonical_past(const struct run *run, lineage_id id)
{
	for (const struct alias *al; (al = union_of(run, id)) != NULL;)
		id = al->kept;
	return id;
}

lineage_id run_canonical(const struct run *run, lineage_id id)
{
	return run->parent_count < 2 ? id : run_canonical_past(run, id);
}

void run_aliases(const struct run *run, lineage_id id, lineage_list *out)
{
	*vec_push(out) = id;
	for (size_t i = out->len - 1; i < out->len; i++)
		for (struct alias *al = first_alias(&run->t->aliases_by_kept, out->items[i]); al;
			al = al->next_by_kept)
			if (holds(run, al))
				*vec_push(out) = al->merged;
}

bool run_stands(const struct run *run, const struct state *s, lineage_id id)
{
	lineage_list names = {0};
	bool found = state_has(s, id);

	if (found || !first_alias(&run->t->aliases_by_kept, id))
		return found;
	run_aliases(run, id, &names);
	for (size_t i = 0; i < names.len; i++)
		found = found || state_has(s, names.items[i]);
	vec_release(&names);
	return found;
}

/* ---- making one of two ---- */

struct born {
	struct lineage_record lineage;
	uint32_t node;
};

static int find_birth(struct run *run, lineage_id id, struct born *out)
{
	int rc = tracker_lineage(run->t, id, &out->lineage, run->e);

	if (rc < 0)
		return rc;
	out->node = tracker_node(run->t, out->lineage.commit);
	if (out->node == GRAPH_NONE)
		return err_set(run->e, ERR_CORRUPT,
			"finding %s began in a commit that is not stored; run `lapse verify`",
			out->lineage.key);
	return 0;
}

/* Did a stand in a tree already when b was born? */
static int stood_at_birth(struct run *run, lineage_id a, const struct born *b, bool *out)
{
	const struct state *s;
	int rc = tracker_state_of(run->t, b->node, &s, run->e);

	*out = rc == 0 && run_stands(run, s, a);
	return rc;
}

/* Twins never stood in one tree: two that did are two findings, however alike. */
static int are_two(struct run *run, const struct born *a, const struct born *b, bool *out)
{
	int rc = 0;

	*out = false;
	for (uint32_t p = 0; p < run->parent_count && !*out; p++)
		*out = run_stands(run, run->states[p], a->lineage.id) &&
			run_stands(run, run->states[p], b->lineage.id);
	if (!*out)
		rc = stood_at_birth(run, a->lineage.id, b, out);
	if (rc == 0 && !*out)
		rc = stood_at_birth(run, b->lineage.id, a, out);
	return rc;
}

/* The first in graph order is kept. */
static bool comes_first(const struct run *run, const struct born *a, const struct born *b)
{
	int d = tracker_compare_nodes(run->t, a->node, b->node);

	return d ? d < 0 : strcmp(a->lineage.key, b->lineage.key) <= 0;
}

int run_unite(struct run *run, lineage_id a, lineage_id b, lineage_id *out)
{
	struct born x, y;
	bool two = false;
	int rc;

	*out = a = run_canonical(run, a);
	b = run_canonical(run, b);
	if (a == b)
		return 0;
	rc = find_birth(run, a, &x);
	if (rc == 0)
		rc = find_birth(run, b, &y);
	if (rc == 0)
		rc = are_two(run, &x, &y, &two);
	if (rc < 0 || two)
		return rc;
	if (!comes_first(run, &x, &y)) {
		*out = b;
		b = a;
	}
	*vec_push(&run->unions) = (struct union_record){*out, b};
	add_alias(run->t, *out, b, run->node);
	return 0;
}
