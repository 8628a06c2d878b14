/*
 * What happened to findings at merges, told by small histories: history design, section 5. How they
 * are written: lineage_story.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_story.h"

static void introduced_by_the_merge_itself(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:|b.py=f:2");
	commit(&s, 'D', "BC", "a.py=f:1 9|b.py=f:2");
	tell(&s, 'D', "B introduced a.py 1\nC introduced b.py 2\nD introduced a.py 9\n");
	end(&s);
}

static void twins_are_united(void **unused)
{
	struct story s = {0};
	const struct commit_history *d;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	commit(&s, 'E', "C", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'F', "DE",
		"a.py=f:1|b.py=f:|c.py=f:"); /* the union holds: it is not made again */
	commit(&s, 'G', "F", "a.py=f:|b.py=f:|c.py=f:");
	tell(&s, 'G', "B introduced a.py 1\nC introduced a.py 1\nG fixed a.py 1\n");
	assert_int_equal(count_unions(&s), 1);
	d = history_of(&s, 'D');
	assert_int_equal(d->union_count, 1);
	/* Both have generation 2: the id of the commit decides. */
	assert_int_equal(d->unions[0].kept,
		history_of(&s, memcmp(&s.oids[1], &s.oids[2], sizeof s.oids[1]) < 0 ? 'B' : 'C')
			->lineages[0]
			.id);
	end(&s);
}

static void two_of_one_tree_are_never_united(void **unused)
{
	struct story s = {0};

	(void)unused;
	/* Each side takes away one of two equal findings; the merge keeps one: not a twin. */
	commit(&s, 'A', "", "a.py=f:1 g: f:1");
	commit(&s, 'B', "A", "a.py=f:1 g: f:");
	commit(&s, 'C', "A", "a.py=f: g: f:1");
	commit(&s, 'D', "BC", "a.py=f:1");
	make(&s);
	scan(&s, 'D');
	assert_int_equal(count_unions(&s), 0);
	check_history(&s.m, s.r, NULL, NULL);
	end(&s);
}

static void fixed_by_the_merge(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:2");
	commit(&s, 'B', "A", "a.py=f:1|b.py=f:2|c.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:2|d.py=f:");
	commit(&s, 'D', "BC", "a.py=f:|c.py=f:|d.py=f:");
	tell(&s, 'D',
		"A introduced a.py 1\nA introduced b.py 2\nD fixed a.py 1\nD removed b.py 2\n");
	end(&s);
}

static void fixed_on_a_branch_is_that_branchs_event(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "CB", "a.py=f:|b.py=f:");
	tell(&s, 'D', "A introduced a.py 1\nB fixed a.py 1\n");
	assert_int_equal(history_of(&s, 'D')->deltas[0].fixed, 1); /* it lands there */
	assert_int_equal(history_of(&s, 'D')->open_total, 0);
	end(&s);
}

static void dropped_by_the_merge(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:|b.py=f:");
	commit(&s, 'D', "CB", "a.py=f:|b.py=f:");
	tell(&s, 'D', "B introduced a.py 1\nD dropped_by_merge a.py 1\n");
	end(&s);
}

static void resurrected_by_the_merge_names_the_fix(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	tell(&s, 'D', "A introduced a.py 1\nB fixed a.py 1\nD resurrected_by_merge a.py 1 (B)\n");
	end(&s);
}

static void resurrected_names_the_last_of_several_fixes(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	commit(&s, 'D', "C", "a.py=f:");
	commit(&s, 'E', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'F', "ED", "a.py=f:1|b.py=f:");
	tell(&s, 'F',
		"A introduced a.py 1\nB fixed a.py 1\nC reopened a.py 1 (B)\nD fixed a.py 1\n"
		"F resurrected_by_merge a.py 1 (D)\n");
	end(&s);
}

/* The fix was of the twin that gave the lineage its other name. */
static void resurrected_under_its_twins_name(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:");
	commit(&s, 'B', "A", "a.py=f:1");
	commit(&s, 'C', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'D', "BC", "a.py=f:1|b.py=f:");
	commit(&s, 'E', "D", "a.py=f:|b.py=f:");
	commit(&s, 'F', "C", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'G', "B", "a.py=f:1|d.py=f:");
	commit(&s, 'H', "EF", "a.py=f:1|b.py=f:|c.py=f:");
	commit(&s, 'I', "EG", "a.py=f:1|b.py=f:|d.py=f:");
	commit(&s, 'J', "HI", "a.py=f:1|b.py=f:|c.py=f:|d.py=f:");
	tell(&s, 'J',
		"B introduced a.py 1\nC introduced a.py 1\nE fixed a.py 1\n"
		"H resurrected_by_merge a.py 1 (E)\nI resurrected_by_merge a.py 1 (E)\n");
	end(&s);
}

static void octopus_and_criss_cross(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2");
	commit(&s, 'B', "A", "a.py=f:2");
	commit(&s, 'C', "A", "a.py=f:1 2|c.py=f:3");
	commit(&s, 'D', "A", "a.py=f:1 2|d.py=f:4");
	commit(&s, 'E', "BCD", "a.py=f:2|c.py=f:3|d.py=f:4");
	commit(&s, 'F', "BC", "a.py=f:2|c.py=f:3");
	commit(&s, 'G', "CB", "a.py=f:2|c.py=f:3");
	commit(&s, 'H', "FGE", "a.py=f:|c.py=f:3|d.py=f:4");
	tell(&s, 'H',
		"A introduced a.py 1\nA introduced a.py 2\nB fixed a.py 1\n"
		"C introduced c.py 3\nD introduced d.py 4\nH fixed a.py 2\n");
	end(&s);
}

static void alive_elsewhere_or_not_it_is_reopened(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1|b.py=f:");
	commit(&s, 'C', "A", "a.py=f:");
	commit(&s, 'D', "C", "a.py=f:1");
	commit(&s, 'E', "BD", "a.py=f:1|b.py=f:");
	tell(&s, 'E', "A introduced a.py 1\nC fixed a.py 1\nD reopened a.py 1 (C)\n");
	end(&s);
}

static int setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL) < 0;
}

static int teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(introduced_by_the_merge_itself),
		cmocka_unit_test(twins_are_united),
		cmocka_unit_test(two_of_one_tree_are_never_united),
		cmocka_unit_test(fixed_by_the_merge),
		cmocka_unit_test(fixed_on_a_branch_is_that_branchs_event),
		cmocka_unit_test(dropped_by_the_merge),
		cmocka_unit_test(resurrected_by_the_merge_names_the_fix),
		cmocka_unit_test(resurrected_names_the_last_of_several_fixes),
		cmocka_unit_test(resurrected_under_its_twins_name),
		cmocka_unit_test(octopus_and_criss_cross),
		cmocka_unit_test(alive_elsewhere_or_not_it_is_reopened),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
