/*
 * What a scan writes is what the next one reads; rule sets and repositories are kept apart.
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

/* As a new process would. */
static void scan_again(struct fixture *f, struct store_repo repo, const char *digest)
{
	store_close(f->store);
	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, repo, digest);
}

static int has_blob(struct fixture *f, unsigned n)
{
	const struct oid oid = oid_of(n);

	return store_has_blob(f->store, &oid, &f->e);
}

/* ---- round trips ---- */

static void assert_same_finding(const struct finding *a, const struct finding *b)
{
	assert_int_equal(a->rule, b->rule);
	assert_int_equal(a->level, b->level);
	assert_int_equal(a->suppressed, b->suppressed);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->column, b->column);
	assert_int_equal(a->end_line, b->end_line);
	assert_int_equal(a->end_column, b->end_column);
	assert_true(a->id.token_hash == b->id.token_hash);
	assert_true(a->id.body_hash == b->id.body_hash);
	assert_true(a->id.before_hash == b->id.before_hash);
	assert_true(a->id.after_hash == b->id.after_hash);
	assert_true(a->id.callee_hash == b->id.callee_hash);
	assert_true(str_eq(a->id.sketch, b->id.sketch));
	assert_true(str_eq(a->scope, b->scope));
	assert_true(str_eq(a->snippet, b->snippet));
	assert_true(str_eq(a->message, b->message));
}

static void blob_comes_back(void **state)
{
	struct fixture *f = *state;
	struct finding hits[] = {hit(SLEEP, 3, "it's \"quoted\"; -- x"), hit(NAME, 9, "")};
	struct line_range unknown[] = {{1, 2}, {7, 7}};
	const struct blob_record in = {oid_of(1), BLOB_PARTIAL, STR(""), 1234, 56, 78, 9, 10, hits,
		ARRAY_LEN(hits), unknown, ARRAY_LEN(unknown)};
	struct blob_record out;

	hits[0].suppressed = true;
	hits[0].id.before_hash = UINT64_MAX;
	hits[0].id.sketch = STR("\x01\0\xff");
	OK(store_begin(f->store, &f->e));
	OK(store_put_blob(f->store, &in, &f->e));
	OK(store_commit(f->store, &f->e));
	scan_again(f, shop(), "rules-one");
	OK(store_load_blob(f->store, &in.oid, &f->arena, &out, &f->e));
	assert_true(oid_eq(&out.oid, &in.oid));
	assert_int_equal(out.status, BLOB_PARTIAL);
	assert_int_equal(out.bytes, 1234);
	assert_int_equal(out.lines, 56);
	assert_int_equal(out.unknown_bytes, 78);
	assert_int_equal(out.async_defs, 9);
	assert_int_equal(out.awaits, 10);
	assert_int_equal(out.finding_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_same_finding(&out.findings[i], &hits[i]);
	assert_int_equal(out.unknown_count, 2);
	assert_memory_equal(out.unknown, unknown, sizeof unknown);
	assert_int_equal(store_load_blob(f->store, &(struct oid){{9}}, &f->arena, &out, &f->e),
		ERR_NOT_FOUND);
}

static void missing_blob_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct blob_record b = {
		.oid = oid_of(1), .status = BLOB_MISSING, .reason = STR("object not found")};
	struct blob_record out;

	assert_int_equal(has_blob(f, 1), 0);
	OK(store_begin(f->store, &f->e));
	OK(store_put_blob(f->store, &b, &f->e));
	OK(store_commit(f->store, &f->e));
	assert_int_equal(has_blob(f, 1), 0);
	ASK("SELECT blobs, missing_objects FROM coverage", "1|1\n");
	OK(store_load_blob(f->store, &b.oid, &f->arena, &out, &f->e));
	assert_string_equal(out.reason.ptr, "object not found");
	scan_again(f, shop(), "rules-one");
	assert_int_equal(has_blob(f, 1), 0);
	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 1, hit(SLEEP, 3, "time.sleep(1)"));
	OK(store_commit(f->store, &f->e));
	assert_int_equal(has_blob(f, 1), 1);
	ASK("SELECT blobs, missing_objects, bytes FROM coverage", "1|0|100\n");
	OK(store_load_blob(f->store, &b.oid, &f->arena, &out, &f->e));
	assert_int_equal(out.finding_count, 1);
}

