/*
 * Scopes and the questions that no fixture line can ask: flags, uses and callers in order, tables,
 * and that depth and cycles in a file cost neither stack nor time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/table.h"
#include "scan/py/file.h"
#include "scan/py/sema.h"

extern const struct table table_scan_py_data_constructors;
extern const struct table table_scan_py_data_aliases;
extern const struct table table_scan_py_data_modules;
extern const struct table table_scan_py_data_decorators;

struct opened {
	struct arena arena;
	struct py_parser *parser;
	struct py_file *file;
};

static struct py_file *open_text(struct opened *o, const char *source)
{
	static const struct py_limits none;
	struct py_tree *tree;

	*o = (struct opened){.parser = py_parser_new()};
	tree = py_parse(o->parser, str_from(source), &none, &o->arena);
	assert_non_null(tree->root);
	o->file = py_file_open(tree);
	return o->file;
}

static void close_text(struct opened *o)
{
	py_parser_free(o->parser);
	arena_release(&o->arena);
}

/* The n-th node of a kind, from 0. */
static const struct py_node *nth(struct py_file *f, enum py_kind kind, uint32_t n)
{
	PY_EACH (it, f->tree->root)
		if (it->kind == kind && n-- == 0)
			return it;
	fail_msg("no such node");
	return NULL;
}

static const struct py_node *name_at(struct py_file *f, const char *id, uint32_t n)
{
	PY_EACH (it, f->tree->root)
		if (py_is_name(it, id) && n-- == 0)
			return it;
	fail_msg("no such name");
	return NULL;
}

static void scopes_of_nodes(void **state)
{
	struct opened o;
	struct py_file *f =
		open_text(&o, "class A:\n  def m(self, a=1):\n    return [x for x in a]\n");
	const struct py_node *class_def = nth(f, PY_ClassDef, 0), *def = nth(f, PY_FunctionDef, 0);
	const struct py_node *comp = nth(f, PY_ListComp, 0);

	(void)state;
	assert_ptr_equal(py_scope_of(f, f->tree->root), f->module);
	assert_ptr_equal(py_scope_at(f, f->tree->root), f->module);
	assert_ptr_equal(py_scope_at(f, class_def), f->module);
	assert_ptr_equal(py_scope_at(f, def), py_scope_of(f, class_def));
	assert_ptr_equal(py_scope_at(f, nth(f, PY_arg, 1)), py_scope_of(f, def));
	assert_ptr_equal(py_scope_at(f, nth(f, PY_Constant, 0)), py_scope_of(f, class_def));
	assert_ptr_equal(py_scope_at(f, comp), py_scope_of(f, def));
	assert_ptr_equal(py_scope_at(f, name_at(f, "x", 0)), py_scope_of(f, comp));
	assert_ptr_equal(py_scope_at(f, name_at(f, "a", 0)), py_scope_of(f, def));
	assert_null(py_scope_of(f, name_at(f, "a", 0)));
	assert_int_equal(py_scope_of(f, comp)->kind, PY_SCOPE_COMP);
	assert_ptr_equal(py_context(f, name_at(f, "x", 0)), def);
	close_text(&o);
}

static void around(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"def f():\n  g = lambda: 1\n"
		"class C:\n  try:\n    def m(self): pass\n  finally: pass\n"
		"  def n(self):\n    def inner(): pass\n");
	const struct py_node *m = nth(f, PY_FunctionDef, 1), *n = nth(f, PY_FunctionDef, 2);

	(void)state;
	assert_ptr_equal(py_function_around(nth(f, PY_Constant, 0)), nth(f, PY_FunctionDef, 0));
	assert_null(py_function_around(m));
	assert_ptr_equal(py_class_of(m), nth(f, PY_ClassDef, 0));
	assert_ptr_equal(py_class_of(n), nth(f, PY_ClassDef, 0));
	assert_null(py_class_of(nth(f, PY_FunctionDef, 3)));
	assert_null(py_class_of(nth(f, PY_FunctionDef, 0)));
	close_text(&o);
}

