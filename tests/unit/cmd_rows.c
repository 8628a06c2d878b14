/*
 * Row formats: what each makes of awkward cells; what a table does with a narrow terminal.
 */
#define _POSIX_C_SOURCE 200809L
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/rows.h"

/* Writes rows of `columns` cells each and gives the output, to be freed. */
static char *written(const char *format, struct terminal t, const struct row_column *columns,
	size_t column_count, const struct cell *cells, size_t rows)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);
	struct row_writer w;

	assert_non_null(f);
	rows_begin(&w, format, f, &t, columns, column_count);
	for (size_t i = 0; i < rows; i++)
		assert_true(rows_add(&w, cells + i * column_count));
	rows_end(&w);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void check(const char *format, const struct cell *cells, size_t rows, const char *expected)
{
	static const struct row_column columns[] = {
		{.name = STR("a"), .fit = FIT_AUTO}, {.name = STR("b|c"), .fit = FIT_AUTO}};
	char *text = written(format, (struct terminal){0}, columns, 2, cells, rows);

	assert_string_equal(text, expected);
	free(text);
}

static struct cell real(double x)
{
	return (struct cell){.type = CELL_REAL, .real = x};
}

static void csv_quotes_and_defuses(void **state)
{
	const struct cell cells[] = {
		CELL_Z("plain"),
		CELL_Z("a,b"),
		CELL_Z("say \"hi\""),
		CELL_Z("two\nlines"),
		CELL_Z("=1+1"),
		CELL_Z("+x"),
		CELL_Z("-2"),
		CELL_Z("@cmd"),
		CELL_Z("\tx"),
		CELL_Z("\rx"),
		CELL_NUMBER(-2),
		real(-0.5),
		CELL_Z("\033[31m"),
		CELL_Z("\xff\xc3\xa9"),
		CELL_BOOL(true),
		(struct cell){0},
	};

	(void)state;
	check("csv", cells, 8,
		"a,b|c\n"
		"plain,\"a,b\"\n"
		"\"say \"\"hi\"\"\",\"two\nlines\"\n"
		"'=1+1,'+x\n"
		"'-2,'@cmd\n"
		"\"'\tx\",\"'\rx\"\n"
		"-2,-0.5\n"
		"\\x1b[31m,\\xff\xc3\xa9\n"
		"true,\n");
	check("csv", cells, 0, "a,b|c\n");
}

static void tsv_has_no_raw_tabs_or_lines(void **state)
{
	const struct cell cells[] = {CELL_Z("a\tb"), CELL_Z("c\nd"), CELL_NUMBER(1), CELL_Z("")};

	(void)state;
	check("tsv", cells, 2, "a\tb|c\na\\x09b\tc\\x0ad\n1\t\n");
}

static void json_keeps_types(void **state)
{
	const struct cell cells[] = {
		CELL_Z("q\"\\\n\033"),
		CELL_NUMBER(INT64_MAX),
		real(0.1),
		real(INFINITY),
		(struct cell){0},
		CELL_BOOL(false),
		CELL_STR(STR("a\0b")),
		CELL_Z("\xed\xa0\x80"),
	};

	(void)state;
	check("json", cells, 4,
		"[\n"
		"{\"a\":\"q\\\"\\\\\\n\\u001b\",\"b|c\":9223372036854775807},\n"
		"{\"a\":0.1,\"b|c\":null},\n"
		"{\"a\":null,\"b|c\":false},\n"
		"{\"a\":\"a\\\\x00b\",\"b|c\":\"\\\\xed\\\\xa0\\\\x80\"}\n"
		"]\n");
	check("json", cells, 0, "[]\n");
	check("ndjson", cells, 1, "{\"a\":\"q\\\"\\\\\\n\\u001b\",\"b|c\":9223372036854775807}\n");
	check("ndjson", cells, 0, "");
}

static void reals_read_back_as_they_were(void **state)
{
	static const double values[] = {0.1, 1.0 / 3, 2.5e-300, 1e22, 3.0, -7.25};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct strbuf b = {0};
		const struct cell c = real(values[i]);

		cell_add_text(&b, &c, TEXT_KEEP_NONE);
		assert_true(strtod(b.ptr, NULL) == values[i]);
		assert_non_null(strpbrk(b.ptr, ".e"));
		strbuf_release(&b);
	}
}

static void markdown_escapes_and_aligns(void **state)
{
	const struct cell cells[] = {
		CELL_NUMBER(-3), CELL_Z("a|b`*<i>_x_"), CELL_NUMBER(10), CELL_Z("l\nm")};

	(void)state;
	check("markdown", cells, 2,
		"| a | b\\|c |\n"
		"| ---: | --- |\n"
		"| -3 | a\\|b\\`\\*\\<i\\>\\_x\\_ |\n"
		"| 10 | l\\\\x0am |\n");
}

static void table_aligns_numbers_to_the_right(void **state)
{
	const struct cell cells[] = {CELL_NUMBER(7), CELL_Z("x\033y"), CELL_NUMBER(1234),
		CELL_Z("h\xc3\xa9llo"), (struct cell){0}, CELL_Z("z")};

	(void)state;
	check("table", cells, 3, "   a  b|c\n   7  x\\x1by\n1234  h\xc3\xa9llo\n      z\n");
	check("table", cells, 0, "a  b|c\n");
}

