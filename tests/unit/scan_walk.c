/*
 * The walk: which commits, in which order, with which parents and deltas; merge bases against git
 * on random histories; cuts of every kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/walk.h"
#include "tests/unit/gitrepo.h"
#include "draw.h"

struct fixture {
	struct gitrepo git;
	struct arena arena;
	struct err err;
	struct repo *repo;
	struct graph graph;
	struct walk *walk;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q --bare -b main b");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	walk_free(f->walk);
	graph_release(&f->graph);
	repo_close(f->repo);
	arena_release(&f->arena);
	gitrepo_remove(&f->git);
	free(f);
	return 0;
}

static void open_repo(struct fixture *f)
{
	char path[600];

	repo_close(f->repo);
	gitrepo_path(&f->git, "b", path, sizeof path);
	assert_int_equal(repo_open(&f->repo, path, &f->err), 0);
}

/* Commit :n with these parents; dates run backwards at times. Marks are 1, 2, … */
static void add_commit(
	struct strbuf *b, uint32_t n, const uint32_t *parents, uint32_t count, int date)
{
	strbuf_addf(b, "commit refs/heads/c%u\nmark :%u\ncommitter C <c@x> %d +0000\ndata 1\nx\n",
		n, n, date);
	for (uint32_t i = 0; i < count; i++)
		strbuf_addf(b, "%s :%u\n", i ? "merge" : "from", parents[i]);
	if (!count)
		strbuf_addz(b, "deleteall\n");
	strbuf_addf(b, "M 100644 inline f%u.py\ndata 2\n%c\n\n", n % 7, (int)('a' + n % 26));
}

static void import_random(struct fixture *f, uint32_t commits, uint64_t seed)
{
	struct strbuf b = {0};

	for (uint32_t n = 1; n <= commits; n++) {
		uint32_t parents[3], count = 0, wanted = draw(&seed, 12);

		wanted = n == 1 || wanted == 0 ? 0 : wanted < 7 ? 1 : wanted < 11 ? 2 : 3;
		for (uint32_t i = 0; i < wanted; i++) {
			uint32_t p = n - 1 - draw(&seed, n - 1 < 6 ? n - 1 : 6);
			bool again = false;

			for (uint32_t k = 0; k < count; k++)
				again |= parents[k] == p;
			if (!again)
				parents[count++] = p;
		}
		add_commit(&b, n, parents, count, (int)draw(&seed, 1000));
	}
	gitrepo_feed(&f->git, "git -C b fast-import --quiet", strbuf_str(&b));
	strbuf_release(&b);
	open_repo(f);
}

static struct oid *tips(struct fixture *f, const char *command, uint32_t *count)
{
	struct strbuf out = {0};
	struct oid *ids;
	struct str rest, line;

	gitrepo_ask(&f->git, &out, "%s", command);
	rest = strbuf_str(&out);
	ids = ARENA_ARRAY(&f->arena, rest.len / OID_HEX_LEN + 1, struct oid);
	for (*count = 0; str_next(&rest, '\n', &line);)
		assert_true(oid_parse(&ids[(*count)++], line));
	strbuf_release(&out);
	return ids;
}

static void start(struct fixture *f, const struct oid *ids, uint32_t count, int64_t since)
{
	walk_free(f->walk);
	assert_int_equal(walk_new(&f->walk, f->repo, &f->graph, ids, count, since, &f->err), 0);
}

static const char *const all_tips = "git -C b for-each-ref --format='%(objectname)'";

/* "id parents…" of each commit of the walk, and the checks that hold for every walk. */
static struct str describe(struct fixture *f)
{
	struct strbuf b = {0};
	struct walk_commit c;
	uint32_t n = 0;
	struct str out;

