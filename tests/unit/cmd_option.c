/*
 * Option tables: every way to write an option, what each type takes, and the errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/option.h"
#include "cmd/suggest.h"

static const char *const levels[] = {"error", "warning", "info", NULL};

static const struct option_spec first[] = {
	{.name = "level",
		.letter = 'l',
		.type = OPTION_CHOICE,
		.argument = "LEVEL",
		.initial = "warning",
		.choices = levels},
	{.name = "jobs", .letter = 'j', .type = OPTION_NUMBER, .argument = "N"},
	{.name = "ref", .type = OPTION_LIST, .argument = "REF"},
	{0},
};
static const struct option_spec second[] = {
	{.name = "quiet", .letter = 'q'},
	{.name = "verbose", .letter = 'v'},
	{.name = "output", .letter = 'o', .type = OPTION_FILE, .argument = "FILE"},
	{.name = "max-file-size", .type = OPTION_SIZE, .argument = "BYTES", .initial = "4M"},
	{.name = "rate", .type = OPTION_REAL, .argument = "X"},
	{.name = "since", .type = OPTION_DATE, .argument = "DATE"},
	{0},
};
static const struct option_spec *const tables[] = {first, second, NULL};

#define MAX_ARGS 12

/* Parses the blank-separated words of `line` (kept in `buffer`). */
static int parse(struct options *o, const char *line, char buffer[256], struct err *e)
{
	char *argv[MAX_ARGS];
	int argc = 0;
	char *rest = buffer;

	assert_int_equal(options_init(o, tables, e), 0);
	(void)strncpy(buffer, line, 255);
	buffer[255] = '\0';
	while (*rest && argc < MAX_ARGS) {
		argv[argc++] = rest;
		rest += strcspn(rest, " ");
		if (*rest)
			*rest++ = '\0';
	}
	return options_parse(o, argc, argv, e);
}

static void all_spellings_mean_the_same(void **state)
{
	static const char *const lines[] = {"--output f --level info -q a b",
		"--output=f --level=info --quiet a b", "-of -linfo -q a b", "a -o f b -l info -q",
		"-qof -linfo a b", "-ql info -o f -- a b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct options o;
		char buffer[256];
		struct err e;

		assert_int_equal(parse(&o, lines[i], buffer, &e), 0);
		assert_string_equal(options_text(&o, "output"), "f");
		assert_string_equal(options_text(&o, "level"), "info");
		assert_true(options_flag(&o, "quiet"));
		assert_false(options_flag(&o, "verbose"));
		assert_int_equal(o.operands.len, 2);
		assert_string_equal(o.operands.items[1], "b");
		options_release(&o);
	}
}

static void defaults_and_given_values(void **state)
{
	struct options o;
	char buffer[256];
	struct err e;

	(void)state;
	assert_int_equal(
		parse(&o, "--ref a -j 3 --ref=b --rate -0.5 --since @60 -vv", buffer, &e), 0);
	assert_string_equal(options_text(&o, "level"), "warning");
	assert_false(options_get(&o, "level")->given);
	assert_int_equal(options_number(&o, "max-file-size"), 4 * 1024 * 1024);
	assert_int_equal(options_number(&o, "jobs"), 3);
	assert_true(options_get(&o, "jobs")->given);
	assert_int_equal(options_number(&o, "since"), 60);
	assert_int_equal(options_number(&o, "verbose"), 2);
	assert_true(options_get(&o, "rate")->real == -0.5);
	assert_int_equal(options_get(&o, "ref")->list.len, 2);
	assert_string_equal(options_get(&o, "ref")->list.items[0], "a");
	assert_null(options_text(&o, "output"));
	options_release(&o);
}

static void operands_after_two_dashes_and_lone_dash(void **state)
{
	struct options o;
	char buffer[256];
	struct err e;

	(void)state;
	assert_int_equal(parse(&o, "- -- -q --level --", buffer, &e), 0);
	assert_int_equal(o.operands.len, 4);
	assert_string_equal(o.operands.items[0], "-");
	assert_string_equal(o.operands.items[1], "-q");
	assert_string_equal(o.operands.items[3], "--");
	assert_false(options_flag(&o, "quiet"));
	options_release(&o);
}

