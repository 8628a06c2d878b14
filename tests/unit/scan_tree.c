/*
 * Tree differences: against `git diff-tree -r` on random trees with every kind of entry, and the
 * cases that random trees seldom hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/repo.h"
#include "tests/unit/gitrepo.h"
#include "draw.h"

struct fixture {
	struct gitrepo git;
	struct arena arena;
	struct err err;
	struct repo *repo;
	struct path_deltas deltas;
	uint32_t missing;
};

static const struct oid no_tree;

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);
	char path[600];

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q --bare -b main b");
	gitrepo_path(&f->git, "b", path, sizeof path);
	assert_int_equal(repo_open(&f->repo, path, &f->err), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	repo_close(f->repo);
	arena_release(&f->arena);
	gitrepo_remove(&f->git);
	free(f);
	return 0;
}

/* A tree from `git mktree` lines, in which BLOB, BLOB2 and so on stand for ids. */
static struct oid make_tree(struct fixture *f, const char *lines)
{
	gitrepo_feed(&f->git, "git -C b mktree --missing > id", str_from(lines));
	return gitrepo_oid(&f->git, "cat id");
}

static struct oid make_blob(struct fixture *f, const char *text, char hex[OID_HEX_LEN + 1])
{
	struct oid id = gitrepo_object(&f->git, "b", "blob", str_from(text));

	oid_hex(&id, hex);
	return id;
}

static void diff(struct fixture *f, const struct oid *a, const struct oid *b)
{
	f->missing = 0;
	assert_int_equal(
		repo_tree_diff(f->repo, a, b, &f->arena, &f->deltas, &f->missing, &f->err), 0);
}

static void check_delta(
	struct fixture *f, uint32_t i, const char *path, const struct oid *a, const struct oid *b)
{
	assert_true(i < f->deltas.len);
	if (!str_is(f->deltas.items[i].path, path))
		fail_msg("got '%.*s', expected '%s'", STR_ARG(f->deltas.items[i].path), path);
	assert_true(oid_eq(&f->deltas.items[i].old_blob, a));
	assert_true(oid_eq(&f->deltas.items[i].new_blob, b));
}

/* ---- random trees ---- */

/* A fast-import stream: each commit changes or removes some of few paths, so that a name is now a
 * file, now a directory, now a link or a submodule. */
static void add_commits(struct strbuf *b, int commits)
{
	static const char *const names[] = {"a", "a.py", "a-b", "a0.py", "b.pyi", "b", "c.txt",
		"d.pyw", "a.py.py", "Z.py", "\xc3\xa9.py"};
	static const char *const modes[] = {"100644", "100755", "120000", "100644"};
	uint64_t seed = 77;

	for (int c = 0; c < commits; c++) {
		strbuf_addf(
			b, "commit refs/heads/main\ncommitter C <c@x> %d +0000\ndata 1\nx\n", c);
		for (uint32_t i = draw(&seed, 6); i < 8; i++) {
			struct strbuf path = {0};

			for (uint32_t depth = draw(&seed, 4), d = 0; d <= depth; d++)
				strbuf_addf(&path, "%s%s", d ? "/" : "",
					names[draw(&seed, ARRAY_LEN(names))]);
			if (draw(&seed, 4) == 0)
				strbuf_addf(b, "D %s\n", path.ptr);
			else if (draw(&seed, 10) == 0)
				strbuf_addf(b, "M 160000 %040u %s\n", 1 + draw(&seed, 9), path.ptr);
			else
				strbuf_addf(b, "M %s inline %s\ndata 2\n%c\n\n",
					modes[draw(&seed, ARRAY_LEN(modes))], path.ptr,
					(int)('a' + draw(&seed, 6)));
			strbuf_release(&path);
		}
	}
}

/* What we say of two trees, in the form of ids and paths; as git does, by `expected`. */
static struct str describe(struct fixture *f)
{
	struct strbuf b = {0};
	struct str out;