static void same_blob_twice_is_one(void **state)
{
	struct fixture *f = *state;

	OK(store_begin(f->store, &f->e));
	PUT_BLOB(f, 1, hit(SLEEP, 3, "time.sleep(1)"));
	PUT_BLOB(f, 1, hit(SLEEP, 3, "time.sleep(1)"));
	OK(store_commit(f->store, &f->e));
	ASK("SELECT blobs FROM coverage", "1\n");
}

struct told {
	struct strbuf text;
	int stop_at;
};

static int tell(void *arg, const struct stored_commit *c)
{
	struct told *t = arg;

	strbuf_addf(&t->text, "%u:%d:%u/%u:%u/%u:", (unsigned)c->id, (int)c->open_total,
		(unsigned)c->tree.unknown_bytes, (unsigned)c->tree.bytes,
		(unsigned)c->tree.async_defs, (unsigned)c->tree.awaits);
	for (uint32_t i = 0; i < c->parent_count; i++)
		strbuf_addf(&t->text, "%s%u", i ? "," : "", (unsigned)c->parent_ids[i]);
	strbuf_addc(&t->text, ' ');
	return (int)c->id == t->stop_at ? ERR_INTERRUPTED : 0;
}

static void commits_come_back_parents_first(void **state)
{
	struct fixture *f = *state;
	struct told t = {0};

	put_shop(f);
	scan_again(f, shop(), "rules-one");
	assert_int_equal(f->scan.next_commit, 10);
	assert_int_equal(f->scan.next_lineage, 6);
	assert_false(f->scan.is_new);
	OK(store_each_commit(f->store, tell, &t, &f->e));
	assert_string_equal(t.text.ptr,
		"1:1:50/200:4/9: 2:2:0/100:5/10:1 3:2:0/0:0/0:1 4:3:0/0:0/0:2,3 5:2:0/0:0/0:4 "
		"6:1:0/0:0/0:5 7:2:0/0:0/0:6 8:0:0/0:0/0:6 9:3:0/0:0/0:7 ");
	strbuf_clear(&t.text);
	t.stop_at = 2;
	assert_int_equal(store_each_commit(f->store, tell, &t, &f->e), ERR_INTERRUPTED);
	assert_string_equal(t.text.ptr, "1:1:50/200:4/9: 2:2:0/100:5/10:1 ");
	strbuf_release(&t.text);
}

/* A commit without history is not done. */
static void unfinished_commit_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct told t = {0};

	OK(store_begin(f->store, &f->e));
	put_commit(f, (struct commit_spec){1, {0}, 1, "2024-01-15", "A", "a@x", NULL, NULL, "x"});
	OK(store_commit(f->store, &f->e));
	OK(store_each_commit(f->store, tell, &t, &f->e));
	assert_int_equal(t.text.len, 0);
	ASK("SELECT commits, commits_done FROM coverage", "1|0\n");
}

static int tell_missing(void *arg, const struct missing_object *m)
{
	struct strbuf *b = arg;

	strbuf_addf(b, "%u:%d ", m->id.id[1], (int)m->kind);
	return 0;
}