	while (walk_next(f->walk, &f->arena, &c, &f->err) == 1) {
		char hex[OID_HEX_LEN + 1];

		oid_hex(&c.record.oid, hex);
		strbuf_addz(&b, hex);
		for (uint32_t i = 0; i < c.record.parent_count; i++) {
			uint32_t parent = graph_find(&f->graph, &c.record.parents[i]);

			assert_true(parent < c.node);
			assert_int_equal(f->graph.nodes.items[c.node].parents[i], parent);
			oid_hex(&c.record.parents[i], hex);
			strbuf_addf(&b, " %s", hex);
		}
		strbuf_addc(&b, '\n');
		assert_int_equal(c.record.generation, f->graph.nodes.items[c.node].generation);
		assert_int_equal(c.delta_count, c.record.parent_count ? c.record.parent_count : 1);
		n++;
	}
	assert_int_equal(n, walk_length(f->walk));
	out = arena_dup(&f->arena, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str sorted(struct fixture *f, struct str lines)
{
	VEC(struct str) all = {0};
	struct strbuf b = {0};
	struct str line;

	while (str_next(&lines, '\n', &line))
		*vec_push(&all) = line;
	if (all.len)
		qsort(all.items, all.len, sizeof *all.items, by_text);
	for (size_t i = 0; i < all.len; i++)
		strbuf_addf(&b, "%.*s\n", STR_ARG(all.items[i]));
	line = arena_dup(&f->arena, strbuf_str(&b));
	vec_release(&all);
	strbuf_release(&b);
	return line;
}

static void walks_what_git_lists(void **state)
{
	struct fixture *f = *state;
	struct strbuf listed = {0};
	uint32_t count;
	struct oid *ids;

	import_random(f, 150, 1);
	ids = tips(f, all_tips, &count);
	start(f, ids, count, 0);
	gitrepo_ask(&f->git, &listed, "git -C b rev-list --all --parents");
	assert_string_equal(sorted(f, describe(f)).ptr, sorted(f, strbuf_str(&listed)).ptr);
	assert_int_equal(walk_missing(f->walk), 0);
	strbuf_release(&listed);
}

static void order_ignores_how_tips_are_named(void **state)
{
	struct fixture *f = *state;
	struct str first;
	uint32_t count;
	struct oid *ids;

	import_random(f, 60, 2);
	ids = tips(f, all_tips, &count);
	start(f, ids, count, 0);
	first = describe(f);
	for (uint32_t i = 0; i < count / 2; i++) {
		struct oid t = ids[i];

		ids[i] = ids[count - 1 - i];
		ids[count - 1 - i] = t;
	}
	graph_release(&f->graph);
	start(f, ids, count, 0);
	assert_string_equal(describe(f).ptr, first.ptr);
}

/* A second walk adds what the first had not, and nothing when there is nothing. */
static void goes_on_where_it_was(void **state)
{
	struct fixture *f = *state;
	uint32_t count, total, before;
	struct oid *ids;

	import_random(f, 90, 3);
	ids = tips(f, "git -C b rev-parse c50 c70", &count);
	start(f, ids, count, 0);
	(void)describe(f);
	before = walk_length(f->walk);
	ids = tips(f, all_tips, &total);
	start(f, ids, total, 0);
	assert_int_equal(walk_length(f->walk), 90 - before);
	(void)describe(f);
	start(f, ids, total, 0);
	assert_int_equal(walk_length(f->walk), 0);
	assert_int_equal(f->graph.nodes.len, 90);
}

static void check_bases(struct fixture *f, const struct oid *ids, uint32_t a, uint32_t b)
{
	struct strbuf listed = {0}, got = {0};
	uint32_t bases[60];
	char x[OID_HEX_LEN + 1], y[OID_HEX_LEN + 1];
	uint32_t n = graph_merge_bases(&f->graph, graph_find(&f->graph, &ids[a]),
		graph_find(&f->graph, &ids[b]), bases, 60);

	oid_hex(&ids[a], x);
	oid_hex(&ids[b], y);
	gitrepo_ask(&f->git, &listed, "git -C b merge-base --all %s %s || true", x, y);
	for (uint32_t i = 0; i < n; i++) {
		oid_hex(&f->graph.nodes.items[bases[i]].oid, x);
		strbuf_addf(&got, "%s\n", x);
	}
	assert_string_equal(sorted(f, strbuf_str(&got)).ptr, sorted(f, strbuf_str(&listed)).ptr);
	strbuf_release(&listed);
	strbuf_release(&got);
}

static void merge_bases_are_gits(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 4;
	uint32_t count;
	struct oid *ids;

	import_random(f, 60, 5);
	ids = tips(f, all_tips, &count);
	assert_int_equal(count, 60);
	start(f, ids, count, 0);
	for (int i = 0; i < 60; i++)
		check_bases(f, ids, draw(&seed, count), draw(&seed, count));
}

/* 1 - 2 - 3 - 5 (merge of 3 and 4); 4 follows 1. Dates: the number times ten. So few objects are
 * stored loose by fast-import, so that single ones can be taken away. */
static void import_diamond(struct fixture *f)
{
	struct strbuf b = {0};

	add_commit(&b, 1, NULL, 0, 10);
	add_commit(&b, 2, (uint32_t[]){1}, 1, 20);
	add_commit(&b, 3, (uint32_t[]){2}, 1, 30);
	add_commit(&b, 4, (uint32_t[]){1}, 1, 40);
	add_commit(&b, 5, (uint32_t[]){3, 4}, 2, 50);
	gitrepo_feed(&f->git, "git -C b fast-import --quiet", strbuf_str(&b));
	strbuf_release(&b);
	open_repo(f);
}

static void next(struct fixture *f, struct walk_commit *c)
{
	assert_int_equal(walk_next(f->walk, &f->arena, c, &f->err), 1);
}

static void gives_deltas_for_each_parent(void **state)
{
	struct fixture *f = *state;
	struct walk_commit c;
	struct oid *ids;
	uint32_t count;

	import_diamond(f);
	ids = tips(f, "git -C b rev-parse c5", &count);
	start(f, ids, count, 0);
	next(f, &c);
	assert_int_equal(c.deltas[0].len, 1);
	assert_true(str_is(c.deltas[0].items[0].path, "f1.py"));
	assert_true(oid_is_zero(&c.deltas[0].items[0].old_blob));
	assert_false(c.record.shallow);
	for (int i = 0; i < 4; i++)
		next(f, &c);
	assert_int_equal(c.delta_count, 2);
	assert_int_equal(c.record.committed_at, 50);
	/* c5 has f1 f2 f3 f5: against c3 only f5 is new, against c4 it lacks f4, too. */
	assert_int_equal(c.deltas[0].len, 1);
	assert_int_equal(c.deltas[1].len, 4);
	assert_true(str_is(c.deltas[1].items[2].path, "f4.py"));
	assert_true(oid_is_zero(&c.deltas[1].items[2].new_blob));
	assert_int_equal(walk_next(f->walk, &f->arena, &c, &f->err), 0);
}

static void since_cuts(void **state)
{
	struct fixture *f = *state;
	struct walk_commit c;
	struct oid *ids;
	uint32_t count;

	import_diamond(f);
	ids = tips(f, "git -C b rev-parse c5", &count);
	start(f, ids, count, 30);
	assert_int_equal(walk_length(f->walk), 3);
	assert_int_equal(walk_missing(f->walk), 0);
	for (int i = 0; i < 2; i++) { /* 3 and 4, in the order of their ids */
		next(f, &c);
		assert_true(c.record.shallow);
		assert_int_equal(c.record.parent_count, 0);
		assert_int_equal(c.delta_count, 1);
		assert_int_equal(c.deltas[0].len, c.record.committed_at == 30 ? 3 : 2);
	}
	next(f, &c);
	assert_false(c.record.shallow);
	assert_int_equal(c.record.parent_count, 2);
	graph_release(&f->graph);
	start(f, ids, count, 40); /* the merge keeps one parent */
	next(f, &c);
	next(f, &c);
	assert_true(c.record.shallow);
	assert_int_equal(c.record.parent_count, 1);
	assert_int_equal(c.delta_count, 1);
	start(f, ids, count, 60);
	assert_int_equal(walk_length(f->walk), 0);
}

static void missing_commits_cut(void **state)
{
	struct fixture *f = *state;
	struct walk_commit c;
	struct oid *ids;
	uint32_t count;

	import_diamond(f);
	ids = tips(f, "git -C b rev-parse c5 c2", &count);
	gitrepo_lose(&f->git, "b", &ids[1]);
	open_repo(f);
	start(f, ids, count, 0);
	assert_int_equal(walk_missing(f->walk), 1); /* a tip and a parent, counted once */
	assert_int_equal(walk_length(f->walk), 4);
	for (uint32_t i = 0; i < 4; i++) {
		next(f, &c);
		assert_int_equal(c.record.shallow, c.record.committed_at == 30);
		assert_false(c.unreadable);
	}
	assert_int_equal(c.record.parent_count, 2);
}

static void missing_trees_are_counted(void **state)
{
	struct fixture *f = *state;
	struct oid *ids, tree;
	struct walk_commit c;
	uint32_t count;

	import_diamond(f);
	ids = tips(f, "git -C b rev-parse c2", &count);
	tree = gitrepo_oid(&f->git, "git -C b rev-parse 'c1^{tree}'");
	gitrepo_lose(&f->git, "b", &tree);
	open_repo(f);
	start(f, ids, count, 0);
	next(f, &c);
	assert_int_equal(c.missing_trees, 1);
	assert_int_equal(c.deltas[0].len, 0);
	next(f, &c);
	assert_int_equal(c.missing_trees, 1); /* its parent's */
	assert_int_equal(c.deltas[0].len, 2);
}

/* A commit that goes away while the walk is under way. */
static void lost_commits_are_unreadable(void **state)
{
	struct fixture *f = *state;
	struct walk_commit c;
	struct oid *ids;
	uint32_t count;

	import_diamond(f);
	ids = tips(f, "git -C b rev-parse c3 c2", &count);
	open_repo(f);
	start(f, ids, 1, 0);
	gitrepo_lose(&f->git, "b", &ids[1]);
	next(f, &c);
	next(f, &c);
	assert_true(c.unreadable);
	assert_true(oid_eq(&c.record.oid, &ids[1]));
	assert_int_equal(c.record.parent_count, 1);
	next(f, &c);
	assert_false(c.unreadable);
	assert_int_equal(c.missing_trees, 1);
}

static void shallow_clones_start_late(void **state)
{
	struct fixture *f = *state;
	struct walk_commit c;
	struct oid *ids;
	uint32_t count;

	import_diamond(f);
	gitrepo_run(&f->git,
		"git clone -q --bare --depth 2 --branch c5 \"file://$PWD/b\" s && rm -rf b && "
		"mv s b");
	open_repo(f);
	ids = tips(f, "git -C b rev-parse c5", &count);
	start(f, ids, count, 0);
	assert_int_equal(walk_length(f->walk), 3);
	assert_int_equal(walk_missing(f->walk), 0);
	next(f, &c);
	assert_true(c.record.shallow);
	next(f, &c);
	assert_true(c.record.shallow);
	next(f, &c);
	assert_false(c.record.shallow);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

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
		TEST(walks_what_git_lists),
		TEST(order_ignores_how_tips_are_named),
		TEST(goes_on_where_it_was),
		TEST(merge_bases_are_gits),
		TEST(gives_deltas_for_each_parent),
		TEST(since_cuts),
		TEST(missing_commits_cut),
		TEST(missing_trees_are_counted),
		TEST(lost_commits_are_unreadable),
		TEST(shallow_clones_start_late),
	};

	return cmocka_run_group_tests_name("walk", tests, group_setup, group_teardown);
}
