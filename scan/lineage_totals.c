/*
 * Exact totals: what a commit's tree has more or fewer than its first parent's, from blobs alone,
 * and what landed on that edge, from lineages (history design, section 1).
 *
 * For every rule and level: open + unknown of the commit = that of the first parent + introduced -
 * fixed. A finding that changes its level counts as fixed at one and introduced at the other.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>

#include "scan/rules/rule.h"

#define LEVELS (LEVEL_ERROR + 1)

struct totals {
	struct run *run;
	struct count_delta *by_rule_level; /* rule * LEVELS + level */
	struct tree_totals tree;           /* more or fewer than the first parent */
};

static struct count_delta *delta_of(struct totals *t, const struct fact *f)
{
	return &t->by_rule_level[f->rule * LEVELS + f->level];
}

/* ---- from blobs ---- */

static void count_blob(struct totals *t, const struct facts *f, int sign)
{
	t->tree.bytes += sign * (int64_t)f->bytes;
	t->tree.unknown_bytes += sign * (int64_t)facts_unknown_bytes(f);
	t->tree.async_defs += sign * (int64_t)f->async_defs;
	t->tree.awaits += sign * (int64_t)f->awaits;
	for (uint32_t i = 0; i < f->len; i++) {
		struct count_delta *d = delta_of(t, &f->items[i]);

		if (f->items[i].suppressed)
			d->suppressed += sign;
		else
			d->open += sign;
	}
}

static int count_blobs(struct totals *t)
{
	const struct path_deltas *d = &t->run->c->deltas[0];

	for (uint32_t i = 0; i < d->len; i++) {
		const struct oid *sides[2] = {&d->items[i].old_blob, &d->items[i].new_blob};

		for (int side = 0; side < 2; side++) {
			const struct facts *f;
			int rc;

			if (oid_is_zero(sides[side]))
				continue;
			rc = tracker_facts(t->run->t, sides[side], &f, t->run->e);
			if (rc < 0)
				return rc;
			count_blob(t, f, side ? 1 : -1);
		}
	}
	return 0;
}

/* ---- from lineages ---- */

struct standing {
	lineage_id lineage;
	const struct fact *fact;
	bool carried;
};

static int by_lineage(const void *a, const void *b)
{
	const struct standing *x = a, *y = b;

	return x->lineage < y->lineage ? -1 : x->lineage > y->lineage;
}

typedef VEC(struct standing) standing_list;

static int list_slot(struct run *run, const struct slot *s, standing_list *out)
{
	int rc = 0;

	for (uint32_t k = 0; rc == 0 && k < slot_len(s); k++) {
		struct slot_item item = slot_at(s, k);
		struct standing *st = vec_push(out);

		*st = (struct standing){run_canonical(run, item.lineage), NULL, item.carried};
		rc = tracker_fact(run->t, &item, &st->fact, run->e);
	}
	return rc;
}

/* What stands where the slots differ from the first parent's, before and after, by lineage. */
static int list_standing(struct run *run, standing_list *old, standing_list *new)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];
		const struct slot *before = run->parent_count ? w->edges[0].slot : NULL;

		if (w->slot == before)
			continue;
		rc = list_slot(run, before, old);
		if (rc == 0)
			rc = list_slot(run, w->slot, new);
	}
	if (old->len)
		qsort(old->items, old->len, sizeof *old->items, by_lineage);
	if (new->len)
		qsort(new->items, new->len, sizeof *new->items, by_lineage);
	return rc;
}

static void count_unknown(struct totals *t, const struct standing *s, int sign)
{
	if (s->carried && !s->fact->suppressed)
		delta_of(t, s->fact)->unknown += sign;
}

static void came(struct totals *t, const struct standing *s)
{
	count_unknown(t, s, 1);
	if (!s->fact->suppressed)
		delta_of(t, s->fact)->introduced++;
}

static void went(struct totals *t, const struct standing *s, bool silenced)
{
	count_unknown(t, s, -1);
	if (s->fact->suppressed)
		return;
	delta_of(t, s->fact)->fixed++;
	delta_of(t, s->fact)->silenced += silenced;
}

static void stayed(struct totals *t, const struct standing *old, const struct standing *new)
{
	if (old->fact->suppressed == new->fact->suppressed &&
		old->fact->level == new->fact->level && old->fact->rule == new->fact->rule) {
		count_unknown(t, old, -1);
		count_unknown(t, new, 1);
		return;
	}
	went(t, old, new->fact->suppressed);
	came(t, new);
}

