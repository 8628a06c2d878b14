/*
 * See merge.h. Rows of the other database get new numbers: temporary tables map its numbers to
 * ours. A row that both have is the same row, because every result is a function of its natural
 * key.
 */
#include "store/merge.h"

#include <stdlib.h>

#include "store/private.h"

/* ---- numbers ---- */

static const char *const map_sql[] = {
	"CREATE TEMP TABLE IF NOT EXISTS map_rules (old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_repo (old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_text (old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_blob (old INTEGER PRIMARY KEY, new INTEGER,"
	" fresh INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_identity (old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_commit (old INTEGER PRIMARY KEY, new INTEGER,"
	" fresh INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS map_lineage (old INTEGER PRIMARY KEY, new INTEGER);"
	"DELETE FROM map_rules; DELETE FROM map_repo; DELETE FROM map_text; DELETE FROM map_blob;"
	"DELETE FROM map_identity; DELETE FROM map_commit; DELETE FROM map_lineage",
};

static const char *const results_sql[] = {
	"INSERT OR IGNORE INTO main.rule_set (digest) SELECT digest FROM src.rule_set",
	"INSERT INTO map_rules SELECT o.id, n.id FROM src.rule_set o"
	" JOIN main.rule_set n USING (digest)",
	"INSERT OR IGNORE INTO main.rule SELECT m.new, u.idx, u.id, u.category, u.category_title,"
	" u.title, u.level, u.since FROM src.rule u JOIN map_rules m ON m.old = u.rule_set",

	"INSERT INTO main.text (hash, value) SELECT o.hash, o.value FROM src.text o WHERE NOT "
	"EXISTS"
	" (SELECT 1 FROM main.text n WHERE n.hash = o.hash AND n.value = o.value)",
	"INSERT INTO map_text SELECT o.id, n.id FROM src.text o"
	" CROSS JOIN main.text n ON n.hash = o.hash AND n.value = o.value",

	/* What was missing there and is known here, or the other way round, is known. */
	"INSERT INTO map_blob SELECT o.id, n.id, o.status <> 3 AND coalesce(n.status, 3) = 3"
	" FROM src.blob o CROSS JOIN map_rules m ON m.old = o.rule_set"
	" LEFT JOIN main.blob n ON n.rule_set = m.new AND n.oid = o.oid",
	"INSERT INTO main.blob (rule_set, oid, status, reason, bytes, lines, unknown_bytes,"
	" async_defs, awaits) SELECT m.new, o.oid, o.status, t.new, o.bytes, o.lines,"
	" o.unknown_bytes, o.async_defs, o.awaits FROM src.blob o"
	" CROSS JOIN map_rules m ON m.old = o.rule_set LEFT JOIN map_text t ON t.old = o.reason"
	" WHERE 1 ON CONFLICT (rule_set, oid) DO UPDATE SET status = excluded.status,"
	" reason = excluded.reason, bytes = excluded.bytes, lines = excluded.lines,"
	" unknown_bytes = excluded.unknown_bytes, async_defs = excluded.async_defs,"
	" awaits = excluded.awaits WHERE status = 3",
	"UPDATE map_blob SET new = (SELECT n.id FROM src.blob o"
	" JOIN map_rules m ON m.old = o.rule_set"
	" JOIN main.blob n ON n.rule_set = m.new AND n.oid = o.oid WHERE o.id = map_blob.old)"
	" WHERE new IS NULL",
	"INSERT INTO main.hit (blob, idx, rule, level, suppressed, line, col, end_line, end_col,"
	" scope, snippet, message, token_hash, callee_hash, body_hash, before_hash, after_hash,"
	" sketch) SELECT b.new, h.idx, h.rule, h.level, h.suppressed, h.line, h.col,"
	" h.end_line, h.end_col, sc.new, sn.new, m.new, h.token_hash, h.callee_hash, h.body_hash,"
	" h.before_hash, h.after_hash, h.sketch"
	" FROM map_blob b CROSS JOIN src.hit h ON h.blob = b.old"
	" CROSS JOIN map_text sc ON sc.old = h.scope CROSS JOIN map_text sn ON sn.old = h.snippet"
	" CROSS JOIN map_text m ON m.old = h.message WHERE b.fresh",
	"INSERT INTO main.blob_unknown SELECT b.new, u.first, u.last FROM map_blob b"
	" CROSS JOIN src.blob_unknown u ON u.blob = b.old WHERE b.fresh",
};

