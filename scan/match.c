/*
 * Matching by keys: every step gives each unpaired finding a key (or none), and equal keys of the
 * two sides pair in source order. See match.h.
 */
#include "scan/match.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"

/* How sure each step is, from reading pairs of real histories; see the history design, section 4.
 */
static const float confidence_of[] = {
	[STEP_SAME_BLOB] = 1.0f,
	[STEP_LINE] = 1.0f,
	[STEP_IN_PLACE] = 0.95f,
	[STEP_SCOPE] = 0.9f,
};

struct keyed {
	uint64_t key;
	uint32_t index;
};

/* One side of a step: the findings still unpaired that have a key in it. */
struct side {
	struct keyed *items;
	uint32_t len;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void side_sort(struct side *s)
{
	if (s->len > 1)
		qsort(s->items, s->len, sizeof *s->items, by_key);
}

struct pairing {
	const struct match_old *old;
	uint32_t old_len;
	const struct facts *new;
	struct match *out;
	bool *old_used;
	struct side a, b; /* scratch for one step */
};

static void pair(struct pairing *p, uint32_t old, uint32_t new, enum match_step step)
{
	p->out[new] = (struct match){old, (uint8_t)step, confidence_of[step]};
	p->old_used[old] = true;
}

/* Pairs equal keys in source order; both sides are sorted by key, then index. */
static void pair_equal_keys(struct pairing *p, enum match_step step)
{
	uint32_t i = 0, j = 0;

	side_sort(&p->a);
	side_sort(&p->b);
	while (i < p->a.len && j < p->b.len) {
		uint64_t x = p->a.items[i].key, y = p->b.items[j].key;

		if (x == y)
			pair(p, p->a.items[i++].index, p->b.items[j++].index, step);
		else if (x < y)
			i++;
		else
			j++;
	}
}

static uint64_t scope_key(const struct fact *f)
{
	uint64_t h = hash_number(HASH_SEED, f->rule);

	return hash_finish(hash_number(hash_field(h, f->scope), f->id.token_hash));
}

static uint64_t line_key(const struct fact *f, uint32_t line, bool with_tokens)
{
	uint64_t h = hash_number(hash_number(HASH_SEED, f->rule), line);

	return hash_finish(with_tokens ? hash_number(h, f->id.token_hash) : h);
}

static void add_key(struct side *s, uint64_t key, uint32_t index)
{
	s->items[s->len++] = (struct keyed){key, index};
}

static void step_by_line(struct pairing *p, enum match_step step)
{
	bool with_tokens = step == STEP_LINE;

	p->a.len = p->b.len = 0;
	for (uint32_t i = 0; i < p->old_len; i++)
		if (!p->old_used[i] && p->old[i].line)
			add_key(&p->a, line_key(p->old[i].fact, p->old[i].line, with_tokens), i);
	for (uint32_t i = 0; i < p->new->len; i++)
		if (p->out[i].old == MATCH_NONE)
			add_key(&p->b,
				line_key(&p->new->items[i], p->new->items[i].line, with_tokens), i);
	pair_equal_keys(p, step);
}

static void step_by_scope(struct pairing *p)
{
	p->a.len = p->b.len = 0;
	for (uint32_t i = 0; i < p->old_len; i++)
		if (!p->old_used[i])
			add_key(&p->a, scope_key(p->old[i].fact), i);
	for (uint32_t i = 0; i < p->new->len; i++)
		if (p->out[i].old == MATCH_NONE)
			add_key(&p->b, scope_key(&p->new->items[i]), i);
	pair_equal_keys(p, STEP_SCOPE);
}

static void pairing_begin(struct pairing *p)
{
	p->old_used = mem_zalloc(p->old_len, sizeof *p->old_used);
	p->a.items = mem_zalloc(p->old_len, sizeof *p->a.items);
	p->b.items = mem_zalloc(p->new->len, sizeof *p->b.items);
	for (uint32_t i = 0; i < p->new->len; i++)
		p->out[i] = (struct match){MATCH_NONE, STEP_NEW, 0};
}

static void pairing_end(struct pairing *p)
{
	free(p->old_used);
	free(p->a.items);
	free(p->b.items);
}

static bool has_equal_neighbours(const struct side *s)
{
	for (uint32_t i = 1; i < s->len; i++)
		if (s->items[i - 1].key == s->items[i].key)
			return true;
	return false;
}

bool match_obvious(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out)
{
	struct pairing p = {.old = old, .old_len = old_len, .new = new, .out = out};
	bool obvious = old_len == new->len;

	if (!obvious)
		return false;
	pairing_begin(&p);
	step_by_scope(&p);
	for (uint32_t i = 0; i < new->len; i++) {
		obvious = obvious && out[i].old != MATCH_NONE;
		out[i].confidence = 1.0f; /* there was no other choice */
	}
	obvious = obvious && !has_equal_neighbours(&p.a);
	pairing_end(&p);
	return obvious;
}

void match_versions(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out)
{
	struct pairing p = {.old = old, .old_len = old_len, .new = new, .out = out};

	pairing_begin(&p);
	if (old_len && new->len) {
		step_by_line(&p, STEP_LINE);
		step_by_line(&p, STEP_IN_PLACE);
		step_by_scope(&p);
	}
	pairing_end(&p);
}