static void compare_standing(struct totals *t, const standing_list *old, const standing_list *new)
{
	size_t i = 0, j = 0;

	while (i < old->len || j < new->len) {
		if (j == new->len ||
			(i < old->len && old->items[i].lineage < new->items[j].lineage))
			went(t, &old->items[i++], false);
		else if (i == old->len || new->items[j].lineage < old->items[i].lineage)
			came(t, &new->items[j++]);
		else
			stayed(t, &old->items[i++], &new->items[j++]);
	}
}

static int count_landed(struct totals *t)
{
	standing_list old = {0}, new = {0};
	int rc = list_standing(t->run, &old, &new);

	if (rc == 0)
		compare_standing(t, &old, &new);
	vec_release(&old);
	vec_release(&new);
	return rc;
}

/* ---- lines changed ---- */

static int add_lines(struct run *run, const struct oid *blob, uint32_t *sum)
{
	const struct facts *f;
	int rc = tracker_facts(run->t, blob, &f, run->e);

	if (rc == 0)
		*sum += f->lines;
	return rc;
}

static int count_path_lines(struct run *run, const struct path_delta *d, struct commit_history *out)
{
	const struct hunks *h;
	int rc;

	if (oid_is_zero(&d->old_blob))
		return add_lines(run, &d->new_blob, &out->lines_added);
	if (oid_is_zero(&d->new_blob))
		return add_lines(run, &d->old_blob, &out->lines_deleted);
	rc = tracker_hunks(run->t, &d->old_blob, &d->new_blob, &h, run->e);
	if (rc < 0)
		return rc;
	out->lines_added += h->added;
	out->lines_deleted += h->deleted;
	return 0;
}

/* Nobody wrote what a merge brings together, or what stands where history starts. */
static int count_lines(struct run *run, struct commit_history *out)
{
	const struct path_deltas *d = &run->c->deltas[0];
	int rc = 0;

	if (run->parent_count > 1 || run->c->record.shallow)
		return 0;
	for (uint32_t i = 0; rc == 0 && i < d->len; i++)
		rc = count_path_lines(run, &d->items[i], out);
	return rc;
}

/* ---- the output ---- */

static bool is_nothing(const struct count_delta *d)
{
	return !(d->open || d->suppressed || d->unknown || d->introduced || d->fixed);
}

static void output_deltas(struct totals *t, struct commit_history *out)
{
	size_t n = rule_count() * LEVELS;

	out->deltas = ARENA_ARRAY(t->run->a, n, struct count_delta);
	for (size_t i = 0; i < n; i++) {
		struct count_delta *d = &t->by_rule_level[i];

		if (is_nothing(d))
			continue;
		d->rule = (uint16_t)(i / LEVELS);
		d->level = (uint8_t)(i % LEVELS);
		out->deltas[out->delta_count++] = *d;
		if (d->level >= LEVEL_WARNING)
			out->open_total += d->open;
	}
}

static struct tree_totals add_trees(struct tree_totals a, const struct tree_totals *b)
{
	a.bytes += b->bytes;
	a.unknown_bytes += b->unknown_bytes;
	a.async_defs += b->async_defs;
	a.awaits += b->awaits;
	return a;
}

static void set_node(struct totals *t, struct commit_history *out)
{
	struct graph *g = t->run->t->graph;
	struct graph_node *n = &g->nodes.items[t->run->node];
	const struct graph_node *p = n->parent_count ? &g->nodes.items[n->parents[0]] : NULL;

	out->open_total += p ? p->open_total : 0;
	n->open_total = out->open_total;
	out->tree = n->tree = p ? add_trees(t->tree, &p->tree) : t->tree;
}

int lineage_totals(struct run *run, struct commit_history *out)
{
	struct totals t = {.run = run};
	int rc = 0;

	t.by_rule_level = ARENA_ARRAY(run->a, rule_count() * LEVELS, struct count_delta);
	if (run->c->delta_count)
		rc = count_blobs(&t);
	if (rc == 0)
		rc = count_landed(&t);
	if (rc == 0 && run->c->delta_count)
		rc = count_lines(run, out);
	if (rc < 0)
		return rc;
	output_deltas(&t, out);
	set_node(&t, out);
	return 0;
}
