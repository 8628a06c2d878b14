/*
 * The public views on a small history written by hand: every number below was worked out on paper
 * from the meaning of the views.
 */
#include "store/views.h"
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

/* Ids of commits are 40 digits: the first four tell them apart here. */
static void findings(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT finding, rule, category, level, state, path, line, scope, snippet,"
	    " substr(introduced_commit, 1, 4), introduced_at, introduced_by, introduced_email"
	    " FROM findings ORDER BY finding",
		"key000000001|blocking-sleep|blocking|error|open|a.py|4|Shop.run|time.sleep(2)|"
		"0001|2024-01-15T12:00:00Z|Ann|ann@x\n"
		"key000000002|task-dropped|task|warning|suppressed|a.py|8|Shop.run|"
		"create_task(x())|0002|2024-03-10T12:00:00Z|Bob|bob@x\n"
		"key000000003|blocking-sleep|blocking|error|open|b.py|2|Shop.run|time.sleep(9)|"
		"0003|2024-02-20T12:00:00Z|Cid|cid@x\n"
		"key000000004|task-name|task|info|open|c.py|1|Shop.run|create_task(y())|"
		"0007|2024-06-01T12:00:00Z|Ann|ann@x\n");
	/* 3 ended on the release branch, which the default ref cannot reach. */
	ASK("SELECT finding, substr(fixed_commit, 1, 4), fixed_at, fixed_by, age_days,"
	    " times_reopened, copied_from, repo FROM findings ORDER BY finding",
		"key000000001|0005|2024-05-02T12:00:00Z|bob|138|1|-|example.org/acme/shop\n"
		"key000000002|-|-|-|83|0|-|example.org/acme/shop\n"
		"key000000003|-|-|-|102|0|-|example.org/acme/shop\n"
		"key000000004|-|-|-|0|0|-|example.org/acme/shop\n");
}

static void events_of_reachable_commits(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT substr(commit_oid, 1, 4), at, authored_at, author, email, finding, kind, path,"
	    " line, step, confidence FROM events ORDER BY commit_oid, finding",
		"0001|2024-01-15T12:00:00Z|2024-01-15T11:00:00Z|Ann|ann@x|key000000001|introduced|"
		"a.py|3|new|1.0\n"
		"0002|2024-03-10T12:00:00Z|2024-03-10T11:00:00Z|Bob|bob@x|key000000002|introduced|"
		"a.py|9|new|1.0\n"
		"0003|2024-02-20T12:00:00Z|2024-02-20T11:00:00Z|Cid|cid@x|key000000003|introduced|"
		"b.py|2|new|1.0\n"
		"0005|2024-05-02T12:00:00Z|2024-05-02T11:00:00Z|bob|bob@old|key000000001|fixed|"
		"a.py|5|line|1.0\n"
		"0006|2024-05-20T12:00:00Z|2024-05-20T11:00:00Z|renovate[bot]|r[bot]@x|"
		"key000000002|suppressed|a.py|8|line|1.0\n"
		"0007|2024-06-01T12:00:00Z|2024-06-01T11:00:00Z|Ann|ann@x|key000000001|reopened|"
		"a.py|4|line|1.0\n"
		"0007|2024-06-01T12:00:00Z|2024-06-01T11:00:00Z|Ann|ann@x|key000000004|introduced|"
		"c.py|1|new|1.0\n"
		"0008|2024-05-25T12:00:00Z|2024-05-25T11:00:00Z|Ann|ann@x|key000000003|removed|"
		"b.py|2|line|1.0\n");
}

static void regressions_are_events_that_add(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT finding, kind, summary FROM regressions ORDER BY commit_oid, finding",
		"key000000001|introduced|First\nkey000000002|introduced|Second\n"
		"key000000003|introduced|Third\nkey000000001|reopened|Again\n"
		"key000000004|introduced|Again\n");
}

static void commits(void **state)
{
	struct fixture *f = *state;

	/* Commit 7 introduced an info finding, too: it does not count. */
	ASK("SELECT substr(commit_oid, 1, 4), on_mainline, introduced, fixed, landed, open_total,"
	    " coverage, python_lines_changed, summary FROM commits ORDER BY commit_oid",
		"0001|1|1|0|1|1|0.75|10|First\n0002|1|1|0|1|2|1.0|40|Second\n"
		"0003|0|1|0|1|2|1.0|20|Third\n0004|1|0|0|1|3|1.0|0|Merge\n"
		"0005|1|0|1|-1|2|1.0|1|Fix\n0006|1|0|0|-1|1|1.0|1|Silence\n"
		"0007|1|1|0|1|2|1.0|5|Again\n0008|0|0|1|-1|0|1.0|0|Release\n");
	ASK("SELECT parents, parent_count FROM commits WHERE summary IN ('First', 'Merge')"
	    " ORDER BY committed_at",
		"|0\n0002000200020002000200020002000200020002 "
		"0003000300030003000300030003000300030003|2\n");
	ASK("SELECT sum(landed) = (SELECT open_total FROM commits WHERE summary = 'Again')"
	    " FROM commits WHERE on_mainline",
		"1\n");
}

