/*
 * Step 5: findings whose own text changed. Candidates stand in the same function, in lines that
 * took the place of the other's, or between the same statements; they must call the same thing, and
 * what remains is decided by how alike their tokens are, for all findings of a rule at once.
 */
#include "scan/match_private.h"

#include <stdlib.h>

#define HUNK_MARGIN 3 /* lines: neighbouring hunks are one change */
#define PERMILLE    1000
#define IMPOSSIBLE  1001

/* How alike the tokens must be, by what else speaks for the pair. */
#define LEAST_CLOSE  100
#define LEAST_ALONE  350
#define LEAST_ACROSS 0.5f /* as sketch_similarity says it */

/* What else speaks for a pair makes it cheaper. */
#define BONUS_TOKENS   50
#define BONUS_CALLEE   400
#define BONUS_CONTEXT  200
#define BONUS_PLACE    100
#define BONUS_SCOPE    300
#define ALL_BONUSES    (BONUS_TOKENS + BONUS_CALLEE + 2 * BONUS_CONTEXT + BONUS_PLACE + BONUS_SCOPE)
#define REJECT         ((PERMILLE + ALL_BONUSES) * DISTANCE_STEPS)
#define DISTANCE_STEPS 1024 /* distance breaks ties only */

/* ---- sketches ---- */

static unsigned sketch_at(struct str s, size_t i)
{
	return (unsigned)(unsigned char)s.ptr[2 * i + 1] << 8 | (unsigned char)s.ptr[2 * i + 2];
}

size_t sketch_len(struct str s)
{
	return s.len ? (s.len - 1) / 2 : 0;
}

float sketch_similarity(struct str a, struct str b)
{
	size_t i = 0, j = 0, common = 0, all = 0;
	bool whole = sketch_len(a) < SKETCH_MAX && sketch_len(b) < SKETCH_MAX;

	if (!a.len || !b.len || a.ptr[0] != b.ptr[0])
		return 0;
	/* Of what the two have together, a sample is only as good as its smallest numbers. */
	while ((whole || all < SKETCH_MAX) && (i < sketch_len(a) || j < sketch_len(b))) {
		unsigned x = i < sketch_len(a) ? sketch_at(a, i) : UINT32_MAX;
		unsigned y = j < sketch_len(b) ? sketch_at(b, j) : UINT32_MAX;

		common += x == y;
		i += x <= y;
		j += y <= x;
		all++;
	}
	return all ? (float)common / (float)all : 0;
}

/* ---- one pair ---- */

/* On the same line, or among those that took its place? */
static bool in_place(const struct match_old *old, const struct fact *new)
{
	if (old->line)
		return old->line == new->line;
	return new->line + HUNK_MARGIN >= old->hunk_first &&new->line <=
		old->hunk_last + HUNK_MARGIN;
}

static int64_t distance_part(const struct match_old *old, const struct fact *new)
{
	uint32_t at = old->line ? old->line : old->near;
	uint32_t d = at > new->line ? at - new->line : new->line - at;

	return d < DISTANCE_STEPS ? d : DISTANCE_STEPS - 1;
}

/* What speaks for a pair besides its tokens. */
struct evidence {
	bool callee, before, after, scope, place;
};

static struct evidence evidence_of(const struct match_old *old, const struct fact *new)
{
	return (struct evidence){
		.callee = old->fact->id.callee_hash == new->id.callee_hash,
		.before = same_before(old->fact, new),
		.after = same_after(old->fact, new),
		.scope = new->scope.len &&str_eq(old->fact->scope, new->scope),
		.place = in_place(old, new),
	};
}

/* The same for another call, by how much else speaks for the pair. */
static const int least_for_other_call[] = {IMPOSSIBLE, 500, 350, 200, 200};

/* How alike the tokens must be, in permille; more than that: they cannot be enough. */
static int least_alike(const struct evidence *e)
{
	int around = e->before + e->after;

	if (!e->callee)
		return least_for_other_call[e->place + e->scope + around];
	if (e->scope && (e->place || around))
		return LEAST_CLOSE;
	return e->scope || e->place || around ? LEAST_ALONE : IMPOSSIBLE;
}

/* REJECT: no pair. */
static int64_t cost_of(const struct match_old *old, const struct fact *new)
{
	struct evidence e = evidence_of(old, new);
	int64_t alike =
		(int64_t)(sketch_similarity(old->fact->id.sketch, new->id.sketch) * PERMILLE);
	int64_t cost = PERMILLE - alike + ALL_BONUSES;

	if (alike < least_alike(&e))
		return REJECT;
	cost -= old->fact->id.token_hash == new->id.token_hash ? BONUS_TOKENS : 0;
	cost -= e.callee ? BONUS_CALLEE : 0;
	cost -= (e.before + e.after) * BONUS_CONTEXT;
	cost -= e.place ? BONUS_PLACE : 0;
	cost -= e.scope ? BONUS_SCOPE : 0;
	return cost * DISTANCE_STEPS + distance_part(old, new);
}

/* Of the labelled pairs in tests/match that this step makes 97 of 100 are right. */
static float confidence_of(const struct match_old *old, const struct fact *new)
{
	return 0.85f + 0.15f * sketch_similarity(old->fact->id.sketch, new->id.sketch);
}

/* ---- all of a rule ---- */

static void pair_alike(struct pairing *p, const struct match_group *g, const struct key_step *s)
{
	int64_t *cost;
	uint32_t column_of[ASSIGN_MAX];

	if (g->old_len > ASSIGN_MAX || g->new_len > ASSIGN_MAX)
		return;
	cost = mem_zalloc((size_t)g->old_len * g->new_len, sizeof *cost);
	for (uint32_t i = 0; i < g->old_len; i++)
		for (uint32_t j = 0; j < g->new_len; j++)
			cost[i * g->new_len + j] =
				cost_of(&p->old[g->old[i].index], p->new[g->new[j].index]);
	assign(cost, g->old_len, g->new_len, REJECT, column_of);
	for (uint32_t i = 0; i < g->old_len; i++) {
		uint32_t old = g->old[i].index, new;

		if (column_of[i] == ASSIGN_NONE)
			continue;
		new = g->new[column_of[i]].index;
		pairing_pair(p, old, new, s->step,
			s->confidence * confidence_of(&p->old[old], p->new[new]));
	}
	free(cost);
}

/* Each rule at once; of one that has too many findings left, each scope. */
void pairing_by_similarity(struct pairing *p)
{
	static const struct key_step steps[] = {
		{STEP_SIMILAR, 0, 0, 1.0f}, {STEP_SIMILAR, KEY_SCOPE, 0, 1.0f}};

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		pairing_by_key(p, &steps[i], pair_alike);
}

/* ---- in functions of one name, across files ---- */

static bool is_special(struct str scope)
{
	return str_starts(str_drop(scope, (size_t)(str_rfind(scope, '.') + 1)), "__");
}

static void pair_if_alike(struct pairing *p, const struct match_group *g, const struct key_step *s)
{
	const struct match_old *old = &p->old[g->old->index];
	const struct fact *new = p->new[g->new->index];

	if (g->old_len == 1 && g->new_len == 1 && !is_special(new->scope) &&
		sketch_similarity(old->fact->id.sketch, new->id.sketch) >= LEAST_ACROSS)
		pairing_pair(p, g->old->index, g->new->index, s->step, s->confidence);
}

void pairing_by_function(struct pairing *p)
{
	static const struct key_step step = {
		STEP_ACROSS, KEY_NAME | KEY_CALLEE | KEY_UNIQUE, 0, 0.75f};

	pairing_by_key(p, &step, pair_if_alike);
}