static size_t longest_line(const char *text)
{
	size_t most = 0, n = 0;

	for (; *text; text++) {
		n = *text == '\n' ? 0 : n + (((unsigned char)*text & 0xc0) != 0x80);
		most = n > most ? n : most;
	}
	return most;
}

#define LONG_TEXT "a long text with blanks in it that no narrow terminal has the room for"

static void table_fits_a_terminal(void **state)
{
	static const struct row_column columns[] = {{.name = STR("id"), .fit = FIT_WHOLE},
		{.name = STR("text"), .fit = FIT_AUTO}, {.name = STR("more"), .fit = FIT_WRAP}};
	const struct cell cells[] = {CELL_Z("0123456789ab"), CELL_Z(LONG_TEXT), CELL_Z(LONG_TEXT)};
	const struct terminal narrow = {.is_terminal = true, .width = 60};
	char *text = written("table", narrow, columns, 3, cells, 1);

	(void)state;
	assert_true(longest_line(text) <= 60);
	assert_non_null(strstr(text, "0123456789ab"));
	assert_null(strstr(text, LONG_TEXT));
	free(text);
	text = written("table", (struct terminal){0}, columns, 3, cells, 1);
	assert_non_null(strstr(text, LONG_TEXT "  " LONG_TEXT)); /* a file is not cut */
	free(text);
}

static void table_draws_on_terminals_only(void **state)
{
	static const struct row_column columns[] = {
		{.name = STR("n"), .draw = DRAW_BAR}, {.name = STR("past"), .draw = DRAW_SPARK}};
	const struct cell cells[] = {CELL_NUMBER(12), CELL_Z("1,2"), CELL_NUMBER(6), CELL_Z("2,0")};
	const struct terminal wide = {.is_terminal = true, .width = 60};
	char *text = written("table", wide, columns, 2, cells, 2);

	(void)state;
	assert_non_null(strstr(text, "\n12 ██████████  ▄█\n"));
	assert_non_null(strstr(text, "\n 6 █████       █ \n"));
	free(text);
	text = written("table", (struct terminal){0}, columns, 2, cells, 2);
	assert_null(strstr(text, "█"));
	assert_non_null(strstr(text, "12  1,2\n"));
	free(text);
}

static void table_folds_rows_that_have_no_room(void **state)
{
	static const struct row_column columns[] = {{.name = STR("at"), .fit = FIT_AUTO},
		{.name = STR("id"), .fit = FIT_WHOLE}, {.name = STR("n"), .fit = FIT_WHOLE}};
	const struct cell cells[] = {
		CELL_Z("2024-05-31T12:30:00Z"),
		CELL_Z("0123456789"),
		CELL_NUMBER(7),
		CELL_Z("2024-06-01T00:00:00Z"),
		CELL_Z("abcdefghij"),
		CELL_NUMBER(1234567),
	};
	const struct terminal narrow = {.is_terminal = true, .width = 24};
	char *text = written("table", narrow, columns, 3, cells, 2);

	(void)state;
	assert_string_equal(text,
		"at          id\n"
		"          n\n"
		"2024-05-31  0123456789\n"
		"          7\n"
		"2024-06-01  abcdefghij\n"
		"    1234567\n");
	free(text);
}

static void table_colors_levels_only_when_asked(void **state)
{
	static const struct row_column columns[] = {{.name = STR("level"), .fit = FIT_WHOLE}};
	const struct cell cells[] = {CELL_Z("error")};
	char *text = written("table", (struct terminal){.color = true}, columns, 1, cells, 1);

	(void)state;
	assert_non_null(strchr(text, '\033'));
	free(text);
	text = written("table", (struct terminal){0}, columns, 1, cells, 1);
	assert_null(strchr(text, '\033'));
	free(text);
}

static void a_full_disk_stops_the_rows(void **state)
{
	static const struct row_column columns[] = {{.name = STR("a"), .fit = FIT_WHOLE}};
	const struct cell cell = CELL_Z("text");
	struct terminal t = {0};
	struct row_writer w;
	FILE *f = fopen("/dev/full", "w");
	bool goes_on = true;

	(void)state;
	if (!f)
		skip(); /* Linux has it */
	rows_begin(&w, "csv", f, &t, columns, 1);
	for (int i = 0; goes_on && i < 1000000; i++)
		goes_on = rows_add(&w, &cell);
	assert_false(goes_on);
	rows_end(&w);
	(void)fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_quotes_and_defuses),
		cmocka_unit_test(tsv_has_no_raw_tabs_or_lines),
		cmocka_unit_test(json_keeps_types),
		cmocka_unit_test(reals_read_back_as_they_were),
		cmocka_unit_test(markdown_escapes_and_aligns),
		cmocka_unit_test(table_aligns_numbers_to_the_right),
		cmocka_unit_test(table_fits_a_terminal),
		cmocka_unit_test(table_draws_on_terminals_only),
		cmocka_unit_test(table_folds_rows_that_have_no_room),
		cmocka_unit_test(table_colors_levels_only_when_asked),
		cmocka_unit_test(a_full_disk_stops_the_rows),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
