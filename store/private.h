/*
 * What the files of store/ share: the open store and its caches. Nobody else includes it.
 */
#ifndef LAPSE_STORE_PRIVATE_H
#define LAPSE_STORE_PRIVATE_H

#include "scan/base/map.h"
#include "store/lock.h"
#include "store/store.h"

/* Values of columns; the schema names them. */
enum finding_state { STATE_OPEN, STATE_SUPPRESSED, STATE_UNKNOWN, STATE_FIXED, STATE_ELSEWHERE };

struct store {
	struct db *db;
	struct lock *lock; /* NULL when reading */
	bool remade;
	struct strbuf path;
	/* Chosen by store_begin_scan; 0 before. */
	int64_t repo, rule_set;
	/* Caches of ids, valid while nothing is rolled back. Keys live in `keys`. */
	struct map texts, identities;
	struct map blobs; /* oid -> id, or BLOB_NONE when it was looked up and is not there */
	struct arena keys;
	/* Blobs of other repositories that the scan asked for: linked when the batch is committed.
	 */
	VEC(int64_t) to_link;
};

/* ---- text.c: ids of things that are stored once ---- */

/* The id of a text, which is added when it is new. 0 or negative. */
int store_text_id(struct store *s, struct str text, int64_t *id, struct err *e);
/* The id of a blob under the current rule set, 0 when it is not stored. */
int store_blob_id(struct store *s, const struct oid *oid, int64_t *id, struct err *e);
void store_remember_blob(struct store *s, const struct oid *oid, int64_t id);
/* The id of a raw identity of the current repository, added when it is new. */
int store_identity_id(struct store *s, struct identity raw, int64_t *id, struct err *e);
void store_drop_caches(struct store *s);

/* ---- store.c ---- */

/* An empty store in memory, for as long as it is open. */
int store_open_memory(struct store **out, struct err *e);

/* ---- merge.c ---- */

/* store_merge; then `then` is called while the other database is attached as src. */
int store_merge_and(struct store *into, const char *path,
	int (*then)(struct store *into, void *arg, struct err *e), void *arg, struct err *e);

/* ---- clear.c ---- */

/* Removes the history of a repository, or everything of it, inside of a transaction. */
int store_delete_history(struct store *s, int64_t repo, struct err *e);
int store_delete_repo(struct store *s, int64_t repo, struct err *e);
/* Removes results of blobs that no repository uses, and texts that nothing uses. */
int store_delete_unused(struct store *s, struct err *e);
/* Removes counts by level; all that was derived from references; and the references, too. */
int store_clear_counts(struct store *s, int64_t repo, struct err *e);
int store_clear_told(struct store *s, int64_t repo, struct err *e);
int store_clear_derived(struct store *s, int64_t repo, struct err *e);

/* ---- repo.c ---- */

/* The id of the repository, which is added when it is new, else moved to its path and URL. */
int store_enter_repo(
	struct store *s, const struct store_repo *r, uint32_t *id, bool *is_new, struct err *e);

/* ---- identity.c ---- */

/* Does a raw identity say itself that it is none of a person? */
bool store_is_bot(struct identity raw);

/* ---- write.c ---- */

/* Makes the blobs of other repositories that the scan asked for part of this one, too. */
int store_link_blobs(struct store *s, struct err *e);

/* ---- refs.c ---- */

/* Temporary tables: scan_reach (id) of what is reachable, scan_default (id) of what is from the
 * default reference, scan_commit (seq, id) of the mainline. The second is filled from the others.
 */
int store_empty_marks(struct store *s, struct err *e);
/* From these and the references: flags and positions of commits, unions, all that views tell. */
int store_mark_and_derive(struct store *s, struct err *e);

/* ---- union.c ---- */

/* Makes lineage.canonical anew from the unions of reachable commits. */
int store_apply_unions(struct store *s, struct err *e);

/* ---- derive.c ---- */

/* Fills finding, mainline_run, trend_month and commit_shown from what is stored; or only the last
 * three, which count by level. They are empty before. */
int store_derive(struct store *s, struct err *e);
int store_derive_counts(struct store *s, struct err *e);

/* ---- levels.c ---- */

/* Fills commit_shown. */
int store_derive_shown(struct store *s, struct err *e);
/* Of an attached database `src` that was merged into this one: its levels hold here, too. */
int store_copy_levels(struct store *s, struct err *e);

/* A growable array's items as an array in the arena. */
void *store_list(struct arena *a, const void *items, size_t count, size_t size);

/* Binds a git id as the text it is stored as; the zero id as NULL. */
void store_bind_oid(struct db_stmt *st, const char *name, const struct oid *oid);
/* Reads one from a text column; zero for NULL. */
struct oid store_oid(struct db_stmt *st, int column);
struct oid store_raw_oid(struct db_stmt *st, int column); /* from its 20 bytes */

/* Runs a statement with one parameter, :repo. */
int store_run_repo(struct store *s, const char *sql, int64_t repo, struct err *e);
/* The first column of the only row, 0 when there is none. :repo is bound when repo is not 0. */
int store_number(struct store *s, const char *sql, int64_t repo, int64_t *out, struct err *e);

#endif
