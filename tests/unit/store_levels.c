/*
 * Levels of the configuration: what every view that tells or counts levels says under them, and
 * that nothing is left when they go. The history is that of store_views.c.
 */
#include "tests/unit/store_history.h"

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	fixture_open(f);
	put_shop(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static void apply(struct fixture *f, const struct store_level *levels, uint32_t count)
{
	struct store_repo_info *repos;
	uint32_t repo_count;

	OK(store_repos(f->store, &f->arena, &repos, &repo_count, &f->e));
	OK(store_apply_levels(f->store, repos[0].id, levels, count, &f->e));
}

/* Errors become notes; notes become warnings; warnings go. */
static const struct store_level turned[] = {
	{STR("blocking-sleep"), LEVEL_ERROR, LEVEL_INFO},
	{STR("task-name"), LEVEL_INFO, LEVEL_WARNING},
	{STR("task-dropped"), LEVEL_WARNING, -1},
	{STR("no-such-rule"), LEVEL_ERROR, LEVEL_INFO},
};

static void findings_have_other_levels_or_go(void **state)
{
	struct fixture *f = *state;

	apply(f, turned, ARRAY_LEN(turned));
	ASK("SELECT finding, rule, level FROM findings ORDER BY finding",
		"key000000001|blocking-sleep|info\nkey000000003|blocking-sleep|info\n"
		"key000000004|task-name|warning\n");
	ASK("SELECT rule, level, count(*) FROM events GROUP BY 1, 2",
		"blocking-sleep|info|5\ntask-name|warning|1\n");
	ASK("SELECT rule, level, count(*) FROM regressions GROUP BY 1, 2",
		"blocking-sleep|info|3\ntask-name|warning|1\n");
	ASK("SELECT rule, level, count(*) FROM open_at_ref GROUP BY 1, 2",
		"blocking-sleep|info|2\ntask-name|warning|1\n");
	ASK("SELECT rule, level, count(*) FROM contributions GROUP BY 1, 2",
		"blocking-sleep|info|5\ntask-name|warning|1\n");
	ASK("SELECT DISTINCT category, level FROM authors ORDER BY 1",
		"blocking|info\ntask|warning\n");
}

static void counts_follow(void **state)
{
	struct fixture *f = *state;

	apply(f, turned, ARRAY_LEN(turned));
	ASK("SELECT substr(commit_oid, 1, 4), introduced, fixed, landed, open_total FROM commits"
	    " ORDER BY commit_oid",
		"0001|0|0|0|0\n0002|0|0|0|0\n0003|0|0|0|0\n0004|0|0|0|0\n0005|0|0|0|0\n"
		"0006|0|0|0|0\n0007|1|0|1|1\n0008|0|0|0|0\n");
	ASK("SELECT ref, open_total FROM refs ORDER BY ref",
		"refs/heads/main|1\nrefs/heads/release|0\n");
	ASK("SELECT position, rule, level, open FROM mainline WHERE position IN (2, 6)"
	    " ORDER BY position, rule",
		"2|blocking-sleep|info|1\n6|blocking-sleep|info|2\n6|task-name|warning|1\n");
	ASK("SELECT category, level, open FROM trend WHERE month = '2024-06' ORDER BY category",
		"blocking|info|2\ntask|warning|1\n");
}

/* Two usual levels that are shown as one are one row. */
static void levels_that_meet_are_summed(void **state)
{
	static const struct store_level one[] = {
		{STR("task-name"), LEVEL_INFO, LEVEL_ERROR},
		{STR("task-dropped"), LEVEL_WARNING, LEVEL_ERROR},
	};
	struct fixture *f = *state;

	apply(f, one, ARRAY_LEN(one));
	ASK("SELECT category, level, open, introduced, fixed, suppressed FROM trend"
	    " WHERE category = 'task' AND month >= '2024-05' ORDER BY month",
		"task|error|0|0|1|1\ntask|error|1|1|0|0\n");
	ASK("SELECT sum(landed) = (SELECT open_total FROM refs WHERE is_default) FROM commits"
	    " WHERE on_mainline",
		"1\n");
}

static void nothing_is_left(void **state)
{
	static const char everything[] =
		"SELECT group_concat(t) FROM (SELECT open_total || introduced || fixed AS t FROM"
		" commits UNION ALL SELECT month || category || level || open FROM trend"
		" UNION ALL SELECT position || rule || level || open FROM mainline"
		" UNION ALL SELECT finding || level FROM findings)";
	static const struct store_level neutral[] = {{STR("task-name"), LEVEL_ERROR, LEVEL_INFO}};
	struct fixture *f = *state;
	struct str before = arena_dup(&f->arena, ask(f, everything));

	apply(f, turned, ARRAY_LEN(turned));
	assert_string_not_equal(ask(f, everything).ptr, before.ptr);
	apply(f, neutral, 1); /* no finding has this level: the same is counted another way */
	assert_string_equal(ask(f, everything).ptr, before.ptr);
	apply(f, NULL, 0);
	assert_string_equal(ask(f, everything).ptr, before.ptr);
}

/* Applied again they do nothing; a reader only tells that there is something to do. */
static void applied_once(void **state)
{
	struct fixture *f = *state;
	const struct store_options read = {0};
	struct store *reader = NULL;

	OK(store_open(&reader, f->path, &read, &f->e));
	assert_int_equal(store_apply_levels(reader, 1, turned, ARRAY_LEN(turned), &f->e), 1);
	assert_int_equal(store_apply_levels(reader, 1, NULL, 0, &f->e), 0);
	store_close(reader);
	apply(f, turned, ARRAY_LEN(turned));
	OK(store_open(&reader, f->path, &read, &f->e));
	assert_int_equal(store_apply_levels(reader, 1, turned, ARRAY_LEN(turned), &f->e), 0);
	assert_int_equal(store_apply_levels(reader, 1, turned, 1, &f->e), 1);
	store_close(reader);
}

/* A later scan counts by the levels that are there. */
static void references_told_again_keep_them(void **state)
{
	struct fixture *f = *state;

	apply(f, turned, ARRAY_LEN(turned));
	put_shop_refs(f);
	ASK("SELECT ref, open_total FROM refs ORDER BY ref",
		"refs/heads/main|1\nrefs/heads/release|0\n");
	ASK("SELECT category, level, open FROM trend WHERE month = '2024-06' ORDER BY category",
		"blocking|info|2\ntask|warning|1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(findings_have_other_levels_or_go, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_follow, setup, teardown),
		cmocka_unit_test_setup_teardown(levels_that_meet_are_summed, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_left, setup, teardown),
		cmocka_unit_test_setup_teardown(applied_once, setup, teardown),
		cmocka_unit_test_setup_teardown(references_told_again_keep_them, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