static void mainline_counts_at_every_commit(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT position, substr(commit_oid, 1, 4), rule, level, open, unknown FROM mainline"
	    " ORDER BY position, rule",
		"1|0001|blocking-sleep|error|1|0\n"
		"2|0002|blocking-sleep|error|1|0\n2|0002|task-dropped|warning|1|0\n"
		"3|0004|blocking-sleep|error|2|0\n3|0004|task-dropped|warning|1|0\n"
		"4|0005|blocking-sleep|error|1|0\n4|0005|task-dropped|warning|1|0\n"
		"5|0006|blocking-sleep|error|1|0\n"
		"6|0007|blocking-sleep|error|2|0\n6|0007|task-name|info|1|0\n");
}

/* Commit 4 is older by its date than its parent 2: it still lands in March. */
static void trend_has_every_month(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT month, open, introduced, fixed, suppressed, unknown FROM trend"
	    " WHERE category = 'blocking' ORDER BY month",
		"2024-01|1|1|0|0|0\n2024-02|1|0|0|0|0\n2024-03|2|1|0|0|0\n2024-04|2|0|0|0|0\n"
		"2024-05|1|0|1|0|0\n2024-06|2|1|0|0|0\n");
	ASK("SELECT month, open, introduced, fixed, suppressed FROM trend"
	    " WHERE category = 'task' AND level = 'warning' ORDER BY month",
		"2024-01|0|0|0|0\n2024-02|0|0|0|0\n2024-03|1|1|0|0\n2024-04|1|0|0|0\n"
		"2024-05|0|0|1|1\n2024-06|0|0|0|0\n");
	ASK("SELECT count(*) FROM (SELECT open - introduced + fixed"
	    "  - lag(open, 1, 0) OVER (PARTITION BY category, level ORDER BY month) AS d"
	    " FROM trend) WHERE d <> 0",
		"0\n");
	ASK("SELECT count(*), count(DISTINCT month) FROM trend", "18|6\n");
}

static void authors_with_coauthors(void **state)
{
	struct fixture *f = *state;

	/* Ann: author of 1, 4, 7, 8 and co-author of 2: 10 + 40 + 0 + 5 + 0 lines. Introducing and
	 * reopening 1 counts once. */
	ASK("SELECT author, email, is_bot, category, level, introduced, fixed, open,"
	    " python_lines_changed, round(introduced_per_kloc, 2) FROM authors"
	    " ORDER BY author, category, level",
		"Ann|ann@x|0|blocking|error|1|1|1|55|18.18\n"
		"Ann|ann@x|0|task|info|1|0|1|55|18.18\n"
		"Ann|ann@x|0|task|warning|1|0|0|55|18.18\n"
		"Bob|bob@x|0|task|warning|1|0|0|40|25.0\n"
		"Cid|cid@x|0|blocking|error|1|0|1|20|50.0\n"
		"bob|bob@old|0|blocking|error|0|1|0|1|0.0\n");
}

static void open_at_each_ref(void **state)
{
	struct fixture *f = *state;

	ASK("SELECT ref, finding, rule, level, state, path, line, scope, suppressed"
	    " FROM open_at_ref ORDER BY ref, finding",
		MAIN "|key000000001|blocking-sleep|error|open|a.py|4|Shop.run|0\n" MAIN
		     "|key000000002|task-dropped|warning|suppressed|a.py|8|Shop.run|1\n" MAIN
		     "|key000000003|blocking-sleep|error|open|b.py|2|Shop.run|0\n" MAIN
		     "|key000000004|task-name|info|open|c.py|1|Shop.run|0\n" RELEASE
		     "|key000000002|task-dropped|warning|suppressed|a.py|8|Shop.run|1\n");
}

static void rules_and_coverage(void **state)
{
	struct fixture *f = *state;
	const struct missing_object commit = {oid_of(77), OBJECT_COMMIT};
	const struct missing_object tree = {oid_of(78), OBJECT_TREE};

	ASK("SELECT * FROM rules ORDER BY rule",
		"blocking-sleep|blocking|Blocking the event loop|error|sleeps|1\n"
		"task-dropped|task|Tasks|warning|drops a task|1\n"
		"task-name|task|Tasks|info|has no name|1\n");
	/* Commit 9 is reachable from nothing, but was scanned. */
	ASK("SELECT * FROM coverage", "example.org/acme/shop|9|9|8|0|0|0|800|0\n");
	OK(store_put_missing(f->store, &commit, &f->e));
	OK(store_put_missing(f->store, &tree, &f->e));
	ASK("SELECT commits, commits_done, missing_objects FROM coverage", "10|9|2\n");
}

