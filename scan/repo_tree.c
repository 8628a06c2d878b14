/*
 * Trees: the Python files that differ between two, and the blob of one path.
 *
 * Trees are read from their bytes, entry by entry ("mode name\0id"); git_tree would copy and index
 * every entry of trees of which one differs. A file's name sorts before a directory's of the same
 * name, as if the latter ended in a slash, so walking two trees in that order gives whole paths in
 * byte order.
 */
#include "scan/repo_private.h"

#include <stdlib.h>

#include "scan/text.h"

/* What one difference may touch, trees and files together. A history can hold trees that name the
 * same subtree over and over, level by level: a few kilobytes that would unfold into billions of
 * paths. What is over the limit counts as missing. */
#define BUDGET         4000000
#define MAX_PATH_BYTES 32768

enum entry_kind { ENTRY_NONE, ENTRY_FILE, ENTRY_TREE, ENTRY_OTHER };

struct entry {
	enum entry_kind kind;
	struct str name;
	struct oid id;
};

/* ---- one tree ---- */

static enum entry_kind kind_of(struct str mode)
{
	if (str_is(mode, "40000") || str_is(mode, "040000"))
		return ENTRY_TREE;
	/* 100644, 100755 and the 100664 of old; 120000 is a symbolic link, 160000 a submodule. */
	return mode.len == 6 && str_starts(mode, "100") ? ENTRY_FILE : ENTRY_OTHER;
}

/* Takes the next entry off *rest. ENTRY_NONE at the end; what is malformed ends a tree, too. */
static struct entry take_entry(struct str *rest)
{
	struct entry e = {.kind = ENTRY_NONE};
	ptrdiff_t space = str_find(*rest, ' '), nul = str_find(*rest, '\0');

	if (space < 0 || nul < space || rest->len - (size_t)nul - 1 < sizeof e.id.id) {
		rest->len = 0;
		return e;
	}
	e.kind = kind_of(str_slice(rest->ptr, (size_t)space));
	e.name = str_slice(rest->ptr + space + 1, (size_t)(nul - space - 1));
	memcpy(e.id.id, rest->ptr + nul + 1, sizeof e.id.id);
	*rest = str_drop(*rest, (size_t)nul + 1 + sizeof e.id.id);
	return e;
}

static bool is_python(struct str name)
{
	return str_ends(name, ".py") || str_ends(name, ".pyi") || str_ends(name, ".pyw");
}

/* The next entry that matters. */
static struct entry next_entry(struct str *rest)
{
	struct entry e;

	do
		e = take_entry(rest);
	while (e.kind == ENTRY_OTHER || (e.kind == ENTRY_FILE && !is_python(e.name)));
	return e;
}

/* git's order of tree entries. */
static int entry_cmp(const struct entry *a, const struct entry *b)
{
	size_t n = a->name.len < b->name.len ? a->name.len : b->name.len;
	int d = n ? memcmp(a->name.ptr, b->name.ptr, n) : 0, end_a, end_b;

	if (d)
		return d;
	end_a = n < a->name.len ? (unsigned char)a->name.ptr[n] : a->kind == ENTRY_TREE ? '/' : 0;
	end_b = n < b->name.len ? (unsigned char)b->name.ptr[n] : b->kind == ENTRY_TREE ? '/' : 0;
	if (end_a != end_b)
		return end_a - end_b;
	return (a->name.len > b->name.len) - (a->name.len < b->name.len);
}

/* ---- two trees ---- */

struct side {
	git_odb_object *object; /* NULL: the empty tree */
	struct str rest;
	struct entry entry; /* the one in turn */
};

struct pair {
	struct side old, new;
	size_t path_bytes; /* the length of the path up to here, with the slash */
};

struct tree_diff {
	struct repo *repo;
	struct arena *arena;
	VEC(struct pair) pairs;
	VEC(struct path_delta) deltas;
	struct strbuf path;
	uint32_t missing, budget;
	bool escaped; /* some path is not UTF-8 */
};

static void open_side(struct tree_diff *d, const struct oid *id, struct side *s)
{
	*s = (struct side){.object = NULL};
	if (oid_is_zero(id))
		return;
	if (repo_read(d->repo, id, GIT_OBJECT_TREE, &s->object, NULL)) {
		s->object = NULL;
		d->missing++;
		repo_note_missing(d->repo, id, OBJECT_TREE);
		return;
	}
	s->rest = repo_bytes(s->object);
	s->entry = next_entry(&s->rest);
}

static void open_pair(struct tree_diff *d, const struct oid *old_tree, const struct oid *new_tree)
{
	struct pair *p = vec_push(&d->pairs);

	open_side(d, old_tree, &p->old);
	open_side(d, new_tree, &p->new);
	p->path_bytes = d->path.len;
}

static void close_pair(struct tree_diff *d)
{
	struct pair *p = vec_last(&d->pairs);

	git_odb_object_free(p->old.object);
	git_odb_object_free(p->new.object);
	d->pairs.len--;
}

static void set_path(struct tree_diff *d, size_t base, struct str name)
{
	d->path.len = base;
	strbuf_add(&d->path, name);
}