static void missing_objects_come_back(void **state)
{
	struct fixture *f = *state;
	const struct missing_object tree = {oid_of(7), OBJECT_TREE};
	const struct blob_record blob = {
		.oid = oid_of(5), .status = BLOB_MISSING, .reason = STR("object missing")};
	struct strbuf b = {0};

	OK(store_begin(f->store, &f->e));
	OK(store_put_missing(f->store, &tree, &f->e));
	OK(store_put_missing(f->store, &tree, &f->e)); /* told again */
	OK(store_put_blob(f->store, &blob, &f->e));
	PUT_BLOB(f, 6, hit(SLEEP, 3, "time.sleep(1)"));
	OK(store_commit(f->store, &f->e));
	OK(store_each_missing(f->store, tell_missing, &b, &f->e));
	assert_string_equal(b.ptr, "7:1 5:2 ");
	ASK("SELECT missing_objects FROM coverage", "2\n");
	OK(store_restart(f->store, &f->scan.next_commit, &f->scan.next_lineage, &f->e));
	strbuf_clear(&b);
	OK(store_each_missing(f->store, tell_missing, &b, &f->e));
	assert_int_equal(b.len, 0);
	strbuf_release(&b);
}

static void versions_come_back(void **state)
{
	struct fixture *f = *state;
	struct version_record *v;
	const struct oid blob = oid_of(106), none = {{0}};
	uint32_t count;

	put_shop(f);
	OK(store_load_versions(f->store, 7, &f->arena, &v, &count, &f->e));
	assert_int_equal(count, 2);
	assert_string_equal(v[0].path.ptr, "a.py");
	assert_true(v[0].present);
	assert_true(oid_eq(&v[0].blob, &blob));
	assert_int_equal(v[0].sighting_count, 2);
	assert_int_equal(v[0].sightings[1].lineage, 2);
	assert_int_equal(v[0].sightings[1].index, 1);
	assert_true(oid_eq(&v[0].sightings[1].blob, &blob));
	assert_int_equal(v[0].sightings[1].step, STEP_LINE);
	assert_true(v[0].sightings[1].confidence == 0.75f);
	assert_false(v[0].sightings[1].carried);
	assert_string_equal(v[1].path.ptr, "c.py");
	assert_int_equal(v[1].sighting_count, 1);
	assert_int_equal(v[1].sightings[0].lineage, 4);
	OK(store_load_versions(f->store, 8, &f->arena, &v, &count, &f->e));
	assert_int_equal(count, 1);
	assert_false(v[0].present);
	assert_int_equal(v[0].sighting_count, 0);
	assert_false(oid_eq(&v[0].blob, &none));
	OK(store_load_versions(f->store, 4711, &f->arena, &v, &count, &f->e));
	assert_int_equal(count, 0);
}

static void lineages_and_endings_come_back(void **state)
{
	struct fixture *f = *state;
	struct lineage_record l;
	struct stored_ending *endings;
	uint32_t count;

	put_shop(f);
	OK(store_load_lineage(f->store, 3, &l, &f->e));
	assert_string_equal(l.key, "key000000003");
	assert_int_equal(l.rule, SLEEP);
	assert_int_equal(l.commit, 3);
	assert_int_equal(store_load_lineage(f->store, 99, &l, &f->e), ERR_NOT_FOUND);
	OK(store_load_endings(f->store, 0, 1, &f->arena, &endings, &count, &f->e));
	assert_int_equal(count, 1);
	assert_int_equal(endings[0].lineage, 1);
	assert_int_equal(endings[0].commit, 5);
	OK(store_load_endings(
		f->store, 0xffffffff00000001u, 0, &f->arena, &endings, &count, &f->e));
	assert_int_equal(count, 1);
	assert_int_equal(endings[0].lineage, 1);
	OK(store_load_endings(f->store, 0, 2, &f->arena, &endings, &count, &f->e));
	assert_int_equal(count, 0); /* suppressed is no ending */
}

static void history_of_unknown_blob_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct version_record v = VERSION("a.py", 555, sight(1, 555, 0));
	const struct commit_history h = {.commit = 1, .versions = &v, .version_count = 1};

	OK(store_begin(f->store, &f->e));
	put_commit(f, (struct commit_spec){1, {0}, 1, "2024-01-15", "A", "a@x", NULL, NULL, "x"});
	assert_int_equal(store_put_history(f->store, &h, &f->e), ERR_FAILED);
	assert_non_null(strstr(f->e.message, "not stored"));
}

