/*
 * The Python front end: every fixture of tests/py/ast gives the dump beside it (those that CPython
 * can read are also compared with its own ast by tests/py/compare_ast.py). Damage: py_damage.c.
 */
#include "py_tree.h"

/* ---- fixtures ---- */

static void test_fixtures(void **state)
{
	struct world *w = *state;
	paths all = list_fixtures();
	struct strbuf expected = {0};

	for (size_t i = 0; i < all.len; i++) {
		struct str path = str_from(all.items[i]);
		struct strbuf expected_path = {0};
		struct py_tree *t = parse(w, read_file(all.items[i], &w->source));

		strbuf_addf(&expected_path, "%.*s.ast", (int)path.len - 3, path.ptr);
		read_file(expected_path.ptr, &expected);
		if (!str_eq(dump(w, t), strbuf_str(&expected)))
			fail_msg("%s: the dump differs from %s", all.items[i], expected_path.ptr);
		strbuf_release(&expected_path);
	}
	strbuf_release(&expected);
	free_paths(&all);
}

/* ---- bytes, encodings, lines ---- */

static void test_skipped(void **state)
{
	struct world *w = *state;
	struct py_limits small = {.max_bytes = 3}, quick = {.max_ms = 1};
	struct py_tree *t;

	t = parse(w, STR("\xff\xfex\0"));
	assert_string_equal(t->reason, "UTF-16");
	t = parse(w, STR("x = '\0'\n"));
	assert_string_equal(t->reason, "NUL bytes");
	t = py_parse(w->parser, STR("abcd"), &small, &w->arena);
	assert_string_equal(t->reason, "too large");
	assert_int_equal(t->status, PY_SKIPPED);
	t = py_parse(w->parser, STR("abc"), &small, &w->arena);
	assert_int_equal(t->status, PY_OK);
	t = py_parse(w->parser, repeat(w, "", "x = [(a, b), {c: d}]\n", 1u << 17, ""), &quick,
		&w->arena);
	assert_string_equal(t->reason, "too slow");
	t = parse(w, STR("pass\n")); /* and the parser goes on */
	assert_int_equal(t->root->u.module.body.len, 1);
}

static void test_empty(void **state)
{
	struct world *w = *state;

	assert_dump(w, STR(""), "Module 1:1-1:1\n");
	assert_dump(w, (struct str){NULL, 0}, "Module 1:1-1:1\n");
	assert_dump(w, STR("# c"), "Module 1:1-1:4\ncomment 1:1-1:4\n");
	assert_dump(w, STR("\xef\xbb\xbf"), "Module 1:1-1:1\n");
}

static void test_line_ends(void **state)
{
	static const char EXPECTED[] = "Module 1:1-4:1 body=2\n"
				       "  If 1:1-2:4 test body=1\n"
				       "    Name 1:4-1:5 id='a'\n"
				       "    Expr 2:3-2:4 value\n"
				       "      Name 2:3-2:4 id='b'\n"
				       "  Expr 3:1-3:2 value\n"
				       "    Name 3:1-3:2 id='c'\n";
	struct world *w = *state;

	assert_dump(w, STR("if a:\n  b\nc\n"), EXPECTED);
	assert_dump(w, STR("if a:\r\n  b\r\nc\r\n"), EXPECTED);
	assert_dump(w, STR("if a:\r  b\rc\r"), EXPECTED);
	assert_dump(w, STR("\xef\xbb\xbfif a:\n  b\nc\n"), EXPECTED);
}

static void test_blanks(void **state)
{
	struct world *w = *state;

	assert_dump(w, STR("x = \\\n  1\n\f\ny\n"),
		"Module 1:1-5:1 body=2\n"
		"  Assign 1:1-2:4 targets=1 value\n"
		"    Name 1:1-1:2 Store id='x'\n"
		"    Constant 2:3-2:4 int text='1'\n"
		"  Expr 4:1-4:2 value\n"
		"    Name 4:1-4:2 id='y'\n");
	/* Four blanks and a tab are eight columns, as is a tab. */
	assert_dump(w, STR("if a:\n    \tb\n\tc\n"),
		"Module 1:1-4:1 body=1\n"
		"  If 1:1-3:3 test body=2\n"
		"    Name 1:4-1:5 id='a'\n"
		"    Expr 2:6-2:7 value\n"
		"      Name 2:6-2:7 id='b'\n"
		"    Expr 3:2-3:3 value\n"
		"      Name 3:2-3:3 id='c'\n");
}

static void test_encodings(void **state)
{
	struct world *w = *state;
	struct py_tree *t;
	uint32_t line, column;

	t = parse(w, STR("\xc3\xa9 = 'caf\xe9'; x\n"));
	assert_true(t->latin1);
	assert_int_equal(t->status, PY_OK);
	py_position(t, 13, &line, &column);
	assert_int_equal(column, 14);
	t = parse(w, STR("\xc3\xa9 = 'caf\xc3\xa9'; x\n"));
	assert_false(t->latin1);
	py_position(t, 13, &line, &column);
	assert_int_equal(column, 12);
	t = parse(w, STR("#!/x\n# -*- coding: latin-1 -*-\n'\xc3\xa9'\n"));
	assert_true(t->latin1);
	t = parse(w, STR("# vim: set fileencoding=utf-8 :\n'\xc3\xa9'\n"));
	assert_false(t->latin1);
	t = parse(w, STR("x = 1\n# coding: latin-1\n'\xc3\xa9'\n"));
	assert_false(t->latin1);
}

