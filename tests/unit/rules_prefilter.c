/*
 * The prefilter never hides a finding: with and without it the results are the same, over every
 * fixture and snippet; and it does keep files out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <glob.h>

#include "scan/rules/engine.h"

static bool passes(const struct prefilter *p, struct str source)
{
	struct rule_bits rules;

	return prefilter_passes(p, source, &rules);
}

static void same_findings(struct str source, const char *what)
{
	struct analyser *a = analyser_new(NULL, NULL);
	struct arena arena = {0};
	struct blob_record with, without;

	analyse(a, source, &arena, &with);
	analyse_unfiltered(a, source, &arena, &without);
	if (with.finding_count != without.finding_count)
		print_error("%s: the prefilter hides findings\n", what);
	assert_int_equal(with.finding_count, without.finding_count);
	for (uint32_t i = 0; i < with.finding_count; i++) {
		assert_int_equal(with.findings[i].rule, without.findings[i].rule);
		assert_int_equal(with.findings[i].line, without.findings[i].line);
		assert_int_equal(with.findings[i].id.token_hash, without.findings[i].id.token_hash);
	}
	assert_int_equal(with.lines, without.lines);
	assert_int_equal(with.bytes, without.bytes);
	assert_int_equal(with.async_defs, without.async_defs);
	assert_int_equal(with.awaits, without.awaits);
	arena_release(&arena);
	analyser_free(a);
}

static void read_file(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(out, str_slice(part, n));
	fclose(f);
}

static void hides_nothing_in_fixtures(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/rules/*.py", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct strbuf text = {0};

		read_file(found.gl_pathv[i], &text);
		same_findings(strbuf_str(&text), found.gl_pathv[i]);
		strbuf_release(&text);
	}
	globfree(&found);
}

static void hides_nothing_in_snippets(void **state)
{
	(void)state;
	for (size_t i = 0; i < rule_count(); i++)
		same_findings(str_from(rule_at(i)->bad), rule_at(i)->id);
}

/* A word is found wherever it stands, at both ends of the text too. */
static void finds_words_everywhere(void **state)
{
	struct prefilter *p = prefilter_new(NULL);
	char text[64];

	(void)state;
	for (size_t at = 0; at + 5 <= sizeof text; at++) {
		memset(text, ' ', sizeof text);
		memcpy(text + at, "async", 5);
		assert_true(passes(p, str_slice(text, sizeof text)));
		assert_true(passes(p, str_slice(text, at + 5)));
		text[at + 4] = 's';
		assert_false(passes(p, str_slice(text, sizeof text)));
	}
	assert_false(passes(p, STR_EMPTY));
	assert_false(passes(p, STR("a")));
	assert_false(passes(p, STR("asyn")));
	prefilter_free(p);
}

static void keywords_stand_alone(void **state)
{
	struct prefilter *p = prefilter_new(NULL);

	(void)state;
	assert_false(passes(p, STR("run_async(x)")));
	assert_false(passes(p, STR("an_async_name = asyncs")));
	assert_true(passes(p, STR("run_async()\nasync\tdef f(): pass")));
	assert_true(passes(p, STR("async\\\n def f(): pass")));
	prefilter_free(p);
}

static void finds_every_word(void **state)
{
	struct prefilter *p = prefilter_new(NULL);

	(void)state;
	for (size_t i = 0; i < rule_count(); i++) {
		const char *const *words = rule_at(i)->words;

		if (!words)
			words = rule_family_of(i)->words;
		assert_non_null(words);
		for (; *words; words++)
			assert_true(passes(p, str_from(*words)));
	}
	prefilter_free(p);
}

/* A rule is asked when one of its words is there, and not otherwise. */
static void asks_the_rules_whose_words_are_there(void **state)
{
	struct prefilter *p = prefilter_new(NULL);
	int sleep = rule_find(STR("blocking-sleep")), preexec = rule_find(STR("process-preexec"));
	struct rule_bits rules;

	(void)state;
	assert_true(prefilter_passes(p, STR("async def f():\n    time.sleep(1)\n"), &rules));
	assert_true(bits_have(&rules, (size_t)sleep));
	assert_false(bits_have(&rules, (size_t)preexec));
	assert_true(prefilter_passes(p, STR("run(x, preexec_fn=f)\n"), &rules));
	assert_false(bits_have(&rules, (size_t)sleep));
	assert_true(bits_have(&rules, (size_t)preexec));
	prefilter_free(p);
}

static void keeps_files_out(void **state)
{
	static const char plain[] = "class Point:\n"
				    "    def __init__(self, x, y):\n"
				    "        self.x, self.y = x, y\n"
				    "\n"
				    "    def __repr__(self):\n"
				    "        return f'Point({self.x}, {self.y})'\n";
	struct prefilter *p = prefilter_new(NULL);

	(void)state;
	assert_false(passes(p, str_from(plain)));
	prefilter_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hides_nothing_in_fixtures),
		cmocka_unit_test(hides_nothing_in_snippets),
		cmocka_unit_test(finds_words_everywhere),
		cmocka_unit_test(keywords_stand_alone),
		cmocka_unit_test(finds_every_word),
		cmocka_unit_test(asks_the_rules_whose_words_are_there),
		cmocka_unit_test(keeps_files_out),
	};

	return cmocka_run_group_tests_name("prefilter", tests, NULL, NULL);
}