static const char *const repo_sql[] = {
	"INSERT INTO map_repo SELECT o.id, (SELECT n.id FROM main.repo n"
	"  WHERE n.url_key = o.url_key AND (o.url_key <> '' OR (o.roots <> '' AND n.roots = "
	"o.roots))"
	"  ORDER BY n.id) FROM src.repo o WHERE o.url_key <> '' OR o.roots <> ''",
	/* Under a name that nobody has; see name_sql. */
	"INSERT INTO main.repo (name, path, url, url_key, roots, rule_set, scanned, mailmap_hash)"
	" SELECT iif(o.url_key = '', 'merging ' || o.roots, o.name), o.path, o.url, o.url_key,"
	"  o.roots, m.new, 0, 0"
	" FROM src.repo o JOIN map_repo r ON r.old = o.id"
	" LEFT JOIN map_rules m ON m.old = o.rule_set WHERE r.new IS NULL",
	"UPDATE map_repo SET new = (SELECT n.id FROM src.repo o JOIN main.repo n"
	"  ON n.url_key = o.url_key AND n.roots = o.roots WHERE o.id = map_repo.old"
	"  ORDER BY n.id DESC) WHERE new IS NULL",
	"UPDATE main.repo SET scanned = 0, rule_set = coalesce(main.repo.rule_set, m.new)"
	" FROM src.repo o JOIN map_repo r ON r.old = o.id LEFT JOIN map_rules m ON m.old = "
	"o.rule_set"
	" WHERE r.new = main.repo.id",
	/* What the configuration says of levels is asked again, too. */
	"DELETE FROM main.level_map WHERE repo IN (SELECT new FROM map_repo)",
	"UPDATE main.repo SET levels_hash = 0 WHERE id IN (SELECT new FROM map_repo)",
	"INSERT OR IGNORE INTO main.ignored_commit SELECT r.new, o.oid"
	" FROM src.ignored_commit o JOIN map_repo r ON r.old = o.repo",
	"INSERT OR IGNORE INTO main.missing_object SELECT r.new, o.oid, o.kind"
	" FROM src.missing_object o JOIN map_repo r ON r.old = o.repo",
	"INSERT OR IGNORE INTO main.repo_blob SELECT r.new, b.new FROM src.repo_blob o"
	" JOIN map_repo r ON r.old = o.repo JOIN map_blob b ON b.old = o.blob",
	/* Their mailmap is asked again: which of two was newer nobody knows. Until then what it
	 * changed counts, of two changes the first by name. */
	"INSERT INTO main.identity (repo, name, email, mapped_name, mapped_email, is_bot,"
	" is_mapped, person) SELECT r.new, o.name, o.email, o.mapped_name, o.mapped_email,"
	" o.is_bot, 0, 0 FROM src.identity o JOIN map_repo r ON r.old = o.repo WHERE 1"
	" ON CONFLICT (repo, email, name) DO UPDATE SET is_mapped = 0,"
	" mapped_name = excluded.mapped_name, mapped_email = excluded.mapped_email,"
	" is_bot = excluded.is_bot WHERE (excluded.mapped_name = excluded.name"
	"  AND excluded.mapped_email = excluded.email, excluded.mapped_email,"
	"  excluded.mapped_name, excluded.is_bot)"
	" < (mapped_name = name AND mapped_email = email, mapped_email, mapped_name, is_bot)",
	"INSERT INTO map_identity SELECT o.id, n.id FROM src.identity o"
	" CROSS JOIN map_repo r ON r.old = o.repo CROSS JOIN main.identity n"
	" ON n.repo = r.new AND n.email = o.email AND n.name = o.name",
	"UPDATE main.identity SET person = (SELECT j.id FROM main.identity j"
	" WHERE j.repo = main.identity.repo AND j.mapped_name = main.identity.mapped_name"
	" AND j.mapped_email = main.identity.mapped_email ORDER BY j.email, j.name LIMIT 1)"
	" WHERE repo IN (SELECT new FROM map_repo)",
	"UPDATE main.repo SET mailmap_hash = 0 WHERE id IN (SELECT new FROM map_repo)",
};

/*
 * Repositories without URL are called by their folders. Where several have one name the root
 * commits tell all of them apart; where the two databases call one by different names it is the
 * first.
 */
