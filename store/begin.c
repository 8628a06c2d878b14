/*
 * Beginning a scan: the repository, the rule set, the first free ids.
 */
#include "store/private.h"

/* *id is 0 when there is none with this digest. */
static int find_rule_set(struct store *s, const char *digest, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, "SELECT id FROM rule_set WHERE digest = :digest", e);
	int rc;

	db_bind_text(st, ":digest", str_from(digest));
	rc = db_step(st, e);
	*id = rc > 0 ? db_int(st, 0) : 0;
	db_reset(st);
	return rc < 0 ? rc : 0;
}

static int enter_rule_set(struct store *s, const char *digest, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(
		s->db, "INSERT INTO rule_set (digest) VALUES (:digest) ON CONFLICT DO NOTHING", e);
	int rc;

	db_bind_text(st, ":digest", str_from(digest));
	rc = db_run(st, e);
	return rc < 0 ? rc : find_rule_set(s, digest, id, e);
}

int store_use_rules(struct store *s, const char *digest, struct err *e)
{
	int rc = find_rule_set(s, digest, &s->rule_set, e);

	store_drop_caches(s);
	if (rc == 0 && !s->rule_set)
		rc = err_set(e, ERR_NOT_FOUND,
			"%s: its results are those of other rules; `lapse scan` makes new ones",
			db_path(s->db));
	return rc;
}

/* Words may change without the digest: they do not change what is found. */
static const char put_rule_sql[] =
	"INSERT INTO rule (rule_set, idx, id, category, category_title, title, level, since)"
	" VALUES (:rule_set, :idx, :id, :category, :category_title, :title, :level, :since)"
	" ON CONFLICT DO UPDATE SET title = excluded.title,"
	" category_title = excluded.category_title, level = excluded.level, since = excluded.since"
	" WHERE (title, category_title, level, since) IS NOT"
	" (excluded.title, excluded.category_title, excluded.level, excluded.since)";

static int put_rule(struct store *s, uint32_t idx, const struct rule_record *r, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, put_rule_sql, e);

	db_bind_int(st, ":rule_set", s->rule_set);
	db_bind_int(st, ":idx", idx);
	db_bind_text(st, ":id", r->id);
	db_bind_text(st, ":category", r->category);
	db_bind_text(st, ":category_title", r->category_title);
	db_bind_text(st, ":title", r->title);
	db_bind_int(st, ":level", r->level);
	db_bind_text(st, ":since", r->since);
	return db_run(st, e);
}

static int enter_rules(struct store *s, const struct store_rules *rules, struct err *e)
{
	int rc = enter_rule_set(s, rules->digest, &s->rule_set, e);

	for (uint32_t i = 0; i < rules->count && rc == 0; i++)
		rc = put_rule(s, i, &rules->rules[i], e);
	return rc;
}

/* History made under other rules goes, and with it the results that nobody else uses. */
static int change_rules(struct store *s, struct store_scan *out, struct err *e)
{
	int64_t old;
	struct db_stmt *st;
	int rc = store_number(
		s, "SELECT coalesce(rule_set, 0) FROM repo WHERE id = :repo", s->repo, &old, e);

	if (rc < 0 || old == s->rule_set)
		return rc;
	out->rules_changed = old != 0;
	if (old)
		rc = store_delete_history(s, s->repo, e);
	if (rc < 0)
		return rc;
	st = db_prepare(s->db, "UPDATE repo SET rule_set = :rule_set WHERE id = :id", e);
	db_bind_int(st, ":rule_set", s->rule_set);
	db_bind_int(st, ":id", s->repo);
	rc = db_run(st, e);
	return rc < 0 || !old ? rc : store_delete_unused(s, e);
}

static int first_free_ids(struct store *s, struct store_scan *out, struct err *e)
{
	int64_t commit = 0, lineage = 0, scanned = 0;
	int rc = store_number(s, "SELECT coalesce(max(id), 0) + 1 FROM commit_info", 0, &commit, e);

	if (rc == 0)
		rc = store_number(
			s, "SELECT coalesce(max(id), 0) + 1 FROM lineage", 0, &lineage, e);
	if (rc == 0 && s->repo)
		rc = store_number(
			s, "SELECT scanned FROM repo WHERE id = :repo", s->repo, &scanned, e);
	if (rc < 0)
		return rc;
	out->scanned = (uint64_t)scanned;
	out->next_commit = (uint32_t)commit;
	out->next_lineage = (uint32_t)lineage;
	return 0;
}

static int begin_scan(struct store *s, const struct store_repo *repo,
	const struct store_rules *rules, struct store_scan *out, struct err *e)
{
	int rc = enter_rules(s, rules, e);

	if (rc == 0)
		rc = store_enter_repo(s, repo, &out->repo, &out->is_new, e);
	s->repo = out->repo;
	if (rc == 0)
		rc = change_rules(s, out, e);
	return rc < 0 ? rc : first_free_ids(s, out, e);
}

int store_begin_scan(struct store *s, const struct store_repo *repo,
	const struct store_rules *rules, struct store_scan *out, struct err *e)
{
	int rc = db_begin(s->db, e);

	*out = (struct store_scan){0};
	store_drop_caches(s);
	if (rc == 0)
		rc = begin_scan(s, repo, rules, out, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0) {
		db_rollback(s->db);
		s->repo = s->rule_set = 0;
	}
	return rc;
}

int store_restart(void *self, uint32_t *next_commit, uint32_t *next_lineage, struct err *e)
{
	struct store *s = self;
	struct store_scan first = {0};
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = store_delete_history(s, s->repo, e);
	if (rc == 0)
		rc = first_free_ids(s, &first, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	*next_commit = first.next_commit;
	*next_lineage = first.next_lineage;
	return rc;
}