static void scope_flags(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"def a(): return locals()\n"
		"def b(): return [eval(x) for x in 'y']\n"
		"def c(): return vars(a)\n"
		"def d(): return vars()\n"
		"def e(locals): return 1\n"
		"def g(): globals()['x'] = 1\n");
	static const bool want[] = {true, true, false, true, false, false};

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(want); i++)
		assert_int_equal(py_scope_of(f, nth(f, PY_FunctionDef, i))->calls_locals, want[i]);
	assert_true(f->module->calls_locals);
	assert_false(f->module->has_star_import);
	close_text(&o);
	f = open_text(&o, "def a(): exec('x')\nfrom m import *\n");
	assert_true(py_scope_of(f, nth(f, PY_FunctionDef, 0))->calls_locals);
	assert_false(f->module->calls_locals);
	assert_true(f->module->has_star_import);
	close_text(&o);
}

static void bindings_in_source_order(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"def f():\n  global x\n  x = 1\nx = 2\ndef g():\n  global x\n"
		"  def x(): pass\nx: int\n");
	struct py_binding *b = py_scope_find(f->module, STR("x"));
	static const uint32_t lines[] = {3, 4, 7, 8};

	(void)state;
	for (uint32_t i = 0; i < ARRAY_LEN(lines); i++, b = b->next) {
		assert_non_null(b);
		assert_int_equal(b->node->line, lines[i]);
		assert_ptr_equal(b->scope, f->module);
	}
	assert_null(b);
	b = py_scope_find(f->module, STR("x"));
	assert_ptr_equal(b->site, nth(f, PY_FunctionDef, 0));
	assert_null(py_only_binding(b));
	assert_null(py_scope_find(py_scope_of(f, nth(f, PY_FunctionDef, 0)), STR("x")));
	assert_null(py_lookup(f, f->tree->root, STR("y")));
	close_text(&o);
}

static void uses_across_scopes(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"x = 1\ndef f(y):\n  print(x)\n  return [x for _ in y]\n"
		"def g(x):\n  return x\nclass C:\n  x = x\ndel x\n");
	struct py_uses u = py_uses_of(f, py_scope_find(f->module, STR("x")));
	static const uint32_t lines[] = {1, 3, 4, 9};

	(void)state;
	/* `x = x` in the class body reads the module's x at run time, but the name is the class's.
	 */
	assert_int_equal(u.len, ARRAY_LEN(lines));
	for (uint32_t i = 0; i < u.len; i++)
		assert_int_equal(u.items[i]->line, lines[i]);
	assert_int_equal(py_uses_of(f, py_lookup(f, name_at(f, "x", 4), STR("x"))).len, 2);
	u = py_uses_of(f, py_lookup(f, name_at(f, "x", 3), STR("x")));
	assert_int_equal(u.len, 1);
	assert_int_equal(u.items[0]->line, 6);
	close_text(&o);
}

static void callers_in_source_order(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"def a(): b()\ndef b(): a()\nb()\nb(a)\n"
		"class C:\n  def __init__(self): b()\nC()\n");
	struct py_uses u = py_callers(f, nth(f, PY_FunctionDef, 1));
	static const uint32_t lines[] = {1, 3, 4, 6};

	(void)state;
	assert_int_equal(u.len, ARRAY_LEN(lines));
	for (uint32_t i = 0; i < u.len; i++)
		assert_int_equal(u.items[i]->line, lines[i]);
	assert_int_equal(py_callers(f, nth(f, PY_FunctionDef, 0)).len, 1);
	u = py_callers(f, nth(f, PY_FunctionDef, 2));
	assert_int_equal(u.len, 1);
	assert_int_equal(u.items[0]->line, 7);
	close_text(&o);
}