static const char *const name_sql[] = {
	"CREATE TEMP TABLE IF NOT EXISTS repo_name (id INTEGER PRIMARY KEY, name TEXT);"
	"DELETE FROM repo_name",
	"INSERT INTO repo_name SELECT id, min(iif(roots <> '' AND name LIKE '%-' || substr(roots, "
	"1, 12), substr(name, 1, length(name) - 13), name)) FROM ("
	"  SELECT id, name, roots FROM main.repo WHERE url_key = '' AND name <> 'merging ' || roots"
	"  UNION ALL SELECT r.new, o.name, o.roots FROM src.repo o"
	"   JOIN map_repo r ON r.old = o.id WHERE o.url_key = '') GROUP BY id",
	"UPDATE main.repo SET name = 'merging ' || id WHERE id IN (SELECT id FROM repo_name)",
	"UPDATE main.repo SET name = (SELECT n.name || CASE WHEN EXISTS ("
	"   SELECT 1 FROM repo_name t WHERE t.name = n.name AND t.id <> n.id)"
	"   OR EXISTS (SELECT 1 FROM main.repo t WHERE t.name = n.name)"
	"  THEN '-' || substr(main.repo.roots, 1, 12) ELSE '' END"
	"  FROM repo_name n WHERE n.id = main.repo.id)"
	" WHERE id IN (SELECT id FROM repo_name)",
};

/* New numbers in the old order: parents stay before children. */
static const char *const commit_sql[] = {
	"INSERT INTO map_commit SELECT o.id, coalesce(n.id,"
	"  (SELECT coalesce(max(id), 0) FROM main.commit_info)"
	"  + sum(n.id IS NULL) OVER (ORDER BY o.id)), n.id IS NULL"
	" FROM src.commit_info o CROSS JOIN map_repo r ON r.old = o.repo"
	" LEFT JOIN main.commit_info n ON n.oid = o.oid AND n.repo = r.new",
	"INSERT INTO main.commit_info SELECT m.new, r.new, c.oid, i.new, c.authored_at,"
	" c.committed_at, c.summary, c.generation, c.is_shallow, c.picked_from, f.new, c.is_done,"
	" c.open_total, c.python_bytes, c.unknown_bytes, c.async_defs, c.awaits, c.lines_added,"
	" c.lines_deleted, c.introduced, c.fixed, 0, 0, NULL, NULL FROM map_commit m"
	" CROSS JOIN src.commit_info c ON c.id = m.old CROSS JOIN map_repo r ON r.old = c.repo"
	" CROSS JOIN map_identity i ON i.old = c.author"
	" LEFT JOIN map_commit f ON f.old = c.first_parent WHERE m.fresh",
	"INSERT INTO main.commit_parent SELECT m.new, p.seq, q.new, p.oid FROM map_commit m"
	" CROSS JOIN src.commit_parent p ON p.commit_id = m.old"
	" LEFT JOIN map_commit q ON q.old = p.parent WHERE m.fresh",
	"INSERT INTO main.commit_author SELECT m.new, a.seq, i.new FROM map_commit m"
	" CROSS JOIN src.commit_author a ON a.commit_id = m.old"
	" CROSS JOIN map_identity i ON i.old = a.identity WHERE m.fresh",

	"INSERT INTO map_lineage SELECT o.id, coalesce(n.id,"
	"  (SELECT coalesce(max(id), 0) FROM main.lineage)"
	"  + sum(n.id IS NULL) OVER (ORDER BY o.id))"
	" FROM src.lineage o CROSS JOIN map_repo r ON r.old = o.repo"
	" LEFT JOIN main.lineage n ON n.key = o.key AND n.repo = r.new",
	"INSERT OR IGNORE INTO main.lineage SELECT m.new, r.new, o.key, o.rule, c.new, s.new, m.new"
	" FROM src.lineage o CROSS JOIN map_lineage m ON m.old = o.id"
	" CROSS JOIN map_repo r ON r.old = o.repo CROSS JOIN map_commit c ON c.old = o.commit_id"
	" LEFT JOIN map_lineage s ON s.old = o.copied_from",
	"INSERT OR IGNORE INTO main.lineage_union SELECT m.new, k.new, g.new FROM "
	"src.lineage_union u"
	" JOIN map_commit m ON m.old = u.commit_id JOIN map_lineage k ON k.old = u.kept"
	" JOIN map_lineage g ON g.old = u.merged",
	"INSERT INTO main.event SELECT m.new, e.seq, l.new, e.kind, e.step, e.confidence, p.new,"
	" b.new, e.hit, e.reopen_hash, e.related FROM map_commit m"
	" CROSS JOIN src.event e ON e.commit_id = m.old CROSS JOIN map_lineage l ON l.old = "
	"e.lineage"
	" CROSS JOIN map_text p ON p.old = e.path CROSS JOIN map_blob b ON b.old = e.blob"
	" WHERE m.fresh",
	"INSERT INTO main.sighting SELECT m.new, s.seq, p.new, s.present, f.new, l.new, b.new, "
	"s.hit,"
	" s.carried, s.step, s.confidence FROM map_commit m"
	" CROSS JOIN src.sighting s ON s.commit_id = m.old CROSS JOIN map_text p ON p.old = s.path"
	" LEFT JOIN map_blob f ON f.old = s.file LEFT JOIN map_lineage l ON l.old = s.lineage"
	" LEFT JOIN map_blob b ON b.old = s.blob WHERE m.fresh",
	"INSERT INTO main.count_delta SELECT m.new, d.rule, d.level, d.open, d.suppressed, "
	"d.unknown,"
	" d.introduced, d.fixed, d.silenced FROM map_commit m"
	" CROSS JOIN src.count_delta d ON d.commit_id = m.old WHERE m.fresh",
};

