/*
 * Matching two versions of a file: each step alone, their order, one-to-one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "scan/match_private.h"
#include "scan/repo.h"

static struct fact fact(uint16_t rule, uint32_t line, const char *scope, uint64_t tokens)
{
	return (struct fact){.rule = rule,
		.line = line,
		.end_line = line,
		.scope = str_from(scope),
		.id.token_hash = tokens};
}

static void expect(const struct match *m, uint32_t old, enum match_step step)
{
	assert_int_equal(m->old, old);
	assert_int_equal(m->step, step);
	assert_true(step == STEP_NEW ? m->confidence == 0 : m->confidence > 0.5f);
}

#define FACTS(array) ((struct facts){.items = (array), .len = ARRAY_LEN(array)})
#define MAX_OLD      8

static void with_lines(const struct facts *old, const struct hunks *lines, struct match_old *out)
{
	assert_true(old->len <= MAX_OLD);
	for (uint32_t i = 0; i < old->len; i++)
		out[i] = (struct match_old){.fact = &old->items[i],
			.line = lines ? hunks_map_line(lines, old->items[i].line) : 0};
}

static void match(const struct facts *old, const struct facts *new, const struct hunks *lines,
	struct match *out)
{
	struct match_old side[MAX_OLD];

	with_lines(old, lines, side);
	match_versions(side, old->len, new, out);
}

static bool obvious(const struct facts *old, const struct facts *new, struct match *out)
{
	struct match_old side[MAX_OLD];

	with_lines(old, NULL, side);
	return match_obvious(side, old->len, new, out);
}

static void unmoved_lines_match_by_line(void **unused)
{
	/* Two lines inserted before line 5. */
	struct hunk h[] = {{5, 0, 5, 2}};
	struct hunks lines = {.items = h, .len = 1};
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 9, "g", 1)};
	struct fact new[] = {fact(0, 2, "f2", 1), fact(0, 11, "g2", 1)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[2];

	(void)unused;
	assert_false(obvious(&a, &b, m));
	match(&a, &b, &lines, m);
	expect(&m[0], 0, STEP_LINE);
	expect(&m[1], 1, STEP_LINE);
}

static void same_line_other_tokens_is_in_place(void **unused)
{
	struct hunks none = {0};
	struct fact old[] = {fact(0, 2, "f", 1)};
	struct fact new[] = {fact(0, 2, "f", 2)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[1];

	(void)unused;
	match(&a, &b, &none, m);
	expect(&m[0], 0, STEP_IN_PLACE);
}

static void same_line_prefers_same_tokens(void **unused)
{
	struct hunks none = {0};
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 2, "f", 2)};
	struct fact new[] = {fact(0, 2, "f", 3), fact(0, 2, "f", 2)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[2];

	(void)unused;
	match(&a, &b, &none, m);
	expect(&m[0], 0, STEP_IN_PLACE);
	expect(&m[1], 1, STEP_LINE);
}

static void a_changed_line_matches_by_scope_in_order(void **unused)
{
	/* Lines 2 to 4 rewritten: three old findings, two new ones. */
	struct hunk h[] = {{2, 3, 2, 3}};
	struct hunks lines = {.items = h, .len = 1};
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 3, "f", 1), fact(0, 4, "f", 1)};
	struct fact new[] = {fact(0, 3, "f", 1), fact(0, 4, "f", 1), fact(0, 4, "g", 2)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[3];

	(void)unused;
	match(&a, &b, &lines, m);
	expect(&m[0], 0, STEP_SCOPE);
	expect(&m[1], 1, STEP_SCOPE);
	expect(&m[2], MATCH_NONE, STEP_NEW);
}

