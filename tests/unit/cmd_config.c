/*
 * Configuration: what the settings mean, patterns, and which keys options accept. Where files are
 * found and how errors read is told by tests/cli/config.case.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmd/config.h"
#include "cmd/glob.h"

#define TEMPLATE "/tmp/lapse-config-XXXXXX"

struct state {
	struct arena arena;
	struct config config;
	struct err e;
	char folder[32];
};

static const char *path_in(struct state *s, const char *name)
{
	return arena_printf(&s->arena, "%s/%s", s->folder, name).ptr;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int load(struct state *s, const char *text)
{
	const struct config_where where = {.file = path_in(s, "x.toml"), .path = s->folder};
	int r;

	write_file(where.file, text);
	r = config_load(&where, &s->arena, &s->config, &s->e);
	return r < 0 ? r : config_check_options(&s->config, &s->arena, &s->e);
}

static size_t rule(const char *id)
{
	int number = rule_find(str_from(id));

	assert_true(number >= 0);
	return (size_t)number;
}

static void assert_level(struct state *s, const char *id, enum level before, enum level after)
{
	enum level level = before;

	assert_true(config_level(&s->config, rule(id), &level));
	assert_int_equal(level, after);
}

static void levels_of_rules_and_categories(void **state)
{
	struct state *s = *state;
	enum level level = LEVEL_ERROR;

	assert_int_equal(load(s,
				 "[rules]\nblocking-http = \"error\"\nblocking = \"info\"\n"
				 "race = \"off\"\nrace-await = \"warning\"\n"),
		0);
	assert_level(s, "blocking-sleep", LEVEL_ERROR, LEVEL_INFO);
	assert_level(s, "blocking-http", LEVEL_ERROR, LEVEL_ERROR); /* its own line wins */
	assert_level(s, "race-await", LEVEL_WARNING, LEVEL_WARNING);
	assert_false(config_level(&s->config, rule("race-thread"), &level));
	assert_level(s, "task-dropped", LEVEL_WARNING, LEVEL_WARNING); /* nothing said */
}

static void doubtful_findings_are_not_raised(void **state)
{
	struct state *s = *state;

	assert_int_equal(rule_at(rule("blocking-file"))->level, LEVEL_WARNING);
	assert_int_equal(load(s, "rules = { blocking-file = \"error\" }\n"), 0);
	assert_level(s, "blocking-file", LEVEL_WARNING, LEVEL_ERROR);
	assert_level(s, "blocking-file", LEVEL_INFO, LEVEL_INFO);
	assert_int_equal(load(s, "rules = { blocking-file = \"info\" }\n"), 0);
	assert_level(s, "blocking-file", LEVEL_WARNING, LEVEL_INFO);
	assert_level(s, "blocking-file", LEVEL_INFO, LEVEL_INFO);
}

static void blocking_names_have_three_spellings(void **state)
{
	static const char *const texts[] = {
		"blocking = [\"a.b\", { name = \"c.D.e\", kind = \"wait\", instead = \"f\" }]\n",
		"[blocking]\n\"a.b\" = {}\n\"c.D.e\" = { kind = \"wait\", instead = \"f\" }\n",
		"[blocking]\na.b = {}\n[blocking.c.D.e]\nkind = \"wait\"\ninstead = \"f\"\n",
		("[[blocking]]\nname = \"a.b\"\n"
		 "[[blocking]]\nname = \"c.D.e\"\nkind = \"wait\"\ninstead = \"f\"\n"),
	};
	struct state *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(load(s, texts[i]), 0);
		assert_int_equal(s->config.blocking_count, 2);
		assert_string_equal(s->config.blocking[0].name, "a.b");
		assert_string_equal(s->config.blocking[0].kind, "socket");
		assert_string_equal(s->config.blocking[0].instead, "asyncio.to_thread");
		assert_string_equal(s->config.blocking[1].name, "c.D.e");
		assert_string_equal(s->config.blocking[1].kind, "lock");
		assert_string_equal(s->config.blocking[1].instead, "f");
	}
}

static void people(void **state)
{
	const struct identity ann = {STR("Ann"), STR("Ann@Core.example.org")};
	const struct identity bot = {STR("dependabot[bot]"), STR("1+x@users.example")};
	struct state *s = *state;

	assert_int_equal(load(s,
				 "bots = [\"*[bot]\"]\n"
				 "[teams]\ncore = [\"*@core.example.org\"]\nall = [\"*\"]\n"),
		0);
	assert_true(config_is_bot(&s->config, bot));
	assert_false(config_is_bot(&s->config, ann));
	assert_int_equal(s->config.team_count, 2);
	assert_true(str_is(s->config.teams[0].name, "core"));
	assert_true(str_is(s->config.teams[1].members.items[0], "*"));
}

static void test_code(void **state)
{
	struct state *s = *state;

	assert_int_equal(load(s, ""), 0);
	assert_true(config_is_test(&s->config, STR("pkg/tests/util.py")));
	assert_true(config_is_test(&s->config, STR("pkg/test_x.py")));
	assert_false(config_is_test(&s->config, STR("pkg/testing.py")));
	assert_int_equal(load(s, "tests = [\"qa/\"]\n"), 0);
	assert_true(config_is_test(&s->config, STR("qa/x.py")));
	assert_false(config_is_test(&s->config, STR("tests/x.py")));
}

