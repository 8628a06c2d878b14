/*
 * Unions of databases: the same views whatever the order and however often.
 */
#include "store/merge.h"

#include "tests/unit/store_history.h"

static int setup(void **state)
{
	*state = mem_zalloc(1, sizeof(struct fixture));
	fixture_make(*state);
	return 0;
}

static int teardown(void **state)
{
	fixture_release(*state);
	free(*state);
	return 0;
}

/* ---- databases ---- */

static struct str path_of(struct fixture *f, const char *name)
{
	return arena_printf(&f->arena, "%s/%s.db", f->dir, name);
}

static void open_named(struct fixture *f, const char *name)
{
	store_close(f->store);
	f->store = NULL;
	OK(open_at(f, path_of(f, name).ptr, true, 0));
}

static struct store_repo fork_repo(void)
{
	return (struct store_repo){STR("/srv/fork"), STR(""), STR("example.org/me/shop"), NULL, 0};
}

/* The whole history, or what a shard saw of it: one that follows main, one that follows the
 * release branch. */
static void make_shop(struct fixture *f, const char *name, struct store_repo repo)
{
	open_named(f, name);
	begin_scan_of(f, repo, "one");
	put_shop(f);
}

static void make_main_shard(struct fixture *f)
{
	static const uint32_t mainline[] = {1, 2, 4, 5, 6, 7}, reachable[] = {1, 2, 3, 4, 5, 6, 7};
	struct version_record tip[] = {VERSION("a.py", 106, sight(1, 106, 0), sight(2, 106, 1)),
		VERSION("b.py", 103, sight(3, 103, 0)), VERSION("c.py", 108, sight(4, 108, 0))};
	const struct ref_state ref = {STR(MAIN), 7, true, tip, ARRAY_LEN(tip)};

	make_shop(f, "main", shop());
	OK(store_put_refs(f->store, &ref, 1, mainline, ARRAY_LEN(mainline), reachable,
		ARRAY_LEN(reachable), &f->e));
}

static void make_release_shard(struct fixture *f)
{
	static const uint32_t mainline[] = {1, 2, 4, 5, 6, 8}, reachable[] = {1, 2, 3, 4, 5, 6, 8};
	struct version_record tip[] = {VERSION("a.py", 105, sight(2, 105, 0))};
	const struct ref_state ref = {STR(RELEASE), 8, true, tip, 1};

	make_shop(f, "release", shop());
	OK(store_put_refs(f->store, &ref, 1, mainline, ARRAY_LEN(mainline), reachable,
		ARRAY_LEN(reachable), &f->e));
}

static void merge(struct fixture *f, const char *into, const char *from)
{
	open_named(f, into);
	OK(store_merge(f->store, path_of(f, from).ptr, &f->e));
}

/* All that the views tell, in an order of its own. */
static struct str dump(struct fixture *f)
{
	static const char *const views[] = {
		"SELECT * FROM findings ORDER BY repo, finding",
		"SELECT * FROM events ORDER BY repo, commit_oid, finding, kind",
		"SELECT * FROM commits ORDER BY repo, commit_oid",
		"SELECT * FROM mainline ORDER BY repo, position, rule, level",
		"SELECT * FROM trend ORDER BY repo, month, category, level",
		"SELECT * FROM authors ORDER BY repo, author, email, category, level",
		"SELECT * FROM open_at_ref ORDER BY repo, ref, finding",
		"SELECT * FROM rules ORDER BY rule",
		"SELECT * FROM coverage ORDER BY repo",
	};
	struct strbuf b = {0};
	struct str out;

	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		strbuf_add(&b, ask(f, views[i]));
		strbuf_addc(&b, '\n');
	}
	out = arena_dup(&f->arena, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

/* ---- tests ---- */

static void union_with_nothing_is_the_same(void **state)
{
	struct fixture *f = *state;
	struct str before;

	make_shop(f, "a", shop());
	before = dump(f);
	merge(f, "out", "a");
	assert_string_equal(dump(f).ptr, before.ptr);
	merge(f, "out", "a");
	assert_string_equal(dump(f).ptr, before.ptr);
	open_named(f, "empty");
	merge(f, "out", "empty");
	assert_string_equal(dump(f).ptr, before.ptr);
}

static void repositories_in_any_order(void **state)
{
	struct fixture *f = *state;
	struct str first;

	make_shop(f, "a", shop());
	make_shop(f, "b", fork_repo());
	merge(f, "ab", "a");
	merge(f, "ab", "b");
	first = dump(f);
	assert_non_null(strstr(first.ptr, "example.org/me/shop"));
	merge(f, "ba", "b");
	merge(f, "ba", "a");
	assert_string_equal(dump(f).ptr, first.ptr);
}

static void shards_are_one_history(void **state)
{
	struct fixture *f = *state;
	struct str whole;

	make_shop(f, "whole", shop());
	whole = dump(f);
	make_main_shard(f);
	make_release_shard(f);
	merge(f, "mr", "main");
	merge(f, "mr", "release");
	assert_string_equal(dump(f).ptr, whole.ptr);
	make_shop(f, "other", fork_repo()); /* all numbers are taken there */
	merge(f, "other", "release");
	merge(f, "other", "main");
	OK(store_forget_repo(f->store, fork_repo().url_key, &f->e));
	assert_string_equal(dump(f).ptr, whole.ptr);
}

/* A scan goes on where the union stands. */
static void merged_database_can_be_scanned(void **state)
{
	struct fixture *f = *state;
	const struct oid known = oid_of(106);

	make_shop(f, "a", shop());
	merge(f, "out", "a");
	begin_scan_of(f, shop(), "one");
	assert_false(f->scan.is_new);
	assert_false(f->scan.rules_changed);
	assert_int_equal(f->scan.next_commit, 10);
	assert_int_equal(store_has_blob(f->store, &known, &f->e), 1);
	put_shop_refs(f);
	ASK("SELECT count(*) FROM findings", "4\n");
}

static void other_rules_are_refused(void **state)
{
	struct fixture *f = *state;
	struct str before;

	make_shop(f, "a", shop());
	open_named(f, "b");
	begin_scan_of(f, shop(), "two");
	put_shop(f);
	before = dump(f);
	assert_int_equal(store_merge(f->store, path_of(f, "a").ptr, &f->e), ERR_USAGE);
	assert_non_null(strstr(f->e.message, "other rules"));
	assert_string_equal(dump(f).ptr, before.ptr);
	assert_int_equal(store_merge(f->store, path_of(f, "none").ptr, &f->e), ERR_NOT_FOUND);
	OK(store_begin_scan(f->store, &(struct store_repo){STR("/x"), STR(""), STR(""), NULL, 0},
		&(struct store_rules){rules_v1, ARRAY_LEN(rules_v1), "two"}, &f->scan, &f->e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(union_with_nothing_is_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(repositories_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(shards_are_one_history, setup, teardown),
		cmocka_unit_test_setup_teardown(merged_database_can_be_scanned, setup, teardown),
		cmocka_unit_test_setup_teardown(other_rules_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