/* ---- strings, comments, questions ---- */

static const struct py_node *value_of(const struct py_tree *t, uint32_t i)
{
	return t->root->u.module.body.items[i]->u.expr.value;
}

static void test_strings_are_slices(void **state)
{
	struct world *w = *state;
	struct str source = STR("'plain'\n'esc\\n'\n'a' 'b'\n'''x\r\ny'''\n");
	struct py_tree *t = parse(w, source);

	assert_ptr_equal(value_of(t, 0)->u.constant.text.ptr, source.ptr + 1);
	assert_true(str_is(value_of(t, 1)->u.constant.text, "esc\n"));
	assert_true(str_is(value_of(t, 2)->u.constant.text, "ab"));
	assert_true(str_is(value_of(t, 3)->u.constant.text, "x\ny"));
}

static void test_comments(void **state)
{
	struct world *w = *state;
	struct str source = STR("x # one\r\n# two\n'# no'\n(# three\n1)\n");
	struct py_tree *t = parse(w, source);

	assert_int_equal(t->comment_count, 3);
	assert_int_equal(t->comments[0].start, 2);
	assert_int_equal(t->comments[0].end, 7);
	assert_int_equal(t->comments[1].start, 9);
}

static void test_calls(void **state)
{
	struct world *w = *state;
	const struct py_node *call = value_of(parse(w, STR("f(a, *b, c, k=d, **e)\n")), 0);

	assert_true(py_is_name(py_arg(call, 0), "a"));
	assert_null(py_arg(call, 1)); /* a Starred */
	assert_null(py_arg(call, 2)); /* behind it */
	assert_null(py_arg(call, 9));
	assert_true(py_is_name(py_keyword(call, "k"), "d"));
	assert_null(py_keyword(call, ""));
	assert_true(py_is_name(py_arg_or_keyword(call, 2, "k"), "d"));
	assert_true(py_has_double_star(call));
	call = value_of(parse(w, STR("f(k=1)\n")), 0);
	assert_false(py_has_double_star(call));
	assert_true(py_is_constant(py_arg_or_keyword(call, 0, "k"), PY_CONST_INT));
}

static void test_truth(void **state)
{
	static const char SOURCE[] = "True\n1\n0x0F\n.5\n'x'\nb'x'\n...\n2j\n"
				     "False\nNone\n0\n0.0\n0x00\n''\n0e5\nx\n";
	enum { TRUE_ONES = 8 };
	struct world *w = *state;
	struct py_tree *t = parse(w, str_from(SOURCE));

	for (uint32_t i = 0; i < t->root->u.module.body.len; i++)
		assert_int_equal(py_is_true(value_of(t, i)), i < TRUE_ONES);
	assert_false(py_is_true(NULL));
}

static void test_ancestors(void **state)
{
	struct world *w = *state;
	struct py_tree *t = parse(w, STR("def f():\n  with a as b: x = c(d)\n"));
	const struct py_node *def = t->root->u.module.body.items[0];
	const struct py_node *with = def->u.function.body.items[0];
	const struct py_node *assign = with->u.with.body.items[0];
	const struct py_node *d = assign->u.assign.value->u.call.args.items[0];

	assert_ptr_equal(py_stmt_of(d), assign);
	assert_ptr_equal(py_stmt_of(assign), assign);
	assert_ptr_equal(py_stmt_of(with->u.with.items.items[0]), with);
	assert_null(py_stmt_of(t->root));
	assert_true(py_is_inside(d, def) && py_is_inside(def, def) && !py_is_inside(def, d));
	assert_true(py_is_stmt(def) && !py_is_expr(def) && py_is_expr(d) && !py_is_stmt(d));
	assert_true(py_is_scope(def) && py_is_scope(t->root) && !py_is_scope(with));
	assert_true(str_is(py_text(t, assign), "x = c(d)"));
	assert_true(str_is(py_line_text(t, 1), "def f():"));
	assert_true(str_is(py_line_text(t, 3), "") && str_is(py_line_text(t, 9), ""));
}

/* ---- errors stay local ---- */

static const struct py_node *find_def(const struct py_tree *t, const char *name)
{
	PY_EACH (n, t->root)
		if (py_is_function(n) && str_is(n->u.function.name, name))
			return n;
	return NULL;
}

static void test_errors_are_local(void **state)
{
	struct world *w = *state;
	struct py_tree *t = parse(w, STR("def a():\n    x = = 1\n    y()\n\ndef b():\n    z()\n"));
	const struct py_node *a = find_def(t, "a"), *b = find_def(t, "b");

	assert_int_equal(t->status, PY_PARTIAL);
	assert_non_null(a);
	assert_non_null(b);
	assert_true(a->flags & PY_FLAG_BROKEN);
	assert_false(b->flags & PY_FLAG_BROKEN);
	assert_false(py_is_broken(t, b->start, b->end));
	assert_true(py_is_broken(t, a->start, a->end));
	assert_false(py_is_broken(t, 0, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_strings_are_slices),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_truth),
		cmocka_unit_test(test_ancestors),
		cmocka_unit_test(test_errors_are_local),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