static void bad_input_names_the_option(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{"--levle info", "--levle: no such option; did you mean --level?"},
		{"--lev info", "--lev: no such option; did you mean --level?"},
		{"--unheard-of", "--unheard-of: no such option; --help lists them"},
		{"-x", "-x: no such option; --help lists them"},
		{"-qx", "-x: no such option; --help lists them"},
		{"--output=", "--output: '' is not the name of a file"},
		{"--output", "--output: needs a value; write --output FILE"},
		{"-o", "--output: needs a value; write --output FILE"},
		{"--quiet=1", "--quiet: takes no value; write --quiet alone"},
		{"--level high",
			"--level: 'high' is not a choice; use one of error, warning, info"},
		{"-j -1", "--jobs: '-1' is not a number; give digits only"},
		{"-j 3x", "--jobs: '3x' is not a number; give digits only"},
		{"-j 99999999999999999999",
			"--jobs: '99999999999999999999' is not a number; give digits only"},
		{"--max-file-size 4Q",
			"--max-file-size: '4Q' is not a size; give bytes, or 64k, 4M, 1G"},
		{"--rate nan", "--rate: 'nan' is not a number; try 0.5"},
		{"--since soon", "--since: 'soon' is not a date; try 2024-05-31 or '3 months ago'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct options o;
		char buffer[256];
		struct err e;

		assert_int_equal(parse(&o, cases[i].line, buffer, &e), ERR_USAGE);
		assert_string_equal(e.message, cases[i].message);
		options_release(&o);
	}
}

static void a_wrong_default_is_an_error(void **state)
{
	static const struct option_spec wrong[] = {
		{.name = "n", .type = OPTION_NUMBER, .argument = "N", .initial = "few"}, {0}};
	static const struct option_spec *const only[] = {wrong, NULL};
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(options_init(&o, only, &e), ERR_USAGE);
	options_release(&o);
}

static void sizes(void **state)
{
	int64_t n;

	(void)state;
	assert_true(size_parse("0", &n) && n == 0);
	assert_true(size_parse("64k", &n) && n == 65536);
	assert_true(size_parse("2K", &n) && n == 2048);
	assert_true(size_parse("1G", &n) && n == 1073741824);
	assert_false(size_parse("", &n));
	assert_false(size_parse("-1", &n));
	assert_false(size_parse("1kB", &n));
	assert_false(size_parse("9223372036854775807G", &n));
}

static void nearest_names(void **state)
{
	static const char *const names[] = {
		"scan", "lint", "trend", "regressions", "rules", "authors"};
	size_t n = ARRAY_LEN(names);

	(void)state;
	assert_string_equal(suggest_nearest(names, n, STR("lnit")), "lint");
	assert_string_equal(suggest_nearest(names, n, STR("trends")), "trend");
	assert_string_equal(suggest_nearest(names, n, STR("author")), "authors");
	assert_string_equal(suggest_nearest(names, n, STR("regresions")), "regressions");
	assert_string_equal(suggest_nearest(names, n, STR("reg")), "regressions");
	assert_null(suggest_nearest(names, n, STR("frobnicate")));
	assert_null(suggest_nearest(names, n, STR("xy")));
	assert_null(suggest_nearest(names, n, STR("")));
	assert_null(suggest_nearest(names, 0, STR("scan")));
}

static void distances(void **state)
{
	(void)state;
	assert_int_equal(suggest_distance(STR(""), STR("abc")), 3);
	assert_int_equal(suggest_distance(STR("abc"), STR("abc")), 0);
	assert_int_equal(suggest_distance(STR("acb"), STR("abc")), 1); /* two swapped */
	assert_int_equal(suggest_distance(STR("kitten"), STR("sitting")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_spellings_mean_the_same),
		cmocka_unit_test(defaults_and_given_values),
		cmocka_unit_test(operands_after_two_dashes_and_lone_dash),
		cmocka_unit_test(bad_input_names_the_option),
		cmocka_unit_test(a_wrong_default_is_an_error),
		cmocka_unit_test(sizes),
		cmocka_unit_test(nearest_names),
		cmocka_unit_test(distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
