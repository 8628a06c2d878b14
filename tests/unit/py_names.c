/*
 * Scopes, names, types and calls on the files of tests/py/{scope,names,types,calls}.
 *
 * Input and expectation stand together: on a line with `probe(EXPR)  #: KEY VALUE; KEY VALUE` each
 * KEY is asked of EXPR, and "-" is the answer "unknown" or "no". Every probe needs an expectation.
 *   names  what EXPR resolves to, "a | b"        type    its type; "(local)" behind a class of the
 * file callee dotted path of the def it stands for  class   the class of the file that it names
 *   async  yes: evaluated in an async def        scope   dotted scope of the probe
 *   binds  kinds of the bindings of a Name       uses    how many Names mean the same variable
 * `offloads F, G` needs no probe: the expressions of the line that are offloaded.
 * FILE.out beside FILE.py is what py_file_dump gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/py/file.h"

struct fixture {
	struct arena arena;
	struct py_parser *parser;
	struct strbuf source;
	struct py_file *file;
	const char *path;
	uint32_t checks, failures;
};

static bool read_all(const char *path, struct strbuf *out)
{
	FILE *in = fopen(path, "rb");
	char part[4096];
	size_t n;

	if (!in)
		return false;
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		strbuf_add(out, str_slice(part, n));
	fclose(in);
	return true;
}

static void fixture_open(struct fixture *x, const char *path)
{
	static const struct py_limits none;
	struct py_tree *tree;

	*x = (struct fixture){.parser = py_parser_new(), .path = path};
	assert_true(read_all(path, &x->source));
	tree = py_parse(x->parser, strbuf_str(&x->source), &none, &x->arena);
	assert_int_equal(tree->status, PY_OK);
	x->file = py_file_open(tree);
}

static void fixture_close(struct fixture *x)
{
	py_parser_free(x->parser);
	strbuf_release(&x->source);
	arena_release(&x->arena);
}

/* ---- answers as text ---- */

static void answer_names(struct py_file *f, const struct py_node *e, struct strbuf *out)
{
	struct py_names n = py_resolve(f, e);

	for (uint32_t i = 0; i < n.len; i++)
		strbuf_addf(out, "%s%.*s", i ? " | " : "", STR_ARG(n.items[i]));
}

static void answer_type(struct py_file *f, const struct py_node *e, struct strbuf *out)
{
	const struct py_node *local;
	struct str t = py_type_of(f, e, &local);

	strbuf_addf(out, "%.*s%s", STR_ARG(t), local ? " (local)" : "");
}

static void answer_def(struct py_file *f, const struct py_node *def, struct strbuf *out)
{
	struct str path, name;

	if (!def)
		return;
	path = py_scope_path(f, def);
	name = def->kind == PY_ClassDef ? def->u.class_def.name : def->u.function.name;
	strbuf_addf(out, "%.*s%s%.*s", STR_ARG(path), path.len ? "." : "", STR_ARG(name));
}

static void answer_binds(struct py_file *f, const struct py_node *e, struct strbuf *out)
{
	static const char *const kinds[] = {"import", "from", "assign", "unpack", "annotation",
		"augment", "param", "for", "with", "except", "def", "class", "del", "pattern"};
	const struct py_binding *b = NULL;

	if (e->kind == PY_Name)
		b = py_lookup(f, e, e->u.name.id);
	for (; b; b = b->next)
		strbuf_addf(out, "%s%s", out->len ? " " : "", kinds[b->kind]);
}

static void answer_uses(struct py_file *f, const struct py_node *e, struct strbuf *out)
{
	const struct py_binding *b = e->kind == PY_Name ? py_lookup(f, e, e->u.name.id) : NULL;

	if (b)
		strbuf_addf(out, "%u", py_uses_of(f, b).len);
}

static bool answer(struct py_file *f, struct str key, const struct py_node *e, struct strbuf *out)
{
	struct str path;

	if (str_is(key, "names"))
		answer_names(f, e, out);
	else if (str_is(key, "type"))
		answer_type(f, e, out);
	else if (str_is(key, "callee"))
		answer_def(f, py_callee(f, e), out);
	else if (str_is(key, "class"))
		answer_def(f, py_class_named(f, e), out);
	else if (str_is(key, "async"))
		strbuf_addz(out, py_in_async(f, e) ? "yes" : "");
	else if (str_is(key, "binds"))
		answer_binds(f, e, out);
	else if (str_is(key, "uses"))
		answer_uses(f, e, out);
	else if (str_is(key, "scope"))
		path = py_scope_path(f, e), strbuf_add(out, path);
	else
		return false;
	return true;
}