static void ignored_commits(void **state)
{
	struct state *s = *state;
	struct oid *oids;
	uint32_t count;

	write_file(path_in(s, "revs"),
		"# formatting\n\n0123456789abcdef0123456789abcdef01234567 # black\n"
		"ffffffffffffffffffffffffffffffffffffffff\n");
	assert_int_equal(load(s, "ignore-revs = \"revs\"\n"), 0);
	assert_int_equal(config_ignored_commits(&s->config, &s->arena, &oids, &count, &s->e), 0);
	assert_int_equal(count, 2);
	assert_int_equal(oids[0].id[19], 0x67);
	write_file(path_in(s, "revs"), "\nabc\n");
	assert_int_equal(load(s, "ignore-revs = \"revs\"\n"), 0);
	assert_int_equal(
		config_ignored_commits(&s->config, &s->arena, &oids, &count, &s->e), ERR_USAGE);
	assert_string_equal(s->e.message, "revs:2: there is no commit id in this line; write all 40 digits");
	assert_int_equal(load(s, ""), 0);
	assert_int_equal(config_ignored_commits(&s->config, &s->arena, &oids, &count, &s->e), 0);
	assert_int_equal(count, 0);
}

/* Every option of every command and report can be set, but for those that cannot. */
static void option_keys(void **state)
{
	static const char *const good[] = {"level = \"info\"\njobs = 4\nmax-file-size = \"1M\"\n",
		"max-file-size = 0x1000\ntimeout = 1_000\n",
		"[scan]\nsince = 2024-05-31\nall = true\n", "[trend]\nsplit = true\n",
		"scan.ref = [\"main\", \"v1\"]\n", "quiet = true\n", "pseudonyms = true\n",
		"[authors]\nsmall = 5\n"};
	static const char *const bad[] = {"output = \"x\"\n", "[scan]\ndb = \"x\"\n",
		"no-config = true\n", "[lint]\njobs = 1\n", "jobs = -1\n", "level = true\n",
		"[scan]\nref = \"main\"\n", "[scan]\nref = [1]\n", "all = 1\n", "timeout = \"5\"\n",
		"tests = []\nlint = 1\n", "[trend]\nsplt = true\n"};
	struct state *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (load(s, good[i]) != 0)
			fail_msg("%s: %s", good[i], s->e.message);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (load(s, bad[i]) != ERR_USAGE)
			fail_msg("accepted: %s", bad[i]);
}

static void names_match_stars(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} cases[] = {{"*", "", true}, {"a", "A", true}, {"a*c", "abbc", true},
		{"a*c", "abcd", false}, {"*a*b", "xaxxab", true}, {"a?c", "abc", true},
		{"a?c", "ac", false}, {"", "x", false}, {"x[bot]", "x[bot]", true},
		{"x[bot]", "xb", false}, {"**", "x", true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (glob_matches(str_from(cases[i].pattern), str_from(cases[i].text)) !=
			cases[i].want)
			fail_msg("%s %s", cases[i].pattern, cases[i].text);
}

static void paths_match_as_in_gitignore(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool want;
	} cases[] = {{"tests/", "tests/a.py", true}, {"tests/", "x/tests/y/a.py", true},
		{"tests/", "tests", false}, {"tests/", "mytests/a.py", false},
		{"tests", "x/tests/a.py", true}, {"test_*.py", "x/test_a.py", true},
		{"test_*.py", "x/test_a/b.py", false}, {"/tests", "tests/a.py", true},
		{"/tests", "x/tests/a.py", false}, {"src/tests", "src/tests/a.py", true},
		{"src/tests", "x/src/tests/a.py", false}, {"src/*/t.py", "src/a/t.py", true},
		{"src/*/t.py", "src/a/b/t.py", false}, {"src/**/t.py", "src/a/b/t.py", true},
		{"src/**/t.py", "src/t.py", true}, {"src/**/t.py", "src/at.py", false},
		{"**/t.py", "t.py", true}, {"**/t.py", "a/b/t.py", true},
		{"src/**", "src/a/b", true}, {"src/**", "srcs/a", false},
		{"a/**/b/*.py", "a/x/b/y/b/z.py", true}, {"/", "a", false}, {"?.py", "a.py", true},
		{"a?b", "a/b", false}, {"a*/b*c.py", "ax/bbcc.py", true}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (glob_matches_path(str_from(cases[i].pattern), str_from(cases[i].path)) !=
			cases[i].want)
			fail_msg("%s %s", cases[i].pattern, cases[i].path);
}

static int setup(void **state)
{
	struct state *s = mem_zalloc(1, sizeof *s);

	*state = s;
	(void)memcpy(s->folder, TEMPLATE, sizeof TEMPLATE);
	return mkdtemp(s->folder) ? 0 : -1;
}

static int teardown(void **state)
{
	struct state *s = *state;

	(void)unlink(path_in(s, "x.toml"));
	(void)unlink(path_in(s, "revs"));
	(void)rmdir(s->folder);
	arena_release(&s->arena);
	free(s);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(levels_of_rules_and_categories),
		TEST(doubtful_findings_are_not_raised),
		TEST(blocking_names_have_three_spellings),
		TEST(people),
		TEST(test_code),
		TEST(ignored_commits),
		TEST(option_keys),
		TEST(names_match_stars),
		TEST(paths_match_as_in_gitignore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
