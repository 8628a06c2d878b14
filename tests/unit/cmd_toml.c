/*
 * TOML: values and their types, places, what a grammar alone does not see, and an error for every
 * kind of mistake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cmd/toml.h"

struct state {
	struct arena arena;
	struct toml_value *root;
	struct err e;
};

static int parse(struct state *s, const char *text)
{
	s->root = NULL;
	return toml_parse(str_from(text), STR("x.toml"), &s->arena, &s->root, &s->e);
}

/* The value at a path of plain keys: "a/b". */
static const struct toml_value *at(const struct state *s, const char *path)
{
	const struct toml_value *v = s->root;
	struct str rest = str_from(path), key;
	char name[64];

	while (str_next(&rest, '/', &key)) {
		(void)snprintf(name, sizeof name, "%.*s", STR_ARG(key));
		v = toml_get(v, name);
	}
	return v;
}

static void assert_text(struct state *s, const char *path, const char *want)
{
	const struct toml_value *v = at(s, path);

	assert_non_null(v);
	assert_int_equal(v->type, TOML_STRING);
	assert_string_equal(v->text.ptr, want);
}

static void strings_are_decoded(void **state)
{
	struct state *s = *state;

	assert_int_equal(parse(s,
				 "a = \"tab\\t quote\\\" \\u00e9 \\U0001F600\"\n"
				 "b = 'raw \\t \"x\"'\n"
				 "c = \"\"\"\nfirst\nsecond \\\n    joined\"\"\"\n"
				 "d = '''\nraw\\n'''\n"
				 "e = \"\"\n"
				 "\"quoted key\" = ''\n"),
		0);
	assert_text(s, "a", "tab\t quote\" \xc3\xa9 \xf0\x9f\x98\x80");
	assert_text(s, "b", "raw \\t \"x\"");
	assert_text(s, "c", "first\nsecond joined");
	assert_text(s, "d", "raw\\n");
	assert_text(s, "e", "");
	assert_text(s, "quoted key", "");
}

static void numbers_booleans_and_the_rest(void **state)
{
	static const struct {
		const char *key;
		int64_t want;
	} integers[] = {{"a", 1000}, {"b", -17}, {"c", 255}, {"d", 8}, {"e", 5}, {"f", INT64_MIN},
		{"t", 1}, {"n", 0}};
	struct state *s = *state;

	assert_int_equal(parse(s,
				 "a = 1_000\nb = -17\nc = 0xff\nd = 0o10\ne = 0b101\n"
				 "f = -9223372036854775808\nt = true\nn = false\n"
				 "x = 0.5\ny = 2024-05-31\n"),
		0);
	for (size_t i = 0; i < ARRAY_LEN(integers); i++)
		assert_int_equal(at(s, integers[i].key)->integer, integers[i].want);
	assert_int_equal(at(s, "t")->type, TOML_BOOLEAN);
	assert_int_equal(at(s, "x")->type, TOML_OTHER);
	assert_string_equal(at(s, "x")->text.ptr, "0.5");
	assert_string_equal(at(s, "y")->text.ptr, "2024-05-31");
}

static void tables_arrays_and_dots(void **state)
{
	struct state *s = *state;
	const struct toml_value *v;

	assert_int_equal(
		parse(s,
			"a.b.c = 1 # comment\na.b.d = 2\n"
			"[t] # comment\nx = { y = { z = 'deep' }, w = [1, [2, 3], 'four'] }\n"
			"[u.v.w]\nk = 1\n[u]\nl = 2\n"
			"[[list]]\nn = 1\n[list.sub]\nm = 3\n[[list]]\nn = 2\n"),
		0);
	assert_int_equal(at(s, "a/b/d")->integer, 2);
	assert_text(s, "t/x/y/z", "deep");
	assert_int_equal(at(s, "u/v/w/k")->integer, 1);
	assert_int_equal(at(s, "u/l")->integer, 2);
	v = at(s, "t/x/w");
	assert_int_equal(v->type, TOML_ARRAY);
	assert_int_equal(v->first->next->last->integer, 3);
	assert_string_equal(v->last->text.ptr, "four");
	v = at(s, "list");
	assert_int_equal(v->type, TOML_ARRAY);
	assert_int_equal(toml_get(toml_get(v->first, "sub"), "m")->integer, 3);
	assert_int_equal(toml_get(v->last, "n")->integer, 2);
	assert_null(v->last->next);
}

static void places_count_lines_and_characters(void **state)
{
	struct state *s = *state;

	assert_int_equal(parse(s,
				 "\xef\xbb\xbf# \xc3\xa9\r\n\r\n[t]\r\n  x = { \"\xc3\xa9\" = 1, k "
				 "= 2 }\r\n"),
		0);
	assert_int_equal(at(s, "t/x")->line, 4);
	assert_int_equal(at(s, "t/x")->column, 3);
	assert_int_equal(at(s, "t/x/k")->column, 18);
}

static void an_empty_text_is_an_empty_table(void **state)
{
	struct state *s = *state;

	assert_int_equal(parse(s, ""), 0);
	assert_null(s->root->first);
	assert_int_equal(parse(s, "# only\n\n"), 0);
	assert_null(s->root->first);
	assert_null(toml_get(NULL, "x"));
}

