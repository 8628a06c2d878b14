/*
 * Markers of ours that silence nothing: whole comments, single names, names that do not exist; and
 * everything that is not to be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/rules/rule.h"

/* What is told of `text`, as "line:column-end_column message\n…". */
static void check(const char *text, const char *want)
{
	struct analyser *a = analyser_new(NULL, NULL);
	struct unused_ignores unused;
	struct blob_record out, plain;
	struct arena arena = {0};
	struct strbuf got = {0};

	analyse_ignores(a, str_from(text), &arena, &out, &unused);
	strbuf_addz(&got, "");
	for (uint32_t i = 0; i < unused.count; i++)
		strbuf_addf(&got, "%u:%u-%u %.*s\n", (unsigned)unused.items[i].line,
			(unsigned)unused.items[i].column, (unsigned)unused.items[i].end_column,
			STR_ARG(unused.items[i].message));
	assert_string_equal(got.len ? got.ptr : "", want);
	analyse(a, str_from(text), &arena, &plain); /* the findings are the same as ever */
	assert_int_equal(plain.finding_count, out.finding_count);
	for (uint32_t i = 0; i < plain.finding_count; i++)
		assert_int_equal(plain.findings[i].suppressed, out.findings[i].suppressed);
	strbuf_release(&got);
	arena_release(&arena);
	analyser_free(a);
}

#define SLEEP "import time\nasync def f():\n    time.sleep(1)"

static void those_of_use_are_not_told(void **state)
{
	(void)state;
	check(SLEEP "  # lapse: ignore[blocking-sleep]\n", "");
	check(SLEEP "  # lapse: ignore[blocking]\n", "");
	check(SLEEP "  # lapse: ignore\n", "");
	check(SLEEP "  # lapse: ignore[blocking, blocking-sleep]\n", "");
	check("# lapse: ignore-file[blocking-sleep]\n" SLEEP "\n", "");
	check("# lapse: ignore-file\n" SLEEP "\n", "");
	check("import time\nasync def f():\n    time.sleep(  # lapse: ignore\n        1,\n    )\n",
		"");
	check("import time\nasync def f():\n    time.sleep(\n        1,\n    )  # lapse: ignore\n",
		"");
	check(SLEEP "  # noqa  # lapse: ignore[blocking-sleep]\n", "");
}

static void whole_comments(void **state)
{
	(void)state;
	check("x = 1  # lapse: ignore\n", "1:8-23 `# lapse: ignore` silences nothing; remove it\n");
	check("x = 1  # lapse: ignore[race] why\n",
		"1:8-29 `# lapse: ignore[race]` silences nothing; remove it\n");
	check("x = \"\xc3\xa9\"  # why  # lapse: ignore[race, task-dropped] why\n",
		"1:17-52 `# lapse: ignore[race, task-dropped]` silences nothing; remove it\n");
	check("# lapse: ignore-file[blocking-http]\n" SLEEP "\n",
		"1:1-36 `# lapse: ignore-file[blocking-http]` silences nothing; remove it\n");
	check(SLEEP "\n    # lapse: ignore\n    pass\n",
		"4:5-20 `# lapse: ignore` silences nothing; remove it\n");
}

static void names_in_a_list(void **state)
{
	(void)state;
	check(SLEEP "  # lapse: ignore[race, blocking-sleep]\n",
		"3:36-40 `race` silences nothing; remove it from the list\n");
	check(SLEEP "  # lapse: ignore[blocking-slep, blocking]\n",
		"3:36-49 `blocking-slep` is no rule or category; did you mean `blocking-sleep`?\n");
	check("x = 1  # lapse: ignore[quux]\n",
		"1:24-28 `quux` is no rule or category; 'lapse rules' lists them\n");
	check("x = 1  # lapse: ignore[quux, race]\n",
		"1:24-28 `quux` is no rule or category; 'lapse rules' lists them\n"
		"1:30-34 `race` silences nothing; remove it from the list\n");
}

static void other_checkers_markers_are_theirs(void **state)
{
	(void)state;
	check("x = 1  # noqa\ny = 2  # noqa: ASYNC251\nz = 3  # ruff: ignore[ASYNC251]\n", "");
	check("x = '# lapse: ignore'\n", "");
	check("x = 1  # see lapse: ignore\n", "");
}

/* What stands under a syntax error may be of use. */
static void nothing_is_told_where_nothing_is_known(void **state)
{
	(void)state;
	check("x = = 1  # lapse: ignore\ny = 2  # lapse: ignore\n",
		"2:8-23 `# lapse: ignore` silences nothing; remove it\n");
	check("# lapse: ignore-file\nx = = 1\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_use_are_not_told),
		cmocka_unit_test(whole_comments),
		cmocka_unit_test(names_in_a_list),
		cmocka_unit_test(other_checkers_markers_are_theirs),
		cmocka_unit_test(nothing_is_told_where_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
