/*
 * Commits as they stand in real histories: encodings, odd author lines, trailers, cherry-picks,
 * grafts, damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/repo.h"
#include "scan/text.h"
#include "tests/unit/gitrepo.h"

#define TREE   "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
#define AUTHOR "author Ada <ada@x> 1500000000 +0200\n"
#define CARL   "committer Carl <carl@x> 1500000100 -0700\n"
#define HEX    "0123456789abcdef0123456789abcdef01234567"
#define HEX2   "89abcdef0123456789abcdef0123456789abcdef"

struct fixture {
	struct gitrepo git;
	struct arena arena;
	struct err err;
	struct repo *repo;
	struct commit_record c;
	struct oid tree;
};

static void open_repo(struct fixture *f)
{
	char path[600];

	repo_close(f->repo);
	gitrepo_path(&f->git, "w", path, sizeof path);
	assert_int_equal(repo_open(&f->repo, path, &f->err), 0);
}

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q -b main w");
	open_repo(f);
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

/* Stores a commit object of these bytes and reads it back into f->c. */
static int read_back(struct fixture *f, struct str bytes)
{
	struct oid id = gitrepo_object(&f->git, "w", "commit", bytes);

	return repo_commit(f->repo, &id, &f->arena, &f->c, &f->tree, &f->err);
}

static void check_str(struct str got, const char *expected)
{
	if (!str_is(got, expected))
		fail_msg("got '%.*s', expected '%s'", STR_ARG(got), expected);
}

static void check_identity(struct identity got, const char *name, const char *email)
{
	check_str(got.name, name);
	check_str(got.email, email);
}

static void reads_the_fields(void **state)
{
	struct fixture *f = *state;
	struct oid p, tree;

	assert_int_equal(read_back(f,
				 STR(TREE "parent " HEX "\nparent " HEX2 "\nparent " HEX
					  "\n" AUTHOR CARL "\nsubject\n")),
		0);
	assert_true(oid_parse(&tree, STR("4b825dc642cb6eb9a060e54bf8d69288fbee4904")));
	assert_true(oid_eq(&f->tree, &tree));
	assert_int_equal(f->c.parent_count, 3);
	assert_true(oid_parse(&p, STR(HEX2)) && oid_eq(&p, &f->c.parents[1]));
	assert_true(oid_parse(&p, STR(HEX)) && oid_eq(&p, &f->c.parents[2]));
	check_identity(f->c.author, "Ada", "ada@x");
	assert_int_equal(f->c.authored_at, 1500000000);
	assert_int_equal(f->c.committed_at, 1500000100);
	check_str(f->c.summary, "subject");
	assert_false(f->c.shallow);
	assert_int_equal(f->c.generation, 0);
	assert_int_equal(f->c.coauthor_count, 0);
	assert_true(oid_is_zero(&f->c.cherry_picked_from));
}

static void reads_odd_author_lines(void **state)
{
	static const struct {
		const char *line, *name, *email;
		int64_t at;
	} cases[] = {
		{"Ada <ada@x 5 +0000", "Ada", "ada@x 5 +0000", 0},
		{"Ada <> 7 +0000", "Ada", "", 7},
		{"<ada@x> 7 +0000", "", "ada@x", 7},
		{"Ada <a>b@x> 7 +0000", "Ada", "a", 7},
		{"  Ada   Lovelace  <ada@x>9", "Ada   Lovelace", "ada@x", 9},
		{"Ada <ada@x> -5 +0000", "Ada", "ada@x", -5},
		{"Ada <ada@x> 99999999999999999999 +0000", "Ada", "ada@x", 0},
		{"Ada <ada@x>", "Ada", "ada@x", 0},
		{"", "", "", 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str raw =
			arena_printf(&f->arena, TREE "author %s\n" CARL "\nx\n", cases[i].line);

		assert_int_equal(read_back(f, raw), 0);
		check_identity(f->c.author, cases[i].name, cases[i].email);
		assert_int_equal(f->c.authored_at, cases[i].at);
	}
}

static void subjects_are_as_git_shows_them(void **state)
{
	static const char *const messages[] = {"one\n", "one\ntwo\n\nthree\n",
		"\n\n  one  \n two\t\n", "one", "", "\n \n", "a\r\nb\r\n\r\nc", "a\n  \nb"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		struct str raw = arena_printf(&f->arena, TREE AUTHOR CARL "\n%s", messages[i]);
		struct strbuf expected = {0};
		char hex[OID_HEX_LEN + 1];

		assert_int_equal(read_back(f, raw), 0);
		oid_hex(&f->c.oid, hex);
		gitrepo_ask(
			&f->git, &expected, "git -C w log -1 --format=%%s %s | tr -d '\\r'", hex);
		check_str(f->c.summary, arena_dup(&f->arena, str_trim(strbuf_str(&expected))).ptr);
		strbuf_release(&expected);
	}
}

static void decodes_text(void **state)
{
	static const struct {
		const char *encoding, *raw, *expected;
	} cases[] = {
		{"", "caf\xc3\xa9", "caf\xc3\xa9"},
		{"", "caf\xe9!", "caf\\xe9!"},
		{"ISO-8859-1", "caf\xe9", "caf\xc3\xa9"},
		{"latin-1", "caf\xe9", "caf\xc3\xa9"},
		{"latin1", "caf\xe9", "caf\xc3\xa9"},
		{"KOI8-R", "\xc1", "\xd0\xb0"},
		{"no-such-thing", "caf\xe9", "caf\\xe9"},
		{"UTF-8", "\xff\xc3\xa9", "\\xff\xc3\xa9"},
		{"", "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
			"\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80"},
		{"", "\xe2\x82", "\\xe2\\x82"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str raw = arena_printf(&f->arena,
			TREE "author %s <a@x> 1 +0000\n" CARL "%s%s%s\n%s\n", cases[i].raw,
			*cases[i].encoding ? "encoding " : "", cases[i].encoding,
			*cases[i].encoding ? "\n" : "", cases[i].raw);

		assert_int_equal(read_back(f, raw), 0);
		check_str(f->c.summary, cases[i].expected);
		check_str(f->c.author.name, cases[i].expected);
	}
}

static void credits_coauthors(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_back(f,
				 STR(TREE AUTHOR CARL "\nx\n\nCo-authored-by: not here <n@x>\n\n"
						      "Signed-off-by: S <s@x>\n"
						      "Co-authored-by: Bob B <bob@x>\n"
						      "co-authored-BY: Bob again <BOB@x>\n"
						      "Co-authored-by: Ada L <ADA@x>\n"
						      "Co-authored-by: eve@x\n"
						      "Co-authored-by: Mallory mal@x\n"
						      "Co-authored-by: Only Name\n"
						      "Co-authored-by: \n")),
		0);
	assert_int_equal(f->c.coauthor_count, 4);
	check_identity(f->c.coauthors[0], "Bob B", "bob@x");
	check_identity(f->c.coauthors[1], "", "eve@x");
	check_identity(f->c.coauthors[2], "Mallory", "mal@x");
	check_identity(f->c.coauthors[3], "Only Name", "");
}

static void follows_cherry_picks(void **state)
{
	static const struct {
		const char *message, *from;
	} cases[] = {
		{"x\n\n(cherry picked from commit " HEX ")\n", HEX},
		{"x\n\n(cherry picked from commit " HEX ")\n(cherry picked from commit " HEX2 ")",
			HEX2},
		{"x\n\n(cherry picked from commit 0123abc)\n", NULL},
		{"x\n\n(cherry picked from commit " HEX "0)\n", NULL},
		{"x (cherry picked from commit " HEX ")\n", NULL},
		{"x\n\n(cherry picked from commit zz23456789abcdef0123456789abcdef01234567)\n",
			NULL},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str raw = arena_printf(&f->arena, TREE AUTHOR CARL "\n%s", cases[i].message);
		struct oid expected = {{0}};

		if (cases[i].from)
			assert_true(oid_parse(&expected, str_from(cases[i].from)));
		assert_int_equal(read_back(f, raw), 0);
		assert_true(oid_eq(&f->c.cherry_picked_from, &expected));
	}
}

/* Signatures and unknown headers stand between; a header's text never becomes a field. */
static void passes_over_other_headers(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		read_back(f,
			STR(TREE AUTHOR CARL "gpgsig -----BEGIN\n author Evil <e@x> 1 +0000\n"
					     " -----END\nmergetag object x\n\nsubject\0hidden\n")),
		0);
	check_identity(f->c.author, "Ada", "ada@x");
	check_str(f->c.summary, "subject");
}