/* Of two tips of one reference the later one in graph order. */
static const char *const ref_sql[] = {
	"CREATE TEMP TABLE IF NOT EXISTS moved_ref (id INTEGER PRIMARY KEY);"
	"DELETE FROM moved_ref",
	"INSERT INTO moved_ref SELECT n.id FROM src.ref o JOIN map_repo r ON r.old = o.repo"
	" JOIN main.ref n ON n.repo = r.new AND n.name = o.name"
	" JOIN src.commit_info oc ON oc.id = o.commit_id"
	" JOIN main.commit_info nc ON nc.id = n.commit_id"
	" WHERE (oc.generation, oc.oid) > (nc.generation, nc.oid)",
	"DELETE FROM main.ref_finding WHERE ref IN (SELECT id FROM moved_ref)",
	"DELETE FROM main.ref WHERE id IN (SELECT id FROM moved_ref)",
	"INSERT INTO main.ref_finding SELECT"
	"  (SELECT coalesce(max(id), 0) FROM main.ref) + o.id, f.seq, l.new, p.new, b.new, f.hit,"
	"  f.state FROM src.ref o JOIN map_repo r ON r.old = o.repo"
	" JOIN src.ref_finding f ON f.ref = o.id JOIN map_lineage l ON l.old = f.lineage"
	" JOIN map_text p ON p.old = f.path JOIN map_blob b ON b.old = f.blob"
	" WHERE NOT EXISTS (SELECT 1 FROM main.ref n WHERE n.repo = r.new AND n.name = o.name)",
	"INSERT INTO main.ref (id, repo, name, commit_id, is_default)"
	" SELECT (SELECT coalesce(max(id), 0) FROM main.ref) + o.id, r.new, o.name, c.new,"
	"  o.is_default FROM src.ref o JOIN map_repo r ON r.old = o.repo"
	" JOIN map_commit c ON c.old = o.commit_id"
	" WHERE NOT EXISTS (SELECT 1 FROM main.ref n WHERE n.repo = r.new AND n.name = o.name)",
	/* Where the two disagree about the default one, the first by name is it. */
	"UPDATE main.ref SET is_default = name = (SELECT min(d.name) FROM ("
	"  SELECT n.name FROM main.ref n WHERE n.repo = main.ref.repo AND n.is_default UNION ALL"
	"  SELECT o.name FROM src.ref o JOIN map_repo r ON r.old = o.repo"
	"   WHERE r.new = main.ref.repo AND o.is_default) d)"
	" WHERE repo IN (SELECT new FROM map_repo)",
};

static int run_list(struct store *s, const char *const *sql, size_t count, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = db_exec(s->db, sql[i], e);
	return rc;
}

/* ---- rules ---- */

static int check_same(
	struct store *s, const char *sql, const char *path, const char *why, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, sql, e);
	int rc = db_step(st, e);

	if (rc > 0)
		rc = err_set(e, ERR_USAGE, "%s: %.*s %s", path, STR_ARG(db_text(st, 0)), why);
	db_reset(st);
	return rc;
}

static const char other_rules_sql[] =
	"SELECT n.name FROM src.repo o JOIN map_repo r ON r.old = o.id"
	" JOIN main.repo n ON n.id = r.new JOIN map_rules m ON m.old = o.rule_set"
	" WHERE n.rule_set <> m.new ORDER BY n.name";

/* What is said of a commit depends on its ancestry: so two databases say the same, unless one knows
 * less of it. */
static const char other_past_sql[] =
	"SELECT n.name FROM src.commit_info o JOIN map_repo r ON r.old = o.repo"
	" CROSS JOIN main.commit_info c ON c.oid = o.oid AND c.repo = r.new"
	" JOIN main.repo n ON n.id = r.new WHERE (o.generation, o.is_shallow, o.open_total,"
	"  o.python_bytes, o.unknown_bytes, o.introduced, o.fixed) <> (c.generation, c.is_shallow,"
	"  c.open_total, c.python_bytes, c.unknown_bytes, c.introduced, c.fixed) ORDER BY n.name";

