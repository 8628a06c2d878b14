/*
 * For the tests of store/: a database in a folder of its own, and a small history written through
 * the functions that a scan uses. Only static functions, so that each test is one program.
 */
#ifndef LAPSE_TESTS_STORE_HISTORY_H
#define LAPSE_TESTS_STORE_HISTORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "store/query.h"
#include "store/show.h"
#include "store/store.h"

#define UNUSED __attribute__((unused))

struct fixture {
	char dir[64], path[128];
	struct store *store;
	struct store_scan scan;
	struct arena arena;
	struct err e;
};

static const struct rule_record rules_v1[] = {
	{STR("blocking-sleep"), STR("blocking"), STR("Blocking the event loop"), STR("sleeps"),
		STR("1"), LEVEL_ERROR},
	{STR("task-dropped"), STR("task"), STR("Tasks"), STR("drops a task"), STR("1"),
		LEVEL_WARNING},
	{STR("task-name"), STR("task"), STR("Tasks"), STR("has no name"), STR("1"), LEVEL_INFO},
};
enum { SLEEP, DROPPED, NAME };

/* ---- opening ---- */

UNUSED static int open_at(struct fixture *f, const char *path, bool write, uint32_t timeout_ms)
{
	const struct store_options o = {
		.write = write, .lock_timeout_ms = timeout_ms, .command = "lapse test"};

	f->e = (struct err){0};
	return store_open(&f->store, path, &o, &f->e);
}

UNUSED static void fixture_make(struct fixture *f)
{
	*f = (struct fixture){0};
	(void)snprintf(f->dir, sizeof f->dir, "%s/lapse-store-XXXXXX",
		getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof f->path, "%s/lapse.db", f->dir);
}

UNUSED static void fixture_release(struct fixture *f)
{
	struct strbuf command = {0};

	store_close(f->store);
	arena_release(&f->arena);
	strbuf_addf(&command, "rm -rf '%s'", f->dir);
	assert_int_equal(system(command.ptr), 0);
	strbuf_release(&command);
}

