/*
 * What identifies a finding: nothing that a formatter changes, everything else that is written.
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

static const struct finding *only(struct state *s, const char *source)
{
	const struct blob_record *out = run(s, source);

	if (out->finding_count != 1)
		print_error("%u findings in\n%s", out->finding_count, source);
	assert_int_equal(out->finding_count, 1);
	return &out->findings[0];
}

struct identity_case {
	const char *before, *after;
};

static bool same_id(const struct signature *a, const struct signature *b)
{
	return a->token_hash == b->token_hash && a->callee_hash == b->callee_hash &&
		a->body_hash == b->body_hash && a->before_hash == b->before_hash &&
		a->after_hash == b->after_hash && str_eq(a->sketch, b->sketch);
}

static void assert_same_identity(struct state *s, const struct identity_case *c)
{
	struct finding a = *only(s, c->before), b = *only(s, c->after);

	if (!same_id(&a.id, &b.id))
		print_error("not the same:\n%s---\n%s", c->before, c->after);
	assert_true(same_id(&a.id, &b.id));
}

#define HEAD "import time\n"

static void a_formatter_does_not_change_identity(void **state)
{
	static const struct identity_case cases[] = {
		/* quotes, trailing commas, wrapping */
		{HEAD "async def f(log):\n    log('a', time.sleep(1))\n",
			HEAD "async def f(log):\n    log(\n        \"a\",\n        "
			     "time.sleep(1),\n    )\n"},
		{HEAD "async def f(log):\n    time.sleep(1)\n",
			HEAD "async def f(\n    log,\n):\n    time.sleep(\n        1,\n    )\n"},
		/* parentheses and backslashes */
		{HEAD "async def f(a):\n    x = a + \\\n        time.sleep(1)\n",
			HEAD
			"async def f(a):\n    x = (\n        a +\n        time.sleep(1)\n    )\n"},
		/* semicolons, blank lines, comments, indentation */
		{HEAD "async def f(a):\n  a(); time.sleep(1); a()\n",
			HEAD
			"\n\nasync def f(a):\n    # wait\n    a()\n\n    time.sleep(1)\n    a()\n"},
		/* number literals, string prefixes, implicit concatenation */
		{HEAD "async def f(a):\n    time.sleep(0XaB + 1E5)\n    a(U'x' 'y')\n",
			HEAD "async def f(a):\n    time.sleep(0xAB + 1e5)\n    a(\"x\" \"y\")\n"},
		{HEAD "async def f(a):\n    time.sleep(.5 + 1. + 1.e3)\n",
			HEAD "async def f(a):\n    time.sleep(0.5 + 1.0 + 1.0e3)\n"},
		/* docstrings are re-indented */
		{HEAD "async def f():\n  '''One.\n\n  Two.   \n  '''\n  time.sleep(1)\n",
			HEAD "async def f():\n    \"\"\"One.\n\n    Two.\n    \"\"\"\n    "
			     "time.sleep(1)\n"},
		{HEAD "async def f(a, b):\n    del (a, b)\n    time.sleep(1)\n",
			HEAD "async def f(a, b):\n    del a, b\n    time.sleep(1)\n"},
		/* a file around it */
		{HEAD "async def f():\n    time.sleep(1)\n",
			HEAD "import os\n\nLIMIT = 3\n\n\nasync def f():\n    time.sleep(1)\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_same_identity(*state, &cases[i]);
}

static void other_code_has_another_identity(void **state)
{
	static const char *const lines[] = {"time.sleep(1)", "time.sleep(2)", "time.sleep(1.0)",
		"time.sleep(x)", "time.sleep(-x)", "time.sleep(x + 1)", "time.sleep(x - 1)",
		"time.sleep(x(1))", "time.sleep((x, 1))", "time.sleep([x, 1])", "time.sleep(x, 1)",
		"time.sleep('x')", "time.sleep(b'x')", "time.sleep(x=1)", "time.sleep(*x)",
		"time.sleep(**x)", "time.sleep(x < 1)", "time.sleep(x <= 1)", "time.sleep(x.y)",
		"time.sleep(x[1])", "time.sleep(x if y else 1)", "time.sleep(f'{x}')"};
	uint64_t seen[ARRAY_LEN(lines)];

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct strbuf text = {0};

		strbuf_addf(&text, HEAD "async def f(x, y):\n    %s\n", lines[i]);
		seen[i] = only(*state, text.ptr)->id.token_hash;
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
		strbuf_release(&text);
	}
}

/* Strings may hold control characters, which are neither text nor white space. */
static void control_characters_are_hashed(void **state)
{
	struct finding a =
		*only(*state, HEAD "async def f():\n    time.sleep('a\x01\x7f b\x02')\n");
	struct finding b =
		*only(*state, HEAD "async def f():\n    time.sleep('a\x01\x7f c\x02')\n");

	assert_true(a.id.token_hash != b.id.token_hash);
	only(*state, HEAD "async def f():\n    '\\0 \\x00'\n    time.sleep('\\0')\n");
}

