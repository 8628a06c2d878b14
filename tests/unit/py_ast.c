/*
 * The Python front end: every fixture of tests/py/ast gives the dump beside it (those that CPython
 * can read are also compared with its own ast by tests/py/compare_ast.py), and whatever bytes come,
 * the tree keeps its invariants.
 */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/map.h"
#include "scan/py/fields.h"

#define FIXTURES    "tests/py/ast"
#define CHAIN_LINKS 10000
#define STACK_BYTES (1u << 20) /* an eighth of what worker threads have */

struct world {
	struct py_parser *parser;
	struct arena arena;
	struct strbuf source, dump;
};

static int setup(void **state)
{
	struct world *w = mem_zalloc(1, sizeof *w);

	w->parser = py_parser_new();
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	py_parser_free(w->parser);
	arena_release(&w->arena);
	strbuf_release(&w->source);
	strbuf_release(&w->dump);
	free(w);
	return 0;
}

/* ---- invariants of every tree ---- */

struct children {
	const struct py_node *parent;
	uint32_t count, decorators;
};

static void check_child(struct children *c, const struct py_node *child)
{
	const struct py_node *n = c->parent;

	if (!child)
		return;
	c->count++;
	assert_ptr_equal(child->parent, n);
	assert_true(child > n && child->end_node <= n->end_node);
	assert_true(child->end <= n->end);
	if (child->start < n->start) /* only decorators stand before their def */
		c->decorators++;
}

static void check_fields(const struct py_node *n)
{
	struct children c = {.parent = n};
	uint32_t direct = 0;

	for (const struct py_field *f = py_fields(n->kind); f->name; f++) {
		const void *at = (const char *)n + f->offset;
		const struct py_list *list = at;

		if (f->type == PY_FIELD_NODE)
			check_child(&c, *(struct py_node *const *)at);
		for (uint32_t i = 0; f->type == PY_FIELD_LIST && i < list->len; i++)
			check_child(&c, list->items[i]);
	}
	for (const struct py_node *it = n + 1; it < n->end_node; it = it->end_node)
		direct++;
	assert_int_equal(c.count, direct);
	if (py_is_function(n))
		assert_true(c.decorators <= n->u.function.decorators.len);
	else if (n->kind == PY_ClassDef)
		assert_true(c.decorators <= n->u.class_def.decorators.len);
	else
		assert_int_equal(c.decorators, 0);
}

static void check_ranges(const struct py_tree *t, const struct py_range *r, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_true(r[i].start <= r[i].end && r[i].end <= t->source.len);
		assert_true(!i || r[i - 1].end < r[i].start);
	}
}

static void check_interned(struct map *names, struct str name)
{
	bool added;
	uint64_t *ptr;

	if (!name.len)
		return;
	ptr = map_put(names, name, &added);
	if (added)
		*ptr = (uint64_t)(uintptr_t)name.ptr;
	assert_true(*ptr == (uint64_t)(uintptr_t)name.ptr);
}

static void check_node(const struct py_tree *t, const struct py_node *n, struct map *names)
{
	uint32_t line, column;

	assert_true(n->start <= n->end && n->end <= t->source.len);
	assert_true(n->end_node > n && n->end_node <= t->root + t->node_count);
	py_position(t, n->start, &line, &column);
	assert_int_equal(n->line, line);
	if (n->flags & PY_FLAG_BROKEN && n->parent)
		assert_true(n->parent->flags & PY_FLAG_BROKEN);
	if (n->kind == PY_ErrorStmt || n->kind == PY_ErrorExpr)
		assert_true(py_is_broken(t, n->start, n->end));
	if (n->kind == PY_Name)
		check_interned(names, n->u.name.id);
	if (n->kind == PY_Attribute)
		check_interned(names, n->u.attribute.attr);
	if (n->kind == PY_alias)
		check_interned(names, n->u.alias.name);
	check_fields(n);
}

static void check_tree(const struct py_tree *t)
{
	struct map names = {0};

	if (t->status == PY_SKIPPED) {
		assert_non_null(t->reason);
		assert_null(t->root);
		return;
	}
	assert_ptr_equal(t->root->end_node, t->root + t->node_count);
	assert_null(t->root->parent);
	assert_int_equal(t->status, t->error_count ? PY_PARTIAL : PY_OK);
	assert_int_equal(t->error_count != 0, (t->root->flags & PY_FLAG_BROKEN) != 0);
	check_ranges(t, t->errors, t->error_count);
	check_ranges(t, t->comments, t->comment_count);
	PY_EACH (n, t->root)
		check_node(t, n, &names);
	map_release(&names);
}