/* ---- rule sets ---- */

static void other_rules_clear_history(void **state)
{
	struct fixture *f = *state;
	struct told t = {0};
	struct store_info info;

	put_shop(f);
	scan_again(f, shop(), "rules-one");
	assert_false(f->scan.rules_changed);
	assert_int_equal(has_blob(f, 101), 1);
	scan_again(f, shop(), "rules-two");
	assert_true(f->scan.rules_changed);
	assert_int_equal(f->scan.next_commit, 1);
	assert_int_equal(has_blob(f, 101), 0);
	OK(store_each_commit(f->store, tell, &t, &f->e));
	assert_int_equal(t.text.len, 0);
	OK(store_info(f->store, &f->arena, &info, &f->e));
	assert_string_equal(info.rule_sets.ptr, "rules-two");
	assert_int_equal(info.blobs, 0);
	ASK("SELECT (SELECT count(*) FROM findings) + (SELECT count(*) FROM trend)"
	    " + (SELECT count(*) FROM events) + (SELECT count(*) FROM open_at_ref)",
		"0\n");
	/* And everything can be made anew under the same ids. */
	put_shop(f);
	ASK("SELECT count(*) FROM findings", "4\n");
}

static void clearing_keeps_blobs(void **state)
{
	struct fixture *f = *state;

	put_shop(f);
	OK(store_restart(f->store, &f->scan.next_commit, &f->scan.next_lineage, &f->e));
	assert_int_equal(f->scan.next_commit, 1);
	assert_int_equal(f->scan.next_lineage, 1);
	ASK("SELECT count(*) FROM commits", "0\n");
	assert_int_equal(has_blob(f, 101), 1);
	put_shop(f);
	ASK("SELECT count(*) FROM commits", "8\n");
}

/* Whatever is written about references makes the note of the last scan void. */
static void what_was_scanned_is_remembered(void **state)
{
	struct fixture *f = *state;

	put_shop(f);
	OK(store_put_scanned(f->store, UINT64_MAX - 3, &f->e));
	scan_again(f, shop(), "rules-one");
	assert_true(f->scan.scanned == UINT64_MAX - 3);
	put_shop_refs(f);
	scan_again(f, shop(), "rules-one");
	assert_true(f->scan.scanned == 0);
	OK(store_put_scanned(f->store, 5, &f->e));
	OK(store_restart(f->store, &f->scan.next_commit, &f->scan.next_lineage, &f->e));
	scan_again(f, shop(), "rules-one");
	assert_true(f->scan.scanned == 0);
}

/* ---- repositories ---- */

static struct store_repo local(const char *path, const struct oid *commits, uint32_t count)
{
	return (struct store_repo){str_from(path), STR(""), STR(""), commits, count};
}

