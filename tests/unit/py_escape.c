/*
 * Escape analysis: one table a question. Each source is the body of a function that binds `x`; the
 * question is asked of that variable, or of the attribute `x`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/py/file.h"

struct parsed {
	struct arena arena;
	struct py_parser *parser;
	struct py_file *file;
	struct strbuf source;
};

static void open_source(struct parsed *p, const char *code)
{
	static const struct py_limits none;
	struct str rest = str_from(code), line;

	*p = (struct parsed){.parser = py_parser_new()};
	strbuf_addz(&p->source, "async def outer(kept):\n");
	while (str_next(&rest, '\n', &line))
		strbuf_addf(&p->source, "    %.*s\n", STR_ARG(line));
	p->file = py_file_open(py_parse(p->parser, strbuf_str(&p->source), &none, &p->arena));
	assert_int_equal(p->file->tree->status, PY_OK);
}

static void done(struct parsed *p)
{
	py_parser_free(p->parser);
	arena_release(&p->arena);
	strbuf_release(&p->source);
}

/* The first binding of `x` in the file. */
static const struct py_binding *binding_of_x(struct parsed *p)
{
	PY_EACH (n, p->file->tree->root)
		if (n->op == PY_STORE && py_is_name(n, "x"))
			return py_binding_at(p->file, n);
	fail_msg("x is not bound in:\n%s", p->source.ptr);
	return NULL;
}

/* "2 escapes await with": reads, then what is so. */
static void describe(const struct py_escape *e, struct strbuf *out)
{
	strbuf_addf(out, "%u%s%s%s", e->reads, e->escapes ? " escapes" : "",
		e->awaited ? " await" : "", e->in_with ? " with" : "");
}

static void expect_escape(const char *expect, const char *code)
{
	struct parsed p;
	struct strbuf answer = {0};
	struct py_escape e;

	open_source(&p, code);
	e = py_escape_of(p.file, binding_of_x(&p));
	describe(&e, &answer);
	assert_true(e.escapes == (e.first_escape != NULL));
	if (strcmp(answer.ptr, expect) != 0)
		fail_msg("\"%s\", not \"%s\", for:\n%s", answer.ptr, expect, p.source.ptr);
	strbuf_release(&answer);
	done(&p);
}

struct row {
	const char *expect, *code;
};

