/*
 * Which database and which repository a command means, opened. The rules, for every command alike:
 *   --db FILE, else $LAPSE_DB, else lapse.db in the (common) git directory of the repository
 *   --repo: a repository's name in the database, or a path to one; default: the current directory
 */
#ifndef LAPSE_CMD_DATABASE_H
#define LAPSE_CMD_DATABASE_H

#include "cmd/config.h"
#include "scan/repo.h"
#include "store/store.h"

struct database {
	struct store *store;
	struct str path;
	struct repo *repo; /* NULL when none was needed or reachable */
	uint32_t repo_id;  /* of the one that --repo names or the current directory is; 0: none */
	struct str repo_name; /* its name, when --repo was given; else "" */
	bool library;         /* libgit2 was initialised */
};

/* --db or LAPSE_DB; NULL when neither says. */
const char *database_named(const struct session *s);
/* The default place for a repository. */
struct str database_of_repo(const struct repo *r, struct arena *a);
/* How the store knows a repository; `commits` belongs to the caller. */
int database_describe(struct repo *r, const struct oid *commits, uint32_t count, struct arena *a,
	struct store_repo *out, struct err *e);

/* The number of a repository in the store; 0: it is not there. */
int database_find_repo(
	struct store *store, struct repo *r, struct arena *a, uint32_t *id, struct err *e);
/* What stands at a repository's path need not be it. */
bool database_is_repo(const struct database *d, struct repo *r, uint32_t id);

/* Opens for a report: read-only, .mailmap applied when it changed. 0 or EXIT_TROUBLE, having
 * printed the error. Close in either case. */
int database_open(struct session *s, struct database *d);
/* Likewise for writing; `command` is who other processes are told holds it. */
int database_open_writing(struct session *s, struct database *d, const char *command);
void database_close(struct database *d);

/* Applies what reports tell by, and no scan needs: the repository's mailmap, the bots and levels of
 * its configuration. The store is opened for writing; else it returns 1 when there is something to
 * apply. */
int database_apply_config(struct store *store, uint32_t repo_id, struct repo *r,
	const struct config *c, struct err *e);

#endif
