/*
 * Findings through history: unions of twins, states on the default reference, findings carried
 * under syntax errors, history that starts in the middle; identities mapped by .mailmap.
 */
#include "tests/unit/store_history.h"

static int setup(void **state)
{
	*state = mem_zalloc(1, sizeof(struct fixture));
	fixture_open(*state);
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

static void commit_of(struct fixture *f, uint32_t id, uint32_t p1, uint32_t p2, uint32_t generation)
{
	put_commit(f,
		(struct commit_spec){
			id, {p1, p2}, generation, "2024-01-15", "Ann", "ann@x", NULL, NULL, "x"});
}

static void put_main(struct fixture *f, uint32_t tip, struct version_record *versions,
	uint32_t version_count, const uint32_t *reachable, uint32_t count)
{
	const struct ref_state ref = {STR(MAIN), tip, true, versions, version_count};

	OK(store_put_refs(f->store, &ref, 1, reachable, count, reachable, count, &f->e));
}

/* ---- unions ---- */

/*
 * 1 ─ 2 ─ 4     2 and 3 introduce the same; 4 shows it. 3's lineage has the smaller number, since
 *  ╲─ 3 ─╱      it was scanned first; but 2's id is smaller, and so it is first in graph order.
 */
static void put_twins(struct fixture *f)
{
	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "time.sleep(1)"));
	commit_of(f, 1, 0, 0, 1);
	HISTORY(.commit = 1);
	commit_of(f, 3, 1, 0, 2);
	HISTORY(.commit = 3, LINEAGES(lineage(1, SLEEP, 3)),
		VERSIONS(VERSION("a.py", 101, sight(1, 101, 0))),
		EVENTS(event(1, EVENT_INTRODUCED, "a.py", 101, 0)));
	commit_of(f, 2, 1, 0, 2);
	HISTORY(.commit = 2, LINEAGES(lineage(2, SLEEP, 2)),
		VERSIONS(VERSION("a.py", 101, sight(2, 101, 0))),
		EVENTS(event(2, EVENT_INTRODUCED, "a.py", 101, 0)));
	commit_of(f, 4, 2, 3, 3);
	HISTORY(.commit = 4, UNIONS({2, 1}));
	OK(store_commit(f->store, &f->e));
}

static void twins_are_one(void **state)
{
	struct fixture *f = *state;
	struct version_record tip[] = {VERSION("a.py", 101, sight(2, 101, 0))};
	static const uint32_t all[] = {1, 2, 3, 4};

	put_twins(f);
	put_main(f, 4, tip, 1, all, 4);
	ASK("SELECT finding, state, substr(introduced_commit, 1, 4) FROM findings",
		"key000000002|open|0002\n");
	ASK("SELECT substr(commit_oid, 1, 4), finding FROM events ORDER BY 1",
		"0002|key000000002\n0003|key000000002\n");
	ASK("SELECT introduced, open FROM authors", "1|1\n"); /* both by Ann: distinct findings */
	ASK("SELECT finding FROM open_at_ref", "key000000002\n");
}

/* The merge is rewritten away: the twins are two again. */
static void union_of_unreachable_commit_is_undone(void **state)
{
	struct fixture *f = *state;
	struct version_record tip[] = {VERSION("a.py", 101, sight(2, 101, 0))};
	struct version_record other[] = {VERSION("a.py", 101, sight(1, 101, 0))};
	static const uint32_t all[] = {1, 2, 3, 4}, rest[] = {1, 2, 3}, mainline[] = {1, 2};
	const struct ref_state refs[] = {
		{STR(MAIN), 2, true, tip, 1}, {STR(RELEASE), 3, false, other, 1}};

	put_twins(f);
	put_main(f, 4, tip, 1, all, 4);
	OK(store_put_refs(f->store, refs, 2, mainline, 2, rest, 3, &f->e));
	ASK("SELECT finding, state FROM findings ORDER BY finding",
		"key000000001|elsewhere\nkey000000002|open\n");
}

static void endings_of_twins_belong_together(void **state)
{
	struct fixture *f = *state;
	struct stored_ending *endings;
	uint32_t count;

	put_twins(f);
	OK(store_begin(f->store, &f->e));
	commit_of(f, 5, 3, 0, 3); /* goes on from 3, where the lineage is 1 */
	HISTORY(.commit = 5, EVENTS(event(1, EVENT_FIXED, "a.py", 101, 0)));
	OK(store_commit(f->store, &f->e));
	OK(store_load_endings(f->store, 0, 2, &f->arena, &endings, &count, &f->e));
	assert_int_equal(count, 1);
	assert_int_equal(endings[0].lineage, 1);
	assert_int_equal(endings[0].commit, 5);
}

