/*
 * Things that are stored once and referred to by number: texts, blobs, identities. Looked up in
 * memory first, so that a scan asks SQLite once for each.
 */
#include <string.h>

#include "scan/base/hash.h"
#include "store/private.h"

#define BLOB_NONE UINT64_MAX /* in the cache: known not to be stored */

/* ---- texts ---- */

static int find_text(struct store *s, struct str text, int64_t hash, int64_t *id, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "SELECT id FROM text WHERE hash = :hash AND value = :value", e);
	int rc;

	db_bind_int(st, ":hash", hash);
	db_bind_text(st, ":value", text);
	rc = db_step(st, e);
	if (rc > 0)
		*id = db_int(st, 0);
	db_reset(st);
	return rc;
}

static int add_text(struct store *s, struct str text, int64_t hash, int64_t *id, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "INSERT INTO text (hash, value) VALUES (:hash, :value)", e);
	int rc;

	db_bind_int(st, ":hash", hash);
	db_bind_text(st, ":value", text);
	rc = db_run(st, e);
	if (rc == 0)
		*id = db_last_id(s->db);
	return rc;
}

int store_text_id(struct store *s, struct str text, int64_t *id, struct err *e)
{
	uint64_t *known = map_get(&s->texts, text);
	int64_t hash;
	int rc;

	if (known) {
		*id = (int64_t)*known;
		return 0;
	}
	hash = (int64_t)hash_bytes(text);
	rc = find_text(s, text, hash, id, e);
	if (rc == 0)
		rc = add_text(s, text, hash, id, e);
	if (rc < 0)
		return rc;
	*map_put(&s->texts, arena_dup(&s->keys, text), NULL) = (uint64_t)*id;
	return 0;
}

/* ---- blobs ---- */

static struct str oid_key(const struct oid *oid)
{
	return MAP_KEY(oid->id);
}

void store_remember_blob(struct store *s, const struct oid *oid, int64_t id)
{
	uint64_t *slot = map_get(&s->blobs, oid_key(oid));

	if (!slot)
		slot = map_put(&s->blobs, arena_dup(&s->keys, oid_key(oid)), NULL);
	*slot = id ? (uint64_t)id : BLOB_NONE;
}

int store_blob_id(struct store *s, const struct oid *oid, int64_t *id, struct err *e)
{
	const uint64_t *known = map_get(&s->blobs, oid_key(oid));
	struct db_stmt *st;
	int rc;

	if (known) {
		*id = *known == BLOB_NONE ? 0 : (int64_t)*known;
		return 0;
	}
	st = db_prepare(s->db, "SELECT id FROM blob WHERE rule_set = :rule_set AND oid = :oid", e);
	db_bind_int(st, ":rule_set", s->rule_set);
	db_bind_bytes(st, ":oid", oid->id, sizeof oid->id);
	rc = db_step(st, e);
	*id = rc > 0 ? db_int(st, 0) : 0;
	db_reset(st);
	if (rc < 0)
		return rc;
	store_remember_blob(s, oid, *id);
	return 0;
}

/* ---- identities ---- */

static const char add_identity_sql[] =
	"INSERT INTO identity (repo, name, email, mapped_name, mapped_email, is_bot, is_mapped,"
	" person) VALUES (:repo, :name, :email, :name, :email, :is_bot, 0,"
	/* Until the mailmap is asked everybody is somebody: the row id that this row will get. */
	" (SELECT coalesce(max(id), 0) + 1 FROM identity))";

static int add_identity(struct store *s, struct identity raw, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, add_identity_sql, e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	db_bind_text(st, ":name", raw.name);
	db_bind_text(st, ":email", raw.email);
	db_bind_int(st, ":is_bot", store_is_bot(raw));
	rc = db_run(st, e);
	if (rc == 0)
		*id = db_last_id(s->db);
	return rc;
}

static int find_identity(struct store *s, struct identity raw, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT id FROM identity WHERE repo = :repo AND email = :email AND name = :name",
		e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	db_bind_text(st, ":name", raw.name);
	db_bind_text(st, ":email", raw.email);
	rc = db_step(st, e);
	if (rc > 0)
		*id = db_int(st, 0);
	db_reset(st);
	return rc;
}

/* Name and address with a byte between them that neither can hold. */
static struct str identity_key(struct store *s, struct identity raw)
{
	size_t len = raw.name.len + 1 + raw.email.len;
	char *p = arena_alloc(&s->keys, len);

	if (raw.name.len)
		memcpy(p, raw.name.ptr, raw.name.len);
	p[raw.name.len] = '\0';
	if (raw.email.len)
		memcpy(p + raw.name.len + 1, raw.email.ptr, raw.email.len);
	return str_slice(p, len);
}

int store_identity_id(struct store *s, struct identity raw, int64_t *id, struct err *e)
{
	struct str key = identity_key(s, raw);
	const uint64_t *known = map_get(&s->identities, key);
	int rc;

	if (known) {
		*id = (int64_t)*known;
		return 0;
	}
	rc = find_identity(s, raw, id, e);
	if (rc == 0)
		rc = add_identity(s, raw, id, e);
	if (rc < 0)
		return rc;
	*map_put(&s->identities, key, NULL) = (uint64_t)*id;
	return 0;
}
