/*
 * Pairing findings of two revisions: see compare_pair.h.
 */
#include "cmd/compare_pair.h"

#include <stdlib.h>

#include "scan/base/hash.h"

/* ---- lineages made one ---- */

static lineage_id root_of(const struct lineage_sets *sets, lineage_id id)
{
	while (sets->parent[id] != id)
		id = sets->parent[id];
	return id;
}

struct lineage_sets lineage_sets_make(struct compare_store *m)
{
	struct lineage_sets sets = {.len = m->last_lineage + 1};

	sets.parent = ARENA_ARRAY(&m->arena, sets.len, lineage_id);
	for (uint32_t i = 0; i < sets.len; i++)
		sets.parent[i] = i;
	for (size_t i = 0; i < m->unions.len; i++) {
		lineage_id a = root_of(&sets, m->unions.items[i].kept);
		lineage_id b = root_of(&sets, m->unions.items[i].merged);

		sets.parent[a > b ? a : b] = a > b ? b : a;
	}
	for (uint32_t i = 0; i < sets.len; i++)
		sets.parent[i] = root_of(&sets, i);
	return sets;
}

lineage_id lineage_sets_find(const struct lineage_sets *sets, lineage_id id)
{
	return sets->parent[id];
}

/* ---- keys ---- */

enum pairing { BY_LINEAGE, BY_UNION, BY_PLACE, BY_FUNCTION, PAIRINGS };

/* Equal keys may be the same finding; 0: has none. */
static uint64_t key_of(
	const struct standing *s, const struct lineage_sets *sets, enum pairing pairing)
{
	const struct finding *f = s->finding;
	uint64_t h;

	if (pairing == BY_LINEAGE)
		return s->lineage;
	if (pairing == BY_UNION)
		return lineage_sets_find(sets, s->lineage);
	if (s->carried || !f->id.token_hash)
		return 0;
	h = hash_field(hash_number(HASH_SEED, f->rule), f->scope);
	h = hash_number(h, f->id.token_hash);
	if (pairing == BY_PLACE)
		return hash_finish(hash_field(h, s->path));
	return f->scope.len ? hash_finish(hash_number(h, f->id.body_hash)) : 0;
}

/* By key; equal ones in the order of the file. */
static int by_key(const void *a, const void *b)
{
	const struct standing *x = *(const struct standing *const *)a;
	const struct standing *y = *(const struct standing *const *)b;
	int d;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	d = str_cmp(x->path, y->path);
	if (d)
		return d;
	if (x->finding->line != y->finding->line)
		return x->finding->line < y->finding->line ? -1 : 1;
	if (x->finding->column != y->finding->column)
		return x->finding->column < y->finding->column ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

typedef VEC(struct standing *) standing_list;

static void list_free_ones(struct standings *side, const struct lineage_sets *sets,
	enum pairing pairing, standing_list *out)
{
	vec_clear(out);
	for (uint32_t i = 0; i < side->len; i++) {
		struct standing *s = &side->items[i];

		if (s->partner)
			continue;
		s->key = key_of(s, sets, pairing);
		if (s->key)
			*vec_push(out) = s;
	}
	if (out->len)
		qsort(out->items, out->len, sizeof *out->items, by_key);
}

static void pair_lists(const standing_list *left, const standing_list *right)
{
	size_t i = 0, k = 0;

	while (i < left->len && k < right->len) {
		struct standing *a = left->items[i], *b = right->items[k];

		if (a->key == b->key) {
			a->partner = b;
			b->partner = a;
		}
		i += a->key <= b->key;
		k += b->key <= a->key;
	}
}

static int find_findings(struct compare_store *m, struct standings *side, struct err *e)
{
	for (uint32_t i = 0; i < side->len; i++) {
		side->items[i].finding = compare_store_finding(m, &side->items[i], e);
		if (!side->items[i].finding)
			return e->code;
	}
	return 0;
}

int compare_pair(struct compare_store *m, const struct lineage_sets *sets, struct err *e)
{
	standing_list left = {0}, right = {0};
	int rc = find_findings(m, &m->sides[0], e);

	if (rc == 0)
		rc = find_findings(m, &m->sides[1], e);
	for (enum pairing p = BY_LINEAGE; rc == 0 && p < PAIRINGS; p++) {
		list_free_ones(&m->sides[0], sets, p, &left);
		list_free_ones(&m->sides[1], sets, p, &right);
		pair_lists(&left, &right);
	}
	vec_release(&left);
	vec_release(&right);
	return rc;
}
