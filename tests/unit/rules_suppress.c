/*
 * Suppression markers: which comment silences which rule, on which line; and that a suppressed
 * finding is still recorded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/rules/rule.h"

struct state {
	struct analyser *analyser;
	struct arena arena;
	struct blob_record out;
};

static int set_up(void **state)
{
	struct state *s = mem_zalloc(1, sizeof *s);

	s->analyser = analyser_new(NULL, NULL);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct state *s = *state;

	analyser_free(s->analyser);
	arena_release(&s->arena);
	free(s);
	return 0;
}

static const struct blob_record *run(struct state *s, const char *source)
{
	analyse(s->analyser, str_from(source), &s->arena, &s->out);
	return &s->out;
}

/* The one finding of a time.sleep line that ends in this comment. */
static bool comment_silences(struct state *s, const char *comment)
{
	struct strbuf text = {0};
	const struct blob_record *out;

	strbuf_addf(&text, "import time\nasync def f():\n    time.sleep(1)  %s\n", comment);
	out = run(s, text.ptr);
	assert_int_equal(out->status, BLOB_OK);
	assert_int_equal(out->finding_count, 1);
	strbuf_release(&text);
	return out->findings[0].suppressed;
}

static void these_silence(void **state)
{
	static const char *const comments[] = {
		"# lapse: ignore",
		"# lapse:ignore",
		"# lapse: ignore[blocking-sleep]",
		"# lapse: ignore[task-dropped, blocking-sleep]",
		"# lapse: ignore[blocking]",
		"# lapse: ignore[blocking-sleep] because the loop is idle here",
		"# the loop is idle  # lapse: ignore[blocking-sleep]",
		"# noqa",
		"#noqa",
		"# NOQA",
		"# noqa because the loop is idle",
		"# noqa: ASYNC251",
		"# noqa:ASYNC251",
		"# noqa : ASYNC251",
		"# ruff: ignore[ASYNC251]",
		"# ruff:ignore[E501,blocking-sleep-in-async-function] because",
		"# ruff: file-ignore[ASYNC251]",
		"# idle  # ruff: ignore[ASYNC251]",
		"# noqa: ASYNC210  # lapse: ignore[blocking-sleep]",
		"# noqa: E501, ASYNC251",
		"# noqa: E501,ASYNC251",
		"# noqa: E501 ASYNC251",
		"# noqa: ASYNC25",
		"# noqa: ASYNC200",
		"# noqa: ASYNC101",
		"# noqa: E501  # lapse: ignore",
		"# NOSONAR",
		"# NOSONAR idle",
		"# NOSONAR(S7488)",
		"# NOSONAR(python:S7488)",
		"# nosemgrep",
		"# nosemgrep: python.lang.best-practice.sleep.arbitrary-sleep",
		"# pylint: disable=all",
	};

	for (size_t i = 0; i < ARRAY_LEN(comments); i++) {
		if (!comment_silences(*state, comments[i]))
			print_error("does not silence: %s\n", comments[i]);
		assert_true(comment_silences(*state, comments[i]));
	}
}

static void these_do_not(void **state)
{
	static const char *const comments[] = {
		"",
		"# idle",
		"# noqa: E501",
		"# noqa: ASYNC210",
		"# ruff: ignore",
		"# ruff: ignore[]",
		"# ruff: ignore[ASYNC]",
		"# ruff: ignore[ASYNC210]",
		"# ruff: file-ignore",
		"# noqa: E501, W503",
		"# noqa:E501 too long",
		"# see noqa",
		"# noqas",
		"# lapse: ignore[blocking-http]",
		"# lapse: ignore[task]",
		"# lapse: ignore[no-such-rule]",
		"# lapse: ignored",
		"# collapse: ignore",
		"# NOSONAR(S113)",
		"# nosec",
		"# nosec B113",
		"# nosemgrep: some.other.rule-id",
		"# pylint: disable=missing-timeout",
		"# pylint: disable=W3101",
		"# pylint: enable=all",
		"# type: ignore",
		"# pyright: ignore",
		"# fmt: skip",
	};

	for (size_t i = 0; i < ARRAY_LEN(comments); i++) {
		if (comment_silences(*state, comments[i]))
			print_error("silences: %s\n", comments[i]);
		assert_false(comment_silences(*state, comments[i]));
	}
}

static void strings_are_no_comments(void **state)
{
	const struct blob_record *out = run(*state,
		"import time\n"
		"async def f(log):\n"
		"    log('# noqa'); time.sleep(1)\n");

	assert_int_equal(out->finding_count, 1);
	assert_false(out->findings[0].suppressed);
}