static struct py_tree *parse(struct world *w, struct str source)
{
	struct py_tree *t;

	arena_reset(&w->arena);
	t = py_parse(w->parser, source, NULL, &w->arena);
	check_tree(t);
	return t;
}

static struct str dump(struct world *w, const struct py_tree *t)
{
	strbuf_clear(&w->dump);
	py_dump(t, &w->dump);
	return strbuf_str(&w->dump);
}

static void assert_dump(struct world *w, struct str source, const char *expected)
{
	struct py_tree *t = parse(w, source);

	dump(w, t);
	assert_string_equal(w->dump.ptr, expected);
}

/* ---- fixtures ---- */

typedef VEC(char *) paths;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static paths list_fixtures(void)
{
	DIR *d = opendir(FIXTURES);
	struct dirent *e;
	paths all = {0};

	assert_non_null(d);
	while ((e = readdir(d))) {
		struct strbuf path = {0};

		if (!str_ends(str_from(e->d_name), ".py"))
			continue;
		strbuf_addf(&path, "%s/%s", FIXTURES, e->d_name);
		*vec_push(&all) = path.ptr;
	}
	closedir(d);
	assert_true(all.len > 0);
	qsort(all.items, all.len, sizeof *all.items, by_name);
	return all;
}

static void free_paths(paths *all)
{
	for (size_t i = 0; i < all->len; i++)
		free(all->items[i]);
	vec_release(all);
}

static struct str read_file(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (!f)
		fail_msg("%s cannot be opened", path);
	strbuf_clear(out);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		strbuf_add(out, str_slice(block, n));
	fclose(f);
	return strbuf_str(out);
}

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

/* ---- damaged input ---- */

static void test_chopped_fixtures(void **state)
{
	struct world *w = *state;
	paths all = list_fixtures();

	for (size_t i = 0; i < all.len; i++) {
		struct str source = read_file(all.items[i], &w->source);

		for (size_t len = 0; len < source.len; len++) {
			struct strbuf part = {0}; /* its end is the end of an allocation */

			strbuf_add(&part, str_slice(source.ptr, len));
			parse(w, strbuf_str(&part));
			strbuf_release(&part);
		}
	}
	free_paths(&all);
}

/* Steele and Vigna's SplitMix64: the same noise on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void add_noise(struct strbuf *text, uint64_t *seed)
{
	static const char NASTY[] = "()[]{}'\"`:;,.\\\n\r\t\f #@*=~!<>\x80\xc3\xff_aif";
	size_t changes = 1 + next_random(seed) % 4;

	for (size_t i = 0; i < changes && text->len; i++) {
		size_t at = next_random(seed) % text->len;

		if (next_random(seed) % 4)
			text->ptr[at] = NASTY[next_random(seed) % (sizeof NASTY - 1)];
		else
			text->ptr[at] = text->ptr[next_random(seed) % text->len];
	}
}

static void test_noise(void **state)
{
	enum { ROUNDS = 150 };
	struct world *w = *state;
	paths all = list_fixtures();
	uint64_t seed = 1;

	for (size_t i = 0; i < all.len; i++)
		for (int round = 0; round < ROUNDS; round++) {
			read_file(all.items[i], &w->source);
			add_noise(&w->source, &seed);
			parse(w, strbuf_str(&w->source));
		}
	free_paths(&all);
}

/* ---- depth ---- */

static struct str repeat(
	struct world *w, const char *first, const char *again, size_t times, const char *last)
{
	strbuf_clear(&w->source);
	strbuf_addz(&w->source, first);
	for (size_t i = 0; i < times; i++)
		strbuf_addz(&w->source, again);
	strbuf_addz(&w->source, last);
	return strbuf_str(&w->source);
}

static uint32_t count_kind(const struct py_tree *t, enum py_kind kind)
{
	uint32_t count = 0;

	PY_EACH (n, t->root)
		count += n->kind == kind;
	return count;
}

struct chain {
	const char *first, *again, *last;
	enum py_kind kind;
	uint32_t count;
};