#define BODY(lines) HEAD "import requests\nasync def f(a):\n" lines

static void context_is_what_stands_around(void **state)
{
	struct finding plain = *only(*state, BODY("    a(1)\n    time.sleep(1)\n    a(2)\n"));
	struct finding changed = *only(*state, BODY("    a(1)\n    time.sleep(9)\n    a(2)\n"));
	struct finding moved = *only(*state, BODY("    a(1)\n    time.sleep(1)\n    a(3)\n"));

	assert_true(plain.id.before_hash == changed.id.before_hash);
	assert_true(plain.id.after_hash == changed.id.after_hash);
	assert_true(plain.id.token_hash != changed.id.token_hash);
	assert_true(plain.id.before_hash == moved.id.before_hash);
	assert_true(plain.id.after_hash != moved.id.after_hash);
	assert_true(plain.id.token_hash == moved.id.token_hash);
	assert_true(plain.id.body_hash != moved.id.body_hash);
	assert_int_equal(CONTEXT_WEIGHT(plain.id.before_hash), 1);
	assert_int_equal(BODY_WEIGHT(plain.id.body_hash), 3);
}

/* The function's own name is no part of its body, so that it may be renamed. */
static void a_renamed_function_keeps_body_and_context(void **state)
{
	struct finding f = *only(*state, HEAD "async def f(a):\n    a(1)\n    time.sleep(1)\n");
	struct finding g = *only(*state, HEAD "async def g(a):\n    a(1)\n    time.sleep(1)\n");

	assert_true(same_id(&f.id, &g.id));
}

/* Numbers of the two sketches that are on both sides, of all that are. */
static double resemblance(struct str a, struct str b)
{
	size_t common = 0;

	for (size_t i = 1; i < a.len; i += 2)
		for (size_t j = 1; j < b.len; j += 2)
			common += memcmp(a.ptr + i, b.ptr + j, 2) == 0;
	return (double)common / (double)((a.len + b.len) / 2 - 1 - common);
}

struct edit_case {
	const char *before, *after;
	bool same_callee;
	double least, most;
};

static void small_edits_keep_most_of_a_sketch(void **state)
{
	static const struct edit_case cases[] = {
		/* names of variables and the way of importing are nothing */
		{BODY("    time.sleep(a)\n"), HEAD "async def f(b):\n    time.sleep(b)\n", true, 1,
			1},
		{BODY("    time.sleep(a)\n"),
			"from time import sleep as s\nasync def f(a):\n    s(a)\n", true, 1, 1},
		{BODY("    time.sleep(1)\n"), BODY("    time.sleep(2)\n"), true, 0.6, 0.9},
		{BODY("    requests.get(a)\n"), BODY("    requests.get(a, timeout=9)\n"), true, 0.4,
			0.9},
		{BODY("    requests.get(a)\n"), BODY("    requests.post(a)\n"), false, 0.1, 0.6},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct finding a = run(*state, cases[i].before)->findings[0];
		struct finding b = run(*state, cases[i].after)->findings[0];
		double r = resemblance(a.id.sketch, b.id.sketch);

		if (r < cases[i].least || r > cases[i].most)
			print_error("%.2f\n%s%s", r, cases[i].before, cases[i].after);
		assert_true(r >= cases[i].least && r <= cases[i].most);
		assert_int_equal(a.id.callee_hash == b.id.callee_hash, cases[i].same_callee);
	}
}

static void a_sketch_has_a_fixed_size(void **state)
{
	struct strbuf text = {0};
	struct str sketch;

	strbuf_addz(&text, HEAD "async def f(a):\n    time.sleep(a");
	for (int i = 0; i < 500; i++)
		strbuf_addf(&text, " + a.x%d", i);
	strbuf_addz(&text, ")\n");
	sketch = only(*state, text.ptr)->id.sketch;
	assert_int_equal(sketch.len, SKETCH_BYTES);
	assert_int_equal(sketch.ptr[0], SKETCH_VERSION);
	for (size_t i = 3; i < sketch.len; i += 2)
		assert_true(memcmp(sketch.ptr + i - 2, sketch.ptr + i, 2) < 0);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_formatter_does_not_change_identity),
		cmocka_unit_test(other_code_has_another_identity),
		cmocka_unit_test(control_characters_are_hashed),
		cmocka_unit_test(context_is_what_stands_around),
		cmocka_unit_test(a_renamed_function_keeps_body_and_context),
		cmocka_unit_test(small_edits_keep_most_of_a_sketch),
		cmocka_unit_test(a_sketch_has_a_fixed_size),
	};

	return cmocka_run_group_tests_name("identity", tests, set_up, tear_down);
}
