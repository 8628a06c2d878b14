/*
 * Opening repositories of every shape, HEAD, references, revisions, remotes, mailmap, blobs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/repo.h"
#include "tests/unit/gitrepo.h"

struct fixture {
	struct gitrepo git;
	struct arena arena;
	struct err err;
	struct repo *repo;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q -b main w && git -C w commit -q --allow-empty -m one");
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

static int open_at(struct fixture *f, const char *name)
{
	char path[600];

	repo_close(f->repo);
	f->repo = NULL;
	gitrepo_path(&f->git, name, path, sizeof path);
	return repo_open(&f->repo, path, &f->err);
}

static bool says(const struct fixture *f, const char *part)
{
	return strstr(f->err.message, part) != NULL;
}

/* ---- opening ---- */

static void opens_work_trees(void **state)
{
	struct fixture *f = *state;

	gitrepo_run(&f->git, "mkdir -p w/a/b");
	assert_int_equal(open_at(f, "w"), 0);
	assert_true(str_ends(repo_common_dir(f->repo), "/w/.git"));
	assert_true(str_ends(repo_workdir(f->repo), "/w"));
	assert_int_equal(open_at(f, "w/a/b"), 0);
	assert_true(str_ends(repo_common_dir(f->repo), "/w/.git"));
	assert_int_equal(open_at(f, "w/.git"), 0);
	assert_true(str_ends(repo_workdir(f->repo), "/w"));
	assert_false(repo_is_shallow(f->repo));
}

static void opens_bare_ones(void **state)
{
	struct fixture *f = *state;
	struct repo_ref head;

	gitrepo_run(&f->git, "git clone -q --bare w b.git");
	assert_int_equal(open_at(f, "b.git"), 0);
	assert_true(str_ends(repo_common_dir(f->repo), "/b.git"));
	assert_int_equal(repo_workdir(f->repo).len, 0);
	assert_int_equal(repo_head(f->repo, &f->arena, &head, &f->err), 0);
}

static void opens_linked_worktrees(void **state)
{
	struct fixture *f = *state;
	struct repo_ref head;
	struct repo *again;

	gitrepo_run(&f->git, "git -C w worktree add -q -b topic ../linked 2>&1");
	assert_int_equal(open_at(f, "linked"), 0);
	assert_true(str_ends(repo_common_dir(f->repo), "/w/.git"));
	assert_true(str_ends(repo_workdir(f->repo), "/linked"));
	assert_int_equal(repo_head(f->repo, &f->arena, &head, &f->err), 0);
	assert_true(str_is(head.name, "refs/heads/topic"));
	assert_int_equal(repo_reopen(&again, f->repo, &f->err), 0);
	assert_int_equal(repo_head(again, &f->arena, &head, &f->err), 0);
	assert_true(str_is(head.name, "refs/heads/topic"));
	repo_close(again);
}

static void refuses_what_is_none(void **state)
{
	struct fixture *f = *state;

	gitrepo_run(&f->git, "mkdir empty");
	assert_int_equal(open_at(f, "empty"), ERR_NOT_FOUND);
	assert_true(says(f, "not in a git repository"));
	assert_int_equal(open_at(f, "nowhere"), ERR_NOT_FOUND);
	assert_true(says(f, "nowhere"));
}

static void opens_with_extensions(void **state)
{
	struct fixture *f = *state;

	gitrepo_run(&f->git,
		"printf '[core]\nrepositoryFormatVersion = 1\n[extensions]\npartialClone = origin\n"
		"worktreeConfig = true\nrelativeWorktrees = true\npreciousObjects = true\n' "
		">> w/.git/config");
	assert_int_equal(open_at(f, "w"), 0);
	gitrepo_run(&f->git, "echo 'unheardOf = true' >> w/.git/config");
	assert_int_equal(open_at(f, "w"), ERR_FAILED);
	assert_true(says(f, "unheardof"));
}

static void names_the_owner_problem(void **state)
{
	struct fixture *f = *state;

	if (geteuid() != 0)
		skip(); /* only root can give a directory away */
	(void)unsetenv("SUDO_UID");
	gitrepo_run(&f->git, "chown -R 12345 w");
	assert_int_equal(open_at(f, "w"), ERR_FAILED);
	assert_true(says(f, "owned by someone else"));
	assert_true(says(f, "safe.directory"));
	gitrepo_run(&f->git, "git config --global --add safe.directory \"$(cd w && pwd -P)\"");
	assert_int_equal(open_at(f, "w"), 0);
	gitrepo_run(&f->git, "git config --global --add safe.directory ''");
	assert_int_equal(open_at(f, "w"), ERR_FAILED);
	gitrepo_run(&f->git, "git config --global --add safe.directory '*'");
	assert_int_equal(open_at(f, "w"), 0);
	gitrepo_run(&f->git, "rm ~/.gitconfig");
}