static void imports_and_calls(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"from gevent import monkey\nimport nest_asyncio as n\n"
		"import a.b.c\nfrom asyncio.locks import *\nfrom .rel import x\n"
		"def f():\n  import inner\nmonkey.patch_all()\nn.apply\n");

	(void)state;
	assert_true(py_imports(f, "gevent"));
	assert_true(py_imports(f, "gevent.monkey"));
	assert_true(py_imports(f, "nest_asyncio"));
	assert_true(py_imports(f, "a.b"));
	assert_true(py_imports(f, "a.b.c"));
	assert_true(py_imports(f, "asyncio"));
	assert_true(py_imports(f, "inner"));
	assert_true(py_imports(f, ".rel"));
	assert_false(py_imports(f, "rel"));
	assert_false(py_imports(f, "gev"));
	assert_false(py_imports(f, "a.b.c.d"));
	assert_true(py_calls_anywhere(f, "gevent.monkey.patch_all"));
	assert_false(py_calls_anywhere(f, "nest_asyncio.apply"));
	assert_false(py_calls_anywhere(f, "gevent.monkey"));
	close_text(&o);
}

static void decorators_and_generators(void **state)
{
	struct opened o;
	struct py_file *f = open_text(&o,
		"import contextlib as c, functools\n"
		"@c.contextmanager\ndef a(): yield\n"
		"@functools.wraps(a)\ndef b():\n  def inner(): yield\n"
		"  lambda: (yield)\n"
		"def d(x=[(yield)]): return [(yield) for _ in x]\n");
	const struct py_node *a = nth(f, PY_FunctionDef, 0), *b = nth(f, PY_FunctionDef, 1);

	(void)state;
	assert_true(py_has_decorator(f, a, "contextlib.contextmanager"));
	assert_false(py_has_decorator(f, a, "contextmanager"));
	assert_true(py_has_decorator(f, b, "functools.wraps"));
	assert_false(py_plain_decorators(f, a));
	assert_true(py_plain_decorators(f, b));
	assert_true(py_is_generator(a));
	assert_false(py_is_generator(b));
	assert_true(py_is_generator(nth(f, PY_FunctionDef, 3)));
	close_text(&o);
}

static void questions_about_names_and_types(void **state)
{
	static const char *const list[] = {"asyncio.sleep", "time.sleep", NULL};
	struct opened o;
	struct py_file *f = open_text(&o,
		"import time, threading\ntime.sleep(1)\n"
		"class T(threading.Thread): pass\nT()\nthreading.Lock()\n");
	const struct py_node *sleep = nth(f, PY_Call, 0), *local;
	struct str type;

	(void)state;
	assert_true(py_resolves_to(f, sleep->u.call.func, "time.sleep"));
	assert_false(py_resolves_to(f, sleep->u.call.func, "time"));
	assert_int_equal(py_resolves_to_any(f, sleep->u.call.func, list), 1);
	assert_int_equal(py_resolves_to_any(f, sleep, list), -1);
	type = py_type_of(f, nth(f, PY_Call, 1), &local);
	assert_true(str_is(type, "T"));
	assert_ptr_equal(local, nth(f, PY_ClassDef, 0));
	assert_true(py_is_type(f, nth(f, PY_Call, 1), "threading.Thread"));
	assert_false(py_is_type(f, nth(f, PY_Call, 1), "T"));
	assert_true(py_is_type(f, nth(f, PY_Call, 2), "threading.Lock"));
	assert_false(py_is_type(f, nth(f, PY_Call, 0), ""));
	assert_int_equal(py_type_of(f, NULL, &local).len, 0);
	assert_null(local);
	close_text(&o);
}