static void two_repositories_share_blobs(void **state)
{
	struct fixture *f = *state;
	const struct store_repo fork = {STR("/srv/fork"), STR("https://example.org/me/shop"),
		STR("example.org/me/shop"), NULL, 0};
	static const uint32_t one[] = {10};
	struct version_record tip[] = {VERSION("a.py", 101, sight(6, 101, 0))};
	const struct ref_state ref = {STR(MAIN), 10, true, tip, 1};

	put_shop(f);
	scan_again(f, fork, "rules-one");
	assert_true(f->scan.is_new);
	assert_int_equal(f->scan.next_commit, 10);
	assert_int_equal(has_blob(f, 101), 1); /* analysed for the other one */
	OK(store_begin(f->store, &f->e));
	put_commit(f,
		(struct commit_spec){10, {0}, 1, "2025-01-01", "Ann", "ann@x", NULL, NULL, "Fork"});
	HISTORY(.commit = 10, .open_total = 1, LINEAGES(lineage(6, SLEEP, 10)),
		VERSIONS(VERSION("a.py", 101, sight(6, 101, 0))),
		EVENTS(event(6, EVENT_INTRODUCED, "a.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
	OK(store_commit(f->store, &f->e));
	OK(store_put_refs(f->store, &ref, 1, one, 1, one, 1, &f->e));
	ASK("SELECT repo, blobs FROM coverage ORDER BY repo",
		"example.org/acme/shop|8\nexample.org/me/shop|1\n");
	ASK("SELECT repo, count(*) FROM findings GROUP BY repo",
		"example.org/acme/shop|4\nexample.org/me/shop|1\n");
	ASK("SELECT repo, count(*) FROM trend GROUP BY repo",
		"example.org/acme/shop|18\nexample.org/me/shop|1\n");
	OK(store_forget_repo(f->store, STR("example.org/acme/shop"), &f->e));
	ASK("SELECT repo, blobs FROM coverage", "example.org/me/shop|1\n");
	ASK("SELECT snippet FROM findings", "time.sleep(1)\n");
	assert_int_equal(store_forget_repo(f->store, STR("nope"), &f->e), ERR_NOT_FOUND);
}

static uint32_t found(struct fixture *f, struct store_repo r)
{
	uint32_t id;

	OK(store_find_repo(f->store, &r, &id, &f->e));
	return id;
}

static void repositories_are_recognised(void **state)
{
	struct fixture *f = *state;
	const struct oid known = oid_of(7), strange = oid_of(700);
	struct store_repo r = shop();
	uint32_t shop_id = f->scan.repo;

	put_shop(f);
	r.path = STR("/elsewhere"); /* the URL decides */
	assert_int_equal(found(f, r), shop_id);
	r.url_key = STR("example.org/other/thing");
	r.path = STR("/srv/shop"); /* a folder used for another project */
	r.commits = &strange;
	r.commit_count = 1;
	assert_int_equal(found(f, r), 0);
	r.commits = &known; /* a renamed project */
	assert_int_equal(found(f, r), shop_id);
	r.path = STR("/elsewhere"); /* a fork */
	assert_int_equal(found(f, r), 0);
	/* It lost its remote; or something else lies without one. */
	assert_int_equal(found(f, local("/srv/shop", &strange, 1)), shop_id);
	assert_int_equal(found(f, local("/srv/notes", &strange, 1)), 0);
}

static void local_repository_moves(void **state)
{
	struct fixture *f = *state;
	const struct oid known = oid_of(1), fresh = oid_of(900);
	struct store_repo_info *infos;
	uint32_t count, id;

	scan_again(f, local("/home/ann/notes", NULL, 0), "rules-one");
	id = f->scan.repo;
	OK(store_begin(f->store, &f->e));
	put_commit(f, (struct commit_spec){1, {0}, 1, "2024-01-15", "A", "a@x", NULL, NULL, "x"});
	OK(store_commit(f->store, &f->e));
	/* New commits only, at the same place; then at another one. */
	assert_int_equal(found(f, local("/home/ann/notes", &fresh, 1)), id);
	scan_again(f, local("/home/ann/archive/old-notes", &known, 1), "rules-one");
	assert_int_equal(f->scan.repo, id);
	OK(store_repos(f->store, &f->arena, &infos, &count, &f->e));
	assert_int_equal(count, 2);
	assert_string_equal(infos[0].name.ptr, "example.org/acme/shop");
	assert_string_equal(infos[1].name.ptr, "old-notes");
	assert_string_equal(infos[1].path.ptr, "/home/ann/archive/old-notes");
	/* Names are unique. */
	scan_again(f, local("/srv/git/old-notes.git", NULL, 0), "rules-one");
	ASK("SELECT repo FROM coverage ORDER BY repo",
		"example.org/acme/shop\nold-notes\nold-notes-2\n");
}

/* ---- references ---- */

static void tracked_refs_default_first(void **state)
{
	struct fixture *f = *state;
	struct store_repo_info *infos;
	struct str *names;
	uint32_t count;

	put_shop(f);
	OK(store_tracked_refs(f->store, f->scan.repo, &f->arena, &names, &count, &f->e));
	assert_int_equal(count, 2);
	assert_string_equal(names[0].ptr, MAIN);
	assert_string_equal(names[1].ptr, RELEASE);
	OK(store_repos(f->store, &f->arena, &infos, &count, &f->e));
	assert_string_equal(infos[0].default_ref.ptr, MAIN);
	assert_int_equal(infos[0].commits, 9);
	assert_int_equal(infos[0].findings, 4);
}

/* The release branch becomes the default one, main is forgotten: everything is told from there. */
static void other_default_ref(void **state)
{
	struct fixture *f = *state;
	static const uint32_t mainline[] = {1, 2, 4, 5, 6, 8};
	static const uint32_t reachable[] = {1, 2, 3, 4, 5, 6, 8};
	struct version_record tip[] = {VERSION("a.py", 105, sight(2, 105, 0))};
	const struct ref_state ref = {STR(RELEASE), 8, true, tip, 1};

	put_shop(f);
	OK(store_put_refs(f->store, &ref, 1, mainline, ARRAY_LEN(mainline), reachable,
		ARRAY_LEN(reachable), &f->e));
	ASK("SELECT finding, state, path, line, substr(fixed_commit, 1, 4), age_days,"
	    " times_reopened FROM findings ORDER BY finding",
		"key000000001|fixed|a.py|5|0005|131|0\nkey000000002|suppressed|a.py|8|-|76|0\n"
		"key000000003|fixed|b.py|2|0008|95|0\n");
	ASK("SELECT count(*), sum(on_mainline) FROM commits", "7|6\n");
	ASK("SELECT month, open FROM trend WHERE category = 'blocking' AND month > '2024-03'",
		"2024-04|2\n2024-05|0\n");
	ASK("SELECT DISTINCT ref FROM open_at_ref", RELEASE "\n");
	put_shop_refs(f); /* and back */
	ASK("SELECT finding, state FROM findings ORDER BY finding",
		"key000000001|open\nkey000000002|suppressed\nkey000000003|open\n"
		"key000000004|open\n");
}

static int64_t version_of_data(struct fixture *f)
{
	struct db *other = NULL;
	struct db_stmt *st;
	int64_t n;

	OK(db_open(&other, f->path, DB_READ, 0, NULL, NULL, &f->e));
	st = db_prepare(other, "SELECT data_version FROM pragma_data_version", &f->e);
	assert_int_equal(db_step(st, &f->e), 1);
	n = db_int(st, 0);
	db_reset(st);
	begin_scan_of(f, shop(), "rules-one");
	assert_int_equal(db_step(st, &f->e), 1);
	n -= db_int(st, 0);
	db_close(other);
	return n;
}

/* Scans that find nothing new leave the file alone. */
static void beginning_again_writes_nothing(void **state)
{
	struct fixture *f = *state;

	put_shop(f);
	assert_int_equal(version_of_data(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(blob_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_blob_is_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(same_blob_twice_is_one, setup, teardown),
		cmocka_unit_test_setup_teardown(commits_come_back_parents_first, setup, teardown),
		cmocka_unit_test_setup_teardown(unfinished_commit_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_objects_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(versions_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(lineages_and_endings_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			history_of_unknown_blob_is_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(other_rules_clear_history, setup, teardown),
		cmocka_unit_test_setup_teardown(clearing_keeps_blobs, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_scanned_is_remembered, setup, teardown),
		cmocka_unit_test_setup_teardown(two_repositories_share_blobs, setup, teardown),
		cmocka_unit_test_setup_teardown(repositories_are_recognised, setup, teardown),
		cmocka_unit_test_setup_teardown(local_repository_moves, setup, teardown),
		cmocka_unit_test_setup_teardown(tracked_refs_default_first, setup, teardown),
		cmocka_unit_test_setup_teardown(other_default_ref, setup, teardown),
		cmocka_unit_test_setup_teardown(beginning_again_writes_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
