/*
 * Private to `lapse scan`: what its files share.
 */
#ifndef LAPSE_CMD_SCAN_H
#define LAPSE_CMD_SCAN_H

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

/* What the end of a scan tells. */
struct scan_result {
	const struct scan_summary *summary;
	const struct scan_refs *refs;
	struct str repo_name, path; /* path of the database */
	bool path_is_default;
	double seconds;
};
int scan_print_summary(struct session *s, struct store *store, const struct scan_result *r);

#endif
