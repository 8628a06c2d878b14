/*
 * Which references a scan follows. See scan.h.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/scan.h"
#include "cmd/suggest.h"

static void add_ref(struct scan_refs *refs, const struct repo_ref *ref)
{
	for (size_t i = 0; i < refs->items.len; i++)
		if (str_eq(refs->items.items[i].name, ref->name))
			return;
	*vec_push(&refs->items) = *ref;
}

/* "main" for refs/heads/main: what users type. */
static const char *short_name(struct arena *a, struct str full)
{
	static const char *const prefixes[] = {"refs/heads/", "refs/tags/", "refs/remotes/"};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (str_starts(full, prefixes[i]))
			return arena_dup(a, str_drop(full, strlen(prefixes[i]))).ptr;
	return arena_dup(a, full).ptr;
}

/* Adds to *e the reference that was meant, when one is near. */
static void suggest_ref(struct scan_refs *refs, struct repo *r, const char *name, struct err *e)
{
	struct repo_ref *all;
	uint32_t count;
	const char **names, *near;
	struct err ignored;

	if (repo_refs(r, &refs->arena, &all, &count, &ignored) < 0)
		return;
	names = ARENA_ARRAY(&refs->arena, count, const char *);
	for (uint32_t i = 0; i < count; i++)
		names[i] = short_name(&refs->arena, all[i].name);
	near = suggest_nearest(names, count, str_from(name));
	if (near)
		(void)err_set(
			e, ERR_NOT_FOUND, "%s: no such reference; did you mean '%s'?", name, near);
}

static int add_named(struct scan_refs *refs, struct repo *r, const char *name, struct err *e)
{
	struct repo_ref ref;
	int status = repo_find_ref(r, &refs->arena, name, &ref, e);

	if (status == 0)
		add_ref(refs, &ref);
	else if (status == ERR_NOT_FOUND)
		suggest_ref(refs, r, name, e);
	return status;
}

static int add_head(struct scan_refs *refs, struct repo *r, struct err *e)
{
	struct repo_ref head;
	int status = repo_head(r, &refs->arena, &head, e);

	if (status == 0)
		add_ref(refs, &head);
	return status;
}

static int add_all(struct scan_refs *refs, struct repo *r, struct err *e)
{
	struct repo_ref *all;
	uint32_t count;
	int status = repo_refs(r, &refs->arena, &all, &count, e);

	for (uint32_t i = 0; status == 0 && i < count; i++)
		add_ref(refs, &all[i]);
	return status;
}

void scan_refs_add_tracked(
	struct scan_refs *refs, struct repo *r, const struct str *tracked, uint32_t count)
{
	struct repo_ref ref;
	struct err ignored;

	for (uint32_t i = 0; i < count; i++)
		if (!str_is(tracked[i], "HEAD") &&
			repo_find_ref(r, &refs->arena, arena_dup(&refs->arena, tracked[i]).ptr,
				&ref, &ignored) == 0)
			add_ref(refs, &ref);
}

int scan_refs_choose(struct scan_refs *refs, struct session *s, struct repo *r, struct err *e)
{
	const struct option_value *named = options_get(&s->options, "ref");
	int status = 0;

	for (size_t i = 0; i < named->list.len && status == 0; i++)
		status = add_named(refs, r, named->list.items[i], e);
	if (status == 0 && named->list.len == 0)
		status = add_head(refs, r, e);
	if (status == 0 && options_flag(&s->options, "all"))
		status = add_all(refs, r, e);
	return status;
}

void scan_refs_release(struct scan_refs *refs)
{
	vec_release(&refs->items);
	arena_release(&refs->arena);
}
