/*
 * The store: one SQLite file that keeps what scans find, for any number of repositories.
 *
 * A scan writes through the store_put_ functions, whose signatures are those of struct scan_store
 * (scan/scan.h) with `self` the struct store, so that cmd/ joins both by pointers. Reports read the
 * public views (schema.sql) through store/query.h; `lapse show` reads through store/show.h.
 * Every function returns 0 (or what it says) or a negative err_code with *e set.
 */
#ifndef LAPSE_STORE_STORE_H
#define LAPSE_STORE_STORE_H

#include "scan/base/err.h"
#include "scan/base/mem.h"
#include "scan/base/record.h"
#include "store/db.h"

struct store;

struct store_options {
	bool write;               /* creates the file; only one writer at a time, see below */
	bool remake;              /* empties a database of an older version, see store_was_remade */
	uint32_t lock_timeout_ms; /* how long to wait for another writer */
	const char
		*command; /* "lapse scan", for the message that another process gets; may be NULL */
};

/*
 * Opens a database, makes its schema when writing. A missing or 0-byte file is a new
 * one when writing, ERR_NOT_FOUND when reading.
 *
 * A writer holds FILE-lock, which names it, from store_open to store_close: ERR_LOCKED says who.
 * Not ours, from a newer version, damaged, not writable: ERR_FAILED or ERR_CORRUPT, saying what to
 * do.
 */
int store_open(
	struct store **out, const char *path, const struct store_options *options, struct err *e);
void store_close(struct store *s); /* s may be NULL; an open transaction is rolled back */
/* Was it of an older version, and lost what was in it? */
bool store_was_remade(const struct store *s);
struct db *store_db(struct store *s);

/* ---- repositories ---- */

struct store_repo {
	struct str path;    /* absolute: work tree, or the git directory of a bare repository */
	struct str url;     /* of the remote, "" for none */
	struct str url_key; /* normalised: "host/owner/name", "" for none */
	/* Some commits of it: what its references lead to. A repository without a remote that was
	 * moved is recognised by any of them; may be empty. */
	const struct oid *commits;
	uint32_t commit_count;
};

struct store_repo_info {
	uint32_t id;
	struct str name; /* the `repo` of every view: url_key, else the folder's name; unique */
	struct str path, url, default_ref; /* default_ref "" before the first scan ended */
	uint32_t commits, findings;
};

/* By name. */
int store_repos(struct store *s, struct arena *a, struct store_repo_info **out, uint32_t *count,
	struct err *e);
/* The id of a known repository, 0 when it is none. Reads only. */
int store_find_repo(struct store *s, const struct store_repo *repo, uint32_t *id, struct err *e);
/* Full names of the references tracked by the last scan, the default one first. */
int store_tracked_refs(struct store *s, uint32_t repo, struct arena *a, struct str **out,
	uint32_t *count, struct err *e);
/* Removes a repository and what only it used. ERR_NOT_FOUND. */
int store_forget_repo(struct store *s, struct str name, struct err *e);
int store_vacuum(struct store *s, struct err *e);

struct store_info {
	uint32_t schema; /* version */
	uint64_t bytes;
	uint32_t repos, commits, blobs, findings;
	struct str rule_sets; /* digests in use, comma-separated */
};
int store_info(struct store *s, struct arena *a, struct store_info *out, struct err *e);

/* ---- scanning ---- */

struct store_rules {
	const struct rule_record *rules; /* in the order of finding.rule */
	uint32_t count;
	const char *digest; /* of rule_set_digest */
};

struct store_scan {
	uint32_t repo;                      /* id */
	uint32_t next_commit, next_lineage; /* for struct scan_store */
	uint64_t scanned;                   /* likewise */
	bool is_new;                        /* the repository was not known */
	bool rules_changed; /* the rule set did: its history was cleared and is recomputed */
};

/*
 * Chooses the repository (adding or moving it) and rule set for all calls below. Needs a store
 * opened for writing. Two rule sets are never mixed: history made under another one is cleared.
 */
int store_begin_scan(struct store *s, const struct store_repo *repo,
	const struct store_rules *rules, struct store_scan *out, struct err *e);
/* For reading results of blobs alone (store_has_blob, store_load_blob), of any repository, made
 * under the rule set with this digest. ERR_NOT_FOUND when there are none. */
