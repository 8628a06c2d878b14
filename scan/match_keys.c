/*
 * Matching by keys: a step gives each unpaired finding a key of what must be equal (or none), and
 * findings with equal keys pair.
 */
#include "scan/match_private.h"

#include <stdlib.h>

#include "scan/base/hash.h"

#define OTHER_CONTEXT ((int64_t)1 << 40) /* outweighs every distance */
#define MAX_DISTANCE  100000             /* lines */
#define NO_LIMIT      ((int64_t)1 << 50)

/* ---- keys ---- */

/* Contexts in which nothing stands say nothing. */
static bool has_parts(const struct fact *f, uint32_t line, const struct key_step *s)
{
	unsigned before = CONTEXT_WEIGHT(f->id.before_hash), weight = 0;
	unsigned after = CONTEXT_WEIGHT(f->id.after_hash);

	if ((s->parts & KEY_DEFINES && !CALLEE_DEFINES(f->id.callee_hash)) ||
		(s->parts & KEY_NAME && !f->scope.len))
		return false;
	if ((s->parts & KEY_LINE && !line) || (s->parts & KEY_BEFORE && !before) ||
		(s->parts & KEY_AFTER && !after))
		return false;
	weight += s->parts & KEY_BEFORE ? before : 0;
	weight += s->parts & KEY_AFTER ? after : 0;
	weight += s->parts & KEY_BODY ? BODY_WEIGHT(f->id.body_hash) : 0;
	weight += s->parts & KEY_SKETCH ? (unsigned)sketch_len(f->id.sketch) : 0;
	return weight >= s->weight;
}

static bool key_of(const struct fact *f, uint32_t line, const struct key_step *s, uint64_t *out)
{
	uint64_t h = hash_number(HASH_SEED, f->rule);

	if (!has_parts(f, line, s))
		return false;
	if (s->parts & KEY_LINE)
		h = hash_number(h, line);
	if (s->parts & KEY_TOKENS)
		h = hash_number(h, f->id.token_hash);
	if (s->parts & KEY_CALLEE)
		h = hash_number(h, f->id.callee_hash);
	if (s->parts & KEY_SCOPE)
		h = hash_field(h, f->scope);
	if (s->parts & KEY_NAME)
		h = hash_field(h, str_drop(f->scope, (size_t)(str_rfind(f->scope, '.') + 1)));
	if (s->parts & KEY_BODY)
		h = hash_number(h, f->id.body_hash);
	if (s->parts & KEY_BEFORE)
		h = hash_number(h, f->id.before_hash);
	if (s->parts & KEY_AFTER)
		h = hash_number(h, f->id.after_hash);
	if (s->parts & KEY_SKETCH)
		h = hash_field(h, f->id.sketch);
	*out = hash_finish(h);
	return true;
}

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

static void list_sides(struct pairing *p, const struct key_step *s)
{
	uint64_t key;

	p->a.len = p->b.len = 0;
	for (uint32_t i = 0; i < p->old_len; i++)
		if (!p->old_used[i] && key_of(p->old[i].fact, p->old[i].line, s, &key))
			p->a.items[p->a.len++] = (struct keyed){key, i};
	for (uint32_t i = 0; i < p->new_len; i++)
		if (p->out[i].old == MATCH_NONE && key_of(p->new[i], p->new[i]->line, s, &key))
			p->b.items[p->b.len++] = (struct keyed){key, i};
	side_sort(&p->a);
	side_sort(&p->b);
}

/* ---- findings with equal keys ---- */

bool same_before(const struct fact *a, const struct fact *b)
{
	return CONTEXT_WEIGHT(a->id.before_hash) && a->id.before_hash == b->id.before_hash;
}

bool same_after(const struct fact *a, const struct fact *b)
{
	return CONTEXT_WEIGHT(a->id.after_hash) && a->id.after_hash == b->id.after_hash;
}

/* Squared, since then the least sum crosses no pairs that stand in order. */
static int64_t distance_cost(uint32_t a, uint32_t b)
{
	int64_t d = a > b ? a - b : b - a;

	return d < MAX_DISTANCE ? d * d : (int64_t)MAX_DISTANCE * MAX_DISTANCE;
}

int64_t pairing_cost(const struct match_old *old, const struct fact *new)
{
	int64_t cost = distance_cost(old->line ? old->line : old->near, new->line);

	cost += old->fact->id.token_hash != new->id.token_hash ? 2 * OTHER_CONTEXT : 0;
	cost += same_before(old->fact, new) ? 0 : OTHER_CONTEXT;
	return cost + (same_after(old->fact, new) ? 0 : OTHER_CONTEXT);
}

static void pair_in_order(struct pairing *p, const struct match_group *g, const struct key_step *s)
{
	for (uint32_t i = 0; i < g->old_len && i < g->new_len; i++)
		pairing_pair(p, g->old[i].index, g->new[i].index, s->step, s->confidence);
}

static void pair_by_cost(struct pairing *p, const struct match_group *g, const struct key_step *s)
{
	int64_t *cost = mem_zalloc((size_t)g->old_len * g->new_len, sizeof *cost);
	uint32_t column_of[ASSIGN_MAX];

	for (uint32_t i = 0; i < g->old_len; i++)
		for (uint32_t j = 0; j < g->new_len; j++)
			cost[i * g->new_len + j] =
				pairing_cost(&p->old[g->old[i].index], p->new[g->new[j].index]);
	assign(cost, g->old_len, g->new_len, NO_LIMIT, column_of);
	for (uint32_t i = 0; i < g->old_len; i++)
		if (column_of[i] != ASSIGN_NONE)
			pairing_pair(p, g->old[i].index, g->new[column_of[i]].index, s->step,
				s->confidence);
	free(cost);
}

void pair_equal(struct pairing *p, const struct match_group *g, const struct key_step *s)
{
	if (g->old_len == 1 && g->new_len == 1)
		pair_in_order(p, g, s);
	else if (s->parts & KEY_UNIQUE || (s->parts & KEY_EVEN && g->old_len != g->new_len))
		return;
	else if (g->old_len > ASSIGN_MAX || g->new_len > ASSIGN_MAX)
		pair_in_order(p, g, s);
	else
		pair_by_cost(p, g, s);
}

static uint32_t run_length(const struct side *s, uint32_t at)
{
	uint32_t n = 1;

	while (at + n < s->len && s->items[at + n].key == s->items[at].key)
		n++;
	return n;
}

void pairing_by_key(struct pairing *p, const struct key_step *s, pair_group *pair)
{
	uint32_t i = 0, j = 0;

	list_sides(p, s);
	while (i < p->a.len && j < p->b.len) {
		uint64_t x = p->a.items[i].key, y = p->b.items[j].key;
		struct match_group g = {
			&p->a.items[i], &p->b.items[j], run_length(&p->a, i), run_length(&p->b, j)};

		if (x == y)
			pair(p, &g, s);
		i += x <= y ? g.old_len : 0;
		j += y <= x ? g.new_len : 0;
	}
}

bool pairing_had_choice(const struct pairing *p)
{
	for (uint32_t i = 1; i < p->a.len; i++)
		if (p->a.items[i - 1].key == p->a.items[i].key)
			return true;
	return false;
}