static void reads_do_not_escape(void **state)
{
	static const struct row rows[] = {
		{"0", "x = f()"},
		{"1", "x = f()\nx.run()"},
		{"2", "x = f()\nif x and not x.closed:\n    pass"},
		{"1", "x = f()\ny = x.a.b.m()"},
		{"1", "x = f()\nx.attribute = 1"},
		{"1", "x = f()\nx['k'] = 1"},
		{"1", "x = f()\nfor y in x:\n    pass"},
		{"1", "x = f()\nprint(f'{x}')"},
		{"3", "x = f()\nprint(x)\nlen(x)\nisinstance(x, int)"},
		{"1", "x = f()\nlogger.info('made %r', x)"},
		{"1", "x = f()\nself.assertEqual(x.status, 200)"},
		{"1", "x = f()\nassert x == 1"},
		{"1", "x = f()\nreturn x == 1"},
		{"1", "x = f()\nmessage = 'made %s' % x"},
		{"1", "x = f()\nreturn 1 if x else 2"},
		{"0", "x = f()\ndel x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_escape(rows[i].expect, rows[i].code);
}

static void values_that_leave_escape(void **state)
{
	static const struct row rows[] = {
		{"1 escapes", "x = f()\nreturn x"},
		{"1 escapes", "x = f()\nreturn 1, [x]"},
		{"1 escapes", "x = f()\nyield x"},
		{"1 escapes", "x = f()\nraise x"},
		{"1 escapes", "x = f()\nself.x = x"},
		{"1 escapes", "x = f()\nkept['x'] = x"},
		{"1 escapes", "x = f()\nkept[x] = 1"},
		{"1 escapes", "x = f()\nkept += [x]"},
		{"1 escapes", "x = f()\nall = {'a': x}"},
		{"1 escapes", "x = f()\nkeep(x)"},
		{"1 escapes", "x = f()\nkeep(k=x)"},
		{"1 escapes", "x = f()\nkeep(*x)"},
		{"1 escapes", "x = f()\nkeep(kept or x)"},
		{"1 escapes", "x = f()\nkeep(x if kept else 1)"},
		{"1 escapes", "x = f()\nkeep([x for _ in kept])"},
		{"1 escapes", "x = f()\nfor y in [x, 1]:\n    pass"},
		{"1 escapes", "x = f()\nkeep(x.close)"},
		{"1 escapes", "x = f()\nreturn x.close"},
		{"1 escapes", "x = f()\nreturn x[0]"},
		{"1 escapes", "x = f()\nkept.register(lambda: x.close())"},
		{"1 escapes", "x = f()\ndef inner():\n    x.close()"},
		{"1 escapes", "x = f()\nclass C:\n    y = x"},
		{"1 escapes", "x = f()\ndef inner(y=x):\n    pass"},
		{"0 escapes", "global x\nx = f()"},
		{"0 escapes", "x = f()\nreturn locals()"},
		{"1 escapes", "def print(y):\n    pass\nx = f()\nprint(x)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_escape(rows[i].expect, rows[i].code);
}

static void aliases_are_followed(void **state)
{
	static const struct row rows[] = {
		{"1", "x = f()\ny = x\ny.run()"},
		{"1 escapes", "x = f()\ny = x\nz = y\nreturn z"},
		{"1 escapes", "x = f()\ny = self.y = x"},
		{"1 escapes", "x = f()\nif y := x:\n    keep(y)"},
		{"1 escapes", "x = f()\na, b = x\nkeep(b)"},
		{"1 escapes", "x = f()\ny: object = x\nreturn y"},
		{"1 await", "x = f()\ny = x\nawait y"},
		{"1 escapes", "x = f()\nm = x.method\nreturn m"},
		{"1", "x = f()\ny = x\ny = y"},
		{"1", "x = f()\ny, z = x, 1\nkeep(z)"},
		{"1 escapes", "x = f()\ny, z = x, 1\nkeep(y)"},
		{"1 escapes", "x = f()\ny, *z = x, 1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_escape(rows[i].expect, rows[i].code);
}

static void many_aliases_escape(void **state)
{
	struct strbuf code = {0};

	(void)state;
	strbuf_addz(&code, "x = f()\ny0 = x\n");
	for (int i = 0; i < 40; i++)
		strbuf_addf(&code, "y%d = y%d\n", i + 1, i);
	expect_escape("1 escapes", code.ptr);
	strbuf_release(&code);
}

static void awaits_and_withs_are_told(void **state)
{
	static const struct row rows[] = {
		{"1 await", "x = f()\nawait x"},
		{"1", "x = f()\nawait x.close()"},
		{"1 with", "x = f()\nasync with x:\n    pass"},
		{"1 with", "x = f()\nwith a, x as y:\n    pass"},
		{"1", "x = f()\nwith x.lock:\n    pass"},
		{"1 escapes with", "x = f()\nwith x as y:\n    return y"},
		{"1 escapes with", "x = f()\nwith closing(x):\n    pass"},
		{"1 escapes with", "x = f()\nawait stack.enter_async_context(x)"},
		{"1 escapes with", "x = f()\nstack.push_async_callback(x.aclose)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_escape(rows[i].expect, rows[i].code);
}

static const char *const closers[] = {"close", "aclose", NULL};

static void methods_are_found(void **state)
{
	static const struct row rows[] = {
		{"x.close()", "x = f()\nx.run()\nx.close()"},
		{"x.aclose()", "x = f()\nawait x.aclose()"},
		{"y.close()", "x = f()\ny = x\ny.close()"},
		{"x.transport.close()", "x = f()\nx.transport.close()"},
		{"x.close()", "x = f()\ndef inner():\n    x.close()"},
		{"", "x = f()\nkept.close()"},
		{"", "x = f()\nx.closed()"},
		{"", "x = f()\nkeep(x.close)"},
		{"", "x = f()\nx.get().close()"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;
		const struct py_node *call;

		open_source(&p, rows[i].code);
		call = py_method_called_on(p.file, binding_of_x(&p), closers);
		if (!str_is(call ? py_text(p.file->tree, call) : STR_EMPTY, rows[i].expect))
			fail_msg("not %s for:\n%s", rows[i].expect, rows[i].code);
		done(&p);
	}
}

static void attributes_are_followed(void **state)
{
	static const struct row rows[] = {
		{"0", "self.x = f()"},
		{"1", "self.x = f()\nself.x.run()"},
		{"1 escapes", "self.x = f()\nreturn self.x"},
		{"1 escapes", "self.x = f()\nkeep(self.x)"},
		{"1 with", "self.x = f()\nasync with self.x:\n    pass"},
		{"1 escapes", "self.x = f()\ny = self.x\nkeep(y)"},
		{"1 closed", "self.x = f()\nawait self.x.close()"},
		{"1 closed", "self.x = f()\ny, self.x = self.x, None\nawait y.close()"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;
		struct strbuf answer = {0};
		struct py_escape e;

		open_source(&p, rows[i].code);
		e = py_attribute_escape(p.file, p.file->tree->root, STR("x"));
		describe(&e, &answer);
		if (py_method_called_on_attribute(p.file, p.file->tree->root, STR("x"), closers))
			strbuf_addz(&answer, " closed");
		if (strcmp(answer.ptr, rows[i].expect) != 0)
			fail_msg("\"%s\", not \"%s\", for:\n%s", answer.ptr, rows[i].expect,
				rows[i].code);
		strbuf_release(&answer);
		done(&p);
	}
}

static void values_have_tops(void **state)
{
	struct parsed p;

	(void)state;
	open_source(&p, "x = kept or (y := f() if kept else None)");
	PY_EACH (n, p.file->tree->root)
		if (n->kind == PY_Call)
			assert_int_equal(py_value_top(n)->parent->kind, PY_Assign);
	done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_do_not_escape),
		cmocka_unit_test(values_that_leave_escape),
		cmocka_unit_test(aliases_are_followed),
		cmocka_unit_test(many_aliases_escape),
		cmocka_unit_test(awaits_and_withs_are_told),
		cmocka_unit_test(methods_are_found),
		cmocka_unit_test(attributes_are_followed),
		cmocka_unit_test(values_have_tops),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
