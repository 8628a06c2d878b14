/*
 * Tables: look-up on a table made by hand, and the contract of table.awk on text given to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/base/table.h"

static const char *const cells[] = {"a", "1", "a.b", "2", "ab", "3", "b", "4"};
static const struct table sample = {cells, 4, 2};

static void finds_every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample.rows; i++) {
		const char *const *row = table_row(&sample, i);

		assert_ptr_equal(table_find(&sample, str_from(row[0])), row);
		assert_int_equal(table_lower(&sample, str_from(row[0])), i);
	}
	assert_string_equal(table_find(&sample, STR("a.b"))[1], "2");
}

static void misses_what_is_not_there(void **state)
{
	static const char *const missing[] = {"", "a.", "aa", "abc", "c", "0"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(missing); i++)
		assert_null(table_find(&sample, str_from(missing[i])));
	assert_int_equal(table_lower(&sample, STR("c")), sample.rows);
}

/* Runs table.awk on `tsv` (printf format); its output goes to out, its status is the result. */
static int run_awk(const char *tsv, struct strbuf *out)
{
	struct strbuf command = {0};
	char part[256];
	FILE *p;
	size_t n;
	int status;

	strbuf_addf(&command,
		"printf '%s' | LC_ALL=C awk -f scan/base/table.awk -v name=x/y.tsv 2>&1", tsv);
	p = popen(command.ptr, "r");
	assert_non_null(p);
	while ((n = fread(part, 1, sizeof part, p)) > 0)
		strbuf_add(out, str_slice(part, n));
	status = pclose(p);
	strbuf_release(&command);
	return status;
}

static void awk_sorts_bytes_and_quotes(void **state)
{
	struct strbuf out = {0};

	(void)state;
	assert_int_equal(
		run_awk("k\\tv\\n# no\\nb\\t\"q\"\\n\\nB\\t?\\na.b\\t\\na\\t1\\n", &out), 0);
	assert_string_equal(out.ptr,
		"#include \"scan/base/table.h\"\n"
		"static const char *const cells[] = {\n"
		"\t\"B\", \"\\?\",\n\t\"a\", \"1\",\n\t\"a.b\", \"\",\n"
		"\t\"b\", \"\\\"q\\\"\",\n};\n"
		"extern const struct table table_x_y;\n"
		"const struct table table_x_y = {cells, 4, 2};\n");
	strbuf_release(&out);
}

static void awk_refuses_bad_files(void **state)
{
	static const char *const bad[] = {
		"k\\tv\\na\\n", "k\\tv\\na\\t1\\na\\t2\\n", "k\\tv\\n\\t2\\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct strbuf out = {0};

		assert_int_not_equal(run_awk(bad[i], &out), 0);
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_row),
		cmocka_unit_test(misses_what_is_not_there),
		cmocka_unit_test(awk_sorts_bytes_and_quotes),
		cmocka_unit_test(awk_refuses_bad_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