static void other_rules_never_match(void **unused)
{
	struct hunks none = {0};
	struct fact old[] = {fact(0, 2, "f", 1)};
	struct fact new[] = {fact(1, 2, "f", 1)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[1];

	(void)unused;
	match(&a, &b, &none, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
}

static void unique_findings_need_no_line_map(void **unused)
{
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 5, "f", 2), fact(1, 5, "f", 2)};
	struct fact new[] = {fact(0, 40, "f", 2), fact(1, 41, "f", 2), fact(0, 50, "f", 1)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[3];

	(void)unused;
	assert_true(obvious(&a, &b, m));
	expect(&m[0], 1, STEP_SCOPE);
	expect(&m[1], 2, STEP_SCOPE);
	expect(&m[2], 0, STEP_SCOPE);
}

static void twins_in_one_scope_are_not_obvious(void **unused)
{
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 5, "f", 1)};
	struct fact new[] = {fact(0, 2, "f", 1), fact(0, 9, "f", 1)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[2];

	(void)unused;
	assert_false(obvious(&a, &b, m));
}

static void deleted_first_twin_leaves_the_second(void **unused)
{
	/* Line 2 deleted: what was at line 5 is at 4 now, though its twin came first. */
	struct hunk h[] = {{2, 1, 2, 0}};
	struct hunks lines = {.items = h, .len = 1};
	struct fact old[] = {fact(0, 2, "f", 1), fact(0, 5, "f", 1)};
	struct fact new[] = {fact(0, 4, "f", 1)};
	struct facts a = FACTS(old), b = FACTS(new);
	struct match m[1];

	(void)unused;
	match(&a, &b, &lines, m);
	expect(&m[0], 1, STEP_LINE);
}

static void findings_of_two_old_blobs_compete_step_by_step(void **unused)
{
	/* The second, carried out of an older blob, has the better evidence. */
	struct fact old[] = {fact(0, 7, "f", 1), fact(0, 2, "f", 1)};
	struct fact new[] = {fact(0, 4, "f", 1)};
	struct match_old side[] = {{.fact = &old[0]}, {.fact = &old[1], .line = 4}};
	struct facts b = FACTS(new);
	struct match m[1];

	(void)unused;
	match_versions(side, 2, &b, m);
	expect(&m[0], 1, STEP_LINE);
}

/* ---- least cost ---- */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

#define MOST 5

/* The least sum by trying everything: `row` and all after it, with the columns not in `used`. */
static int64_t least_sum(const int64_t *cost, uint32_t row, uint32_t rows, uint32_t columns,
	int64_t reject, unsigned used)
{
	int64_t best;

	if (row == rows)
		return 0;
	best = reject + least_sum(cost, row + 1, rows, columns, reject, used);
	for (uint32_t j = 0; j < columns; j++) {
		int64_t sum = cost[row * columns + j];

		if (used >> j & 1 || sum >= reject)
			continue;
		sum += least_sum(cost, row + 1, rows, columns, reject, used | 1u << j);
		best = sum < best ? sum : best;
	}
	return best;
}

static void an_assignment_has_the_least_cost(void **unused)
{
	uint32_t seed = 5;

	(void)unused;
	for (int round = 0; round < 3000; round++) {
		uint32_t rows = 1 + next_random(&seed) % MOST,
			 columns = 1 + next_random(&seed) % MOST;
		int64_t cost[MOST * MOST], reject = 20 + next_random(&seed) % 60, sum = 0;
		uint32_t column_of[ASSIGN_MAX];
		unsigned used = 0;

		for (uint32_t i = 0; i < rows * columns; i++)
			cost[i] = next_random(&seed) % 100;
		assign(cost, rows, columns, reject, column_of);
		for (uint32_t i = 0; i < rows; i++) {
			if (column_of[i] == ASSIGN_NONE) {
				sum += reject;
				continue;
			}
			assert_true(column_of[i] < columns && !(used >> column_of[i] & 1));
			used |= 1u << column_of[i];
			assert_true(cost[i * columns + column_of[i]] < reject);
			sum += cost[i * columns + column_of[i]];
		}
		assert_int_equal(sum, least_sum(cost, 0, rows, columns, reject, 0));
	}
}

/* ---- likeness ---- */

