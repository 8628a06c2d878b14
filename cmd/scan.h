/*
 * Private to `lapse scan`: what its files share.
 */
#ifndef LAPSE_CMD_SCAN_H
#define LAPSE_CMD_SCAN_H

#include <cjson/cJSON.h>

#include "cmd/database.h"
#include "scan/scan.h"

/* Which references a scan follows; the first is the default one. */
struct scan_refs {
	VEC(struct repo_ref) items;
	struct arena arena;
};

/* HEAD or the --ref ones, with --all every local branch and tag. An unknown name is an error that
 * names the nearest one. */
int scan_refs_choose(struct scan_refs *refs, struct session *s, struct repo *r, struct err *e);
/* Adds those followed before that still exist. Those that are gone leave silently; "HEAD" was a
 * detached one and is only what it is now. */
void scan_refs_add_tracked(
	struct scan_refs *refs, struct repo *r, const struct str *tracked, uint32_t count);
void scan_refs_release(struct scan_refs *refs);

/* --jobs, or the number of processors. */
uint32_t scan_job_count(const struct session *s);

/* The rules as the store keeps them. */
struct rule_record *scan_rule_records(struct arena *a);
/* What scan/ asks of a store, joined with store/; `begun` may be all zero for reading. */
struct scan_store scan_store_of(struct store *store, const struct store_scan *begun);

/* What the end of a scan tells. */
struct scan_result {
	const struct scan_summary *summary;
	const struct scan_refs *refs;
	struct str repo_name, path; /* path of the database */
	bool path_is_default;
	double seconds;
	int64_t missing; /* objects of the whole history */
};
int scan_print_summary(struct session *s, struct store *store, const struct scan_result *r);

/* ---- scan_report.c: --summary-json ---- */

/* {"repositories": [{repo, database, status, seconds, commits, …, open: {error, warning, info}}],
 * "failed": N}. Both return an exit code. */
int scan_write_summary(const struct session *s, struct store *store, const struct scan_result *r,
	const char *path);
/* The same of objects that are there; takes over the list. */
int scan_write_json(const struct session *s, const char *path, cJSON *repositories);

/* ---- scan_fetch.c, scan_many.c ---- */
int scan_fetch(const struct session *s, const char *path);
/* All operands and the lines of --repos-from, one after the other. */
int scan_many(struct session *s);

#endif
