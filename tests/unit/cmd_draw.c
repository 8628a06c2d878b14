/*
 * Bars and sparklines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <locale.h>
#include <cmocka.h>

#include "cmd/draw.h"
#include "scan/base/mem.h"

static void assert_bar(double value, double most, size_t width, const char *expected)
{
	struct strbuf b = {0};

	draw_bar(&b, value, most, width);
	assert_string_equal(b.len ? b.ptr : "", expected);
	strbuf_release(&b);
}

static void assert_spark(const char *numbers, const char *expected)
{
	struct strbuf b = {0};

	draw_spark(&b, str_from(numbers));
	assert_string_equal(b.len ? b.ptr : "", expected);
	strbuf_release(&b);
}

static void bars(void **state)
{
	(void)state;
	assert_bar(10, 10, 3, "███");
	assert_bar(5, 10, 3, "█▌");
	assert_bar(0.001, 10, 3, "▏");
	assert_bar(0, 10, 3, "");
	assert_bar(-1, 10, 3, "");
	assert_bar(3, 0, 3, "");
	assert_bar(30, 10, 3, "███"); /* never wider than asked for */
}

static void sparks(void **state)
{
	(void)state;
	assert_spark("0,1,4,8", " ▁▄█");
	assert_spark("3", "█");
	assert_spark("0,0", "  ");
	assert_spark("", "");
	assert_spark("1.5,3", "▄█");
	assert_spark("1,x,3", "1,x,3");
	assert_spark("no numbers", "no numbers");
}

static void plain_locales_have_no_blocks(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	assert_bar(5, 10, 4, "##");
	assert_bar(0.001, 10, 4, "#");
	assert_spark("0,1,4,8", "0,1,4,8");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars),
		cmocka_unit_test(sparks),
		cmocka_unit_test(plain_locales_have_no_blocks),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