/* Pairs that come in any order make one group; the one nothing came before stands for all. */
static void unions_chain(void **state)
{
	struct fixture *f = *state;
	static const uint32_t all[] = {1, 2, 3, 4};

	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "a"), hit(SLEEP, 4, "b"), hit(SLEEP, 5, "c"),
		hit(SLEEP, 6, "d"));
	for (uint32_t id = 1; id <= 4; id++) {
		commit_of(f, id, id - 1, 0, id);
		HISTORY(.commit = id, LINEAGES(lineage(id, SLEEP, id)),
			EVENTS(event(id, EVENT_INTRODUCED, "a.py", 101, id - 1)));
	}
	commit_of(f, 5, 4, 0, 5);
	HISTORY(.commit = 5, UNIONS({3, 4}, {1, 2}, {2, 3}));
	OK(store_commit(f->store, &f->e));
	put_main(f, 4, NULL, 0, all, 4);
	ASK("SELECT count(*) FROM findings", "4\n");
	put_main(f, 5, NULL, 0, (const uint32_t[]){1, 2, 3, 4, 5}, 5);
	ASK("SELECT finding, substr(introduced_commit, 1, 4) FROM findings", "key000000001|0001\n");
}

/* ---- states ---- */

static void carried_finding_is_unknown(void **state)
{
	struct fixture *f = *state;
	struct sighting carried = sight(1, 101, 0);
	static const uint32_t all[] = {1, 2};

	carried.carried = true;
	carried.step = STEP_CARRIED;
	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "time.sleep(1)"));
	put_blob(f, 102, NULL, 0);
	commit_of(f, 1, 0, 0, 1);
	HISTORY(.commit = 1, LINEAGES(lineage(1, SLEEP, 1)),
		VERSIONS(VERSION("a.py", 101, sight(1, 101, 0))),
		EVENTS(event(1, EVENT_INTRODUCED, "a.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
	commit_of(f, 2, 1, 0, 2);
	HISTORY(.commit = 2, VERSIONS(VERSION("a.py", 102, carried)),
		DELTAS({SLEEP, LEVEL_ERROR, -1, 0, 1, 0, 0, 0}));
	OK(store_commit(f->store, &f->e));
	put_main(f, 2, (struct version_record[]){VERSION("a.py", 102, carried)}, 1, all, 2);
	ASK("SELECT state, path, line FROM findings", "unknown|a.py|3\n");
	ASK("SELECT state FROM open_at_ref", "unknown\n");
	/* The mainline tells what is seen; the trend's open includes what is carried. */
	ASK("SELECT position, open, unknown FROM mainline", "1|1|0\n");
	ASK("SELECT open, introduced, fixed, unknown FROM trend", "1|1|0|1\n");
	ASK("SELECT open FROM authors", "0\n");
}

static void start_of_history_has_no_introducer(void **state)
{
	struct fixture *f = *state;
	static const uint32_t all[] = {1};

	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "time.sleep(1)"));
	commit_of(f, 1, 0, 0, 1);
	HISTORY(.commit = 1, .open_total = 1, LINEAGES(lineage(1, SLEEP, 1)),
		EVENTS(event(1, EVENT_HISTORY_START, "a.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 0, 0, 0}));
	OK(store_commit(f->store, &f->e));
	put_main(
		f, 1, (struct version_record[]){VERSION("a.py", 101, sight(1, 101, 0))}, 1, all, 1);
	ASK("SELECT state, introduced_commit, introduced_at, introduced_by FROM findings",
		"open|-|-|-\n");
	ASK("SELECT count(*) FROM regressions", "0\n");
	ASK("SELECT count(*) FROM authors", "0\n");
	ASK("SELECT introduced, open_total FROM commits", "0|1\n");
	ASK("SELECT open FROM trend", "1\n");
}

static void copies_name_their_source(void **state)
{
	struct fixture *f = *state;
	struct lineage_record copy = lineage(2, SLEEP, 1);
	static const uint32_t all[] = {1};

	copy.copied_from = 1;
	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "a"), hit(SLEEP, 4, "a"));
	commit_of(f, 1, 0, 0, 1);
	HISTORY(.commit = 1, LINEAGES(lineage(1, SLEEP, 1), copy),
		EVENTS(event(1, EVENT_INTRODUCED, "a.py", 101, 0),
			event(2, EVENT_INTRODUCED, "a.py", 101, 1)));
	OK(store_commit(f->store, &f->e));
	put_main(f, 1, NULL, 0, all, 1);
	ASK("SELECT finding, copied_from FROM findings ORDER BY 1",
		"key000000001|-\nkey000000002|key000000001\n");
}

/* ---- identities ---- */

static struct identity map_bob(void *arg, struct arena *a, struct identity raw, bool *is_bot)
{
	int *calls = arg;

	(void)a;
	++*calls;
	if (str_is(raw.email, "eve@x"))
		*is_bot = true;
	if (str_is(raw.email, "bob@old"))
		return (struct identity){STR("Bob"), STR("bob@x")};
	return raw;
}

static int apply(struct fixture *f, struct str text, int *calls)
{
	int rc = store_apply_mailmap(f->store, f->scan.repo, text, map_bob, calls, &f->e);

	OK(rc);
	return rc;
}

static void mailmap_is_applied_when_it_changes(void **state)
{
	struct fixture *f = *state;
	int calls = 0;

	put_shop(f);
	ASK("SELECT author FROM events WHERE kind = 'fixed'", "bob\n");
	assert_int_equal(apply(f, STR("Bob <bob@x> <bob@old>"), &calls), 0);
	assert_int_equal(calls, 6);
	ASK("SELECT author, email FROM events WHERE kind = 'fixed'", "Bob|bob@x\n");
	ASK("SELECT author, author_raw, email_raw FROM commits WHERE summary = 'Fix'",
		"Bob|bob|bob@old\n");
	ASK("SELECT fixed_by, fixed_email FROM findings WHERE fixed_by IS NOT NULL", "Bob|bob@x\n");
	/* One person now: 40 lines of the one address and 1 of the other. */
	ASK("SELECT category, introduced, fixed, python_lines_changed FROM authors"
	    " WHERE author = 'Bob' ORDER BY category",
		"blocking|0|1|41\ntask|1|0|41\n");
	assert_int_equal(apply(f, STR("Bob <bob@x> <bob@old>"), &calls), 0);
	assert_int_equal(calls, 6); /* the same map: nothing to do */
	apply(f, STR("other"), &calls);
	assert_int_equal(calls, 12);
}

static void new_identities_are_mapped(void **state)
{
	struct fixture *f = *state;
	int calls = 0;

	put_shop(f);
	apply(f, STR("map"), &calls);
	OK(store_begin(f->store, &f->e));
	put_commit(f,
		(struct commit_spec){10, {7}, 7, "2025-01-01", "B.", "bob@old", NULL, NULL, "New"});
	HISTORY(.commit = 10);
	OK(store_commit(f->store, &f->e));
	apply(f, STR("map"), &calls);
	assert_int_equal(calls, 13);
}

static void reader_tells_that_it_would_map(void **state)
{
	struct fixture *f = *state;
	int calls = 0;

	put_shop(f);
	apply(f, STR("map"), &calls);
	store_close(f->store);
	OK(open_at(f, f->path, false, 0));
	assert_int_equal(apply(f, STR("map"), &calls), 0);
	assert_int_equal(apply(f, STR("changed"), &calls), 1);
	assert_int_equal(calls, 6);
}

static void bots_are_set_apart(void **state)
{
	struct fixture *f = *state;
	int calls = 0;

	put_shop(f);
	ASK("SELECT author, is_bot FROM credits WHERE is_bot", "renovate[bot]|1\n");
	apply(f, STR("map"), &calls);
	ASK("SELECT author, is_bot FROM credits WHERE is_bot", "renovate[bot]|1\n");
	ASK("SELECT author, kind FROM contributions WHERE is_bot", "renovate[bot]|suppressed\n");
}

/* The author stands in the trailer under another address, too: one person, one credit. */
static void own_coauthor_counts_once(void **state)
{
	struct fixture *f = *state;
	static const uint32_t all[] = {1};
	int calls = 0;

	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 101, hit(SLEEP, 3, "a"));
	put_commit(f,
		(struct commit_spec){
			1, {0}, 1, "2024-01-15", "Bob", "bob@x", "bob", "bob@old", "x"});
	HISTORY(.commit = 1, .lines_added = 10, LINEAGES(lineage(1, SLEEP, 1)),
		EVENTS(event(1, EVENT_INTRODUCED, "a.py", 101, 0)));
	OK(store_commit(f->store, &f->e));
	put_main(f, 1, NULL, 0, all, 1);
	ASK("SELECT count(*) FROM credits", "2\n");
	apply(f, STR("map"), &calls);
	ASK("SELECT author, introduced, python_lines_changed FROM authors", "Bob|1|10\n");
	ASK("SELECT count(*) FROM credits", "1\n");
	ASK("SELECT count(*) FROM contributions", "1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(twins_are_one, setup, teardown),
		cmocka_unit_test_setup_teardown(
			union_of_unreachable_commit_is_undone, setup, teardown),
		cmocka_unit_test_setup_teardown(endings_of_twins_belong_together, setup, teardown),
		cmocka_unit_test_setup_teardown(unions_chain, setup, teardown),
		cmocka_unit_test_setup_teardown(carried_finding_is_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(
			start_of_history_has_no_introducer, setup, teardown),
		cmocka_unit_test_setup_teardown(copies_name_their_source, setup, teardown),
		cmocka_unit_test_setup_teardown(
			mailmap_is_applied_when_it_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(new_identities_are_mapped, setup, teardown),
		cmocka_unit_test_setup_teardown(reader_tells_that_it_would_map, setup, teardown),
		cmocka_unit_test_setup_teardown(bots_are_set_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(own_coauthor_counts_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