/* The names that product documentation promises, in any order; more are allowed. */
static void documented_columns(void **state)
{
	static const char *const selects[] = {
		"SELECT finding, repo, rule, category, level, state, path, line, scope, snippet,"
		" introduced_commit, introduced_at, introduced_by, introduced_email, fixed_commit,"
		" fixed_at, fixed_by, fixed_email, age_days, times_reopened, copied_from"
		" FROM findings",
		"SELECT repo, commit_oid, at, authored_at, author, email, finding, kind, rule,"
		" category, level, path, line, snippet, step, confidence, related_commit FROM"
		" events",
		"SELECT repo, commit_oid, at, authored_at, author, email, finding, kind, rule,"
		" category, level, path, line, snippet, step, confidence, related_commit, summary"
		" FROM regressions",
		"SELECT repo, commit_oid, author, email, author_raw, email_raw, authored_at,"
		" committed_at, summary, parents, on_mainline, introduced, fixed, landed,"
		" open_total, coverage FROM commits",
		"SELECT repo, position, commit_oid, at, rule, category, level, open, unknown"
		" FROM mainline",
		"SELECT repo, month, category, level, open, introduced, fixed, suppressed"
		" FROM trend",
		"SELECT repo, author, email, is_bot, category, level, introduced, fixed, open,"
		" python_lines_changed, introduced_per_kloc FROM authors",
		"SELECT repo, ref, finding, rule, category, level, state, path, line, scope,"
		" suppressed FROM open_at_ref",
		"SELECT rule, category, category_title, level, title, since FROM rules",
		"SELECT repo, commits, commits_done, blobs, blobs_partial, blobs_skipped,"
		" missing_objects, bytes, bytes_unknown FROM coverage",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(selects); i++)
		assert_true(ask(f, selects[i]).len > 0);
}

/* The words of the views are those of scan/base/record.h. */
static void words_agree_with_the_program(void **state)
{
	struct fixture *f = *state;
	struct str sql = ask(f, "SELECT sql FROM sqlite_schema WHERE name = 'events'");

	for (int k = EVENT_INTRODUCED; k <= EVENT_HISTORY_START; k++) {
		struct str part = arena_printf(
			&f->arena, "WHEN %d THEN '%s'", k, event_kind_name((enum event_kind)k));

		assert_non_null(strstr(sql.ptr, part.ptr));
	}
	for (int k = STEP_NEW; k <= STEP_CARRIED; k++) {
		struct str part = arena_printf(
			&f->arena, "WHEN %d THEN '%s'", k, match_step_name((enum match_step)k));

		assert_non_null(strstr(sql.ptr, part.ptr));
	}
}

/* With blanks between. */
static struct str columns_of(struct fixture *f, struct str view)
{
	struct str sql = arena_printf(&f->arena, "SELECT * FROM %.*s", STR_ARG(view));
	struct strbuf columns = {0};
	struct query_run *r;
	struct str out;

	OK(query_open_sql(&r, f->store, sql, &(const struct query_limits){0}, &f->e));
	for (uint32_t i = 0; i < query_column_count(r); i++)
		strbuf_addf(&columns, "%s%.*s", i ? " " : "", STR_ARG(query_column(r, i).name));
	query_close(r);
	out = arena_dup(&f->arena, strbuf_str(&columns));
	strbuf_release(&columns);
	return out;
}

/* The dictionary has every view, and of each its columns in their order, all with words. */
static void the_dictionary_is_complete(void **state)
{
	struct fixture *f = *state;
	struct view_docs docs;
	size_t views = 0;

	view_docs_load(&docs);
	for (size_t i = 0; i < docs.items.len; i++) {
		const struct view_doc *v = &docs.items.items[i];
		struct strbuf columns = {0};

		assert_true(v->text.len > 0);
		for (size_t k = 0; k < v->columns.len; k++) {
			if (!v->columns.items[k].text.len)
				fail_msg("no words for %.*s.%.*s", STR_ARG(v->name),
					STR_ARG(v->columns.items[k].name));
			strbuf_addf(&columns, "%s%.*s", k ? " " : "",
				STR_ARG(v->columns.items[k].name));
		}
		if (!str_is(v->name, "*")) {
			assert_string_equal(columns_of(f, v->name).ptr, columns.ptr);
			views++;
		}
		strbuf_release(&columns);
	}
	ASK("SELECT count(*) FROM sqlite_schema WHERE type = 'view'",
		arena_printf(&f->arena, "%zu\n", views).ptr);
	view_docs_release(&docs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings),
		cmocka_unit_test(events_of_reachable_commits),
		cmocka_unit_test(regressions_are_events_that_add),
		cmocka_unit_test(commits),
		cmocka_unit_test(mainline_counts_at_every_commit),
		cmocka_unit_test(trend_has_every_month),
		cmocka_unit_test(authors_with_coauthors),
		cmocka_unit_test(open_at_each_ref),
		cmocka_unit_test(rules_and_coverage),
		cmocka_unit_test(documented_columns),
		cmocka_unit_test(words_agree_with_the_program),
		cmocka_unit_test(the_dictionary_is_complete),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
