/*
 * Fitting columns to a width, and cutting texts.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cmd/fit.h"
#include "scan/base/mem.h"

#define COLUMNS 4

struct expected {
	size_t width[COLUMNS], line[COLUMNS], lines;
};

static void check_fit(const struct fit_column in[COLUMNS], size_t total, struct expected expected)
{
	const struct fit_room room = {.total = total, .gap = 2, .indent = 4};
	struct fit_column c[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		c[i] = in[i];
	assert_int_equal(fit_columns(c, COLUMNS, &room), expected.lines);
	for (size_t i = 0; i < COLUMNS; i++) {
		assert_int_equal(c[i].width, expected.width[i]);
		assert_int_equal(c[i].line, expected.line[i]);
	}
}

static const struct fit_column usual[COLUMNS] = {{10, 10, 0}, {30, 12, 0}, {20, 12, 0}, {8, 8, 0}};

static void the_widest_gives_way_first(void **state)
{
	(void)state;
	check_fit(usual, 100, (struct expected){{10, 30, 20, 8}, {0}, 1});
	check_fit(usual, 74, (struct expected){{10, 30, 20, 8}, {0}, 1});
	check_fit(usual, 70, (struct expected){{10, 26, 20, 8}, {0}, 1});
	check_fit(usual, 60, (struct expected){{10, 18, 18, 8}, {0}, 1});
	check_fit(usual, 48, (struct expected){{10, 12, 12, 8}, {0}, 1});
}

static void what_has_no_room_goes_to_another_line(void **state)
{
	(void)state;
	check_fit(usual, 47, (struct expected){{10, 30, 20, 8}, {0, 0, 1, 1}, 2}); /* not cut */
	check_fit(usual, 30, (struct expected){{10, 18, 16, 8}, {0, 0, 1, 1}, 2});
	check_fit(usual, 15, (struct expected){{10, 12, 12, 8}, {0, 1, 2, 3}, 4});
	check_fit(usual, 5, (struct expected){{10, 12, 12, 8}, {0, 1, 2, 3}, 4});
}

static void a_least_width_above_the_width_means_nothing(void **state)
{
	static const struct fit_column in[COLUMNS] = {
		{3, 12, 0}, {4, 24, 0}, {5, 5, 0}, {6, 12, 0}};

	(void)state;
	check_fit(in, 24, (struct expected){{3, 4, 5, 6}, {0}, 1});
	check_fit(in, 23, (struct expected){{3, 4, 5, 6}, {0, 0, 0, 1}, 2});
}

static void check_cut(const char *text, size_t width, bool keep_end, const char *expected)
{
	struct strbuf b = {0};

	fit_cut(&b, str_from(text), width, keep_end);
	assert_string_equal(b.ptr, expected);
	assert_true(fit_width(strbuf_str(&b)) <= width || width == 0);
	strbuf_release(&b);
}

#define DOTS  "\xe2\x80\xa6"
#define SNAKE "\xf0\x9f\x90\x8d" /* two columns wide */

static void cutting_keeps_characters_whole(void **state)
{
	(void)state;
	check_cut("hello", 5, false, "hello");
	check_cut("hello", 4, false, "hel" DOTS);
	check_cut("hello", 1, false, DOTS);
	check_cut("hello", 0, false, "hello");
	check_cut("h\xc3\xa9llo", 3, false, "h\xc3\xa9" DOTS);
	check_cut("src/app/client.py", 10, true, DOTS "client.py");
	check_cut("src/app/client.py", 17, true, "src/app/client.py");
	check_cut(SNAKE SNAKE SNAKE, 4, false, SNAKE DOTS);
	check_cut(SNAKE SNAKE SNAKE, 4, true, DOTS SNAKE);
}

static void widths_are_columns(void **state)
{
	(void)state;
	assert_int_equal(fit_width(STR("")), 0);
	assert_int_equal(fit_width(STR("abc")), 3);
	assert_int_equal(fit_width(STR("h\xc3\xa9")), 2);
	assert_int_equal(fit_width(STR(SNAKE)), 2);
	assert_int_equal(fit_width(STR("e\xcc\x81")), 1); /* combining */
	assert_int_equal(fit_width(STR("\xff")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_widest_gives_way_first),
		cmocka_unit_test(what_has_no_room_goes_to_another_line),
		cmocka_unit_test(a_least_width_above_the_width_means_nothing),
		cmocka_unit_test(cutting_keeps_characters_whole),
		cmocka_unit_test(widths_are_columns),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
