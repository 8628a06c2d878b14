/*
 * Repositories: which one is meant, and what is known of them.
 *
 * Their natural key is (root commits, normalised URL), but the roots are known only after a scan.
 * Until then the URL, the place and commits in common tell.
 */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* ---- finding ---- */

static int find_by_url(struct store *s, const struct store_repo *r, uint32_t *id, struct err *e)
{
	struct db_stmt *st;
	int rc;

	if (!r->url_key.len)
		return 0;
	st = db_prepare(
		s->db, "SELECT id FROM repo WHERE url_key = :url_key ORDER BY id /*scan*/", e);
	db_bind_text(st, ":url_key", r->url_key);
	rc = db_step(st, e);
	if (rc > 0)
		*id = db_u32(st, 0);
	db_reset(st);
	return rc;
}

static int has_commit(struct store *s, uint32_t repo, const struct oid *oid, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "SELECT 1 FROM commit_info WHERE oid = :oid AND repo = :repo", e);
	int rc;

	store_bind_oid(st, ":oid", oid);
	db_bind_int(st, ":repo", repo);
	rc = db_step(st, e);
	db_reset(st);
	return rc;
}

static int shares_commit(struct store *s, uint32_t repo, const struct store_repo *r, struct err *e)
{
	int rc = 0;

	for (uint32_t i = 0; i < r->commit_count && rc == 0; i++)
		rc = has_commit(s, repo, &r->commits[i], e);
	return rc;
}

/*
 * Repositories that can be the one in question though their URL is another: at the same place, or
 * both without URL. `sure`: at the same place and the URLs do not contradict each other. At the
 * same place with another URL may be a renamed project or a folder used for one after the other.
 */
static const char candidates_sql[] =
	"SELECT id, path = :path AND (url_key = '' OR :url_key = '') AS sure FROM repo"
	" WHERE path = :path OR (url_key = '' AND :url_key = '') ORDER BY sure DESC, id /*scan*/";

static int find_by_content(struct store *s, const struct store_repo *r, uint32_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, candidates_sql, e);
	int rc;

	db_bind_text(st, ":path", r->path);
	db_bind_text(st, ":url_key", r->url_key);
	while ((rc = db_step(st, e)) > 0) {
		uint32_t candidate = db_u32(st, 0);
		int same = db_int(st, 1) ? 1 : shares_commit(s, candidate, r, e);

		if (same > 0)
			*id = candidate;
		if (same != 0) {
			rc = same;
			break;
		}
	}
	db_reset(st);
	return rc;
}

int store_find_repo(struct store *s, const struct store_repo *repo, uint32_t *id, struct err *e)
{
	int rc;

	*id = 0;
	rc = find_by_url(s, repo, id, e);
	if (rc == 0)
		rc = find_by_content(s, repo, id, e);
	return rc < 0 ? rc : 0;
}

/* ---- names ---- */

static int name_taken(struct store *s, struct str name, uint32_t by_other_than, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "SELECT 1 FROM repo WHERE name = :name AND id <> :id", e);
	int rc;

	db_bind_text(st, ":name", name);
	db_bind_int(st, ":id", by_other_than);
	rc = db_step(st, e);
	db_reset(st);
	return rc;
}

/* "shop" for /srv/shop, /srv/shop.git and /srv/shop/.git. */
static struct str folder_name(struct str path)
{
	if (str_ends(path, "/.git"))
		path.len -= strlen("/.git");
	while (path.len > 1 && str_ends(path, "/"))
		path.len--;
	path = str_drop(path, (size_t)(str_rfind(path, '/') + 1));
	if (path.len > strlen(".git") && str_ends(path, ".git"))
		path.len -= strlen(".git");
	return path.len ? path : STR("repository");
}

/* The name that the views show: the normalised URL, else the folder's name, numbered if taken. */
static int choose_name(struct store *s, const struct store_repo *r, uint32_t id, struct arena *a,
	struct str *out, struct err *e)
{
	struct str base = r->url_key.len ? r->url_key : folder_name(r->path);
	int rc;

	*out = base;
	for (unsigned n = 2; (rc = name_taken(s, *out, id, e)) > 0; n++)
		*out = arena_printf(a, "%.*s-%u", STR_ARG(base), n);
	return rc;
}

/* ---- adding ---- */

