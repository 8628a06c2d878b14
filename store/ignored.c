/*
 * Commits that .git-blame-ignore-revs lists (reformatting and the like): marked, and their lines do
 * not count in rates.
 */
#include <stdlib.h>

#include "store/private.h"

static int compare_oids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

/* In order, each once: so that the same list in another order is no news. */
static uint32_t sort_unique(struct oid *oids, uint32_t count)
{
	uint32_t n = 0;

	if (count > 1)
		qsort(oids, count, sizeof *oids, compare_oids);
	for (uint32_t i = 0; i < count; i++)
		if (n == 0 || !oid_eq(&oids[n - 1], &oids[i]))
			oids[n++] = oids[i];
	return n;
}

static int is_same(
	struct store *s, uint32_t repo, const struct oid *oids, uint32_t count, struct err *e)
{
	struct db_stmt *st = db_prepare(
		s->db, "SELECT oid FROM ignored_commit WHERE repo = :repo ORDER BY oid", e);
	uint32_t n = 0;
	bool same = true;
	int rc;

	db_bind_int(st, ":repo", repo);
	while ((rc = db_step(st, e)) > 0) {
		struct oid stored = store_oid(st, 0);

		same = same && n < count && oid_eq(&stored, &oids[n]);
		n++;
	}
	return rc < 0 ? rc : same && n == count;
}

static int write(
	struct store *s, uint32_t repo, const struct oid *oids, uint32_t count, struct err *e)
{
	int rc = store_run_repo(s, "DELETE FROM ignored_commit WHERE repo = :repo", repo, e);

	for (uint32_t i = 0; i < count && rc == 0; i++) {
		struct db_stmt *st = db_prepare(
			s->db, "INSERT INTO ignored_commit (repo, oid) VALUES (:repo, :oid)", e);

		db_bind_int(st, ":repo", repo);
		store_bind_oid(st, ":oid", &oids[i]);
		rc = db_run(st, e);
	}
	return rc;
}

int store_apply_ignored(
	struct store *s, uint32_t repo, struct oid *oids, uint32_t count, struct err *e)
{
	int rc;

	count = sort_unique(oids, count);
	rc = is_same(s, repo, oids, count, e);
	if (rc)
		return rc < 0 ? rc : 0;
	if (!s->lock)
		return 1;
	rc = db_begin(s->db, e);
	if (rc == 0)
		rc = write(s, repo, oids, count, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	return rc;
}
