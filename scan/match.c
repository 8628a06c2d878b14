/*
 * The steps of matching, in their order. See match.h.
 */
#include "scan/match_private.h"

#include <stdlib.h>

/*
 * Steps 1 to 4 of the history design. The line map is the best evidence, but a difference may align
 * equal lines of two functions: a line counts at once where the function agrees, then where body or
 * neighbours do, and else only after what the function's name says.
 */
static const struct key_step steps_in_file[] = {
	{STEP_LINE, KEY_LINE | KEY_TOKENS | KEY_SCOPE, 0, 1.0f},
	{STEP_SCOPE, KEY_SCOPE | KEY_TOKENS | KEY_BODY, 0, 0.98f},
	{STEP_LINE, KEY_LINE | KEY_TOKENS | KEY_BODY, 0, 1.0f},
	{STEP_SCOPE, KEY_SCOPE | KEY_TOKENS | KEY_BEFORE | KEY_AFTER, 0, 0.98f},
	{STEP_LINE, KEY_LINE | KEY_TOKENS | KEY_BEFORE | KEY_AFTER, 0, 0.99f},
	{STEP_SCOPE, KEY_SCOPE | KEY_TOKENS | KEY_BEFORE, 0, 0.98f},
	{STEP_SCOPE, KEY_SCOPE | KEY_TOKENS | KEY_AFTER, 0, 0.98f},
	{STEP_LINE, KEY_LINE | KEY_TOKENS | KEY_BEFORE, 0, 0.99f},
	{STEP_LINE, KEY_LINE | KEY_TOKENS | KEY_AFTER, 0, 0.99f},
	{STEP_IN_PLACE, KEY_LINE | KEY_SCOPE | KEY_CALLEE, 0, 0.98f},
	{STEP_SCOPE, KEY_SCOPE | KEY_TOKENS, 0, 0.95f},
	{STEP_LINE, KEY_LINE | KEY_TOKENS, 0, 0.95f},
	{STEP_BLOCK, KEY_TOKENS | KEY_BODY | KEY_EVEN, 2, 0.95f},
	{STEP_BLOCK, KEY_TOKENS | KEY_BEFORE | KEY_AFTER | KEY_UNIQUE, 2, 0.95f},
	{STEP_BLOCK, KEY_CALLEE | KEY_BEFORE | KEY_AFTER | KEY_UNIQUE, 2, 0.9f},
};

/* Before and after step 5: what moved within the file. Only now, since a whole function that went
 * to another file is surer than a single call that is alike in this one. */
static const struct key_step steps_before_alike[] = {
	{STEP_BLOCK, KEY_TOKENS | KEY_NAME | KEY_UNIQUE, 0, 0.9f},
	{STEP_BLOCK, KEY_TOKENS | KEY_BEFORE | KEY_UNIQUE, 0, 0.9f},
	{STEP_BLOCK, KEY_TOKENS | KEY_AFTER | KEY_UNIQUE, 0, 0.9f},
	{STEP_BLOCK, KEY_TOKENS | KEY_UNIQUE, 0, 0.85f},
};
static const struct key_step steps_after_alike[] = {
	{STEP_BLOCK, KEY_SKETCH | KEY_UNIQUE, 6, 0.85f},
};

/* Where the whole function went, or all that stands around. */
static const struct key_step steps_moved[] = {
	{STEP_ACROSS, KEY_SCOPE | KEY_TOKENS | KEY_BODY | KEY_EVEN, 1, 0.95f},
	{STEP_ACROSS, KEY_NAME | KEY_TOKENS | KEY_BODY | KEY_EVEN, 1, 0.95f},
	{STEP_ACROSS, KEY_TOKENS | KEY_BODY | KEY_EVEN, 3, 0.9f},
	{STEP_ACROSS, KEY_TOKENS | KEY_BODY | KEY_UNIQUE, 2, 0.9f},
	{STEP_ACROSS, KEY_SCOPE | KEY_TOKENS | KEY_BEFORE | KEY_AFTER | KEY_UNIQUE, 2, 0.9f},
	{STEP_ACROSS, KEY_TOKENS | KEY_BEFORE | KEY_AFTER | KEY_UNIQUE, 4, 0.85f},
};

