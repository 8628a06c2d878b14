/*
 * Opening a store: is the file ours, which version has its schema, who else writes to it.
 */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/embed.h"
#include "store/private.h"

#define APPLICATION_ID 1281454195 /* "Laps"; also in schema.sql */
#define SCHEMA_VERSION 5

void *store_list(struct arena *a, const void *items, size_t count, size_t size)
{
	void *list = arena_zalloc(a, count, size);

	if (count)
		memcpy(list, items, count * size);
	return list;
}

void store_bind_oid(struct db_stmt *st, const char *name, const struct oid *oid)
{
	char hex[OID_HEX_LEN + 1];

	if (oid_is_zero(oid))
		return;
	oid_hex(oid, hex);
	db_bind_text(st, name, str_slice(hex, OID_HEX_LEN));
}

struct oid store_oid(struct db_stmt *st, int column)
{
	struct oid o = {{0}};

	(void)oid_parse(&o, db_text(st, column));
	return o;
}

struct oid store_raw_oid(struct db_stmt *st, int column)
{
	struct str bytes = db_text(st, column);
	struct oid o = {{0}};

	if (bytes.len == sizeof o.id)
		memcpy(o.id, bytes.ptr, sizeof o.id);
	return o;
}

int store_run_repo(struct store *s, const char *sql, int64_t repo, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, sql, e);

	db_bind_int(st, ":repo", repo);
	return db_run(st, e);
}

int store_number(struct store *s, const char *sql, int64_t repo, int64_t *out, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, sql, e);
	int rc;

	*out = 0;
	if (repo)
		db_bind_int(st, ":repo", repo);
	rc = db_step(st, e);
	if (rc > 0)
		*out = db_int(st, 0);
	db_reset(st);
	return rc < 0 ? rc : 0;
}

/* ---- schema ---- */

static int create_schema(struct store *s, struct err *e)
{
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = db_exec(s->db, embed_schema_sql, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	return rc;
}

/* Nothing in a database of an older version is worth the step from its tables to ours: another
 * version of lapse has other rules, so everything is analysed anyway. */
static int remake(struct store *s, struct err *e)
{
	int rc = db_empty(s->db, e);

	s->remade = rc == 0;
	return rc < 0 ? rc : create_schema(s, e);
}

struct header {
	int64_t application, version, tables;
};

static int read_header(struct store *s, struct header *h, struct err *e)
{
	int rc = store_number(
		s, "SELECT application_id FROM pragma_application_id", 0, &h->application, e);

	if (rc == 0)
		rc = store_number(
			s, "SELECT user_version FROM pragma_user_version", 0, &h->version, e);
	if (rc == 0)
		rc = store_number(
			s, "SELECT count(*) FROM sqlite_schema /*scan*/", 0, &h->tables, e);
	return rc;
}

static int check_schema(struct store *s, const struct store_options *o, struct err *e)
{
	const char *path = db_path(s->db);
	struct header h = {0};
	int rc = read_header(s, &h, e);

	if (rc < 0)
		return rc;
	if (h.application == 0 && h.tables == 0)
		return o->write ? create_schema(s, e)
				: err_set(e, ERR_NOT_FOUND,
					  "%s: is empty; fill it with `lapse scan`", path);
	if (h.application != APPLICATION_ID)
		return err_set(e, ERR_FAILED,
			"%s: is a database of another program; name another file with --db", path);
	if (h.version > SCHEMA_VERSION)
		return err_set(e, ERR_FAILED,
			"%s: made by a newer lapse (schema %d, this one knows %d); upgrade lapse",
			path, (int)h.version, SCHEMA_VERSION);
	if (h.version == SCHEMA_VERSION)
		return 0;
	if (o->write && o->remake)
		return remake(s, e);
	return err_set(e, ERR_FAILED,
		"%s: made by an older lapse (schema %d); the next `lapse scan` makes it anew", path,
		(int)h.version);
}

/* ---- open, close ---- */

static const char *ask_holder(void *arg, char *buffer, size_t bytes)
{
	const struct store *s = arg;

	/* A writer that has the lock itself knows only of SQLite's. */
	return s->lock ? "" : lock_holder(s->path.ptr, buffer, bytes);
}

static int check_exists(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set(e, ERR_NOT_FOUND,
			"%s: there is no such database; make it with `lapse scan`", path);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "%s: is a folder; --db names a file", path);
	return 0;
}