static void mistakes_are_placed_and_explained(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"a = warning\n", "x.toml:1:1: text needs quotes: write key = \"text\""},
		{"a = 1\n\nb = True\n", "x.toml:3:1: booleans are written `true` and `false`"},
		{"a = 1\nb = \"x\nc = 2\n", "x.toml:2:1: a quote is not closed"},
		{"a = 'x\n", "x.toml:1:1: a quote is not closed"},
		{"[a\nb = 1\n", "x.toml:1:1: a table's name ends with `]`"},
		{"= 1\n", "x.toml:1:1: a key is missing before `=`"},
		{"a =\n", "x.toml:1:1: a value is missing behind `=`"},
		{"a: 1\n", "x.toml:1:1: write key = value"},
		{"a = 1 b = 2\n", "x.toml:1:1: one key = value stands on a line"},
		{"a = \"\\q\"\n",
			"x.toml:1:1: a backslash needs another one, or use 'single quotes'"},
		{"a = [1, 2\n", "x.toml:1:1: a `]` or a `,` is missing; write [\"one\", \"two\"]"},
		{"a = 1\na = 2\n", "x.toml:2:1: `a` is given twice, first in line 1; remove one"},
		{"[t]\n[t]\n", "x.toml:2:2: `t` is given twice, first in line 1; remove one"},
		{"[a.b]\n[a]\nb.c = 1\n",
			"x.toml:3:1: `b` is given twice, first in line 1; remove one"},
		{"a = { b = 1 }\n[a]\n",
			"x.toml:2:2: `a` is given twice, first in line 1; remove one"},
		{"a = 1\n[a.b]\n", "x.toml:2:2: `a` is given twice, first in line 1; remove one"},
		{"a = [1]\n[[a]]\n", "x.toml:2:3: `a` is given twice, first in line 1; remove one"},
		{"a = 9223372036854775808\n", "x.toml:1:5: the number is too large"},
		{"a = \"\\ud800\"\n", "x.toml:1:5: an escape in this text is no character"},
		{"a = \"\xff\"\n", "x.toml: is not UTF-8 text; save it as UTF-8"},
	};
	struct state *s = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (parse(s, cases[i].text) != ERR_USAGE)
			fail_msg("accepted: %s", cases[i].text);
		assert_string_equal(s->e.message, cases[i].want);
	}
}

static void depth_is_capped(void **state)
{
	struct state *s = *state;
	struct strbuf b = {0};

	for (int depth = TOML_MAX_DEPTH; depth <= TOML_MAX_DEPTH + 1; depth++) {
		strbuf_clear(&b);
		strbuf_addz(&b, "a = ");
		for (int i = 0; i < depth; i++)
			strbuf_addc(&b, '[');
		for (int i = 0; i < depth; i++)
			strbuf_addc(&b, ']');
		assert_int_equal(parse(s, b.ptr), depth > TOML_MAX_DEPTH ? ERR_USAGE : 0);
	}
	strbuf_clear(&b);
	for (int i = 0; i < 20000; i++)
		strbuf_addz(&b, "a.");
	strbuf_addz(&b, "a = 1\n");
	assert_int_equal(parse(s, b.ptr), 0);
	strbuf_release(&b);
}

/* Every beginning of a text, and every text with a byte changed, is read or refused. */
static void chopped_and_noisy_texts_do_no_harm(void **state)
{
	static const char text[] =
		"[tool.lapse]\nlevel = \"w\\u00e9\"\nb = [1, { c = '''x\n''' }]\n"
		"[[x.y]]\nd.\"e f\" = 0x1f\n# end\n";
	struct state *s = *state;
	char copy[sizeof text];

	for (size_t len = 0; len < sizeof text; len++) {
		(void)memcpy(copy, text, sizeof text);
		copy[len] = '\0';
		(void)parse(s, copy);
		for (const char *c = "\"'[]{}=.\n\\#"; *c && len + 1 < sizeof text; c++) {
			(void)memcpy(copy, text, sizeof text);
			copy[len] = *c;
			(void)parse(s, copy);
		}
		arena_reset(&s->arena);
	}
	assert_int_equal(parse(s, text), 0);
}

static int setup(void **state)
{
	*state = mem_zalloc(1, sizeof(struct state));
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	arena_release(&s->arena);
	free(s);
	return 0;
}

/* A mebibyte is what configuration may have; what is done for each value must not grow with it. */
static void large_texts_take_no_time(void **state)
{
	struct state *s = *state;
	struct strbuf b = {0};
	const struct toml_value *last;
	clock_t start = clock();

	strbuf_addz(&b, "long = [");
	for (int i = 0; i < 100000; i++)
		strbuf_addz(&b, "\"a\",");
	strbuf_addz(&b, "1]\n");
	for (int i = 0; i < 60000; i++)
		strbuf_addf(&b, "k%d = 1\n", i);
	strbuf_addz(&b, "k59999 = 2\n");
	assert_int_equal(parse(s, b.ptr), ERR_USAGE); /* the last key stands twice */
	last = at(s, "long")->last;
	assert_int_equal(last->type, TOML_INTEGER);
	assert_int_equal(last->column, 9 + 4 * 100000);
	assert_non_null(strstr(s->e.message, "k59999"));
	assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
	strbuf_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(strings_are_decoded),
		TEST(numbers_booleans_and_the_rest),
		TEST(tables_arrays_and_dots),
		TEST(places_count_lines_and_characters),
		TEST(an_empty_text_is_an_empty_table),
		TEST(mistakes_are_placed_and_explained),
		TEST(depth_is_capped),
		TEST(large_texts_take_no_time),
		TEST(chopped_and_noisy_texts_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
