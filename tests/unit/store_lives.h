/*
 * A second small history, for reports about time: findings of known lifetimes, a tag at most
 * commits.
 *
 *   1 ─ 2 ─ 3 ─ 4   refs/heads/main; tags v1, v2 and v4; days 0, 10, 40, 400
 *
 * Five sleeps stand in l1.py … l5.py from the first commit on. The second fixes those of l1.py and
 * l2.py, the third removes l3.py and drops a task in l6.py, the last adds nothing.
 */
#ifndef LAPSE_TESTS_STORE_LIVES_H
#define LAPSE_TESTS_STORE_LIVES_H

#include "tests/unit/store_history.h"

UNUSED static void put_lives_commits(struct fixture *f)
{
	put_commit(f,
		(struct commit_spec){1, {0}, 1, "2024-01-01", "Ann", "ann@x", NULL, NULL, "Begin"});
	HISTORY(.commit = 1, .open_total = 5, .tree = {500, 0, 50, 100}, .lines_added = 50,
		LINEAGES(lineage(1, SLEEP, 1), lineage(2, SLEEP, 1), lineage(3, SLEEP, 1),
			lineage(4, SLEEP, 1), lineage(5, SLEEP, 1)),
		VERSIONS(VERSION("l1.py", 101, sight(1, 101, 0)),
			VERSION("l2.py", 101, sight(2, 101, 0)),
			VERSION("l3.py", 101, sight(3, 101, 0)),
			VERSION("l4.py", 101, sight(4, 101, 0)),
			VERSION("l5.py", 101, sight(5, 101, 0))),
		EVENTS(event(1, EVENT_INTRODUCED, "l1.py", 101, 0),
			event(2, EVENT_INTRODUCED, "l2.py", 101, 0),
			event(3, EVENT_INTRODUCED, "l3.py", 101, 0),
			event(4, EVENT_INTRODUCED, "l4.py", 101, 0),
			event(5, EVENT_INTRODUCED, "l5.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, 5, 0, 0, 5, 0, 0}));
	put_commit(f,
		(struct commit_spec){2, {1}, 2, "2024-01-11", "Bob", "bob@x", NULL, NULL, "Two"});
	HISTORY(.commit = 2, .open_total = 3, .tree = {500, 0, 50, 100}, .lines_added = 2,
		VERSIONS({.path = STR("l1.py"), .blob = oid_of(107)},
			{.path = STR("l2.py"), .blob = oid_of(107)}),
		EVENTS(event(1, EVENT_FIXED, "l1.py", 101, 0),
			event(2, EVENT_FIXED, "l2.py", 101, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, -2, 0, 0, 0, 2, 0}));
	put_commit(f,
		(struct commit_spec){3, {2}, 3, "2024-02-10", "Ann", "ann@x", NULL, NULL, "Three"});
	HISTORY(.commit = 3, .open_total = 3, .tree = {500, 0, 60, 120}, .lines_added = 10,
		.lines_deleted = 10, LINEAGES(lineage(6, DROPPED, 3)),
		VERSIONS({.path = STR("l3.py")}, VERSION("l6.py", 104, sight(6, 104, 0))),
		EVENTS(event(3, EVENT_REMOVED, "l3.py", 101, 0),
			event(6, EVENT_INTRODUCED, "l6.py", 104, 0)),
		DELTAS({SLEEP, LEVEL_ERROR, -1, 0, 0, 0, 1, 0},
			{DROPPED, LEVEL_WARNING, 1, 0, 0, 1, 0, 0}));
	put_commit(f,
		(struct commit_spec){4, {3}, 4, "2025-02-04", "Ann", "ann@x", NULL, NULL, "Four"});
	HISTORY(.commit = 4, .open_total = 3, .tree = {500, 0, 60, 120}, .lines_added = 1);
}

UNUSED static void put_lives(struct fixture *f)
{
	static const uint32_t all[] = {1, 2, 3, 4};
	struct version_record v1[] = {VERSION("l1.py", 101, sight(1, 101, 0)),
		VERSION("l2.py", 101, sight(2, 101, 0)), VERSION("l3.py", 101, sight(3, 101, 0)),
		VERSION("l4.py", 101, sight(4, 101, 0)), VERSION("l5.py", 101, sight(5, 101, 0))};
	struct version_record tip[] = {VERSION("l4.py", 101, sight(4, 101, 0)),
		VERSION("l5.py", 101, sight(5, 101, 0)), VERSION("l6.py", 104, sight(6, 104, 0))};
	const struct ref_state refs[] = {{STR(MAIN), 4, true, tip, ARRAY_LEN(tip)},
		{STR("refs/tags/v1"), 1, false, v1, ARRAY_LEN(v1)},
		{STR("refs/tags/v2"), 2, false, v1 + 2, ARRAY_LEN(v1) - 2},
		{STR("refs/tags/v4"), 4, false, tip, ARRAY_LEN(tip)}};

	OK(store_begin(f->store, &f->e));
	put_shop_blobs(f);
	put_lives_commits(f);
	OK(store_commit(f->store, &f->e));
	OK(store_put_refs(
		f->store, refs, ARRAY_LEN(refs), all, ARRAY_LEN(all), all, ARRAY_LEN(all), &f->e));
}

#endif