static void add_delta(struct tree_diff *d, const struct oid *old_blob, const struct oid *new_blob)
{
	struct str raw = strbuf_str(&d->path), path = text_utf8(d->arena, raw);

	if (path.ptr == raw.ptr)
		path = arena_dup(d->arena, raw);
	else
		d->escaped = true;
	*vec_push(&d->deltas) = (struct path_delta){path, *old_blob, *new_blob};
}

/* A pair of entries of the same kind and name; either may be ENTRY_NONE, but not both. */
static void take_pair(struct tree_diff *d, size_t base, struct entry a, struct entry b)
{
	struct entry *any = a.kind ? &a : &b;

	if (oid_eq(&a.id, &b.id))
		return;
	if (d->budget == 0 || base + any->name.len >= MAX_PATH_BYTES) {
		if (!d->missing++)
			repo_note_missing(d->repo, &any->id, OBJECT_TOO_LARGE);
		return;
	}
	d->budget--;
	set_path(d, base, any->name);
	if (any->kind == ENTRY_FILE) {
		add_delta(d, &a.id, &b.id);
		return;
	}
	strbuf_addc(&d->path, '/');
	open_pair(d, &a.id, &b.id);
}

static void step(struct tree_diff *d)
{
	static const struct entry none = {.kind = ENTRY_NONE};
	struct pair *p = vec_last(&d->pairs);
	struct entry a = p->old.entry, b = p->new.entry;
	int order = !a.kind ? 1 : !b.kind ? -1 : entry_cmp(&a, &b);

	if (!a.kind && !b.kind) {
		close_pair(d);
		return;
	}
	if (order <= 0)
		p->old.entry = next_entry(&p->old.rest);
	if (order >= 0)
		p->new.entry = next_entry(&p->new.rest);
	/* The pair may move from here on. */
	take_pair(d, p->path_bytes, order <= 0 ? a : none, order >= 0 ? b : none);
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct path_delta *)a)->path, ((const struct path_delta *)b)->path);
}

/* Escapes change the order, and an escaped path can be the same as one with a backslash. */
static void sort_escaped(struct path_deltas *out)
{
	uint32_t kept = 0;

	qsort(out->items, out->len, sizeof *out->items, by_path);
	for (uint32_t i = 0; i < out->len; i++)
		if (!kept || !str_eq(out->items[kept - 1].path, out->items[i].path))
			out->items[kept++] = out->items[i];
	out->len = kept;
}

int repo_tree_diff(struct repo *r, const struct oid *old_tree, const struct oid *new_tree,
	struct arena *a, struct path_deltas *out, uint32_t *missing, struct err *e)
{
	struct tree_diff d = {.repo = r, .arena = a, .budget = BUDGET};

	(void)e;
	if (!oid_eq(old_tree, new_tree))
		open_pair(&d, old_tree, new_tree);
	while (d.pairs.len)
		step(&d);
	*out = (struct path_deltas){NULL, (uint32_t)d.deltas.len};
	if (out->len) {
		out->items = ARENA_ARRAY(a, out->len, struct path_delta);
		memcpy(out->items, d.deltas.items, out->len * sizeof *out->items);
	}
	if (d.escaped)
		sort_escaped(out);
	*missing += d.missing;
	vec_release(&d.pairs);
	vec_release(&d.deltas);
	strbuf_release(&d.path);
	return 0;
}

/* ---- one path ---- */

static int find_entry(struct repo *r, const struct oid *tree, struct str name, struct arena *a,
	struct entry *out, struct err *e)
{
	git_odb_object *o;
	struct str rest;
	int status = repo_read(r, tree, GIT_OBJECT_TREE, &o, e);

	if (status)
		return status;
	rest = repo_bytes(o);
	do
		*out = take_entry(&rest);
	while (out->kind && !str_eq(text_utf8(a, out->name), name));
	git_odb_object_free(o);
	return 0;
}

static int find_path(
	struct repo *r, const struct oid *root, struct str path, struct entry *out, struct err *e)
{
	struct arena scratch = {0};
	struct str name;
	int status = 0;

	*out = (struct entry){.kind = ENTRY_TREE, .id = *root};
	while (!status && out->kind == ENTRY_TREE && str_next(&path, '/', &name)) {
		struct oid tree = out->id;

		status = find_entry(r, &tree, name, &scratch, out, e);
	}
	if (path.len) /* below something that is no directory */
		out->kind = ENTRY_NONE;
	arena_release(&scratch);
	return status;
}

int repo_path_blob(
	struct repo *r, const struct oid *commit, struct str path, struct oid *out, struct err *e)
{
	struct commit_record record;
	struct arena scratch = {0};
	char hex[OID_HEX_LEN + 1];
	struct entry found;
	struct oid tree;
	int status = repo_commit(r, commit, &scratch, &record, &tree, e);

	arena_release(&scratch);
	if (!status)
		status = find_path(r, &tree, path, &found, e);
	if (status)
		return status;
	oid_hex(commit, hex);
	if (found.kind != ENTRY_FILE)
		return err_set(
			e, ERR_NOT_FOUND, "%.*s is no file of commit %s", STR_ARG(path), hex);
	*out = found.id;
	return 0;
}
