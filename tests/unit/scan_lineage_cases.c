/*
 * What happened to findings, told by small histories: each case of the history design, section 5,
 * with all events of all commits. How they are written: lineage_story.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_story.h"

/* ---- one parent ---- */

static void fixed_and_removed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 g:2 h:3|b.py=f:4");
	commit(&s, 'B', "A", "a.py=f: h:3|b.py=f:4");
	commit(&s, 'C', "B", "a.py=f: h:3");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced a.py 2\nA introduced a.py 3\n"
		"A introduced b.py 4\n"
		"B fixed a.py 1\nB removed a.py 2\n"
		"C removed b.py 4\n");
	end(&s);
}

static void reopened_names_where_it_had_ended(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	commit(&s, 'D', "C", "b.py=f:");
	commit(&s, 'E', "D", "a.py=f:1s|b.py=f:");
	tell(&s, 'E',
		"A introduced a.py 1\nB fixed a.py 1\nC reopened a.py 1 (B)\nD removed a.py 1\n"
		"E suppressed a.py 1 (D)\n");
	assert_int_equal(s.m.lineages.len, 1);
	end(&s);
}

static void of_equal_findings_the_first_comes_back_first(void **unused)
{
	struct story s = {0};
	const struct commit_history *c, *a;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:1");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced a.py 1\nB fixed a.py 1\nB fixed a.py 1\n"
		"C reopened a.py 1 (B)\n");
	a = history_of(&s, 'A');
	c = history_of(&s, 'C');
	assert_int_equal(c->events[0].lineage, a->events[0].lineage);
	assert_int_equal(a->events[0].index, 0);
	end(&s);
}

static void suppressed_and_unsuppressed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2s");
	commit(&s, 'B', "A", "a.py=f:1s 2");
	commit(&s, 'C', "B", "a.py=f:1s");
	tell(&s, 'C',
		"A introduced a.py 1\nA suppressed a.py 2\n"
		"B suppressed a.py 1\nB unsuppressed a.py 2\nC fixed a.py 2\n");
	assert_int_equal(history_of(&s, 'B')->deltas[0].silenced, 1);
	end(&s);
}

static void moves_are_no_events_and_copies_are_new(void **unused)
{
	struct story s = {0};
	const struct commit_history *c;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "sub/b.py=f:1");
	commit(&s, 'C', "B", "sub/b.py=f:1|c.py=f:1");
	tell(&s, 'C', "A introduced a.py 1\nC introduced c.py 1\n");
	c = history_of(&s, 'C');
	assert_int_equal(c->lineage_count, 1);
	assert_int_equal(c->lineages[0].copied_from, history_of(&s, 'A')->lineages[0].id);
	end(&s);
}

static void of_several_sources_of_a_copy_the_first_by_name_counts(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "b.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1|b.py=f:1");
	commit(&s, 'C', "B", "a.py=f:1|b.py=f:1|c.py=f:1");
	tell(&s, 'C', "A introduced b.py 1\nB introduced a.py 1\nC introduced c.py 1\n");
	assert_int_equal(
		history_of(&s, 'B')->lineages[0].copied_from, history_of(&s, 'A')->lineages[0].id);
	assert_int_equal(
		history_of(&s, 'C')->lineages[0].copied_from, history_of(&s, 'B')->lineages[0].id);
	end(&s);
}

static void a_file_that_returns_beside_its_copy_is_reopened(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:1");
	commit(&s, 'B', "A", "b.py=f:1");
	commit(&s, 'C', "B", "a.py=f:1|b.py=f:1");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced b.py 1\nB removed a.py 1\n"
		"C reopened a.py 1 (B)\n");
	end(&s);
}

/* ---- from file to file ---- */

static void functions_move_between_files(void **unused)
{
	struct story s = {0};

	(void)unused;
	/* Split in two, merged again, and one of them with another name. */
	commit(&s, 'A', "", "a.py=f:1 2 g:3 h:4");
	commit(&s, 'B', "A", "a.py=f:1 2|b.py=g:3 h:4");
	commit(&s, 'C', "B", "b.py=g:3 f:1 2 h:4");
	commit(&s, 'D', "C", "b.py=g:3 h:4|c.py=k:1 2");
	tell(&s, 'D',
		"A introduced a.py 1\nA introduced a.py 2\nA introduced a.py 3\n"
		"A introduced a.py 4\n");
	end(&s);
}

/* The function went elsewhere, and one of its findings was mended on the way. */
static void mended_while_moving_is_fixed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2|b.py=g:3");
	commit(&s, 'B', "A", "a.py=|b.py=g:3 f:1");
	tell(&s, 'B',
		"A introduced a.py 1\nA introduced a.py 2\nA introduced b.py 3\nB fixed a.py 2\n");
	end(&s);
}

/* The file that is gone has one finding: the function with the same body has it, another function
 * of the same name is new. */
static void what_moved_does_not_move_again(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|k.py=k:");
	commit(&s, 'B', "A", "b.py=f:8 1|k.py=k:|z.py=f:1 g:5");
	tell(&s, 'B',
		"A introduced a.py 1\nB introduced b.py 1\nB introduced b.py 8\n"
		"B introduced z.py 5\n");
	end(&s);
}