static void refuses_malformed_ones(void **state)
{
	static const char *const cases[] = {"", "tree\n", "tree 4b825dc\n" AUTHOR CARL "\nx",
		"author A <a> 1 +0\n" TREE CARL "\nx", TREE "parent 0123\n" AUTHOR CARL "\nx",
		TREE "parent " HEX "0\n" AUTHOR CARL "\nx", TREE "parent " HEX};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(read_back(f, str_from(cases[i])), ERR_CORRUPT);
		assert_non_null(strstr(f->err.message, "malformed"));
	}
}

static void shallow_clones_end(void **state)
{
	struct fixture *f = *state;
	struct oid tip, *parents;
	int64_t at;
	uint32_t count;
	bool shallow;

	gitrepo_run(&f->git,
		"for i in 1 2 3; do git -C w commit -q --allow-empty -m $i; done && rm -rf s && "
		"git clone -q --depth 2 \"file://$PWD/w\" s && rm -rf w && mv s w");
	open_repo(f);
	assert_true(repo_is_shallow(f->repo));
	tip = gitrepo_oid(&f->git, "git -C w rev-parse HEAD");
	assert_int_equal(
		repo_parents(f->repo, &tip, &f->arena, &parents, &count, &shallow, &at, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_false(shallow);
	tip = parents[0];
	assert_int_equal(
		repo_parents(f->repo, &tip, &f->arena, &parents, &count, &shallow, &at, &f->err),
		0);
	assert_int_equal(count, 0);
	assert_true(shallow);
	assert_int_equal(at, 1500000100);
	assert_int_equal(repo_commit(f->repo, &tip, &f->arena, &f->c, &f->tree, &f->err), 0);
	assert_int_equal(f->c.parent_count, 0);
	assert_true(f->c.shallow);
}

static void names_missing_ones(void **state)
{
	struct fixture *f = *state;
	struct oid id;

	assert_true(oid_parse(&id, STR(HEX)));
	assert_int_equal(
		repo_commit(f->repo, &id, &f->arena, &f->c, &f->tree, &f->err), ERR_NOT_FOUND);
	assert_non_null(strstr(f->err.message, HEX));
	id = gitrepo_object(&f->git, "w", "blob", STR(TREE AUTHOR CARL "\nx"));
	assert_int_equal(repo_commit_tree(f->repo, &id, &f->tree, &f->err), ERR_CORRUPT);
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
		TEST(reads_the_fields),
		TEST(reads_odd_author_lines),
		TEST(subjects_are_as_git_shows_them),
		TEST(decodes_text),
		TEST(credits_coauthors),
		TEST(follows_cherry_picks),
		TEST(passes_over_other_headers),
		TEST(refuses_malformed_ones),
		TEST(shallow_clones_end),
		TEST(names_missing_ones),
	};

	return cmocka_run_group_tests_name("commit", tests, group_setup, group_teardown);
}