#define SKETCH(text) ((struct str){"\1" text, sizeof text})

static void sketches_are_compared_as_sets(void **unused)
{
	(void)unused;
	assert_true(sketch_similarity(SKETCH("aabb"), SKETCH("aabb")) == 1);
	assert_true(sketch_similarity(SKETCH("aabb"), SKETCH("ccdd")) == 0);
	assert_true(sketch_similarity(SKETCH("aabbcc"), SKETCH("bbccdd")) == 0.5f);
	assert_true(sketch_similarity(STR_EMPTY, STR_EMPTY) == 0);
	/* Another version says nothing. */
	assert_true(sketch_similarity(SKETCH("aabb"), STR("\2aabb")) == 0);
}

/* A finding with other tokens and a sketch. */
static struct fact alike(uint32_t line, const char *scope, uint64_t callee, struct str sketch)
{
	struct fact f = fact(0, line, scope, line + 1000);

	f.id.callee_hash = callee;
	f.id.sketch = sketch;
	return f;
}

static void match_rest(const struct fact *old, uint32_t old_len, const struct fact *new,
	uint32_t new_len, struct match *out)
{
	struct match_old side[MAX_OLD];
	const struct fact *list[MAX_OLD];

	for (uint32_t i = 0; i < old_len; i++)
		side[i] = (struct match_old){.fact = &old[i], .near = old[i].line};
	for (uint32_t i = 0; i < new_len; i++)
		list[i] = &new[i];
	match_alike(side, old_len, list, new_len, out);
}

/* Source order would pair the first ones. */
static void the_most_alike_pair_wins(void **unused)
{
	struct fact old[] = {
		alike(3, "f", 7, SKETCH("aabbcc")), alike(5, "f", 7, SKETCH("ddeeff"))};
	struct fact new[] = {
		alike(4, "f", 7, SKETCH("ddeegg")), alike(6, "f", 7, SKETCH("aabbhh"))};
	struct match m[2];

	(void)unused;
	match_rest(old, 2, new, 2, m);
	expect(&m[0], 1, STEP_SIMILAR);
	expect(&m[1], 0, STEP_SIMILAR);
}

