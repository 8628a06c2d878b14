/*
 * Removing: the history of a repository, a repository, results and texts that nothing uses any
 * more.
 */
#include "store/private.h"

/* What a scan's end made. Tables are emptied before those that say which of their rows are meant.
 */
static const char *const clear_counts[] = {
	("DELETE FROM commit_shown WHERE commit_id IN"
	 " (SELECT id FROM commit_info WHERE repo = :repo)"),
	"DELETE FROM trend_month WHERE repo = :repo",
	"DELETE FROM mainline_run WHERE repo = :repo",
};

static const char *const clear_told[] = {
	"DELETE FROM finding WHERE repo = :repo",
};

static const char *const clear_refs[] = {
	"DELETE FROM ref_finding WHERE ref IN (SELECT id FROM ref WHERE repo = :repo)",
	"DELETE FROM ref WHERE repo = :repo",
};

static const char *const clear_history[] = {
	"DELETE FROM count_delta WHERE commit_id IN (SELECT id FROM commit_info WHERE repo = "
	":repo)",
	"DELETE FROM sighting WHERE commit_id IN (SELECT id FROM commit_info WHERE repo = :repo)",
	"DELETE FROM event WHERE commit_id IN (SELECT id FROM commit_info WHERE repo = :repo)",
	"DELETE FROM lineage_union WHERE commit_id IN"
	" (SELECT id FROM commit_info WHERE repo = :repo)",
	"DELETE FROM lineage WHERE repo = :repo",
	"DELETE FROM commit_author WHERE commit_id IN"
	" (SELECT id FROM commit_info WHERE repo = :repo)",
	"DELETE FROM commit_parent WHERE commit_id IN"
	" (SELECT id FROM commit_info WHERE repo = :repo)",
	"DELETE FROM commit_info WHERE repo = :repo",
	"DELETE FROM repo_blob WHERE repo = :repo",
	"DELETE FROM missing_object WHERE repo = :repo",
	"DELETE FROM level_map WHERE repo = :repo", /* rules may get other numbers */
	"UPDATE repo SET tip = NULL, scanned = 0, levels_hash = 0 WHERE id = :repo",
};

static const char *const clear_repo[] = {
	"DELETE FROM ignored_commit WHERE repo = :repo",
	"DELETE FROM identity WHERE repo = :repo",
	"DELETE FROM repo WHERE id = :repo",
};

static const char *const clear_unused[] = {
	"DELETE FROM blob WHERE id NOT IN (SELECT blob FROM repo_blob) /*scan*/",
	"DELETE FROM hit WHERE blob NOT IN (SELECT id FROM blob) /*scan*/",
	"DELETE FROM blob_unknown WHERE blob NOT IN (SELECT id FROM blob) /*scan*/",
	"DELETE FROM rule WHERE rule_set NOT IN (SELECT rule_set FROM repo"
	" WHERE rule_set IS NOT NULL) /*scan*/",
	"DELETE FROM rule_set WHERE id NOT IN (SELECT rule_set FROM repo"
	" WHERE rule_set IS NOT NULL) /*scan*/",
	"DELETE FROM text WHERE id NOT IN (SELECT reason FROM blob WHERE reason IS NOT NULL"
	" UNION SELECT scope FROM hit UNION SELECT snippet FROM hit UNION SELECT message FROM hit"
	" UNION SELECT path FROM event UNION SELECT path FROM sighting"
	" UNION SELECT path FROM ref_finding UNION SELECT path FROM finding) /*scan*/",
};

static int run_all(
	struct store *s, const char *const *sql, size_t count, int64_t repo, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = repo ? store_run_repo(s, sql[i], repo, e)
			  : db_run(db_prepare(s->db, sql[i], e), e);
	return rc;
}

int store_clear_counts(struct store *s, int64_t repo, struct err *e)
{
	return run_all(s, clear_counts, ARRAY_LEN(clear_counts), repo, e);
}

int store_clear_told(struct store *s, int64_t repo, struct err *e)
{
	int rc = store_clear_counts(s, repo, e);

	return rc < 0 ? rc : run_all(s, clear_told, ARRAY_LEN(clear_told), repo, e);
}

int store_clear_derived(struct store *s, int64_t repo, struct err *e)
{
	int rc = store_clear_told(s, repo, e);

	return rc < 0 ? rc : run_all(s, clear_refs, ARRAY_LEN(clear_refs), repo, e);
}

int store_delete_history(struct store *s, int64_t repo, struct err *e)
{
	int rc = store_clear_derived(s, repo, e);

	return rc < 0 ? rc : run_all(s, clear_history, ARRAY_LEN(clear_history), repo, e);
}

int store_delete_repo(struct store *s, int64_t repo, struct err *e)
{
	int rc = store_delete_history(s, repo, e);

	return rc < 0 ? rc : run_all(s, clear_repo, ARRAY_LEN(clear_repo), repo, e);
}

int store_delete_unused(struct store *s, struct err *e)
{
	return run_all(s, clear_unused, ARRAY_LEN(clear_unused), 0, e);
}
