/*
 * For the tests of the Python front end: fixtures, dumps, and what must hold of every tree.
 */
#ifndef LAPSE_TESTS_PY_TREE_H
#define LAPSE_TESTS_PY_TREE_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/map.h"
#include "scan/py/fields.h"

#define FIXTURES "tests/py/ast"

struct world {
	struct py_parser *parser;
	struct arena arena;
	struct strbuf source, dump;
};

static inline int setup(void **state)
{
	struct world *w = mem_zalloc(1, sizeof *w);

	w->parser = py_parser_new();
	*state = w;
	return 0;
}

static inline int teardown(void **state)
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

static inline void check_child(struct children *c, const struct py_node *child)
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

static inline void check_fields(const struct py_node *n)
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

static inline void check_ranges(const struct py_tree *t, const struct py_range *r, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_true(r[i].start <= r[i].end && r[i].end <= t->source.len);
		assert_true(!i || r[i - 1].end < r[i].start);
	}
}

static inline void check_interned(struct map *names, struct str name)
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

static inline void check_node(const struct py_tree *t, const struct py_node *n, struct map *names)
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

static inline void check_tree(const struct py_tree *t)
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

static inline struct py_tree *parse(struct world *w, struct str source)
{
	struct py_tree *t;

	arena_reset(&w->arena);
	t = py_parse(w->parser, source, NULL, &w->arena);
	check_tree(t);
	return t;
}

static inline struct str dump(struct world *w, const struct py_tree *t)
{
	strbuf_clear(&w->dump);
	py_dump(t, &w->dump);
	return strbuf_str(&w->dump);
}

static inline void assert_dump(struct world *w, struct str source, const char *expected)
{
	struct py_tree *t = parse(w, source);

	dump(w, t);
	assert_string_equal(w->dump.ptr, expected);
}

/* ---- fixtures ---- */

typedef VEC(char *) paths;

static inline int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline paths list_fixtures(void)
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

static inline void free_paths(paths *all)
{
	for (size_t i = 0; i < all->len; i++)
		free(all->items[i]);
	vec_release(all);
}

static inline struct str read_file(const char *path, struct strbuf *out)
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

static inline struct str repeat(
	struct world *w, const char *first, const char *again, size_t times, const char *last)
{
	strbuf_clear(&w->source);
	strbuf_addz(&w->source, first);
	for (size_t i = 0; i < times; i++)
		strbuf_addz(&w->source, again);
	strbuf_addz(&w->source, last);
	return strbuf_str(&w->source);
}

#endif