static void factory_results(void **state)
{
	static const char *const want[][2] = {{"requests.session", "requests.Session"},
		{"requests.Session", "requests.Session"}, {"some.where.Class", "some.where.Class"},
		{"some.where.make", ""}, {"asyncpg.connect", "asyncpg.Connection"},
		{"socket.socketpair", ""}, {"subprocess.Popen.stdout", ""}, {"typing.cast", ""},
		{"", ""}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_true(str_is(py_factory_result(str_from(want[i][0])), want[i][1]));
}

/* ---- tables ---- */

/* The type that a row of the constructor table belongs to as a member, "" for functions: what is
 * before the last dot, when that looks like a class or is some row's result. */
static bool is_result(struct str type)
{
	for (size_t i = 0; i < table_scan_py_data_constructors.rows; i++)
		if (str_is(type, table_row(&table_scan_py_data_constructors, i)[1]))
			return true;
	return false;
}

static void constructor_rows_are_sound(void **state)
{
	static const char *const hows[] = {"call", "await", "both", "attribute", "each", "same",
		"annotation", "enter", "enter_async", "await_same"};
	const struct table *t = &table_scan_py_data_constructors;

	(void)state;
	for (size_t i = 0; i < t->rows; i++) {
		const char *const *row = table_row(t, i);
		struct str type = str_from(row[0]);
		size_t j = 0;

		while (j < ARRAY_LEN(hows) && strcmp(hows[j], row[2]) != 0)
			j++;
		if (j == ARRAY_LEN(hows))
			fail_msg("%s: unknown how %s", row[0], row[2]);
		if (j > 4 && strcmp(row[1], "-") != 0)
			fail_msg("%s: %s has no result of its own", row[0], row[2]);
		/* A key that has another spelling would never be looked up. */
		type.len = (size_t)(str_rfind(type, '.') > 0 ? str_rfind(type, '.') : 0);
		for (struct str p = str_from(row[0]); p.len;
			p.len = (size_t)(str_rfind(p, '.') > 0 ? str_rfind(p, '.') : 0))
			if (table_find(&table_scan_py_data_aliases, p))
				fail_msg("%s is an alias", row[0]);
		if (str_ends(str_from(row[0]), "__") && !is_result(type) &&
			!py_factory_result(type).len)
			fail_msg("%s: nothing has this type", row[0]);
	}
}

static void aliases_end(void **state)
{
	const struct table *t = &table_scan_py_data_aliases;

	(void)state;
	for (size_t i = 0; i < t->rows; i++)
		assert_null(table_find(t, str_from(table_row(t, i)[1])));
	for (size_t i = 0; i < table_scan_py_data_decorators.rows; i++)
		assert_null(
			table_find(t, str_from(table_row(&table_scan_py_data_decorators, i)[0])));
}

/* Every root of a catalogue file is among the modules that count as imported. */
static void check_roots(const char *path)
{
	FILE *in = fopen(path, "r");
	char line[1024];
	bool header = true;

	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		struct str root = str_slice(line, strcspn(line, ".\t\n"));

		if (line[0] == '#' || header || line[root.len] != '.') {
			header = header && line[0] == '#';
			continue;
		}
		if (!str_is(root, "builtins") && !table_find(&table_scan_py_data_modules, root))
			fail_msg("%s: %.*s is missing in modules.tsv", path, STR_ARG(root));
	}
	fclose(in);
}

static void modules_cover_the_catalogues(void **state)
{
	(void)state;
	check_roots("scan/rules/data/blocking_calls.tsv");
	check_roots("scan/rules/data/coroutines.tsv");
	check_roots("scan/py/data/constructors.tsv");
}

/* ---- depth and cycles ---- */

static void ask_everything(struct py_file *f)
{
	PY_EACH (n, f->tree->root)
		if (py_is_expr(n)) {
			(void)py_resolve(f, n);
			(void)py_type_of(f, n, NULL);
			(void)py_callee(f, n);
			(void)py_class_named(f, n);
			(void)py_is_offloaded(f, n);
		}
}

/* `count` times the same text, then everything is asked, backwards too. */
static void ask_repeated(const char *head, const char *part, const char *tail, int count)
{
	struct strbuf source = {0};
	struct opened o;
	struct py_file *f;

	strbuf_addz(&source, head);
	for (int i = 0; i < count; i++)
		strbuf_addz(&source, part);
	strbuf_addz(&source, tail);
	f = open_text(&o, source.ptr);
	for (uint32_t i = f->tree->node_count; i > 0; i--)
		(void)py_type_of(f, f->tree->root + i - 1, NULL);
	ask_everything(f);
	close_text(&o);
	strbuf_release(&source);
}