static void what_could_be_two_is_neither(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=g:1|c.py=k:");
	commit(&s, 'B', "A", "a.py=|b.py=|c.py=k: h:1");
	tell(&s, 'B',
		"A introduced a.py 1\nA introduced b.py 1\nB introduced c.py 1\n"
		"B removed a.py 1\nB removed b.py 1\n");
	end(&s);
}

static void a_copied_function_names_its_original(void **unused)
{
	struct story s = {0};
	lineage_id first;

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=g:2");
	commit(&s, 'B', "A", "a.py=f:1|b.py=g:2 f:1");
	commit(&s, 'C', "B", "a.py=f:1 k:7 k2:1|b.py=g:2 f:1");
	tell(&s, 'C',
		"A introduced a.py 1\nA introduced b.py 2\nB introduced b.py 1\n"
		"C introduced a.py 1\nC introduced a.py 7\n");
	first = history_of(&s, 'A')->lineages[0].id;
	assert_int_equal(history_of(&s, 'B')->lineages[0].copied_from, first);
	assert_int_equal(history_of(&s, 'C')->lineages[0].copied_from, 0);
	assert_int_equal(history_of(&s, 'C')->lineages[1].copied_from, first);
	end(&s);
}

/* One branch moves the function, the other one adds to it where it was. */
static void moved_on_a_branch_and_edited_on_the_other(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2 g:3|b.py=k:");
	commit(&s, 'B', "A", "a.py=g:3|b.py=k: f:1 2");
	commit(&s, 'C', "A", "a.py=f:1 2 9 g:3|b.py=k:");
	commit(&s, 'D', "BC", "a.py=g:3|b.py=k: f:1 2 9");
	tell(&s, 'D',
		"A introduced a.py 1\nA introduced a.py 2\nA introduced a.py 3\n"
		"C introduced a.py 9\n");
	end(&s);
}

/* Alike is not the same: what one branch put in the place of the other's is another finding. */
static void a_merge_does_not_unite_what_is_alike(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:");
	commit(&s, 'C', "B", "a.py=f:7");
	commit(&s, 'D', "A", "a.py=f:1|b.py=g:");
	commit(&s, 'E', "DC", "a.py=f:7|b.py=g:");
	tell(&s, 'E', "A introduced a.py 1\nB fixed a.py 1\nC introduced a.py 7\n");
	assert_int_equal(count_unions(&s), 0);
	end(&s);
}

/* ---- syntax errors ---- */

static void hidden_through_broken_revisions(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 g:2");
	commit(&s, 'B', "A", "a.py=f:! 1 g:2");
	commit(&s, 'C', "B", "a.py=f:! ! 1 g:2 3");
	commit(&s, 'D', "C", "a.py=f:1 g:2 3");
	tell(&s, 'D', "A introduced a.py 1\nA introduced a.py 2\nC introduced a.py 3\n");
	assert_int_equal(s.sum.blobs_partial, 2);
	assert_int_equal(history_of(&s, 'B')->deltas[0].open, -1);
	assert_int_equal(history_of(&s, 'B')->deltas[0].unknown, 1);
	assert_int_equal(history_of(&s, 'D')->deltas[0].unknown, -1);
	end(&s);
}

static void mended_without_the_finding_is_fixed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:! 1");
	commit(&s, 'C', "B", "a.py=f:");
	tell(&s, 'C', "A introduced a.py 1\nC fixed a.py 1\n");
	end(&s);
}

static void deleted_while_broken_is_removed(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1|b.py=f:");
	commit(&s, 'B', "A", "a.py=f:! 1|b.py=f:");
	commit(&s, 'C', "B", "b.py=f:");
	tell(&s, 'C', "A introduced a.py 1\nC removed a.py 1\n");
	end(&s);
}

static void moved_while_broken_stays_hidden(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:! 1");
	commit(&s, 'C', "B", "c.py=f:! 1");
	commit(&s, 'D', "C", "c.py=f:1");
	tell(&s, 'D', "A introduced a.py 1\n");
	end(&s);
}

/* ---- where history starts ---- */

static void what_stands_at_the_cut_starts_there(void **unused)
{
	struct story s = {.since = 1500000000 + 1000};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1 2s");
	commit(&s, 'B', "A", "a.py=f:1 2s|b.py=f:3");
	commit(&s, 'C', "B", "a.py=f:|b.py=f:3");
	tell(&s, 'C',
		"B history_start a.py 1\nB history_start a.py 2\nB history_start b.py 3\n"
		"C fixed a.py 1\nC fixed a.py 2\n");
	assert_int_equal(history_of(&s, 'B')->lines_added, 0); /* nobody wrote them there */
	assert_int_equal(s.sum.introduced, 0);
	end(&s);
}