static const char add_repo_sql[] =
	"INSERT INTO repo (name, path, url, url_key, roots, rule_set, scanned, mailmap_hash)"
	" VALUES (:name, :path, :url, :url_key, '', NULL, 0, 0)";

/* A repository that lost its remote keeps the URL it is known by. */
static const char move_repo_sql[] =
	"UPDATE repo SET path = :path, name = CASE WHEN :url_key = '' AND url_key <> '' THEN name"
	" WHEN :url_key = '' AND path = :path THEN name ELSE :name END,"
	" url = CASE WHEN :url_key = '' THEN url ELSE :url END,"
	" url_key = CASE WHEN :url_key = '' THEN url_key ELSE :url_key END"
	" WHERE id = :id AND (path <> :path OR (:url_key <> '' AND (url_key <> :url_key"
	" OR url <> :url)))";

int store_enter_repo(
	struct store *s, const struct store_repo *r, uint32_t *id, bool *is_new, struct err *e)
{
	struct arena a = {0};
	struct db_stmt *st;
	struct str name;
	int rc = store_find_repo(s, r, id, e);

	*is_new = *id == 0;
	if (rc == 0)
		rc = choose_name(s, r, *id, &a, &name, e);
	if (rc == 0) {
		st = db_prepare(s->db, *is_new ? add_repo_sql : move_repo_sql, e);
		db_bind_text(st, ":name", name);
		db_bind_text(st, ":path", r->path);
		db_bind_text(st, ":url", r->url);
		db_bind_text(st, ":url_key", r->url_key);
		if (!*is_new)
			db_bind_int(st, ":id", *id);
		rc = db_run(st, e);
	}
	if (rc == 0 && *is_new)
		*id = (uint32_t)db_last_id(s->db);
	arena_release(&a);
	return rc;
}

/* ---- telling ---- */

static const char repos_sql[] =
	"SELECT r.id, r.name, r.path, r.url, coalesce((SELECT f.name FROM ref f"
	" WHERE f.repo = r.id AND f.is_default), ''),"
	" (SELECT count(*) FROM commit_info c WHERE c.repo = r.id),"
	" (SELECT count(*) FROM finding f WHERE f.repo = r.id) FROM repo r ORDER BY r.name "
	"/*scan*/";

int store_repos(struct store *s, struct arena *a, struct store_repo_info **out, uint32_t *count,
	struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, repos_sql, e);
	VEC(struct store_repo_info) found = {0};
	int rc;

	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = (struct store_repo_info){
			.id = db_u32(st, 0),
			.name = db_text_dup(st, 1, a),
			.path = db_text_dup(st, 2, a),
			.url = db_text_dup(st, 3, a),
			.default_ref = db_text_dup(st, 4, a),
			.commits = db_u32(st, 5),
			.findings = db_u32(st, 6),
		};
	*out = store_list(a, found.items, found.len, sizeof *found.items);
	*count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}

int store_tracked_refs(struct store *s, uint32_t repo, struct arena *a, struct str **out,
	uint32_t *count, struct err *e)
{
	struct db_stmt *st = db_prepare(
		s->db, "SELECT name FROM ref WHERE repo = :repo ORDER BY is_default DESC, name", e);
	VEC(struct str) found = {0};
	int rc;

	db_bind_int(st, ":repo", repo);
	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = db_text_dup(st, 0, a);
	*out = store_list(a, found.items, found.len, sizeof *found.items);
	*count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}

static int find_by_name(struct store *s, struct str name, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, "SELECT id FROM repo WHERE name = :name", e);
	int rc;

	db_bind_text(st, ":name", name);
	rc = db_step(st, e);
	*id = rc > 0 ? db_int(st, 0) : 0;
	db_reset(st);
	return rc < 0 ? rc : 0;
}

int store_forget_repo(struct store *s, struct str name, struct err *e)
{
	int64_t id;
	int rc = find_by_name(s, name, &id, e);

	if (rc < 0)
		return rc;
	if (!id)
		return err_set(e, ERR_NOT_FOUND,
			"%.*s: no such repository in %s; `lapse db info` lists them", STR_ARG(name),
			db_path(s->db));
	rc = db_begin(s->db, e);
	if (rc == 0)
		rc = store_delete_repo(s, id, e);
	if (rc == 0)
		rc = store_delete_unused(s, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	store_drop_caches(s);
	return rc;
}
