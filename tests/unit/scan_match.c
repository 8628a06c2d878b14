/*
 * Matching two versions of a file: each step alone, their order, one-to-one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "scan/match.h"
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