static void a_merge_that_lost_a_parent(void **unused)
{
	struct story s = {.since = 1500000000 + 1000};

	(void)unused;
	/* B is older than its letter says to the cut: D's side through A is gone. */
	commit(&s, 'A', "", "a.py=f:1|b.py=f:2");
	commit(&s, 'B', "", "b.py=f:2");
	commit(&s, 'C', "B", "b.py=f:2|c.py=f:3");
	commit(&s, 'D', "CA", "a.py=f:1|b.py=f:2|c.py=f:3");
	tell(&s, 'D', "B introduced b.py 2\nC introduced c.py 3\nD history_start a.py 1\n");
	assert_int_equal(history_of(&s, 'D')->lines_added, 0);
	end(&s);
}

/* ---- what cannot be read ---- */

static void lose(struct story *s, const char *rev)
{
	struct strbuf command = {0};
	struct oid id;
	char dir[600];

	strbuf_addf(&command, "git -C repo rev-parse %s", rev);
	id = gitrepo_oid(&s->g, command.ptr);
	strbuf_release(&command);
	gitrepo_path(&s->g, "repo", dir, sizeof dir);
	gitrepo_lose(&s->g, dir, &id);
}

static void a_missing_tree_says_nothing(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1 2");
	commit(&s, 'C', "B", "a.py=f:|b.py=g:2 3");
	make(&s);
	lose(&s, "B^{tree}");
	scan(&s, 'C');
	expect_events(&s,
		"A introduced a.py 1\nC fixed a.py 1\nC introduced b.py 2\nC introduced b.py 3\n");
	assert_int_equal(history_of(&s, 'B')->open_total, 1);
	assert_int_equal(history_of(&s, 'C')->open_total, 2);
	assert_true(s.sum.missing_objects > 0);
	end(&s);
}

static void a_missing_blob_hides_its_findings(void **unused)
{
	struct story s = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	commit(&s, 'B', "A", "a.py=f:1 2");
	commit(&s, 'C', "B", "a.py=f:1 2 3");
	make(&s);
	lose(&s, "B:a.py");
	scan(&s, 'C');
	expect_events(&s, "A introduced a.py 1\nC introduced a.py 2\nC introduced a.py 3\n");
	assert_int_equal(history_of(&s, 'B')->open_total, 0);
	assert_int_equal(history_of(&s, 'B')->deltas[0].unknown, 1);
	assert_int_equal(s.sum.missing_objects, 1);
	end(&s);
}

static void a_ref_that_cannot_be_read_is_left_out(void **unused)
{
	struct story s = {0};
	struct repo_ref refs[2] = {{STR("refs/heads/A"), {{0}}}, {STR("refs/heads/lost"), {{7}}}};
	struct scan_options options = {
		.refs = refs, .ref_count = 2, .jobs = 1, .max_file_bytes = 1 << 20};
	struct scan_store store = memstore_interface(&s.m);
	struct err e = {0};

	(void)unused;
	commit(&s, 'A', "", "a.py=f:1");
	make(&s);
	scan(&s, 'A');
	refs[0].commit = s.oids[0];
	store = memstore_interface(&s.m);
	assert_int_equal(scan_run(s.r, &store, &options, NULL, NULL, &s.sum, &e), 0);
	assert_int_equal(s.m.refs.len, 1);
	assert_int_equal(s.sum.missing_commits, 1);
	options.refs = refs + 1;
	options.ref_count = 1;
	assert_int_equal(scan_run(s.r, &store, &options, NULL, NULL, &s.sum, &e), ERR_CORRUPT);
	assert_non_null(strstr(e.message, "refs/heads/lost"));
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
		cmocka_unit_test(fixed_and_removed),
		cmocka_unit_test(reopened_names_where_it_had_ended),
		cmocka_unit_test(of_equal_findings_the_first_comes_back_first),
		cmocka_unit_test(suppressed_and_unsuppressed),
		cmocka_unit_test(moves_are_no_events_and_copies_are_new),
		cmocka_unit_test(of_several_sources_of_a_copy_the_first_by_name_counts),
		cmocka_unit_test(a_file_that_returns_beside_its_copy_is_reopened),
		cmocka_unit_test(functions_move_between_files),
		cmocka_unit_test(mended_while_moving_is_fixed),
		cmocka_unit_test(what_moved_does_not_move_again),
		cmocka_unit_test(what_could_be_two_is_neither),
		cmocka_unit_test(a_copied_function_names_its_original),
		cmocka_unit_test(moved_on_a_branch_and_edited_on_the_other),
		cmocka_unit_test(a_merge_does_not_unite_what_is_alike),
		cmocka_unit_test(hidden_through_broken_revisions),
		cmocka_unit_test(mended_without_the_finding_is_fixed),
		cmocka_unit_test(deleted_while_broken_is_removed),
		cmocka_unit_test(moved_while_broken_stays_hidden),
		cmocka_unit_test(what_stands_at_the_cut_starts_there),
		cmocka_unit_test(a_merge_that_lost_a_parent),
		cmocka_unit_test(a_missing_tree_says_nothing),
		cmocka_unit_test(a_missing_blob_hides_its_findings),
		cmocka_unit_test(a_ref_that_cannot_be_read_is_left_out),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