/* ---- HEAD and references ---- */

static int head(struct fixture *f, struct repo_ref *out)
{
	assert_int_equal(open_at(f, "w"), 0);
	return repo_head(f->repo, &f->arena, out, &f->err);
}

static void head_is_a_branch_or_detached(void **state)
{
	struct fixture *f = *state;
	struct oid one = gitrepo_oid(&f->git, "git -C w rev-parse HEAD");
	struct repo_ref out;

	assert_int_equal(head(f, &out), 0);
	assert_true(str_is(out.name, "refs/heads/main"));
	assert_true(oid_eq(&out.commit, &one));
	gitrepo_run(&f->git, "git -C w checkout -q --detach");
	assert_int_equal(head(f, &out), 0);
	assert_true(str_is(out.name, "HEAD"));
	assert_true(oid_eq(&out.commit, &one));
}

static void head_may_be_unborn_or_lost(void **state)
{
	struct fixture *f = *state;
	struct repo_ref out;

	gitrepo_run(
		&f->git, "git -C w symbolic-ref HEAD refs/heads/gone && git -C w branch b2 main");
	assert_int_equal(head(f, &out), ERR_NOT_FOUND);
	assert_true(says(f, "refs/heads/gone"));
	assert_true(says(f, "b2, main"));
	gitrepo_run(&f->git, "git -C w branch -q -D main b2");
	assert_int_equal(head(f, &out), ERR_EMPTY);
	gitrepo_run(&f->git, "echo garbage > w/.git/HEAD");
	assert_int_not_equal(
		open_at(f, "w") ? -1 : repo_head(f->repo, &f->arena, &out, &f->err), 0);
}

static void head_commit_may_be_missing(void **state)
{
	struct fixture *f = *state;
	struct oid one = gitrepo_oid(&f->git, "git -C w rev-parse HEAD");
	struct repo_ref out;
	char hex[OID_HEX_LEN + 1];

	oid_hex(&one, hex);
	gitrepo_lose(&f->git, "w/.git", &one);
	assert_int_equal(head(f, &out), ERR_CORRUPT);
	assert_int_equal(f->err.code, ERR_CORRUPT);
	assert_true(says(f, hex));
}

static void lists_branches_and_tags(void **state)
{
	struct fixture *f = *state;
	static const char *const expected[] = {
		"refs/heads/a", "refs/heads/main", "refs/tags/light", "refs/tags/v1"};
	struct oid one = gitrepo_oid(&f->git, "git -C w rev-parse HEAD");
	struct repo_ref *refs;
	uint32_t count;

	gitrepo_run(&f->git,
		"cd w && git tag light && git tag -a -m x v1 && git tag tree 'HEAD^{tree}' && "
		"git branch a && git update-ref refs/remotes/origin/x HEAD && git pack-refs --all");
	assert_int_equal(open_at(f, "w"), 0);
	assert_int_equal(repo_refs(f->repo, &f->arena, &refs, &count, &f->err), 0);
	assert_int_equal(count, ARRAY_LEN(expected));
	for (uint32_t i = 0; i < count; i++) {
		assert_true(str_is(refs[i].name, expected[i]));
		assert_true(oid_eq(&refs[i].commit, &one));
	}
}

static void finds_what_users_write(void **state)
{
	static const char *const cases[][2] = {
		{"main", "refs/heads/main"},
		{"heads/main", "refs/heads/main"},
		{"v1", "refs/tags/v1"},
		{"origin/x", "refs/remotes/origin/x"},
		{"HEAD", "refs/heads/main"},
		{"HEAD~1", "HEAD~1"},
		{"main^", "main^"},
	};
	struct fixture *f = *state;
	struct repo_ref out;

	gitrepo_run(&f->git,
		"cd w && git commit -q --allow-empty -m two && git tag -a -m x v1 && "
		"git update-ref refs/remotes/origin/x HEAD");
	assert_int_equal(open_at(f, "w"), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct oid expected;
		char command[100];

		(void)snprintf(
			command, sizeof command, "git -C w rev-parse '%s^{commit}'", cases[i][0]);
		expected = gitrepo_oid(&f->git, command);
		assert_int_equal(repo_find_ref(f->repo, &f->arena, cases[i][0], &out, &f->err), 0);
		assert_true(str_is(out.name, cases[i][1]));
		assert_true(oid_eq(&out.commit, &expected));
	}
}