static int check_repos(struct store *s, const char *path, struct err *e)
{
	int rc = check_same(s, other_rules_sql, path,
		"was scanned with other rules there; scan both with the same lapse and settings",
		e);

	return rc < 0 ? rc
		      : check_same(s, other_past_sql, path,
				"is known there from another start on (a shallow clone, --since, "
				"missing objects); scan both from the same one",
				e);
}

/* ---- what follows from the references ---- */

static const char *const reach_sql[] = {
	"WITH RECURSIVE a (id) AS (SELECT commit_id FROM main.ref WHERE repo = :repo UNION"
	"  SELECT p.parent FROM a CROSS JOIN main.commit_parent p ON p.commit_id = a.id"
	"  WHERE p.parent IS NOT NULL)"
	" INSERT INTO scan_reach SELECT id FROM a",
	"WITH RECURSIVE a (id, n) AS (SELECT commit_id, 0 FROM main.ref"
	"  WHERE repo = :repo AND is_default UNION ALL"
	"  SELECT c.first_parent, a.n + 1 FROM a CROSS JOIN main.commit_info c ON c.id = a.id"
	"  WHERE c.first_parent IS NOT NULL)"
	" INSERT INTO scan_commit (seq, id) SELECT (SELECT max(n) FROM a) - n + 1, id FROM a",
};

static int derive_repo(struct store *s, int64_t repo, struct err *e)
{
	int rc = store_empty_marks(s, e);

	s->repo = repo;
	for (size_t i = 0; i < ARRAY_LEN(reach_sql) && rc == 0; i++)
		rc = store_run_repo(s, reach_sql[i], repo, e);
	if (rc == 0)
		rc = store_clear_told(s, repo, e);
	return rc < 0 ? rc : store_mark_and_derive(s, e);
}

static int derive_all(struct store *s, struct err *e)
{
	VEC(int64_t) repos = {0};
	struct db_stmt *st = db_prepare(s->db, "SELECT DISTINCT new FROM map_repo ORDER BY new", e);
	int rc;

	while ((rc = db_step(st, e)) > 0)
		*vec_push(&repos) = db_int(st, 0);
	for (size_t i = 0; i < repos.len && rc == 0; i++)
		rc = derive_repo(s, repos.items[i], e);
	vec_release(&repos);
	s->repo = 0;
	return rc;
}

/* ---- all of it ---- */

static int copy_all(struct store *s, const char *path, struct err *e)
{
	int rc = run_list(s, map_sql, ARRAY_LEN(map_sql), e);

	if (rc == 0)
		rc = run_list(s, results_sql, ARRAY_LEN(results_sql), e);
	if (rc == 0)
		rc = run_list(s, repo_sql, ARRAY_LEN(repo_sql), e);
	if (rc == 0)
		rc = run_list(s, name_sql, ARRAY_LEN(name_sql), e);
	if (rc == 0)
		rc = check_repos(s, path, e);
	if (rc == 0)
		rc = run_list(s, commit_sql, ARRAY_LEN(commit_sql), e);
	if (rc == 0)
		rc = run_list(s, ref_sql, ARRAY_LEN(ref_sql), e);
	return rc < 0 ? rc : derive_all(s, e);
}

static int merge_attached(struct store *s, const char *path, struct err *e)
{
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = copy_all(s, path, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	store_drop_caches(s);
	s->repo = s->rule_set = 0;
	return rc;
}

static int attach(struct store *into, const char *path, struct err *e)
{
	const struct store_options reading = {0};
	struct store *from = NULL;
	struct db_stmt *st;
	int rc = store_open(&from, path, &reading, e); /* is it one of ours? */

	store_close(from);
	if (rc < 0)
		return rc;
	st = db_prepare(into->db, "ATTACH :path AS src", e);
	db_bind_text(st, ":path", str_from(path));
	return db_run(st, e);
}

int store_merge_and(struct store *into, const char *path,
	int (*then)(struct store *into, void *arg, struct err *e), void *arg, struct err *e)
{
	struct err ignored;
	int rc = attach(into, path, e);

	if (rc < 0)
		return rc;
	rc = merge_attached(into, path, e);
	if (rc == 0 && then)
		rc = then(into, arg, e);
	db_forget(into->db); /* no statement may hold on to what is detached */
	if (db_exec(into->db, "DETACH src", rc < 0 ? &ignored : e) < 0 && rc == 0)
		rc = ERR_FAILED;
	return rc;
}

int store_merge(struct store *into, const char *path, struct err *e)
{
	return store_merge_and(into, path, NULL, NULL, e);
}
