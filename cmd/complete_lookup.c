/*
 * References and repositories for completion. See complete_lookup.h.
 */
#include "cmd/complete_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/database.h"

static struct str short_name(struct str full)
{
	static const char *const prefixes[] = {"refs/heads/", "refs/tags/"};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (str_starts(full, prefixes[i]))
			return str_drop(full, strlen(prefixes[i]));
	return full;
}

typedef void repo_user(struct repo *r, struct arena *a, void *arg);

static void with_repo(repo_user *fn, struct arena *a, void *arg)
{
	struct repo *r;
	struct err e;

	if (repo_library_init(&e) < 0)
		return;
	if (repo_open(&r, ".", &e) == 0) {
		fn(r, a, arg);
		repo_close(r);
	}
	repo_library_release();
}

static void add_refs(struct repo *r, struct arena *a, void *arg)
{
	struct str_list *out = arg;
	struct repo_ref *refs;
	uint32_t count;
	struct err e;

	*vec_push(&out->items) = STR("HEAD");
	if (repo_refs(r, a, &refs, &count, &e) < 0)
		return;
	for (uint32_t i = 0; i < count; i++)
		*vec_push(&out->items) = short_name(refs[i].name);
}

void lookup_refs(struct str_list *out, struct arena *a)
{
	with_repo(add_refs, a, out);
}

static void find_database(struct repo *r, struct arena *a, void *arg)
{
	const char **path = arg;

	*path = database_of_repo(r, a).ptr;
}

void lookup_repos(struct str_list *out, struct arena *a, const char *db)
{
	const struct store_options reading = {0};
	struct store_repo_info *repos;
	struct store *store = NULL;
	uint32_t count;
	struct err e;

	if (!db)
		db = getenv("LAPSE_DB");
	if (!db || !*db)
		with_repo(find_database, a, &db);
	if (db && *db && store_open(&store, db, &reading, &e) == 0 &&
		store_repos(store, a, &repos, &count, &e) == 0)
		for (uint32_t i = 0; i < count; i++)
			*vec_push(&out->items) = repos[i].name;
	store_close(store);
}
