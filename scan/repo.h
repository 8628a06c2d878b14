/*
 * The git repository, through libgit2 (only repo*.c call it): references, commits, trees, blobs,
 * line differences, mailmap.
 *
 * A handle is used by one thread at a time; worker threads open their own (repo_reopen). Errors
 * name the object or reference and what to do. Strings returned through an arena live as long as
 * it.
 */
#ifndef LAPSE_SCAN_REPO_H
#define LAPSE_SCAN_REPO_H

#include "scan/base/err.h"
#include "scan/base/mem.h"
#include "scan/base/record.h"

struct repo;

/* Prepares libgit2 (extension names, cache limits); call once, pair with repo_library_release. */
int repo_library_init(struct err *e);
void repo_library_release(void);

/*
 * Opens the repository at `path` (a work tree, anything below one, a bare repository, a linked
 * worktree). ERR_NOT_FOUND when there is none; refused when it belongs to someone else and
 * safe.directory does not name it.
 */
int repo_open(struct repo **out, const char *path, struct err *e);
int repo_reopen(struct repo **out, const struct repo *like, struct err *e);
void repo_close(struct repo *r);

struct str repo_common_dir(const struct repo *r); /* absolute, no trailing slash: "…/.git" */
struct str repo_workdir(const struct repo *r);    /* "" for a bare repository */
bool repo_is_shallow(const struct repo *r);
uint64_t repo_grafts_hash(const struct repo *r); /* changes when a shallow clone is deepened */

/* From now on, for this handle, a commit has this one parent or (zero) none, so that history starts
 * there: as git's grafts. Replaces those set before; `grafts` is copied. */
struct repo_graft {
	struct oid commit, parent;
};
void repo_set_grafts(struct repo *r, const struct repo_graft *grafts, uint32_t count);

/*
 * What is staged (in this index file; NULL: the usual one) as if it were committed on top of HEAD,
 * which is *base: without a commit yet an empty one. What is not in the repository exists for this
 * handle alone, in memory. ERR_NOT_FOUND in bare repositories, ERR_USAGE while the index has
 * conflicts.
 */
int repo_stage(struct repo *r, const char *index_file, struct oid *base, struct oid *commit,
	struct err *e);

/* URL of the remote "origin" (or the only one) as configured, without the user and password of web
 * addresses, "" for none; and its normalised form for identity: "host/owner/name", lower-case host,
 * no user, scheme, port or ".git", "" for a path on this machine. */
int repo_remote_url(struct repo *r, struct arena *a, struct str *url, struct str *normalised);

/* A reference and the commit it leads to. */
struct repo_ref {
	struct str name; /* full: "refs/heads/main"; "HEAD" when detached */
	struct oid commit;
};
/*
 * What HEAD is: its branch (or "HEAD" when detached) and commit. ERR_EMPTY for a repository without
 * commits at all; ERR_NOT_FOUND when HEAD's branch does not exist but others do (the message names
 * some).
 */
int repo_head(struct repo *r, struct arena *a, struct repo_ref *out, struct err *e);
/* The reference or revision the user wrote ("main", "v1.2", "origin/x", "HEAD~3", a commit id).
 * Refs get their full name; other revisions the name as written. */
int repo_find_ref(
	struct repo *r, struct arena *a, const char *rev, struct repo_ref *out, struct err *e);
/* A revision in git's language, peeled to a commit. */
int repo_resolve(struct repo *r, const char *rev, struct oid *out, struct err *e);
/* All local branches and tags, by name; tags of non-commits are left out. One whose object is
 * missing has the missing object's id: the walk counts it. */
int repo_refs(
	struct repo *r, struct arena *a, struct repo_ref **out, uint32_t *count, struct err *e);

/*
 * Reads a commit (generation is left 0) and its tree's id. Co-authors come from Co-authored-by
 * trailers, cherry_picked_from from "(cherry picked from commit …)". Text that is not UTF-8 gets
 * \xNN escapes. Grafts of a shallow clone: parent_count 0 and shallow set.
 */
int repo_commit(struct repo *r, const struct oid *id, struct arena *a, struct commit_record *out,
	struct oid *tree, struct err *e);
/* Only the parents (as commits see them, grafts applied): for the walk. A commit that cannot be
 * read is remembered as missing. */
int repo_parents(struct repo *r, const struct oid *id, struct arena *a, struct oid **out,
	uint32_t *count, bool *shallow, int64_t *committed_at, struct err *e);

/* Only the id of its tree. */
int repo_commit_tree(struct repo *r, const struct oid *id, struct oid *tree, struct err *e);

/* The bytes of a blob, copied into the arena. ERR_CORRUPT or ERR_NOT_FOUND when it cannot be read.
 */
int repo_blob(
	struct repo *r, const struct oid *id, struct arena *a, struct str *out, struct err *e);
/* Its size without reading it all, for the size limit; negative on error. */
int64_t repo_blob_size(struct repo *r, const struct oid *id);

/* ---- what cannot be read ---- */

/* The commits and trees that this handle could not read, each once, in the order of the tries.
 * Valid until the next one. */
const struct missing_object *repo_missing(const struct repo *r, uint32_t *count);
/* Can the object be read now? Sees what was there when the handle was opened. */
bool repo_can_read(struct repo *r, const struct oid *id, enum object_kind kind);

/* A Python file that differs between two trees. Zero ids: not there on that side. */
struct path_delta {
	struct str path;
	struct oid old_blob, new_blob;
};
struct path_deltas {
	struct path_delta *items; /* by path, byte order */
	uint32_t len;
};
/*
 * Python files (.py .pyi .pyw, regular or executable; no symlinks, no submodules) that differ
 * between two trees; either may be zero for the empty tree. Equal subtrees are skipped by id. A
 * mode-only change is no difference. Trees that cannot be read count as empty and are counted in
 * *missing.
 */
int repo_tree_diff(struct repo *r, const struct oid *old_tree, const struct oid *new_tree,
	struct arena *a, struct path_deltas *out, uint32_t *missing, struct err *e);
/* The blob of a path in a commit's tree, for show and lint: ERR_NOT_FOUND when it is not there. */
int repo_path_blob(
	struct repo *r, const struct oid *commit, struct str path, struct oid *out, struct err *e);

/* Maps an identity through .mailmap, mailmap.file and mailmap.blob as git does. `text` below is
 * what the map was made from: it changes when the map does. */
struct repo_mailmap;
int repo_mailmap_load(struct repo *r, struct repo_mailmap **out, struct str *text, struct arena *a,
	struct err *e);
struct identity repo_mailmap_apply(
	const struct repo_mailmap *m, struct arena *a, struct identity raw);
void repo_mailmap_free(struct repo_mailmap *m);

/* ---- line differences ---- */

/* Lines old_start … old_start+old_count-1 were replaced by new_start …; 1-based. With count 0,
 * start is the line before which the other side's lines stand. */
struct hunk {
	uint32_t old_start, old_count, new_start, new_count;
};
struct hunks {
	struct hunk *items; /* ascending */
	uint32_t len;
	uint32_t added, deleted; /* lines: as `git diff --numstat` counts them */
};
/* Pure: needs no repository, only repo_library_init. Never fails: texts too large for a difference
 * (1 GB) are one hunk between the common head and tail. */
int repo_diff_lines(struct str old_text, struct str new_text, struct arena *a, struct hunks *out,
	struct err *e);
/* The line of the new text that `line` of the old one is, 0 when it was deleted or changed. */
uint32_t hunks_map_line(const struct hunks *h, uint32_t line);

#endif
