/*
 * What the files repo*.c share: the handle, object reading, libgit2's messages. They are the only
 * ones that see libgit2.
 */
#ifndef LAPSE_SCAN_REPO_PRIVATE_H
#define LAPSE_SCAN_REPO_PRIVATE_H

#include <git2.h>

#include "scan/base/map.h"
#include "scan/repo.h"

struct repo {
	git_repository *git;
	git_odb *odb;
	struct arena arena;
	struct str common_dir, workdir;
	struct oid *grafts; /* the commits at which a shallow clone ends, sorted */
	size_t graft_count;
	VEC(struct missing_object) missing;
	struct map missing_ids;        /* the same, by id */
	struct repo_graft *set_grafts; /* repo_set_grafts, sorted */
	uint32_t set_graft_count;
};

/* Makes reading a loose object that ends too early an error; see repo_loose.c. A libgit2 code. */
int repo_guard_loose(struct repo *r);
int repo_check_owner(const struct repo *r, struct err *e);
/* Does a shallow clone end at this commit? */
bool repo_is_graft(const struct repo *r, const struct oid *id);
void repo_note_missing(struct repo *r, const struct oid *id, enum object_kind kind);
const struct repo_graft *repo_find_graft(const struct repo *r, const struct oid *id); /* or NULL */

/* Sets *e to the formatted text, followed by what libgit2 says. The code is ERR_NOT_FOUND or
 * ERR_CORRUPT by libgit2's `status`. */
int repo_error(struct err *e, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads an object, which must be of this type; free with git_odb_object_free. */
int repo_read(struct repo *r, const struct oid *id, git_object_t type, git_odb_object **out,
	struct err *e);
static inline struct str repo_bytes(git_odb_object *o)
{
	return str_slice(git_odb_object_data(o), git_odb_object_size(o));
}

static inline git_oid repo_oid(const struct oid *id)
{
	git_oid o;

	memcpy(o.id, id->id, sizeof o.id);
	return o;
}
static inline struct oid repo_from_oid(const git_oid *id)
{
	struct oid o;

	memcpy(o.id, id->id, sizeof o.id);
	return o;
}

/* A whole file into the arena; ERR_NOT_FOUND when it cannot be opened. Symbolic links are followed
 * only when asked. */
int repo_file(struct arena *a, const char *path, bool follow, struct str *out);

#endif