/* ---- expectations ---- */

static const struct py_node *probe_on(struct fixture *x, uint32_t line)
{
	PY_EACH (n, x->file->tree->root)
		if (n->kind == PY_Call && n->line == line && py_is_name(n->u.call.func, "probe") &&
			py_arg(n, 0))
			return py_arg(n, 0);
	return NULL;
}

static void offloaded_on(struct fixture *x, uint32_t line, struct strbuf *out)
{
	PY_EACH (n, x->file->tree->root)
		if (n->line == line && py_is_expr(n) && py_is_offloaded(x->file, n)) {
			struct str text = py_text(x->file->tree, n);

			strbuf_addf(out, "%s%.*s", out->len ? ", " : "", STR_ARG(text));
		}
}

static void compare(struct fixture *x, uint32_t line, struct str what, struct strbuf *got)
{
	ptrdiff_t space = str_find(what, ' ');
	struct str want = str_trim(str_drop(what, (size_t)space));

	x->checks++;
	if (!got->len)
		strbuf_addc(got, '-');
	if (!str_eq(strbuf_str(got), want)) {
		print_error("%s:%u: %.*s: got %s\n", x->path, line, STR_ARG(what), got->ptr);
		x->failures++;
	}
}

static void check_line(struct fixture *x, uint32_t line, struct str expectations)
{
	struct str what;

	while (str_next(&expectations, ';', &what)) {
		struct strbuf got = {0};
		const struct py_node *e = probe_on(x, line);
		struct str key;

		what = str_trim(what);
		assert_true(str_find(what, ' ') > 0);
		key = str_slice(what.ptr, (size_t)str_find(what, ' '));
		if (str_is(key, "offloads"))
			offloaded_on(x, line, &got);
		else if (!e || !answer(x->file, key, e, &got))
			fail_msg("%s:%u: no probe, or no such key", x->path, line);
		compare(x, line, what, &got);
		strbuf_release(&got);
	}
}

static void check_expectations(struct fixture *x)
{
	struct py_tree *t = x->file->tree;

	for (uint32_t i = 0; i < t->comment_count; i++) {
		struct str text = str_slice(t->source.ptr + t->comments[i].start,
			t->comments[i].end - t->comments[i].start);
		uint32_t line, column;

		py_position(t, t->comments[i].start, &line, &column);
		if (str_starts(text, "#: "))
			check_line(x, line, str_drop(text, 3));
	}
	PY_EACH (n, t->root)
		if (n->kind == PY_Call && py_is_name(n->u.call.func, "probe")) {
			struct str text = py_line_text(t, n->line);

			if (str_find(text, '#') < 0)
				fail_msg("%s:%u: probe without expectation", x->path, n->line);
		}
}

static void check_dump(struct fixture *x)
{
	struct strbuf path = {0}, want = {0}, got = {0};

	strbuf_add(&path, str_slice(x->path, strlen(x->path) - 2));
	strbuf_addz(&path, "out");
	if (read_all(path.ptr, &want)) {
		py_file_dump(x->file, &got);
		x->checks++;
		assert_string_equal(got.ptr, want.ptr);
	}
	strbuf_release(&path);
	strbuf_release(&want);
	strbuf_release(&got);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Every .py file of a folder; at least one, each with at least one check. */
static void check_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, by_name);
	uint32_t files = 0, failures = 0;

	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		struct strbuf path = {0};
		struct fixture x;

		strbuf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
		if (str_ends(strbuf_str(&path), ".py")) {
			fixture_open(&x, path.ptr);
			check_expectations(&x);
			check_dump(&x);
			files++;
			failures += x.failures;
			assert_true(x.checks > 0);
			fixture_close(&x);
		}
		strbuf_release(&path);
	}
	free(entries);
	assert_true(files > 0);
	assert_int_equal(failures, 0);
}

static void scopes(void **state)
{
	(void)state;
	check_folder("tests/py/scope");
}

static void names(void **state)
{
	(void)state;
	check_folder("tests/py/names");
}

static void types(void **state)
{
	(void)state;
	check_folder("tests/py/types");
}

static void calls(void **state)
{
	(void)state;
	check_folder("tests/py/calls");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes),
		cmocka_unit_test(names),
		cmocka_unit_test(types),
		cmocka_unit_test(calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