int store_use_rules(struct store *s, const char *digest, struct err *e);
/* struct scan_store: see scan/scan.h. */
int store_each_commit(
	void *self, int (*fn)(void *arg, const struct stored_commit *c), void *arg, struct err *e);
int store_has_blob(void *self, const struct oid *blob, struct err *e);
int store_load_blob(void *self, const struct oid *blob, struct arena *a, struct blob_record *out,
	struct err *e);
int store_load_versions(void *self, uint32_t commit, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e);
int store_load_lineage(void *self, lineage_id id, struct lineage_record *out, struct err *e);
/* For a lineage: endings of all that unions made one with it. */
int store_load_endings(void *self, uint64_t reopen_hash, lineage_id lineage, struct arena *a,
	struct stored_ending **out, uint32_t *count, struct err *e);
int store_each_union(void *self,
	int (*fn)(void *arg, uint32_t commit, const struct union_record *u), void *arg,
	struct err *e);
int store_begin(void *self, struct err *e);
int store_put_blob(void *self, const struct blob_record *blob, struct err *e);
int store_put_commit(void *self, uint32_t id, const struct commit_record *c,
	const uint32_t *parent_ids, struct err *e); /* a parent that is not stored has id 0 */
int store_put_history(void *self, const struct commit_history *h, struct err *e);
int store_commit(void *self, struct err *e);
int store_put_refs(void *self, const struct ref_state *refs, uint32_t count,
	const uint32_t *mainline, uint32_t mainline_count, const uint32_t *reachable,
	uint32_t reachable_count, struct err *e);
int store_put_scanned(void *self, uint64_t scanned, struct err *e);
int store_each_missing(
	void *self, int (*fn)(void *arg, const struct missing_object *m), void *arg, struct err *e);
int store_put_missing(void *self, const struct missing_object *m, struct err *e);
int store_restart(void *self, uint32_t *next_commit, uint32_t *next_lineage, struct err *e);

/* ---- reading all of it, for proofs ---- */

/* Chooses the repository, and the rule set that its history was made under, for the reading
 * functions above and below. *digest is "" when there is none yet. */
int store_use_repo(
	struct store *s, uint32_t repo, struct str *digest, struct arena *a, struct err *e);
/* struct verify_store: see scan/verify.h. */
int store_each_blob(
	void *self, int (*fn)(void *arg, const struct oid *blob), void *arg, struct err *e);
int store_load_deltas(void *self, uint32_t commit, struct arena *a, struct count_delta **out,
	uint32_t *count, struct err *e);
int store_load_ref(void *self, struct str name, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e);
int store_load_events(void *self, uint32_t commit, struct arena *a, struct event_record **out,
	uint32_t *count, struct err *e);

/* ---- identities ---- */

/* Maps a raw identity. *is_bot comes set for the usual bot names ("…[bot]") and may be changed. The
 * result lives in `a` or as long as the callee's own data. */
typedef struct identity store_map_identity(
	void *arg, struct arena *a, struct identity raw, bool *is_bot);
/*
 * Applies .mailmap: maps the identities of a repository's commits again when `text`, what the map
 * is made from (with the configured bots), is not the one applied last, and those added since. In a
 * database opened for reading or that cannot be written it does nothing and returns 1 when it would
 * have.
 */
int store_apply_mailmap(struct store *s, uint32_t repo, struct str text, store_map_identity *map,
	void *arg, struct err *e);

/* Marks the commits of a repository that are listed, and no others; sorts the list. Like
 * store_apply_mailmap: 1 when there is something to do in a database opened for reading. */
int store_apply_ignored(
	struct store *s, uint32_t repo, struct oid *oids, uint32_t count, struct err *e);

/* ---- levels ---- */

/* What is shown in place of a level that a rule gave. */
struct store_level {
	struct str rule; /* id; one that the repository was not scanned with does nothing */
	enum level usual;
	int shown; /* enum level; -1: nothing is shown */
};
/*
 * Makes views and reports of a repository tell these levels: only what differs from the rules' own
 * is given. Like store_apply_mailmap: does nothing when they were applied before, and returns 1
 * when there is something to do in a database opened for reading.
 */
int store_apply_levels(struct store *s, uint32_t repo, const struct store_level *levels,
	uint32_t count, struct err *e);

#endif
