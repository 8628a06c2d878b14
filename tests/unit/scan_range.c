/*
 * Ranges: commits of either side and merge bases against git on random histories with dates that
 * lie; history cut down to a range; what is staged, as a commit that is nowhere on disk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/range.h"
#include "scan/walk.h"
#include "tests/unit/gitrepo.h"
#include "draw.h"

#define COMMITS 90
#define PAIRS   25

struct fixture {
	struct gitrepo git;
	struct err err;
	struct repo *repo;
	struct oid commits[COMMITS + 1]; /* by mark */
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q -b main r");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	repo_close(f->repo);
	gitrepo_remove(&f->git);
	free(f);
	return 0;
}

static void open_repo(struct fixture *f)
{
	char path[600];

	repo_close(f->repo);
	gitrepo_path(&f->git, "r", path, sizeof path);
	assert_int_equal(repo_open(&f->repo, path, &f->err), 0);
}

/* Mostly one or two parents of the last twelve; a root now and then; dates by and large forward. */
static void import_random(struct fixture *f, uint64_t seed)
{
	struct strbuf b = {0}, marks = {0};
	struct str rest, line;

	for (uint32_t n = 1; n <= COMMITS; n++) {
		uint32_t parents = n == 1 || draw(&seed, 40) == 0 ? 0 : 1 + (draw(&seed, 3) == 0);

		strbuf_addf(&b, "commit refs/heads/c%u\nmark :%u\ncommitter C <c@x> %u +0000\n", n,
			n, 1500000000 + n * 10 + draw(&seed, 200));
		strbuf_addz(&b, "data 1\nx\n");
		for (uint32_t i = 0; i < parents; i++)
			strbuf_addf(&b, "%s :%u\n", i ? "merge" : "from",
				n - 1 - draw(&seed, n - 1 < 12 ? n - 1 : 12));
		strbuf_addf(&b, "M 100644 inline f%u.py\ndata 4\n%4u\n\n", n % 7, n);
	}
	gitrepo_feed(
		&f->git, "git -C r fast-import --quiet --export-marks=../marks", strbuf_str(&b));
	gitrepo_ask(&f->git, &marks, "cat marks r/../marks 2>/dev/null | sort -u");
	rest = strbuf_str(&marks);
	while (str_next(&rest, '\n', &line)) {
		uint32_t n = (uint32_t)strtoul(line.ptr + 1, NULL, 10);

		assert_true(oid_parse(&f->commits[n],
			str_slice(line.ptr + str_find(line, ' ') + 1, OID_HEX_LEN)));
	}
	strbuf_release(&b);
	strbuf_release(&marks);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

/* The ids as git prints them, sorted. */
static void assert_same_ids(const struct fixture *f, const char *command, struct oid *ids, size_t n)
{
	struct strbuf out = {0};
	struct str rest, line;
	size_t i = 0;
	struct oid want;

	gitrepo_ask(&f->git, &out, "%s | sort", command);
	if (n)
		qsort(ids, n, sizeof *ids, by_bytes);
	rest = strbuf_str(&out);
	for (; str_next(&rest, '\n', &line); i++) {
		assert_true(oid_parse(&want, line));
		assert_true(i < n);
		assert_memory_equal(&ids[i], &want, sizeof want);
	}
	assert_int_equal(i, n);
	strbuf_release(&out);
}

static void assert_side(const struct fixture *f, const struct range *range, unsigned side,
	const char *from, const char *to)
{
	struct oid ids[COMMITS];
	char command[200];
	size_t n = 0;

	for (size_t i = 0; i < range->commits.len; i++)
		if (range_sides(range, &range->commits.items[i]) == side)
			ids[n++] = range->commits.items[i];
	assert_int_equal(n, side == RANGE_LEFT ? range->left_count : range->right_count);
	(void)snprintf(command, sizeof command, "git -C r rev-list %s..%s", from, to);
	assert_same_ids(f, command, ids, n);
}

/* After the cut a walk from both ends meets the range and its edges and nothing else. */
static void assert_cut(struct fixture *f, const struct range *range)
{
	const struct oid tips[] = {range->left, range->right};
	struct graph graph = {0};
	struct walk *walk = NULL;

	range_cut(range, f->repo);
	assert_int_equal(walk_new(&walk, f->repo, &graph, tips, 2, 0, &f->err), 0);
	assert_int_equal(walk_length(walk), range->commits.len + range->edges.len);
	for (size_t i = 0; i < range->edges.len; i++) {
		uint32_t node = graph_find(&graph, &range->edges.items[i]);

		assert_int_equal(graph.nodes.items[node].parent_count, i > 0);
	}
	walk_free(walk);
	graph_release(&graph);
	repo_set_grafts(f->repo, NULL, 0);
}

/* What differs between the ends differs along the way. */
static void assert_blobs(struct fixture *f, const struct range *range)
{
	struct arena a = {0};
	struct map blobs = {0};
	struct path_deltas deltas;
	struct oid before, after;
	uint32_t missing = 0;

	range_cut(range, f->repo);
	assert_int_equal(range_blobs(range, false, f->repo, &blobs, &a, &f->err), 0);
	assert_int_equal(repo_commit_tree(f->repo, &range->left, &before, &f->err), 0);
	assert_int_equal(repo_commit_tree(f->repo, &range->right, &after, &f->err), 0);
	assert_int_equal(
		repo_tree_diff(f->repo, &before, &after, &a, &deltas, &missing, &f->err), 0);
	for (uint32_t i = 0; i < deltas.len; i++) {
		const struct path_delta *d = &deltas.items[i];

		assert_true(oid_is_zero(&d->old_blob) || map_get(&blobs, MAP_KEY(d->old_blob)));
		assert_true(oid_is_zero(&d->new_blob) || map_get(&blobs, MAP_KEY(d->new_blob)));
	}
	repo_set_grafts(f->repo, NULL, 0);
	map_release(&blobs);
	arena_release(&a);
}

static void check_pair(struct fixture *f, uint32_t left, uint32_t right)
{
	char from[OID_HEX_LEN + 1], to[OID_HEX_LEN + 1], command[200];
	struct range range;

	oid_hex(&f->commits[left], from);
	oid_hex(&f->commits[right], to);
	assert_int_equal(
		range_find(&range, f->repo, &f->commits[left], &f->commits[right], 0, &f->err), 0);
	assert_side(f, &range, RANGE_LEFT, to, from);
	assert_side(f, &range, RANGE_RIGHT, from, to);
	assert_cut(f, &range);
	assert_blobs(f, &range);
	(void)snprintf(
		command, sizeof command, "{ git -C r merge-base --all %s %s || :; }", from, to);
	assert_same_ids(f, command, range.bases.items, range.bases.len);
	range_release(&range);
}

static void test_random(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 11;

	import_random(f, seed);
	open_repo(f);
	for (uint32_t i = 0; i < PAIRS; i++)
		check_pair(f, 1 + draw(&seed, COMMITS), 1 + draw(&seed, COMMITS));
	check_pair(f, COMMITS, COMMITS);
}

static void test_limit(void **state)
{
	struct fixture *f = *state;
	struct range range;

	import_random(f, 3);
	open_repo(f);
	assert_int_equal(range_find(&range, f->repo, &f->commits[1], &f->commits[60], 3, &f->err),
		ERR_USAGE);
	range_release(&range);
}

/* A commit that cannot be read ends the walk; it is counted, not part of the range. */
static void test_missing(void **state)
{
	struct fixture *f = *state;
	struct range range;
	struct oid lost, tip;

	gitrepo_run(
		&f->git, "cd r && for i in 1 2 3 4; do git commit -q --allow-empty -m $i; done");
	lost = gitrepo_oid(&f->git, "git -C r rev-parse HEAD~2");
	tip = gitrepo_oid(&f->git, "git -C r rev-parse HEAD");
	gitrepo_lose(&f->git, "r/.git", &lost);
	open_repo(f);
	assert_int_equal(range_find(&range, f->repo, &lost, &tip, 0, &f->err), 0);
	assert_int_equal(range.missing, 1);
	assert_int_equal(range.commits.len, 2);
	assert_int_equal(range.bases.len, 0);
	assert_int_equal(range_sides(&range, &lost), 0);
	range_release(&range);
}

static void test_stage(void **state)
{
	struct fixture *f = *state;
	struct oid base, staged, head, blob, want;
	struct strbuf before = {0}, after = {0};
	struct arena a = {0};
	struct oid *parents;
	uint32_t count;
	int64_t committed_at;
	bool shallow;

	gitrepo_run(&f->git, "cd r && echo 1 > a.py && git add . && git commit -q -m 1");
	head = gitrepo_oid(&f->git, "git -C r rev-parse HEAD");
	gitrepo_run(&f->git, "cd r && mkdir d && echo 2 > d/b.py && git add . && echo 3 > d/b.py");
	want = gitrepo_oid(&f->git, "git -C r rev-parse :d/b.py");
	gitrepo_ask(&f->git, &before, "find r/.git -type f | sort");
	open_repo(f);
	assert_int_equal(repo_stage(f->repo, NULL, &base, &staged, &f->err), 0);
	assert_true(oid_eq(&base, &head));
	assert_int_equal(repo_parents(f->repo, &staged, &a, &parents, &count, &shallow,
				 &committed_at, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_true(oid_eq(&parents[0], &head));
	assert_int_equal(repo_path_blob(f->repo, &staged, STR("d/b.py"), &blob, &f->err), 0);
	assert_true(oid_eq(&blob, &want));
	gitrepo_ask(&f->git, &after, "find r/.git -type f | sort");
	assert_string_equal(before.ptr, after.ptr);
	strbuf_release(&before);
	strbuf_release(&after);
	arena_release(&a);
}

static void test_stage_conflict(void **state)
{
	struct fixture *f = *state;
	struct oid base, staged;

	gitrepo_run(&f->git,
		"cd r && echo 1 > a.py && git add . && git commit -q -m 1 && git checkout -q -b x "
		"&& echo 2 > a.py && git commit -q -a -m 2 && git checkout -q main && "
		"echo 3 > a.py && git commit -q -a -m 3 && ! git merge -q x >/dev/null");
	open_repo(f);
	assert_int_equal(repo_stage(f->repo, NULL, &base, &staged, &f->err), ERR_USAGE);
	assert_non_null(strstr(f->err.message, "conflicts"));
}

static int group_setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL);
}

static int group_teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stage_conflict, setup, teardown),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