static int open_store(struct store *s, const struct store_options *o, struct err *e)
{
	const char *path = s->path.ptr;
	struct stat st;
	int rc = 0;

	if (!o->write || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
		rc = check_exists(path, e);
	if (rc == 0 && o->write)
		rc = lock_take(&s->lock, path, o->lock_timeout_ms, o->command, e);
	if (rc == 0)
		rc = db_open(&s->db, path, o->write ? DB_WRITE : DB_READ, o->lock_timeout_ms,
			ask_holder, s, e);
	if (rc == 0)
		rc = check_schema(s, o, e);
	/* Only now: a database of another program must stay as it is. */
	return rc < 0 || !o->write ? rc : db_exec(s->db, "PRAGMA journal_mode = WAL", e);
}

int store_open(
	struct store **out, const char *path, const struct store_options *options, struct err *e)
{
	struct store *s = mem_zalloc(1, sizeof *s);
	int rc;

	strbuf_addz(&s->path, path);
	if (!s->path.len)
		rc = err_set(e, ERR_USAGE, "--db names no file");
	else
		rc = open_store(s, options, e);
	if (rc < 0) {
		store_close(s);
		s = NULL;
	}
	*out = s;
	return rc;
}

int store_open_memory(struct store **out, struct err *e)
{
	struct store *s = mem_zalloc(1, sizeof *s);
	int rc = db_open(&s->db, ":memory:", DB_WRITE, 0, NULL, NULL, e);

	if (rc == 0)
		rc = create_schema(s, e);
	if (rc < 0) {
		store_close(s);
		s = NULL;
	}
	*out = s;
	return rc;
}

void store_drop_caches(struct store *s)
{
	map_clear(&s->texts);
	map_clear(&s->identities);
	map_clear(&s->blobs);
	arena_reset(&s->keys);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	db_close(s->db);
	lock_drop(s->lock);
	map_release(&s->texts);
	map_release(&s->identities);
	map_release(&s->blobs);
	vec_release(&s->to_link);
	arena_release(&s->keys);
	strbuf_release(&s->path);
	free(s);
}

bool store_was_remade(const struct store *s)
{
	return s->remade;
}

struct db *store_db(struct store *s)
{
	return s->db;
}

/* ---- about the file ---- */

static const char info_sql[] =
	"SELECT (SELECT user_version FROM pragma_user_version),"
	" (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size),"
	" (SELECT count(*) FROM repo), (SELECT count(*) FROM commit_info),"
	" (SELECT count(*) FROM blob), (SELECT count(*) FROM finding),"
	" (SELECT coalesce(group_concat(digest), '') FROM (SELECT digest FROM rule_set"
	"  WHERE id IN (SELECT rule_set FROM repo) ORDER BY digest)) /*scan*/";

int store_info(struct store *s, struct arena *a, struct store_info *out, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, info_sql, e);
	int rc = db_step(st, e);

	*out = (struct store_info){0};
	if (rc <= 0)
		return rc;
	out->schema = db_u32(st, 0);
	out->bytes = (uint64_t)db_int(st, 1);
	out->repos = db_u32(st, 2);
	out->commits = db_u32(st, 3);
	out->blobs = db_u32(st, 4);
	out->findings = db_u32(st, 5);
	out->rule_sets = db_text_dup(st, 6, a);
	db_reset(st);
	return 0;
}

int store_vacuum(struct store *s, struct err *e)
{
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = store_delete_unused(s, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0) {
		db_rollback(s->db);
		return rc;
	}
	store_drop_caches(s);
	rc = db_exec(s->db, "VACUUM", e);
	return rc < 0 ? rc : db_exec(s->db, "PRAGMA wal_checkpoint(TRUNCATE)", e);
}
