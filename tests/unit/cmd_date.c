/*
 * Dates: every form that is understood, the calendar, and what is refused. Expected seconds are
 * from `date -u -d … +%s`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "cmd/date.h"
#include "scan/base/mem.h"

/* 2024-05-31T12:30:00Z, a Friday. */
#define NOW INT64_C(1717158600)

static void absolute(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{"1970-01-01", 0},
		{"2024", 1704067200},
		{"2024-05", 1714521600},
		{"2024-05-31", 1717113600},
		{"2024-05-31T12:30", NOW},
		{"2024-05-31T12:30:00Z", NOW},
		{"2024-05-31t12:30:00.250z", NOW},
		{"2024-05-31 14:30:00 +0200", NOW},
		{"2024-05-31T07:00:00-05:30", NOW},
		{"2000-02-29", 951782400},
		{"1969-12-31", -86400},
		{"1582-10-15", -12219292800},
		{"  2024-05-31  ", 1717113600},
		{"@1717158600", NOW},
		{"now", NOW},
		{"today", 1717113600},
		{"yesterday", 1717027200},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t got = -1;

		assert_true(date_parse(str_from(cases[i].text), NOW, &got));
		assert_int_equal(got, cases[i].seconds);
	}
}

static void relative(void **state)
{
	static const struct {
		const char *text;
		const char *date;
	} cases[] = {
		{"3 days ago", "2024-05-28T12:30:00Z"},
		{"3.days.ago", "2024-05-28T12:30:00Z"},
		{"2.weeks", "2024-05-17T12:30:00Z"},
		{"a week ago", "2024-05-24T12:30:00Z"},
		{"90 minutes ago", "2024-05-31T11:00:00Z"},
		{"1 month ago", "2024-04-30T12:30:00Z"}, /* April has no 31st */
		{"3.months", "2024-02-29T12:30:00Z"},    /* a leap year */
		{"15 months ago", "2023-02-28T12:30:00Z"},
		{"last year", "2023-05-31T12:30:00Z"},
		{"1 year 2 months ago", "2023-03-31T12:30:00Z"},
		{"an hour 30 seconds ago", "2024-05-31T11:29:30Z"},
	};
	char text[DATE_TEXT_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t got;

		assert_true(date_parse(str_from(cases[i].text), NOW, &got));
		date_format(got, text);
		assert_string_equal(text, cases[i].date);
	}
}

static void refused(void **state)
{
	static const char *const cases[] = {"", " ", "soon", "2024-13", "2024-00-01", "2024-02-30",
		"2023-02-29", "1900-02-29", "2024-1-1", "24-01-01", "2024-05-31T25:00",
		"2024-05-31T12", "2024-05-31X", "2024-05-31T12:30+2", "2024-05-31T12:30:00Zx", "@",
		"@x", "@9999999999999", "3", "3 fortnights", "ago", "days ago", "3 days ago more",
		"-3 days", "3 days 2"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t got;

		assert_false(date_parse(str_from(cases[i]), NOW, &got));
	}
}

static void very_long_ago_is_no_overflow(void **state)
{
	int64_t got;

	(void)state;
	assert_true(date_parse(STR("999999999 years ago"), NOW, &got));
	assert_true(got < 0);
	assert_true(date_parse(STR("999999999 weeks ago"), NOW, &got));
	assert_true(got < 0);
}

/* Every day of 1600 to 2400 comes back as it was, in order. */
static void every_day_round_trips(void **state)
{
	char text[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES] = "";

	(void)state;
	for (int64_t day = -135140; day < 157054; day++) {
		int64_t got;

		date_format(day * 86400 + 3723, text);
		assert_true(str_cmp(str_from(last), str_from(text)) < 0);
		assert_true(date_parse(str_from(text), 0, &got));
		assert_int_equal(got, day * 86400 + 3723);
		for (size_t i = 0; i < sizeof last; i++)
			last[i] = text[i];
	}
	date_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absolute),
		cmocka_unit_test(relative),
		cmocka_unit_test(refused),
		cmocka_unit_test(very_long_ago_is_no_overflow),
		cmocka_unit_test(every_day_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