static void deep_nesting_ends(void **state)
{
	(void)state;
	ask_repeated("x = a", ".b", "\n", 20000);
	ask_repeated("x = a", ".b()", "\n", 20000);
	ask_repeated("x = a", " / b", "\n", 20000);
	ask_repeated("def f(x: ", "Optional[", "int", 500);
	ask_repeated("from typing import Optional\ndef f(x: '", "Optional[", "'): x\n", 5000);
	ask_repeated("from typing import Optional\ndef f(x: '", "int|", "'): x\n", 5000);
	ask_repeated("x = 1", " if a else x", "\n", 300);
	ask_repeated("x = ", "partial(", "f\n", 300);
}

static void long_chains_and_cycles_end(void **state)
{
	struct strbuf source = {0};
	struct opened o;

	(void)state;
	for (int i = 0; i < 3000; i++)
		strbuf_addf(&source, "v%d = v%d\nv%d = v%d.parent\nv%d = v%d / v%d\n", i, i + 1, i,
			i + 2, i + 1, i, i + 3);
	for (int i = 0; i < 500; i++)
		strbuf_addf(&source, "class C%d(C%d):\n  def m(self): self.x = self.x.m()\n", i,
			(i + 1) % 500);
	ask_everything(open_text(&o, source.ptr));
	close_text(&o);
	strbuf_release(&source);
}

/* Two variables that feed each other through ten thousand assignments. */
static void many_bindings_are_unknown(void **state)
{
	struct strbuf source = {0};
	struct opened o;
	struct py_file *f;

	(void)state;
	strbuf_addz(&source, "import threading\n");
	for (int i = 0; i < 10000; i++)
		strbuf_addz(&source, "a = b or threading.Lock()\nb = a or threading.Lock()\n");
	strbuf_addz(&source, "c = threading.Lock()\n");
	for (int i = 0; i < 100; i++)
		strbuf_addz(&source, "c = c or threading.Lock()\n");
	f = open_text(&o, source.ptr);
	ask_everything(f);
	assert_false(py_is_type(f, name_at(f, "a", 0), "threading.Lock"));
	assert_true(py_is_type(f, name_at(f, "c", 0), "threading.Lock"));
	close_text(&o);
	strbuf_release(&source);
}

static void chains_within_the_cap_resolve(void **state)
{
	struct strbuf source = {0};
	struct opened o;
	struct py_file *f;

	(void)state;
	strbuf_addz(&source, "import time\nv0 = time.sleep\n");
	for (int i = 0; i < 20; i++)
		strbuf_addf(&source, "v%d = v%d\n", i + 1, i);
	strbuf_addz(&source, "v20(1)\n");
	f = open_text(&o, source.ptr);
	assert_true(py_resolves_to(f, nth(f, PY_Call, 0)->u.call.func, "time.sleep"));
	close_text(&o);
	strbuf_release(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes_of_nodes),
		cmocka_unit_test(around),
		cmocka_unit_test(scope_flags),
		cmocka_unit_test(bindings_in_source_order),
		cmocka_unit_test(uses_across_scopes),
		cmocka_unit_test(callers_in_source_order),
		cmocka_unit_test(imports_and_calls),
		cmocka_unit_test(decorators_and_generators),
		cmocka_unit_test(questions_about_names_and_types),
		cmocka_unit_test(factory_results),
		cmocka_unit_test(constructor_rows_are_sound),
		cmocka_unit_test(aliases_end),
		cmocka_unit_test(modules_cover_the_catalogues),
		cmocka_unit_test(deep_nesting_ends),
		cmocka_unit_test(long_chains_and_cycles_end),
		cmocka_unit_test(many_bindings_are_unknown),
		cmocka_unit_test(chains_within_the_cap_resolve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
