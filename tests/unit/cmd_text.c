/*
 * Text for people: escaping, wrapping, counting, the line of progress, colours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/progress.h"
#include "cmd/terminal.h"
#include "cmd/text.h"
#include "scan/base/mem.h"

static void check_escape(struct str in, enum text_keep keep, const char *expected)
{
	struct strbuf b = {0};

	strbuf_addz(&b, "");
	text_escape(&b, in, keep);
	assert_string_equal(b.ptr, expected);
	strbuf_release(&b);
}

static void controls_and_bad_bytes_are_escaped(void **state)
{
	(void)state;
	check_escape(STR("plain"), TEXT_KEEP_NONE, "plain");
	check_escape(STR(""), TEXT_KEEP_NONE, "");
	check_escape(STR("a\tb\nc\033[0m\x7f"), TEXT_KEEP_NONE, "a\\x09b\\x0ac\\x1b[0m\\x7f");
	check_escape(STR("a\tb\r\n\033"), TEXT_KEEP_BLANKS, "a\tb\r\n\\x1b");
	check_escape(STR("a\0b"), TEXT_KEEP_CONTROL, "a\\x00b");
	check_escape(STR("\033"), TEXT_KEEP_CONTROL, "\033");
	check_escape(STR("\xc2\x9b"), TEXT_KEEP_NONE, "\\xc2\\x9b"); /* C1: CSI */
	check_escape(STR("\xc2\xa0"), TEXT_KEEP_NONE, "\xc2\xa0");
	check_escape(STR("\xe2\x82\xac\xf0\x9f\x90\x8d"), TEXT_KEEP_NONE,
		"\xe2\x82\xac\xf0\x9f\x90\x8d");
	check_escape(STR("\xe2\x82"), TEXT_KEEP_NONE, "\\xe2\\x82");
	check_escape(STR("\xff"
			 "a"),
		TEXT_KEEP_NONE, "\\xffa");
}

static void check_wrap(const char *in, size_t width, size_t indent, const char *expected)
{
	struct strbuf b = {0};

	text_wrap(&b, str_from(in), width, indent);
	assert_string_equal(b.ptr, expected);
	strbuf_release(&b);
}

static void prose_wraps_code_stays(void **state)
{
	(void)state;
	check_wrap("one two three four", 9, 0, "one two\nthree\nfour\n");
	check_wrap("one two\nthree", 40, 2, "  one two three\n");
	check_wrap("one\n\ntwo", 40, 2, "  one\n\n  two\n");
	check_wrap("see:\n  code  here is long\nend", 10, 0, "see:\n  code  here is long\nend\n");
	check_wrap("unbreakablelongword a", 5, 1, " unbreakablelongword\n a\n");
}

static void check_number(int64_t n, const char *expected)
{
	struct strbuf b = {0};

	text_add_number(&b, n);
	assert_string_equal(b.ptr, expected);
	strbuf_release(&b);
}

static void numbers_have_groups(void **state)
{
	(void)state;
	check_number(0, "0");
	check_number(999, "999");
	check_number(1000, "1,000");
	check_number(-1234567, "-1,234,567");
	check_number(-123, "-123");
}

static void check_progress(
	const struct scan_progress *p, int64_t ms, size_t width, const char *expected)
{
	struct strbuf b = {0};

	progress_line(&b, p, ms, width);
	assert_int_equal(b.len, strlen(expected));
	assert_memory_equal(b.ptr, expected, b.len);
	strbuf_release(&b);
}

static void progress_tells_rate_and_time_left(void **state)
{
	const struct scan_progress p = {.commits_done = 1200,
		.commits_total = 4800,
		.blobs_done = 9,
		.bytes_done = 30000000};

	(void)state;
	check_progress(&p, 10000, 0, "25%  1,200 of 4,800 commits, 3.0 MB/s, 0:30 left");
	check_progress(&p, 10000, 80,
		"[#####...............] 25%  1,200 of 4,800 commits, 3.0 MB/s, 0:30 left");
	check_progress(&p, 10000, 30, "25%  1,200 of 4,800 commits, ");
	check_progress(&p, 500, 0, "25%  1,200 of 4,800 commits");
	check_progress(&p, 7200000, 0, "25%  1,200 of 4,800 commits, 0.0 MB/s, 6:00 h left");
	check_progress(&(struct scan_progress){0}, 0, 0, "0%  0 of 0 commits");
}

/* The test's own stdout may be anything: a temporary file surely is no terminal. */
static void colour_follows_choice_and_terminal(void **state)
{
	FILE *f = tmpfile();
	struct terminal t;

	(void)state;
	assert_non_null(f);
	t = terminal_of(f, COLOR_AUTO);
	assert_false(t.color);
	assert_false(t.is_terminal);
	assert_int_equal(t.width, 0);
	assert_string_equal(terminal_style(&t, STYLE_RED), "");
	t = terminal_of(f, COLOR_ALWAYS);
	assert_true(t.color);
	assert_string_equal(terminal_style(&t, STYLE_RED), "\033[31m");
	assert_int_equal(terminal_level_style("error"), STYLE_RED);
	assert_int_equal(terminal_level_style("path"), STYLE_END);
	assert_int_equal(fclose(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_and_bad_bytes_are_escaped),
		cmocka_unit_test(prose_wraps_code_stays),
		cmocka_unit_test(numbers_have_groups),
		cmocka_unit_test(progress_tells_rate_and_time_left),
		cmocka_unit_test(colour_follows_choice_and_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