	for (uint32_t i = 0; i < f->deltas.len; i++) {
		char a[OID_HEX_LEN + 1], c[OID_HEX_LEN + 1];

		oid_hex(&f->deltas.items[i].old_blob, a);
		oid_hex(&f->deltas.items[i].new_blob, c);
		strbuf_addf(&b, "%s %s %.*s\n", a, c, STR_ARG(f->deltas.items[i].path));
	}
	out = arena_dup(&f->arena, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

/* git's raw lines ":oldmode newmode old new status<TAB>path": only Python files count, and what is
 * no regular file counts as none. */
static const char *const as_git =
	"git -C b diff-tree -r --no-renames --no-abbrev %s %s | LC_ALL=C awk -F'\\t' '"
	"$2 ~ /\\.py[iw]?$/ { split($1, m, / /); z = \"0000000000000000000000000000000000000000\"; "
	"o = substr(m[1], 2, 3) == \"100\" ? m[3] : z; n = substr(m[2], 1, 3) == \"100\" ? m[4] : "
	"z; "
	"if (o != n) print o, n, $2 }' | LC_ALL=C sort -s -k3";

static void check_pair(struct fixture *f, struct str a, struct str b)
{
	struct strbuf expected = {0}, command = {0};
	struct oid x, y;
	char hex[2][OID_HEX_LEN + 1] = {"", ""};

	memcpy(hex[0], a.ptr, OID_HEX_LEN);
	memcpy(hex[1], b.ptr, OID_HEX_LEN);
	assert_true(oid_parse(&x, a) && oid_parse(&y, b));
	strbuf_addz(&command, "git config --global core.quotePath false; ");
	/* as_git is a format with the two names in it */
	for (const char *p = as_git, *name = hex[0]; *p; p++)
		if (p[0] == '%' && p[1] == 's') {
			strbuf_addz(&command, name);
			name = hex[1];
			p++;
		} else {
			strbuf_addc(&command, *p);
		}
	gitrepo_ask(&f->git, &expected, "%s", command.ptr);
	diff(f, &x, &y);
	if (!str_eq(describe(f), strbuf_str(&expected)))
		fail_msg("%s %s: got\n%s, git says\n%s", hex[0], hex[1], describe(f).ptr,
			expected.ptr);
	assert_int_equal(f->missing, 0);
	strbuf_release(&command);
	strbuf_release(&expected);
}

static void differs_as_git(void **state)
{
	struct fixture *f = *state;
	struct strbuf stream = {0}, trees = {0};
	struct str rest, line, before = STR_EMPTY;
	int n = 0;

	add_commits(&stream, 50);
	gitrepo_feed(&f->git, "git -C b fast-import --quiet", strbuf_str(&stream));
	gitrepo_ask(&f->git, &trees, "git -C b log --reverse --format=%%T");
	rest = strbuf_str(&trees);
	for (; str_next(&rest, '\n', &line); before = line, n++)
		if (before.len)
			check_pair(f, before, line);
	assert_int_equal(n, 50);
	strbuf_release(&stream);
	strbuf_release(&trees);
	gitrepo_run(&f->git, "rm -f ~/.gitconfig");
}

/* ---- by hand ---- */

static void compares_with_nothing(void **state)
{
	struct fixture *f = *state;
	char lines[300], one[OID_HEX_LEN + 1];
	struct oid blob = make_blob(f, "1", one), tree;

	(void)snprintf(lines, sizeof lines,
		"100644 blob %s\tx.py\n100755 blob %s\ty.pyw\n120000 blob %s\tlink.py\n"
		"100644 blob %s\tREADME\n100664 blob %s\told.pyi\n",
		one, one, one, one, one);
	tree = make_tree(f, lines);
	diff(f, &no_tree, &tree);
	assert_int_equal(f->deltas.len, 3);
	check_delta(f, 0, "old.pyi", &no_tree, &blob);
	check_delta(f, 1, "x.py", &no_tree, &blob);
	check_delta(f, 2, "y.pyw", &no_tree, &blob);
	diff(f, &tree, &no_tree);
	assert_int_equal(f->deltas.len, 3);
	check_delta(f, 0, "old.pyi", &blob, &no_tree);
	diff(f, &tree, &tree);
	assert_int_equal(f->deltas.len, 0);
	diff(f, &no_tree, &no_tree);
	assert_int_equal(f->deltas.len + f->missing, 0);
}

static void escapes_foreign_names(void **state)
{
	struct fixture *f = *state;
	char lines[300], one[OID_HEX_LEN + 1], two[OID_HEX_LEN + 1];
	struct oid a = make_blob(f, "1", one), b = make_blob(f, "2", two), tree;

	/* By bytes \xff.py comes last, escaped it stands before a.py, and is then a name of its
	 * own. */
	(void)snprintf(lines, sizeof lines,
		"100644 blob %s\ta.py\n100644 blob %s\t\xff.py\n100644 blob %s\tA\xe9 b.py\n", one,
		two, one);
	tree = make_tree(f, lines);
	diff(f, &no_tree, &tree);
	assert_int_equal(f->deltas.len, 3);
	check_delta(f, 0, "A\\xe9 b.py", &no_tree, &a);
	check_delta(f, 1, "\\xff.py", &no_tree, &b);
	check_delta(f, 2, "a.py", &no_tree, &a);
	(void)snprintf(lines, sizeof lines, "100644 blob %s\t\\xff.py\n100644 blob %s\t\xff.py\n",
		one, two);
	tree = make_tree(f, lines);
	diff(f, &no_tree, &tree);
	assert_int_equal(f->deltas.len, 1);
}

static void counts_missing_trees(void **state)
{
	struct fixture *f = *state;
	char lines[300], one[OID_HEX_LEN + 1], sub[OID_HEX_LEN + 1];
	struct oid blob = make_blob(f, "1", one), inner, tree, lost;

	(void)snprintf(lines, sizeof lines, "100644 blob %s\tin.py\n", one);
	inner = make_tree(f, lines);
	oid_hex(&inner, sub);
	(void)snprintf(
		lines, sizeof lines, "040000 tree %s\tsub\n100644 blob %s\ttop.py\n", sub, one);
	tree = make_tree(f, lines);
	diff(f, &no_tree, &tree);
	assert_int_equal(f->deltas.len, 2);
	check_delta(f, 0, "sub/in.py", &no_tree, &blob);
	gitrepo_lose(&f->git, "b", &inner);
	repo_close(f->repo);
	gitrepo_path(&f->git, "b", lines, sizeof lines);
	assert_int_equal(repo_open(&f->repo, lines, &f->err), 0);
	diff(f, &no_tree, &tree);
	assert_int_equal(f->missing, 1);
	assert_int_equal(f->deltas.len, 1);
	check_delta(f, 0, "top.py", &no_tree, &blob);
	lost = inner;
	diff(f, &lost, &tree);
	assert_int_equal(f->missing, 2);
}

/* Which ones they are, each once; whether they can be read as what they should be. */
static void remembers_missing_objects(void **state)
{
	struct fixture *f = *state;
	char lines[300], one[OID_HEX_LEN + 1], sub[OID_HEX_LEN + 1];
	struct oid blob = make_blob(f, "1", one), inner, tree, damaged;
	const struct missing_object *missing;
	uint32_t count;

	(void)snprintf(lines, sizeof lines, "100644 blob %s\tin.py\n", one);
	inner = make_tree(f, lines);
	oid_hex(&inner, sub);
	(void)snprintf(lines, sizeof lines, "040000 tree %s\tsub\n", sub);
	tree = make_tree(f, lines);
	assert_true(repo_can_read(f->repo, &inner, OBJECT_TREE));
	assert_true(repo_can_read(f->repo, &blob, OBJECT_BLOB));
	assert_false(repo_can_read(f->repo, &blob, OBJECT_TREE));
	assert_false(repo_can_read(f->repo, &inner, OBJECT_COMMIT));
	assert_false(repo_can_read(f->repo, &inner, OBJECT_TOO_LARGE));
	diff(f, &no_tree, &tree);
	assert_ptr_equal(repo_missing(f->repo, &count), NULL);
	assert_int_equal(count, 0);

	gitrepo_lose(&f->git, "b", &inner);
	repo_close(f->repo);
	gitrepo_path(&f->git, "b", lines, sizeof lines);
	assert_int_equal(repo_open(&f->repo, lines, &f->err), 0);
	diff(f, &no_tree, &tree);
	diff(f, &tree, &no_tree);
	missing = repo_missing(f->repo, &count);
	assert_int_equal(count, 1);
	assert_true(oid_eq(&missing[0].id, &inner) && missing[0].kind == OBJECT_TREE);
	assert_false(repo_can_read(f->repo, &inner, OBJECT_TREE));

	/* Its header alone can be read. */
	damaged = gitrepo_object(&f->git, "b", "blob", STR("a text that is long enough to be cut"));
	oid_hex(&damaged, one);
	gitrepo_run(&f->git,
		"cd b/objects/%.2s && chmod +w %s && printf xxxx | dd of=%s bs=1 seek=30 "
		"conv=notrunc "
		"2>dd",
		one, one + 2, one + 2);
	assert_false(repo_can_read(f->repo, &damaged, OBJECT_BLOB));
}

/* A tree whose bytes break off, or that is no tree: what can be read counts, nothing crashes. */
static void survives_malformed_trees(void **state)
{
	static const char *const cases[] = {
		"", "100644", "100644 x.py", "100644 x.py\0abc", "\0\0\0 "};
	struct fixture *f = *state;
	struct oid id;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		id = gitrepo_object(
			&f->git, "b", "tree", str_slice(cases[i], i < 3 ? strlen(cases[i]) : 4));
		diff(f, &no_tree, &id);
		assert_int_equal(f->deltas.len, 0);
	}
	id = gitrepo_object(&f->git, "b", "blob", STR("no tree"));
	diff(f, &no_tree, &id);
	assert_int_equal(f->missing, 1);
}

/* Thirty levels of a tree that names the level below twice: a billion paths in some kilobytes. */
static void is_not_blown_up(void **state)
{
	struct fixture *f = *state;
	char lines[300], hex[OID_HEX_LEN + 1];
	struct oid id = {{0}};

	(void)make_blob(f, "1", hex);
	(void)snprintf(lines, sizeof lines, "100644 blob %s\tx.py\n", hex);
	for (int level = 0; level < 30; level++) {
		id = make_tree(f, lines);
		oid_hex(&id, hex);
		(void)snprintf(
			lines, sizeof lines, "040000 tree %s\ta\n040000 tree %s\tb\n", hex, hex);
	}
	diff(f, &no_tree, &id);
	assert_true(f->missing > 0);
	assert_true(f->deltas.len < 5000000);
}

static void finds_paths(void **state)
{
	struct fixture *f = *state;
	struct oid blob, commit, got;

	gitrepo_feed(&f->git, "git -C b fast-import --quiet",
		STR("commit refs/heads/main\ncommitter C <c@x> 1 +0000\ndata 1\nx\n"
		    "M 100644 inline d/e/f.py\ndata 1\n1\nM 120000 inline l\ndata 1\n1\n"
		    "M 100644 inline \"d/\\377.py\"\ndata 1\n1\n"));
	blob = gitrepo_oid(&f->git, "git -C b rev-parse main:d/e/f.py");
	commit = gitrepo_oid(&f->git, "git -C b rev-parse main");
	assert_int_equal(repo_path_blob(f->repo, &commit, STR("d/e/f.py"), &got, &f->err), 0);
	assert_true(oid_eq(&got, &blob));
	assert_int_equal(repo_path_blob(f->repo, &commit, STR("d/\\xff.py"), &got, &f->err), 0);
	assert_int_equal(
		repo_path_blob(f->repo, &commit, STR("d/e"), &got, &f->err), ERR_NOT_FOUND);
	assert_int_equal(repo_path_blob(f->repo, &commit, STR("l"), &got, &f->err), ERR_NOT_FOUND);
	assert_int_equal(repo_path_blob(f->repo, &commit, STR(""), &got, &f->err), ERR_NOT_FOUND);
	assert_int_equal(
		repo_path_blob(f->repo, &commit, STR("d/e/f.py/x"), &got, &f->err), ERR_NOT_FOUND);
	assert_int_equal(
		repo_path_blob(f->repo, &commit, STR("d/x.py"), &got, &f->err), ERR_NOT_FOUND);
	assert_non_null(strstr(f->err.message, "d/x.py"));
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
		TEST(differs_as_git),
		TEST(compares_with_nothing),
		TEST(escapes_foreign_names),
		TEST(counts_missing_trees),
		TEST(remembers_missing_objects),
		TEST(survives_malformed_trees),
		TEST(is_not_blown_up),
		TEST(finds_paths),
	};

	return cmocka_run_group_tests_name("tree", tests, group_setup, group_teardown);
}
