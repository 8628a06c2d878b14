/*
 * Objects that cannot be read: which ones they are, and whether they can be read by now.
 */
#include <stdlib.h>

#include "scan/base/hash.h"
#include "scan/repo_private.h"

void repo_note_missing(struct repo *r, const struct oid *id, enum object_kind kind)
{
	struct str key = arena_dup(&r->arena, MAP_KEY(*id));
	bool added;

	map_put(&r->missing_ids, key, &added);
	if (added)
		*vec_push(&r->missing) = (struct missing_object){*id, kind};
}

const struct missing_object *repo_missing(const struct repo *r, uint32_t *count)
{
	*count = (uint32_t)r->missing.len;
	return r->missing.items;
}

/* All of it: the header of a damaged object may be fine. */
static bool reads_as(struct repo *r, const struct oid *id, enum object_kind kind)
{
	git_oid name = repo_oid(id);
	git_odb_object *o;
	struct oid tree;
	bool fits;

	if (kind == OBJECT_COMMIT)
		return repo_commit_tree(r, id, &tree, NULL) == 0;
	if (git_odb_read(&o, r->odb, &name))
		return false;
	fits = git_odb_object_type(o) == (kind == OBJECT_TREE ? GIT_OBJECT_TREE : GIT_OBJECT_BLOB);
	git_odb_object_free(o);
	return fits;
}

/* Without looking for new packs at every object that is not there: this handle is new, and a
 * partial clone misses tens of thousands. */
bool repo_can_read(struct repo *r, const struct oid *id, enum object_kind kind)
{
	git_oid name = repo_oid(id);

	return kind < OBJECT_TOO_LARGE &&
		git_odb_exists_ext(r->odb, &name, GIT_ODB_LOOKUP_NO_REFRESH) &&
		reads_as(r, id, kind);
}

uint64_t repo_grafts_hash(const struct repo *r)
{
	uint64_t h = HASH_SEED;

	for (size_t i = 0; i < r->graft_count; i++)
		h = hash_feed(h, MAP_KEY(r->grafts[i]));
	return hash_finish(h);
}