static void refuses_unknown_revisions(void **state)
{
	struct fixture *f = *state;
	struct oid id;

	assert_int_equal(open_at(f, "w"), 0);
	assert_int_equal(repo_resolve(f->repo, "no-such", &id, &f->err), ERR_NOT_FOUND);
	assert_true(says(f, "'no-such'"));
	assert_int_equal(repo_resolve(f->repo, "HEAD^{tree}", &id, &f->err), ERR_NOT_FOUND);
	assert_true(says(f, "tree"));
	assert_int_equal(repo_resolve(f->repo, "HEAD~1", &id, &f->err), ERR_NOT_FOUND);
	assert_int_equal(repo_resolve(f->repo, "", &id, &f->err), ERR_NOT_FOUND);
}

/* ---- remotes ---- */

static void remotes_have_one_form(void **state)
{
	static const char *const cases[][3] = {
		{"https://GitHub.com/Own/Name.git", NULL, "github.com/Own/Name"},
		{"https://u:secret@h.example:8443/a/b/", "https://h.example:8443/a/b/",
			"h.example/a/b"},
		{"git@github.com:Own/Name.git", NULL, "github.com/Own/Name"},
		{"ssh://git@h.example:22//a/b.git", NULL, "h.example/a/b"},
		{"h:x", NULL, "h/x"},
		{"git://[::1]:9418/a", NULL, "[::1]/a"},
		{"../elsewhere", NULL, ""},
		{"/srv/a:b/c.git", NULL, ""},
		{"file:///srv/c.git", NULL, ""},
		{"https://h.example", NULL, ""},
	};
	struct fixture *f = *state;
	struct str url, form;

	assert_int_equal(open_at(f, "w"), 0);
	assert_int_equal(repo_remote_url(f->repo, &f->arena, &url, &form), 0);
	assert_int_equal(url.len + form.len, 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		gitrepo_run(&f->git, "git -C w config remote.only.url '%s'", cases[i][0]);
		assert_int_equal(repo_remote_url(f->repo, &f->arena, &url, &form), 0);
		assert_true(str_is(url, cases[i][1] ? cases[i][1] : cases[i][0]));
		assert_true(str_is(form, cases[i][2]));
	}
	gitrepo_run(&f->git, "git -C w config remote.third.url h.example:t");
	assert_int_equal(repo_remote_url(f->repo, &f->arena, &url, &form), 0);
	assert_int_equal(url.len + form.len, 0); /* two, and none of them is origin */
	gitrepo_run(&f->git, "git -C w config remote.origin.url git@o.example:o/o");
	assert_int_equal(repo_remote_url(f->repo, &f->arena, &url, &form), 0);
	assert_true(str_is(form, "o.example/o/o"));
}

/* ---- blobs ---- */

static void reads_blobs(void **state)
{
	struct fixture *f = *state;
	struct oid full = gitrepo_object(&f->git, "w", "blob", STR("a\0b\n"));
	struct oid none = gitrepo_object(&f->git, "w", "blob", STR_EMPTY), bad = full, tree;
	struct str text;

	tree = gitrepo_oid(&f->git, "git -C w rev-parse 'HEAD^{tree}'");
	assert_int_equal(open_at(f, "w"), 0);
	assert_int_equal(repo_blob(f->repo, &full, &f->arena, &text, &f->err), 0);
	assert_true(str_eq(text, STR("a\0b\n")));
	assert_int_equal(repo_blob_size(f->repo, &full), 4);
	assert_int_equal(repo_blob(f->repo, &none, &f->arena, &text, &f->err), 0);
	assert_int_equal(text.len, 0);
	bad.id[0] ^= 1;
	assert_int_equal(repo_blob(f->repo, &bad, &f->arena, &text, &f->err), ERR_NOT_FOUND);
	assert_int_equal(repo_blob_size(f->repo, &bad), ERR_NOT_FOUND);
	assert_int_equal(repo_blob(f->repo, &tree, &f->arena, &text, &f->err), ERR_CORRUPT);
}

/* Garbage, a cut file, and whole bytes under the wrong name: all must be noticed. */
static void notices_corrupt_blobs(void **state)
{
	static const char *const damage[] = {
		"printf garbage > $o", "truncate -s 12 $o", "cp $p $o", ": > $o"};
	struct fixture *f = *state;
	struct oid id =
		gitrepo_object(&f->git, "w", "blob", STR("some text that is long enough\n"));
	struct oid other = gitrepo_object(&f->git, "w", "blob", STR("other text\n"));
	char hex[OID_HEX_LEN + 1], hex2[OID_HEX_LEN + 1];
	struct str text;

	oid_hex(&id, hex);
	oid_hex(&other, hex2);
	for (size_t i = 0; i < ARRAY_LEN(damage); i++) {
		gitrepo_run(&f->git,
			"o=w/.git/objects/%.2s/%s p=w/.git/objects/%.2s/%s; chmod u+w $o; %s", hex,
			hex + 2, hex2, hex2 + 2, damage[i]);
		assert_int_equal(open_at(f, "w"), 0);
		assert_int_equal(repo_blob(f->repo, &id, &f->arena, &text, &f->err), ERR_CORRUPT);
		assert_true(says(f, hex));
	}
}