/* The function went and was edited, or the statement went alone. */
static const struct key_step steps_elsewhere[] = {
	{STEP_ACROSS, KEY_NAME | KEY_TOKENS | KEY_BEFORE | KEY_UNIQUE, 2, 0.85f},
	{STEP_ACROSS, KEY_NAME | KEY_TOKENS | KEY_AFTER | KEY_UNIQUE, 2, 0.85f},
	{STEP_ACROSS, KEY_NAME | KEY_TOKENS | KEY_UNIQUE, 0, 0.8f},
	{STEP_ACROSS, KEY_DEFINES | KEY_TOKENS | KEY_UNIQUE, 0, 0.8f},
	{STEP_ACROSS, KEY_NAME | KEY_SKETCH | KEY_UNIQUE, 4, 0.8f},
	{STEP_ACROSS, KEY_TOKENS | KEY_BEFORE | KEY_UNIQUE, 2, 0.8f},
	{STEP_ACROSS, KEY_TOKENS | KEY_AFTER | KEY_UNIQUE, 2, 0.8f},
	{STEP_ACROSS, KEY_SKETCH | KEY_UNIQUE, 7, 0.75f},
};

void pairing_pair(
	struct pairing *p, uint32_t old, uint32_t new, enum match_step step, float confidence)
{
	p->out[new] = (struct match){old, (uint8_t)step, confidence};
	p->old_used[old] = true;
}

static void pairing_begin(struct pairing *p)
{
	p->old_used = mem_zalloc(p->old_len, sizeof *p->old_used);
	p->a.items = mem_zalloc(p->old_len, sizeof *p->a.items);
	p->b.items = mem_zalloc(p->new_len, sizeof *p->b.items);
	for (uint32_t i = 0; i < p->new_len; i++)
		p->out[i] = (struct match){MATCH_NONE, STEP_NEW, 0};
}

static void pairing_end(struct pairing *p)
{
	free(p->old_used);
	free(p->a.items);
	free(p->b.items);
}

static void run_steps(struct pairing *p, const struct key_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pairing_by_key(p, &steps[i], pair_equal);
}

static const struct fact **list_facts(const struct facts *f)
{
	const struct fact **list = mem_zalloc(f->len, sizeof *list);

	for (uint32_t i = 0; i < f->len; i++)
		list[i] = &f->items[i];
	return list;
}

bool match_obvious(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out)
{
	static const struct key_step by_scope = {STEP_SCOPE, KEY_SCOPE | KEY_TOKENS, 0, 1.0f};
	const struct fact **list;
	struct pairing p = {.old = old, .old_len = old_len, .new_len = new->len, .out = out};
	bool obvious = old_len == new->len;

	if (!obvious)
		return false;
	p.new = list = list_facts(new);
	pairing_begin(&p);
	pairing_by_key(&p, &by_scope, pair_equal);
	for (uint32_t i = 0; i < new->len; i++)
		obvious = obvious && out[i].old != MATCH_NONE;
	obvious = obvious && !pairing_had_choice(&p);
	pairing_end(&p);
	free(list);
	return obvious;
}

void match_versions(
	const struct match_old *old, uint32_t old_len, const struct facts *new, struct match *out)
{
	const struct fact **list = list_facts(new);
	struct pairing p = {
		.old = old, .old_len = old_len, .new = list, .new_len = new->len, .out = out};

	pairing_begin(&p);
	if (old_len && new->len)
		run_steps(&p, steps_in_file, ARRAY_LEN(steps_in_file));
	pairing_end(&p);
	free(list);
}

void match_alike(const struct match_old *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out)
{
	struct pairing p = {
		.old = old, .old_len = old_len, .new = new, .new_len = new_len, .out = out};

	pairing_begin(&p);
	if (old_len && new_len) {
		run_steps(&p, steps_before_alike, ARRAY_LEN(steps_before_alike));
		pairing_by_similarity(&p);
		run_steps(&p, steps_after_alike, ARRAY_LEN(steps_after_alike));
	}
	pairing_end(&p);
}

struct across {
	const struct fact *const *old, *const *new;
	uint32_t old_len, new_len;
};

static void match_across(const struct across *a, const struct key_step *steps, size_t count,
	bool at_last, struct match *out)
{
	struct match_old *gone = mem_zalloc(a->old_len, sizeof *gone);
	struct pairing p = {.old = gone,
		.old_len = a->old_len,
		.new = a->new,
		.new_len = a->new_len,
		.out = out};

	for (uint32_t i = 0; i < a->old_len; i++)
		gone[i] = (struct match_old){.fact = a->old[i], .near = a->old[i]->line};
	pairing_begin(&p);
	if (a->old_len && a->new_len) {
		run_steps(&p, steps, count);
		if (at_last)
			pairing_by_function(&p);
	}
	pairing_end(&p);
	free(gone);
}

void match_moved(const struct fact *const *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out)
{
	const struct across a = {old, new, old_len, new_len};

	match_across(&a, steps_moved, ARRAY_LEN(steps_moved), false, out);
}

void match_elsewhere(const struct fact *const *old, uint32_t old_len, const struct fact *const *new,
	uint32_t new_len, struct match *out)
{
	const struct across a = {old, new, old_len, new_len};

	match_across(&a, steps_elsewhere, ARRAY_LEN(steps_elsewhere), true, out);
}