/* What is long in real code is no depth. */
static void check_chains(struct world *w)
{
	static const struct chain CHAINS[] = {
		{"a", "+b", "\n", PY_BinOp, CHAIN_LINKS},
		{"a", ".b", "\n", PY_Attribute, CHAIN_LINKS},
		{"a", "(1).b[0]", "\n", PY_Call, CHAIN_LINKS},
		{"x: A[i]", "|b", "\n", PY_BinOp, CHAIN_LINKS},
		{"a", " and b", "\n", PY_Name, CHAIN_LINKS + 1},
		{"a", " < b", "\n", PY_Name, CHAIN_LINKS + 1},
		{"x = ", "y = ", "1\n", PY_Name, CHAIN_LINKS + 1},
		{"if a: b\n", "elif c: d\n", "", PY_If, CHAIN_LINKS + 1},
		{"x = ", "a if b else ", "c\n", PY_IfExp, CHAIN_LINKS},
		{"x = ", "'a' ", "\n", PY_Constant, 1},
		{"f(", "a, ", ")\n", PY_Name, CHAIN_LINKS + 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(CHAINS); i++) {
		const struct chain *c = &CHAINS[i];
		struct py_tree *t = parse(w, repeat(w, c->first, c->again, CHAIN_LINKS, c->last));

		assert_int_equal(t->status, PY_OK);
		assert_int_equal(count_kind(t, c->kind), c->count);
	}
}

struct nest {
	const char *open, *close;
};

static struct str nested(struct world *w, const struct nest *n, size_t depth)
{
	struct strbuf close = {0};

	for (size_t i = 0; i < depth; i++)
		strbuf_addz(&close, n->close);
	strbuf_addc(&close, '\n');
	repeat(w, "x = ", n->open, depth, "1");
	strbuf_add(&w->source, strbuf_str(&close));
	strbuf_release(&close);
	return strbuf_str(&w->source);
}

/* What is deep ends in an error, and only there. */
static void check_nesting(struct world *w)
{
	static const struct nest NESTS[] = {{"[", "]"}, {"f(", ")"}, {"not ", ""}, {"-", ""},
		{"lambda: ", ""}, {"{1: ", "}"}, {"(a, ", ")"}, {"[b for b in ", "]"},
		{"a ** ", ""}, {"x[", "]"}};
	enum { FINE = 190, DEEP = 3000 };

	for (size_t i = 0; i < ARRAY_LEN(NESTS); i++) {
		struct py_tree *t = parse(w, nested(w, &NESTS[i], FINE));

		assert_int_equal(t->status, PY_OK);
		t = parse(w, nested(w, &NESTS[i], DEEP));
		assert_int_equal(t->status, PY_PARTIAL);
		assert_in_range(count_kind(t, PY_ErrorExpr), 1, 3); /* what stands side by side */
		assert_int_equal(t->root->u.module.body.items[0]->kind, PY_Assign);
	}
}

static void check_nested_blocks(struct world *w, size_t depth, enum py_status status)
{
	struct py_tree *t;

	strbuf_clear(&w->source);
	for (size_t i = 0; i < depth; i++)
		strbuf_addf(&w->source, "%*sif a:\n", (int)i, "");
	strbuf_addf(&w->source, "%*sb\nc\n", (int)depth, "");
	t = parse(w, strbuf_str(&w->source));
	assert_int_equal(t->status, status);
}

static void test_depth(void **state)
{
	struct world *w = *state;

	check_chains(w);
	check_nesting(w);
	check_nested_blocks(w, 100, PY_OK);
	check_nested_blocks(w, 500, PY_PARTIAL);
}

/* Assertions of cmocka work in the main thread only: this one just must not overflow its stack. */
static void *parse_deep(void *state)
{
	static const struct nest CALLS = {"f(lambda: [not ", "])"};
	struct world *w = state;

	py_parse(w->parser, nested(w, &CALLS, 3000), NULL, &w->arena);
	return NULL;
}

#if defined(__SANITIZE_ADDRESS__)
#define STACK_FACTOR 8 /* red zones */
#else
#define STACK_FACTOR 1
#endif

static void test_small_stack(void **state)
{
	pthread_attr_t attr;
	pthread_t thread;

	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstacksize(&attr, STACK_FACTOR * STACK_BYTES), 0);
	assert_int_equal(pthread_create(&thread, &attr, parse_deep, *state), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
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
		cmocka_unit_test(test_chopped_fixtures),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_small_stack),
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