static void counts_on_the_lines_of_the_statement(void **state)
{
	static const struct {
		const char *source;
		bool suppressed;
	} cases[] = {
		/* first line of the statement */
		{"    x = log(  # noqa\n        1,\n        time.sleep(1))\n", true},
		/* the finding's own */
		{"    x = log(\n        1,\n        time.sleep(1),  # noqa\n    )\n", true},
		/* last line: where a formatter puts it when it wraps */
		{"    time.sleep(\n        1\n    )  # noqa\n", true},
		/* any other line */
		{"    x = log(\n        1,  # noqa\n        time.sleep(1),\n    )\n", false},
		/* header of a compound statement */
		{"    if log(  # noqa\n        time.sleep(1)\n    ):\n        pass\n", true},
		{"    if log(\n        time.sleep(1)\n    ):  # noqa\n        pass\n", true},
		{"    if log(time.sleep(1)):\n        pass  # noqa\n", false},
		/* the lines around */
		{"    # noqa\n    time.sleep(1)\n", false},
		{"    time.sleep(1)\n    # noqa\n", false},
		{"    if log():  # noqa\n        time.sleep(1)\n", false},
		{"    # pylint: disable-next=all\n    time.sleep(1)\n", true},
		{"    # pylint: disable-next=all\n    log()\n    time.sleep(1)\n", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf text = {0};
		const struct blob_record *out;

		strbuf_addf(&text, "import time\nasync def f(log):\n%s", cases[i].source);
		out = run(*state, text.ptr);
		assert_int_equal(out->finding_count, 1);
		if (out->findings[0].suppressed != cases[i].suppressed)
			print_error("case %zu\n%s", i, cases[i].source);
		assert_int_equal(out->findings[0].suppressed, cases[i].suppressed);
		strbuf_release(&text);
	}
}

#define TWO                       \
	"import time, requests\n" \
	"async def f(u):\n"       \
	"    time.sleep(1)\n"     \
	"    requests.get(u, timeout=1)\n"

static void file_markers_cover_the_file(void **state)
{
	static const struct {
		const char *comment;
		bool sleep, http;
	} cases[] = {
		{"# lapse: ignore-file\n", true, true},
		{"# lapse: ignore-file[blocking-sleep]\n", true, false},
		{"# lapse: ignore-file[blocking-http, task]\n", false, true},
		{"# flake8: noqa\n", true, true},
		{"# flake8: noqa: E501\n", false, false},
		{"# ruff: noqa: ASYNC251\n", true, false},
		{"# lapse: ignore\n", false, false},
		{"# pylint: disable=all\n", true, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf text = {0};
		const struct blob_record *out;

		strbuf_addf(&text, "%s%s", cases[i].comment, TWO);
		out = run(*state, text.ptr);
		assert_int_equal(out->finding_count, 2);
		assert_int_equal(out->findings[0].suppressed, cases[i].sleep);
		assert_int_equal(out->findings[1].suppressed, cases[i].http);
		strbuf_release(&text);
	}
}

/* pylint: a disable on a line of its own holds from there to the end of its block. */
static void own_line_disable_reaches_to_the_end_of_the_block(void **state)
{
	const struct blob_record *out = run(*state,
		"import time\n"
		"async def f():\n"
		"    time.sleep(1)\n"
		"    # pylint: disable=all\n"
		"    time.sleep(2)\n"
		"    if f:\n"
		"        time.sleep(3)\n"
		"async def g():\n"
		"    time.sleep(4)\n");

	assert_int_equal(out->finding_count, 4);
	assert_false(out->findings[0].suppressed);
	assert_true(out->findings[1].suppressed);
	assert_true(out->findings[2].suppressed);
	assert_false(out->findings[3].suppressed);
}

static void markers_do_not_change_identity(void **state)
{
	struct finding plain;

	plain = run(*state, "import time\nasync def f():\n    time.sleep(1)\n")->findings[0];
	struct finding marked =
		run(*state, "import time\nasync def f():\n    time.sleep(1)  # noqa\n")
			->findings[0];

	assert_true(marked.suppressed && !plain.suppressed);
	assert_true(marked.id.token_hash == plain.id.token_hash);
	assert_true(marked.id.body_hash == plain.id.body_hash);
	assert_true(marked.id.before_hash == plain.id.before_hash);
	assert_true(marked.id.after_hash == plain.id.after_hash);
	assert_true(marked.id.callee_hash == plain.id.callee_hash);
	assert_true(str_eq(marked.id.sketch, plain.id.sketch));
}

/* A file of these lines in an async function; the digits tell whether each sleep is silenced. */
static void check_sleeps(struct state *s, const char *body, const char *want)
{
	struct strbuf text = {0}, got = {0};
	const struct blob_record *out;

	strbuf_addf(&text, "import time\nasync def f():\n%s", body);
	out = run(s, text.ptr);
	assert_int_equal(out->status, BLOB_OK);
	for (uint32_t i = 0; i < out->finding_count; i++)
		strbuf_addc(&got, out->findings[i].suppressed ? '1' : '0');
	assert_string_equal(got.ptr, want);
	strbuf_release(&text);
	strbuf_release(&got);
}

static void ruff_markers_on_their_own_lines(void **state)
{
	check_sleeps(*state,
		"    # ruff: ignore[ASYNC251]\n\n    # why\n    time.sleep(\n        1)\n"
		"    time.sleep(1)\n",
		"10");
	check_sleeps(*state,
		"    # ruff: disable[ASYNC251]\n    time.sleep(1)\n    # ruff: enable[ASYNC251]\n"
		"    time.sleep(1)\n",
		"10");
	check_sleeps(*state,
		"    if f:\n        # ruff: disable[ASYNC251]\n        time.sleep(1)\n"
		"    time.sleep(1)\n",
		"10");
	check_sleeps(*state,
		"    # ruff: disable[ASYNC251]\n    time.sleep(1)\n    # ruff: enable[ASYNC210]\n"
		"    time.sleep(1)\n",
		"11");
	check_sleeps(*state, "    time.sleep(1)\n    # ruff: ignore[ASYNC251]\n    pass\n", "0");
	check_sleeps(*state, "    # ruff: file-ignore[ASYNC251]\n    time.sleep(1)\n", "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_silence),
		cmocka_unit_test(these_do_not),
		cmocka_unit_test(strings_are_no_comments),
		cmocka_unit_test(counts_on_the_lines_of_the_statement),
		cmocka_unit_test(file_markers_cover_the_file),
		cmocka_unit_test(own_line_disable_reaches_to_the_end_of_the_block),
		cmocka_unit_test(markers_do_not_change_identity),
		cmocka_unit_test(ruff_markers_on_their_own_lines),
	};

	return cmocka_run_group_tests_name("suppression", tests, set_up, tear_down);
}