#define OK(call)                                                 \
	do {                                                     \
		if ((call) < 0)                                  \
			fail_msg("%s: %s", #call, f->e.message); \
	} while (0)

UNUSED static void begin_scan_of(struct fixture *f, struct store_repo repo, const char *digest)
{
	const struct store_rules rules = {rules_v1, ARRAY_LEN(rules_v1), digest};

	OK(store_begin_scan(f->store, &repo, &rules, &f->scan, &f->e));
}

UNUSED static struct store_repo shop(void)
{
	return (struct store_repo){STR("/srv/shop"), STR("git@example.org:acme/shop.git"),
		STR("example.org/acme/shop"), NULL, 0};
}

UNUSED static void fixture_open(struct fixture *f)
{
	fixture_make(f);
	OK(open_at(f, f->path, true, 0));
	begin_scan_of(f, shop(), "rules-one");
}

/* ---- records ---- */

UNUSED static struct oid oid_of(unsigned n)
{
	struct oid o;

	for (size_t i = 0; i < sizeof o.id; i++)
		o.id[i] = (unsigned char)(n >> (i % 2 ? 0 : 8));
	return o;
}

/* "2024-03-10" at noon UTC. */
UNUSED static int64_t at(const char *date)
{
	struct tm t = {.tm_hour = 12};
	int64_t y, m, era, doy;

	t.tm_year = (int)strtol(date, NULL, 10);
	t.tm_mon = (int)strtol(date + 5, NULL, 10);
	t.tm_mday = (int)strtol(date + 8, NULL, 10);
	/* Days from civil, Howard Hinnant's algorithm: timegm is not POSIX. */
	y = t.tm_year - (t.tm_mon <= 2);
	m = t.tm_mon;
	era = y / 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + t.tm_mday - 1;
	return (era * 146097 + (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 +
		       doy - 719468) *
		86400 +
		t.tm_hour * 3600;
}

UNUSED static struct finding hit(uint16_t rule, uint32_t line, const char *snippet)
{
	return (struct finding){.rule = rule,
		.level = (uint8_t)rules_v1[rule].level,
		.line = line,
		.column = 5,
		.end_line = line,
		.end_column = 20,
		.scope = STR("Shop.run"),
		.snippet = str_from(snippet),
		.message = STR("do not"),
		.id = {0xfedcba9876543210u, 4, 2, 3, 5, STR("\1sketch")}};
}

UNUSED static void put_blob(struct fixture *f, unsigned n, struct finding *hits, uint32_t count)
{
	const struct blob_record b = {.oid = oid_of(n),
		.bytes = 100,
		.lines = 10,
		.findings = hits,
		.finding_count = count};

	OK(store_put_blob(f->store, &b, &f->e));
}

#define PUT_BLOB(f, n, ...)                             \
	put_blob(f, n, (struct finding[]){__VA_ARGS__}, \
		ARRAY_LEN(((struct finding[]){__VA_ARGS__})))

/* Commit `id` has the git id oid_of(id); parents end with 0. */
struct commit_spec {
	uint32_t id, parents[3], generation;
	const char *date, *name, *email, *coauthor_name, *coauthor_email, *summary;
};

UNUSED static void put_commit(struct fixture *f, struct commit_spec c)
{
	struct oid parents[3];
	struct identity coauthor = {str_from(c.coauthor_name), str_from(c.coauthor_email)};
	struct commit_record r = {.oid = oid_of(c.id),
		.parents = parents,
		.author = {str_from(c.name), str_from(c.email)},
		.coauthors = &coauthor,
		.coauthor_count = c.coauthor_name != NULL,
		.authored_at = at(c.date) - 3600,
		.committed_at = at(c.date),
		.summary = str_from(c.summary),
		.generation = c.generation};

	while (c.parents[r.parent_count]) {
		parents[r.parent_count] = oid_of(c.parents[r.parent_count]);
		r.parent_count++;
	}
	OK(store_put_commit(f->store, c.id, &r, c.parents, &f->e));
}

UNUSED static struct lineage_record lineage(lineage_id id, uint16_t rule, uint32_t commit)
{
	struct lineage_record l = {.id = id, .rule = rule, .commit = commit};

	(void)snprintf(l.key, sizeof l.key, "key%09u", (unsigned)id);
	return l;
}

UNUSED static struct event_record event(
	lineage_id id, enum event_kind kind, const char *path, unsigned blob, uint32_t index)
{
	return (struct event_record){.lineage = id,
		.kind = kind,
		.step = kind == EVENT_INTRODUCED ? STEP_NEW : STEP_LINE,
		.confidence = 1,
		.path = str_from(path),
		.blob = oid_of(blob),
		.index = index,
		.reopen_hash = kind == EVENT_FIXED ? 0xffffffff00000000u + id : 0};
}

UNUSED static struct sighting sight(lineage_id id, unsigned blob, uint32_t index)
{
	return (struct sighting){.lineage = id,
		.blob = oid_of(blob),
		.index = index,
		.step = STEP_LINE,
		.confidence = 0.75f};
}

#define LIST(type, ...) (type[]){__VA_ARGS__}, ARRAY_LEN(((type[]){__VA_ARGS__}))
#define VERSION(path, n, ...)                                                  \
	{                                                                      \
		STR(path), true, oid_of(n), LIST(struct sighting, __VA_ARGS__) \
	}
#define SIGHTINGS(...) LIST(struct sighting, __VA_ARGS__)
#define LINEAGES(...)                                       \
	.lineages = (struct lineage_record[]){__VA_ARGS__}, \
	.lineage_count = ARRAY_LEN(((struct lineage_record[]){__VA_ARGS__}))
#define EVENTS(...)                                     \
	.events = (struct event_record[]){__VA_ARGS__}, \
	.event_count = ARRAY_LEN(((struct event_record[]){__VA_ARGS__}))
#define DELTAS(...)                                    \
	.deltas = (struct count_delta[]){__VA_ARGS__}, \
	.delta_count = ARRAY_LEN(((struct count_delta[]){__VA_ARGS__}))
#define VERSIONS(...)                                       \
	.versions = (struct version_record[]){__VA_ARGS__}, \
	.version_count = ARRAY_LEN(((struct version_record[]){__VA_ARGS__}))
#define UNIONS(...)                                     \
	.unions = (struct union_record[]){__VA_ARGS__}, \
	.union_count = ARRAY_LEN(((struct union_record[]){__VA_ARGS__}))
#define HISTORY(...) \
	OK(store_put_history(f->store, &(const struct commit_history){__VA_ARGS__}, &f->e))

/* ---- asking ---- */

/* The rows as text: cells with | between, each row ends with a line break; NULL is "-". */
UNUSED static struct str rows_of(struct fixture *f, struct query_run *r)
{
	struct strbuf b = {0};
	struct str out;
	int rc;

	while ((rc = query_next(r, &f->e)) > 0) {
		for (uint32_t i = 0; i < query_column_count(r); i++) {
			struct query_value v = query_value(r, i);

			strbuf_addz(&b, i ? "|" : "");
			strbuf_add(&b, v.kind == QUERY_IS_NULL ? STR("-") : v.text);
		}
		strbuf_addc(&b, '\n');
	}
	OK(rc);
	out = arena_dup(&f->arena, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

UNUSED static struct str ask(struct fixture *f, const char *sql)
{
	const struct query_limits limits = {0};
	struct query_run *r = NULL;
	struct str out;

	OK(query_open_sql(&r, f->store, str_from(sql), &limits, &f->e));
	out = rows_of(f, r);
	query_close(r);
	return out;
}

#define ASK(sql, expected) assert_string_equal(ask(f, sql).ptr, expected)

/* ---- the history that several tests tell ----
 *
 *   1 ─ 2 ─── 4 ─ 5 ─ 6 ─ 7   refs/heads/main, HEAD's branch
 *    ╲─ 3 ───╱       ╲─ 8     refs/heads/release
 *                        ╲─ 9 (7's child) reachable from nothing
 */
#define MAIN    "refs/heads/main"
#define RELEASE "refs/heads/release"

UNUSED static void put_shop_blobs(struct fixture *f)
{
	struct finding silenced = hit(DROPPED, 8, "create_task(x())");

	silenced.suppressed = true;
	PUT_BLOB(f, 101, hit(SLEEP, 3, "time.sleep(1)"));
	PUT_BLOB(f, 102, hit(SLEEP, 5, "time.sleep(1)"), hit(DROPPED, 9, "create_task(x())"));
	PUT_BLOB(f, 103, hit(SLEEP, 2, "time.sleep(9)"));
	PUT_BLOB(f, 104, hit(DROPPED, 8, "create_task(x())"));
	PUT_BLOB(f, 105, silenced);
	PUT_BLOB(f, 106, hit(SLEEP, 4, "time.sleep(2)"), silenced);
	put_blob(f, 107, NULL, 0);
	PUT_BLOB(f, 108, hit(NAME, 1, "create_task(y())"));
}

UNUSED static void put_shop_branches(struct fixture *f)
{
	put_commit(f,
		(struct commit_spec){1, {0}, 1, "2024-01-15", "Ann", "ann@x", NULL, NULL, "First"});
	HISTORY(.commit = 1, .open_total = 1, .tree = {200, 50, 4, 9}, .lines_added = 10,
		LINEAGES(lineage(1, SLEEP, 1)), VERSIONS(VERSION("a.py", 101, sight(1, 101, 0))),
		EVENTS(event(1, EVENT_INTRODUCED, "a.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
	put_commit(f,
		(struct commit_spec){
			2, {1}, 2, "2024-03-10", "Bob", "bob@x", "Ann", "ann@x", "Second"});
	HISTORY(.commit = 2, .open_total = 2, .tree = {.bytes = 100, .async_defs = 5, .awaits = 10},
		.lines_added = 30, .lines_deleted = 10, LINEAGES(lineage(2, DROPPED, 2)),
		VERSIONS(VERSION("a.py", 102, sight(1, 102, 0), sight(2, 102, 1))),
		EVENTS(event(2, EVENT_INTRODUCED, "a.py", 102, 1)),
		DELTAS({DROPPED, LEVEL_WARNING, 1, 0, 0, 1, 0, 0}));
	put_commit(f,
		(struct commit_spec){3, {1}, 2, "2024-02-20", "Cid", "cid@x", NULL, NULL, "Third"});
	HISTORY(.commit = 3, .open_total = 2, .lines_added = 20, LINEAGES(lineage(3, SLEEP, 3)),
		VERSIONS(VERSION("b.py", 103, sight(3, 103, 0))),
		EVENTS(event(3, EVENT_INTRODUCED, "b.py", 103, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
	put_commit(f,
		(struct commit_spec){
			4, {2, 3}, 3, "2024-02-28", "Ann", "ann@x", NULL, NULL, "Merge"});
	HISTORY(.commit = 4, .open_total = 3, VERSIONS(VERSION("b.py", 103, sight(3, 103, 0))),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
}

UNUSED static void put_shop_main(struct fixture *f)
{
	put_commit(f,
		(struct commit_spec){5, {4}, 4, "2024-05-02", "bob", "bob@old", NULL, NULL, "Fix"});
	HISTORY(.commit = 5, .open_total = 2, .lines_deleted = 1,
		VERSIONS(VERSION("a.py", 104, sight(2, 104, 0))),
		EVENTS(event(1, EVENT_FIXED, "a.py", 102, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, -1, 0, 0, 0, 1, 0}));
	put_commit(f,
		(struct commit_spec){6, {5}, 5, "2024-05-20", "renovate[bot]", "r[bot]@x", NULL,
			NULL, "Silence"});
	HISTORY(.commit = 6, .open_total = 1, .lines_added = 1,
		VERSIONS(VERSION("a.py", 105, sight(2, 105, 0))),
		EVENTS(event(2, EVENT_SUPPRESSED, "a.py", 105, 0)),
		DELTAS({DROPPED, LEVEL_WARNING, -1, 1, 0, 0, 1, 1}));
	put_commit(f,
		(struct commit_spec){7, {6}, 6, "2024-06-01", "Ann", "ann@x", NULL, NULL, "Again"});
	HISTORY(.commit = 7, .open_total = 2, .lines_added = 5, LINEAGES(lineage(4, NAME, 7)),
		VERSIONS(VERSION("a.py", 106, sight(1, 106, 0), sight(2, 106, 1)),
			VERSION("c.py", 108, sight(4, 108, 0))),
		EVENTS(event(1, EVENT_REOPENED, "a.py", 106, 0),
			event(4, EVENT_INTRODUCED, "c.py", 108, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0},
			{NAME, LEVEL_INFO, 1, 0, 0, 1, 0, 0}));
	put_commit(f,
		(struct commit_spec){
			8, {6}, 6, "2024-05-25", "Ann", "ann@x", NULL, NULL, "Release"});
	HISTORY(.commit = 8, .open_total = 0, VERSIONS({.path = STR("b.py"), .blob = oid_of(107)}),
		EVENTS(event(3, EVENT_REMOVED, "b.py", 103, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, -1, 0, 0, 0, 1, 0}));
	put_commit(f,
		(struct commit_spec){9, {7}, 7, "2024-06-09", "Eve", "eve@x", NULL, NULL, "Lost"});
	HISTORY(.commit = 9, .open_total = 3, LINEAGES(lineage(5, SLEEP, 9)),
		VERSIONS(VERSION("e.py", 103, sight(5, 103, 0))),
		EVENTS(event(5, EVENT_INTRODUCED, "e.py", 103, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 1, 0, 0, 1, 0, 0}));
}

UNUSED static void put_shop_refs(struct fixture *f)
{
	static const uint32_t mainline[] = {1, 2, 4, 5, 6, 7};
	static const uint32_t reachable[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct version_record main_tip[] = {
		VERSION("a.py", 106, sight(1, 106, 0), sight(2, 106, 1)),
		VERSION("b.py", 103, sight(3, 103, 0)), VERSION("c.py", 108, sight(4, 108, 0))};
	struct version_record release_tip[] = {VERSION("a.py", 105, sight(2, 105, 0))};
	const struct ref_state refs[] = {{STR(MAIN), 7, true, main_tip, ARRAY_LEN(main_tip)},
		{STR(RELEASE), 8, false, release_tip, ARRAY_LEN(release_tip)}};

	OK(store_put_refs(f->store, refs, ARRAY_LEN(refs), mainline, ARRAY_LEN(mainline), reachable,
		ARRAY_LEN(reachable), &f->e));
}

UNUSED static void put_shop(struct fixture *f)
{
	OK(store_begin(f->store, &f->e));
	put_shop_blobs(f);
	put_shop_branches(f);
	put_shop_main(f);
	OK(store_commit(f->store, &f->e));
	put_shop_refs(f);
}

#endif