/* ---- mailmap ---- */

static void check_mailmap(struct fixture *f, const char *where, const char *name, const char *email)
{
	struct identity raw = {str_from(name), str_from(email)}, mapped;
	struct repo_mailmap *m;
	struct strbuf expected = {0};
	struct str text, got;

	assert_int_equal(open_at(f, where), 0);
	assert_int_equal(repo_mailmap_load(f->repo, &m, &text, &f->arena, &f->err), 0);
	gitrepo_ask(&f->git, &expected, "git -C %s check-mailmap '%s <%s>'", where, name, email);
	mapped = repo_mailmap_apply(m, &f->arena, raw);
	got = arena_printf(&f->arena, "%.*s <%.*s>\n", STR_ARG(mapped.name), STR_ARG(mapped.email));
	if (!str_eq(got, strbuf_str(&expected)))
		fail_msg("%s: got %s, git says %s", where, got.ptr, expected.ptr);
	strbuf_release(&expected);
	repo_mailmap_free(m);
}

static void maps_as_git(void **state)
{
	static const char *const people[][2] = {{"old", "old@x"}, {"OLD", "Old@X"},
		{"one", "multi@x"}, {"two", "multi@x"}, {"none", "none@x"}, {"ONE", "Multi@X"},
		{"both", "both@x"}, {"over", "over@x"}, {"file", "file@x"}, {"blob", "blob@x"}};
	struct fixture *f = *state;

	gitrepo_feed(&f->git, "cat > w/.mailmap",
		STR("Both Name <both@x>\n<both2@x> <both@x>\nA <a@x> over <over@x>\n<o2@x> over "
		    "<over@x>\n"
		    "no brackets\nbad > order <\nNew <new@x> <old@x>\nFirst <f@x> one <multi@x>\n# "
		    "comment\nTree <t@x> "
		    "<file@x>\n"));
	gitrepo_feed(&f->git, "cat > extra", STR("File Wins <fw@x> <file@x>"));
	gitrepo_feed(&f->git, "cat > w/blobmap", STR("Blob <b2@x> <blob@x>\n"));
	gitrepo_run(&f->git,
		"git -C w add . && git -C w commit -q -m map && git clone -q --bare w b.git && "
		"git -C w config mailmap.file \"$PWD/extra\" && "
		"git -C w config mailmap.blob HEAD:blobmap && git clone -q --bare w c.git && "
		"git -C c.git config mailmap.blob HEAD:blobmap");
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		check_mailmap(f, "w", people[i][0], people[i][1]);
		check_mailmap(f, "b.git", people[i][0], people[i][1]);
		check_mailmap(f, "c.git", people[i][0], people[i][1]);
	}
}

static struct str mailmap_text(struct fixture *f)
{
	struct repo_mailmap *m;
	struct str text;

	assert_int_equal(open_at(f, "w"), 0);
	assert_int_equal(repo_mailmap_load(f->repo, &m, &text, &f->arena, &f->err), 0);
	repo_mailmap_free(m);
	return text;
}

static void mailmap_text_tells_changes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mailmap_text(f).len, 0);
	gitrepo_feed(&f->git, "cat > w/.mailmap", STR("A <a@x> <b@x>\n"));
	assert_true(str_is(mailmap_text(f), "A <a@x> <b@x>\n"));
	gitrepo_run(&f->git, "mv w/.mailmap w/m && ln -s m w/.mailmap");
	assert_int_equal(mailmap_text(f).len, 0); /* git does not follow it either */
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
		TEST(opens_work_trees),
		TEST(opens_bare_ones),
		TEST(opens_linked_worktrees),
		TEST(refuses_what_is_none),
		TEST(opens_with_extensions),
		TEST(names_the_owner_problem),
		TEST(head_is_a_branch_or_detached),
		TEST(head_may_be_unborn_or_lost),
		TEST(head_commit_may_be_missing),
		TEST(lists_branches_and_tags),
		TEST(finds_what_users_write),
		TEST(refuses_unknown_revisions),
		TEST(remotes_have_one_form),
		TEST(reads_blobs),
		TEST(notices_corrupt_blobs),
		TEST(maps_as_git),
		TEST(mailmap_text_tells_changes),
	};

	return cmocka_run_group_tests_name("repo", tests, group_setup, group_teardown);
}