static void another_call_needs_more_than_its_scope(void **unused)
{
	struct fact old[] = {alike(3, "f", 7, SKETCH("aabbcc"))};
	struct fact new[] = {alike(40, "f", 8, SKETCH("aaddee"))};
	struct match m[1];

	(void)unused;
	match_rest(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	new[0].id.callee_hash = 7;
	new[0].id.sketch = SKETCH("aabbee");
	match_rest(old, 1, new, 1, m);
	expect(&m[0], 0, STEP_SIMILAR);
}

static void nothing_near_is_nothing_alike(void **unused)
{
	struct fact old[] = {alike(3, "f", 7, SKETCH("aabb"))};
	struct fact new[] = {alike(40, "g", 7, SKETCH("aabb"))};
	struct match m[1];

	(void)unused;
	match_rest(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	/* Between the same statements it is. */
	old[0].id.before_hash = new[0].id.before_hash = 99;
	match_rest(old, 1, new, 1, m);
	expect(&m[0], 0, STEP_SIMILAR);
}

/* ---- across files ---- */

static struct fact in_body(const char *scope, uint64_t tokens, uint64_t body)
{
	struct fact f = fact(0, 1, scope, tokens);

	f.id.body_hash = body << 3 | 5; /* five statements */
	return f;
}

static void functions_are_followed_by_their_bodies(void **unused)
{
	struct fact a = in_body("f", 1, 10), b = in_body("C.g", 2, 20), c = in_body("h", 3, 30);
	struct fact x = in_body("D.g", 2, 20), y = in_body("k", 3, 30), z = in_body("f", 1, 11);
	const struct fact *old[] = {&a, &b, &c}, *new[] = {&x, &y, &z};
	struct match m[3];

	(void)unused;
	match_moved(old, 3, new, 3, m);
	expect(&m[0], 1, STEP_ACROSS);
	expect(&m[1], 2, STEP_ACROSS);
	expect(&m[2], MATCH_NONE, STEP_NEW);
	match_elsewhere(old, 1, new + 2, 1, m);
	expect(&m[0], 0, STEP_ACROSS);
}

static void two_that_could_be_one_are_left_alone(void **unused)
{
	struct fact a = in_body("f", 1, 10), b = in_body("g", 1, 10), x = in_body("h", 1, 10);
	const struct fact *old[] = {&a, &b}, *new[] = {&x};
	struct match m[1];

	(void)unused;
	match_moved(old, 2, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	match_elsewhere(old, 2, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
}

/* Two copies of one function that both move pair in order. */
static void as_many_come_as_go(void **unused)
{
	struct fact a = in_body("f", 1, 10), b = in_body("g", 1, 10);
	struct fact x = in_body("h", 1, 10), y = in_body("k", 1, 10);
	const struct fact *old[] = {&a, &b}, *new[] = {&x, &y};
	struct match m[2];

	(void)unused;
	b.line = y.line = 9;
	match_moved(old, 2, new, 2, m);
	expect(&m[0], 0, STEP_ACROSS);
	expect(&m[1], 1, STEP_ACROSS);
}

/* It has no function that could have moved. */
static void a_statement_of_a_module_does_not_move(void **unused)
{
	struct fact a = fact(0, 1, "", 1), x = fact(0, 1, "", 1);
	const struct fact *old[] = {&a}, *new[] = {&x};
	struct match m[1];

	(void)unused;
	match_moved(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	match_elsewhere(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	/* What defines a name is as good as a function. */
	a.id.callee_hash = x.id.callee_hash = 9;
	match_elsewhere(old, 1, new, 1, m);
	expect(&m[0], 0, STEP_ACROSS);
}

static void an_edited_call_is_found_in_the_function_of_its_name(void **unused)
{
	struct fact a = alike(3, "A.put", 8, SKETCH("aabbccdd"));
	struct fact x = alike(9, "B.put", 8, SKETCH("aabbccee"));
	const struct fact *old[] = {&a}, *new[] = {&x};
	struct match m[1];

	(void)unused;
	match_elsewhere(old, 1, new, 1, m);
	expect(&m[0], 0, STEP_ACROSS);
	a.scope = x.scope = STR("__init__"); /* every class has one */
	match_elsewhere(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
	a.scope = x.scope = STR("put");
	x.id.sketch = SKETCH("aaffgghh");
	match_elsewhere(old, 1, new, 1, m);
	expect(&m[0], MATCH_NONE, STEP_NEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unmoved_lines_match_by_line),
		cmocka_unit_test(same_line_other_tokens_is_in_place),
		cmocka_unit_test(same_line_prefers_same_tokens),
		cmocka_unit_test(a_changed_line_matches_by_scope_in_order),
		cmocka_unit_test(other_rules_never_match),
		cmocka_unit_test(unique_findings_need_no_line_map),
		cmocka_unit_test(twins_in_one_scope_are_not_obvious),
		cmocka_unit_test(deleted_first_twin_leaves_the_second),
		cmocka_unit_test(findings_of_two_old_blobs_compete_step_by_step),
		cmocka_unit_test(an_assignment_has_the_least_cost),
		cmocka_unit_test(sketches_are_compared_as_sets),
		cmocka_unit_test(the_most_alike_pair_wins),
		cmocka_unit_test(another_call_needs_more_than_its_scope),
		cmocka_unit_test(nothing_near_is_nothing_alike),
		cmocka_unit_test(functions_are_followed_by_their_bodies),
		cmocka_unit_test(two_that_could_be_one_are_left_alone),
		cmocka_unit_test(as_many_come_as_go),
		cmocka_unit_test(a_statement_of_a_module_does_not_move),
		cmocka_unit_test(an_edited_call_is_found_in_the_function_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
