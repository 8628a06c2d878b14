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
	int64_t bytes, unknown_bytes;
};

static struct count_delta *delta_of(struct totals *t, const struct fact *f)
{
	return &t->by_rule_level[f->rule * LEVELS + f->level];
}

/* ---- from blobs ---- */

static void count_blob(struct totals *t, const struct facts *f, int sign)
{
	t->bytes += sign * (int64_t)f->bytes;
	t->unknown_bytes += sign * (int64_t)facts_unknown_bytes(f);
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

			if (oid_is_zero(sides[side]))
				continue;
			f = tracker_facts(t->run->t, sides[side], t->run->e);
			if (!f)
				return ERR_FAILED;
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

/* Lineages of the works whose slots differ from the first parent's; `old`: the parent's side. */
static int list_standing(struct run *run, bool old, struct standing **out, uint32_t *count)
{
	uint32_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		if (pass)
			*out = ARENA_ARRAY(run->a, n, struct standing);
		n = 0;
		for (size_t i = 0; i < run->works.len; i++) {
			const struct work *w = &run->works.items[i];
			const struct slot *before = run->parent_count ? w->edges[0].slot : NULL;
			const struct slot *s = old ? before : w->slot;

			for (uint32_t k = 0; w->slot != before && k < slot_len(s); k++, n++) {
				struct slot_item item = slot_at(s, k);

				if (!pass)
					continue;
				(*out)[n] = (struct standing){run_canonical(run, item.lineage),
					tracker_fact(run->t, &item, run->e), item.carried};
				if (!(*out)[n].fact)
					return ERR_FAILED;
			}
		}
	}
	if (n)
		qsort(*out, n, sizeof **out, by_lineage);
	*count = n;
	return 0;
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

static int count_landed(struct totals *t)
{
	struct standing *old, *new;
	uint32_t old_len, new_len, i = 0, j = 0;
	int rc = list_standing(t->run, true, &old, &old_len);

	if (rc == 0)
		rc = list_standing(t->run, false, &new, &new_len);
	if (rc < 0)
		return rc;
	while (i < old_len || j < new_len) {
		if (j == new_len || (i < old_len && old[i].lineage < new[j].lineage))
			went(t, &old[i++], false);
		else if (i == old_len || new[j].lineage < old[i].lineage)
			came(t, &new[j++]);
		else
			stayed(t, &old[i++], &new[j++]);
	}
	return 0;
}

/* ---- lines changed ---- */

static int count_lines(struct run *run, struct commit_history *out)
{
	const struct path_deltas *d = &run->c->deltas[0];

	if (run->parent_count > 1)
		return 0;
	for (uint32_t i = 0; i < d->len; i++) {
		const struct path_delta *p = &d->items[i];
		const struct hunks *h;
		int rc;

		if (oid_is_zero(&p->old_blob)) {
			out->lines_added += tracker_facts(run->t, &p->new_blob, run->e)->lines;
		} else if (oid_is_zero(&p->new_blob)) {
			out->lines_deleted += tracker_facts(run->t, &p->old_blob, run->e)->lines;
		} else {
			rc = tracker_hunks(run->t, &p->old_blob, &p->new_blob, &h, run->e);
			if (rc < 0)
				return rc;
			out->lines_added += h->added;
			out->lines_deleted += h->deleted;
		}
	}
	return 0;
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

static void set_node(struct totals *t, struct commit_history *out)
{
	struct graph *g = t->run->t->graph;
	struct graph_node *n = &g->nodes.items[t->run->node];
	const struct graph_node *p = n->parent_count ? &g->nodes.items[n->parents[0]] : NULL;

	out->open_total += p ? p->open_total : 0;
	n->open_total = out->open_total;
	n->python_bytes = (uint64_t)((p ? (int64_t)p->python_bytes : 0) + t->bytes);
	n->unknown_bytes = (uint64_t)((p ? (int64_t)p->unknown_bytes : 0) + t->unknown_bytes);
	out->python_bytes = n->python_bytes;
	out->unknown_bytes = n->unknown_bytes;
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
