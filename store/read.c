/*
 * Reading back what a scan needs of earlier scans. See scan/scan.h.
 */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* ---- commits ---- */

static const char each_commit_sql[] =
	"SELECT c.id, c.oid, c.open_total, c.python_bytes, c.unknown_bytes, c.async_defs,"
	" c.awaits, c.is_shallow, c.committed_at, p.parent"
	" FROM commit_info c LEFT JOIN commit_parent p ON p.commit_id = c.id"
	" AND p.parent IS NOT NULL WHERE c.repo = :repo AND c.is_done ORDER BY c.id, p.seq";

static void read_commit(struct db_stmt *st, struct stored_commit *c)
{
	*c = (struct stored_commit){
		.id = db_u32(st, 0),
		.oid = store_oid(st, 1),
		.open_total = (int32_t)db_int(st, 2),
		.tree = {.bytes = db_int(st, 3),
			.unknown_bytes = db_int(st, 4),
			.async_defs = db_int(st, 5),
			.awaits = db_int(st, 6)},
		.shallow = db_int(st, 7) != 0,
		.committed_at = db_int(st, 8),
	};
}

typedef VEC(uint32_t) ids;

static int tell_commit(struct stored_commit *c, const ids *parents,
	int (*fn)(void *arg, const struct stored_commit *c), void *arg)
{
	if (!c->id)
		return 0;
	c->parent_ids = parents->items;
	c->parent_count = (uint32_t)parents->len;
	return fn(arg, c);
}

/* Ids grow from parents to children, so their order is graph order. A row is a commit and one of
 * its parents. */
int store_each_commit(
	void *self, int (*fn)(void *arg, const struct stored_commit *c), void *arg, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db, each_commit_sql, e);
	struct stored_commit c = {0};
	ids parents = {0};
	int rc, told = 0;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0 && told == 0) {
		if (db_u32(st, 0) != c.id) {
			told = tell_commit(&c, &parents, fn, arg);
			vec_clear(&parents);
			read_commit(st, &c);
		}
		if (db_type_of(st, 9) != DB_NULL)
			*vec_push(&parents) = db_u32(st, 9);
	}
	if (rc == 0 && told == 0)
		told = tell_commit(&c, &parents, fn, arg);
	db_reset(st);
	vec_release(&parents);
	return rc < 0 ? rc : told;
}

/* ---- blobs ---- */

static int blob_status(struct store *s, int64_t id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT CASE WHEN t.value = :too_large THEN :missing ELSE b.status END,"
		" r.blob IS NOT NULL FROM blob b LEFT JOIN text t ON t.id = b.reason"
		" LEFT JOIN repo_blob r ON r.repo = :repo AND r.blob = b.id WHERE b.id = :id",
		e);
	int rc, status;

	db_bind_text(st, ":too_large", STR(REASON_TOO_LARGE));
	db_bind_int(st, ":missing", BLOB_MISSING);
	db_bind_int(st, ":repo", s->repo);
	db_bind_int(st, ":id", id);
	rc = db_step(st, e);
	if (rc <= 0)
		return rc < 0 ? rc : BLOB_MISSING;
	status = (int)db_int(st, 0);
	/* Analysed for another repository: from now on it is part of this one, too. */
	if (db_int(st, 1) == 0 && status != BLOB_MISSING)
		*vec_push(&s->to_link) = id;
	db_reset(st);
	return status;
}

int store_has_blob(void *self, const struct oid *blob, struct err *e)
{
	struct store *s = self;
	int64_t id;
	int rc = store_blob_id(s, blob, &id, e);

	if (rc < 0 || !id)
		return rc;
	rc = blob_status(s, id, e);
	return rc < 0 ? rc : rc != BLOB_MISSING;
}

static const char load_blob_sql[] =
	"SELECT b.status, coalesce(t.value, ''), b.bytes, b.lines, b.unknown_bytes, b.async_defs,"
	" b.awaits, (SELECT count(*) FROM hit h WHERE h.blob = b.id),"
	" (SELECT count(*) FROM blob_unknown u WHERE u.blob = b.id)"
	" FROM blob b LEFT JOIN text t ON t.id = b.reason WHERE b.id = :id";

static int load_head(
	struct store *s, int64_t id, struct arena *a, struct blob_record *out, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, load_blob_sql, e);
	int rc;

	db_bind_int(st, ":id", id);
	rc = db_step(st, e);
	if (rc <= 0)
		return rc;
	out->status = (enum blob_status)db_int(st, 0);
	out->reason = db_text_dup(st, 1, a);
	out->bytes = db_u32(st, 2);
	out->lines = db_u32(st, 3);
	out->unknown_bytes = db_u32(st, 4);
	out->async_defs = db_u32(st, 5);
	out->awaits = db_u32(st, 6);
	out->finding_count = db_u32(st, 7);
	out->unknown_count = db_u32(st, 8);
	db_reset(st);
	return 0;
}

static const char load_hits_sql[] =
	"SELECT h.rule, h.level, h.suppressed, h.line, h.col, h.end_line, h.end_col, h.token_hash,"
	" h.callee_hash, h.body_hash, h.before_hash, h.after_hash, h.sketch, sc.value, sn.value, "
	"m.value FROM hit h"
	" CROSS JOIN text sc ON sc.id = h.scope CROSS JOIN text sn ON sn.id = h.snippet"
	" CROSS JOIN text m ON m.id = h.message WHERE h.blob = :id ORDER BY h.idx";

static struct finding read_hit(struct db_stmt *st, struct arena *a)
{
	return (struct finding){
		.rule = (uint16_t)db_int(st, 0),
		.level = (uint8_t)db_int(st, 1),
		.suppressed = db_int(st, 2) != 0,
		.line = db_u32(st, 3),
		.column = db_u32(st, 4),
		.end_line = db_u32(st, 5),
		.end_column = db_u32(st, 6),
		.id.token_hash = (uint64_t)db_int(st, 7),
		.id.callee_hash = (uint64_t)db_int(st, 8),
		.id.body_hash = (uint64_t)db_int(st, 9),
		.id.before_hash = (uint64_t)db_int(st, 10),
		.id.after_hash = (uint64_t)db_int(st, 11),
		.id.sketch = db_text_dup(st, 12, a),
		.scope = db_text_dup(st, 13, a),
		.snippet = db_text_dup(st, 14, a),
		.message = db_text_dup(st, 15, a),
	};
}

static int load_hits(
	struct store *s, int64_t id, struct arena *a, struct blob_record *out, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, load_hits_sql, e);
	int rc;

	out->findings = ARENA_ARRAY(a, out->finding_count, struct finding);
	db_bind_int(st, ":id", id);
	for (uint32_t i = 0; (rc = db_step(st, e)) > 0 && i < out->finding_count; i++)
		out->findings[i] = read_hit(st, a);
	db_reset(st);
	return rc < 0 ? rc : 0;
}

static int load_unknown(
	struct store *s, int64_t id, struct arena *a, struct blob_record *out, struct err *e)
{
	struct db_stmt *st = db_prepare(
		s->db, "SELECT first, last FROM blob_unknown WHERE blob = :id ORDER BY first", e);
	int rc;

	out->unknown = ARENA_ARRAY(a, out->unknown_count, struct line_range);
	db_bind_int(st, ":id", id);
	for (uint32_t i = 0; (rc = db_step(st, e)) > 0 && i < out->unknown_count; i++)
		out->unknown[i] = (struct line_range){db_u32(st, 0), db_u32(st, 1)};
	db_reset(st);
	return rc < 0 ? rc : 0;
}

int store_load_blob(
	void *self, const struct oid *blob, struct arena *a, struct blob_record *out, struct err *e)
{
	struct store *s = self;
	char hex[OID_HEX_LEN + 1];
	int64_t id;
	int rc = store_blob_id(s, blob, &id, e);

	*out = (struct blob_record){.oid = *blob};
	if (rc < 0)
		return rc;
	if (!id) {
		oid_hex(blob, hex);
		return err_set(e, ERR_NOT_FOUND, "%s: no result of this blob is stored", hex);
	}
	rc = load_head(s, id, a, out, e);
	if (rc == 0 && out->finding_count)
		rc = load_hits(s, id, a, out, e);
	if (rc == 0 && out->unknown_count)
		rc = load_unknown(s, id, a, out, e);
	return rc;
}

/* ---- history ---- */

static const char load_versions_sql[] =
	"SELECT s.path, p.value, s.present, f.oid, s.lineage, b.oid, s.hit, s.carried, s.step,"
	" s.confidence FROM sighting s CROSS JOIN text p ON p.id = s.path"
	" LEFT JOIN blob f ON f.id = s.file LEFT JOIN blob b ON b.id = s.blob"
	" WHERE s.commit_id = :commit ORDER BY s.seq";

static struct sighting read_sighting(struct db_stmt *st)
{
	return (struct sighting){
		.lineage = db_u32(st, 4),
		.blob = store_raw_oid(st, 5),
		.index = db_u32(st, 6),
		.carried = db_int(st, 7) != 0,
		.step = (uint8_t)db_int(st, 8),
		.confidence = (float)db_int(st, 9) / 1000.0f,
	};
}

struct versions {
	VEC(struct version_record) list;
	VEC(struct sighting) sightings;
	int64_t path; /* of the last of the list */
};

static void add_version_row(struct versions *v, struct db_stmt *st, struct arena *a)
{
	if (v->list.len == 0 || db_int(st, 0) != v->path) {
		v->path = db_int(st, 0);
		*vec_push(&v->list) = (struct version_record){
			.path = db_text_dup(st, 1, a),
			.present = db_int(st, 2) != 0,
			.blob = store_raw_oid(st, 3),
		};
	}
	if (db_type_of(st, 4) == DB_NULL)
		return;
	*vec_push(&v->sightings) = read_sighting(st);
	vec_last(&v->list)->sighting_count++;
}

/* Copies what was gathered into the arena and joins versions with their sightings. */
static struct version_record *join_versions(const struct versions *v, struct arena *a)
{
	struct version_record *out =
		store_list(a, v->list.items, v->list.len, sizeof *v->list.items);
	struct sighting *all =
		store_list(a, v->sightings.items, v->sightings.len, sizeof *v->sightings.items);

	for (size_t i = 0; i < v->list.len; i++) {
		out[i].sightings = all;
		all += out[i].sighting_count;
	}
	return out;
}

static int load_versions(struct db_stmt *st, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	struct versions v = {0};
	int rc;

	while ((rc = db_step(st, e)) > 0)
		add_version_row(&v, st, a);
	*out = join_versions(&v, a);
	*count = (uint32_t)v.list.len;
	vec_release(&v.list);
	vec_release(&v.sightings);
	return rc;
}

int store_load_versions(void *self, uint32_t commit, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db, load_versions_sql, e);

	db_bind_int(st, ":commit", commit);
	return load_versions(st, a, out, count, e);
}

/* Columns as above. */
static const char load_ref_sql[] =
	"SELECT o.path, p.value, 1, NULL, o.lineage, b.oid, o.hit, o.state = :unknown, 0, 0"
	" FROM ref r CROSS JOIN ref_finding o ON o.ref = r.id"
	" CROSS JOIN text p ON p.id = o.path CROSS JOIN blob b ON b.id = o.blob"
	" WHERE r.repo = :repo AND r.name = :name ORDER BY o.seq";

int store_load_ref(void *self, struct str name, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db, load_ref_sql, e);

	db_bind_int(st, ":repo", s->repo);
	db_bind_text(st, ":name", name);
	db_bind_int(st, ":unknown", STATE_UNKNOWN);
	return load_versions(st, a, out, count, e);
}

int store_each_union(void *self,
	int (*fn)(void *arg, uint32_t commit, const struct union_record *u), void *arg,
	struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db,
		"SELECT u.commit_id, u.kept, u.merged FROM lineage_union u"
		" JOIN commit_info c ON c.id = u.commit_id WHERE c.repo = :repo"
		" ORDER BY u.commit_id, u.kept, u.merged /*scan*/",
		e);
	int rc, told = 0;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0 && told == 0) {
		struct union_record u = {db_u32(st, 1), db_u32(st, 2)};

		told = fn(arg, db_u32(st, 0), &u);
	}
	db_reset(st);
	return rc < 0 ? rc : told;
}

int store_load_lineage(void *self, lineage_id id, struct lineage_record *out, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(
		s->db, "SELECT key, rule, commit_id, copied_from FROM lineage WHERE id = :id", e);
	struct str key;
	int rc;

	*out = (struct lineage_record){.id = id};
	db_bind_int(st, ":id", id);
	rc = db_step(st, e);
	if (rc < 0)
		return rc;
	if (rc == 0)
		return err_set(e, ERR_NOT_FOUND, "internal error: no lineage %u", (unsigned)id);
	key = db_text(st, 0);
	memcpy(out->key, key.ptr, key.len < sizeof out->key ? key.len : sizeof out->key - 1);
	out->rule = (uint16_t)db_int(st, 1);
	out->commit = db_u32(st, 2);
	out->copied_from = db_u32(st, 3);
	db_reset(st);
	return 0;
}

static const char endings_by_hash_sql[] =
	"SELECT v.lineage, v.commit_id FROM event v CROSS JOIN lineage l ON l.id = v.lineage"
	" WHERE v.reopen_hash = :hash AND v.kind IN (1, 2, 6) AND l.repo = :repo"
	" ORDER BY v.commit_id, v.seq";

static const char endings_by_lineage_sql[] =
	"SELECT v.lineage, v.commit_id FROM lineage l CROSS JOIN lineage m"
	" ON m.canonical = l.canonical CROSS JOIN event v ON v.lineage = m.id"
	" WHERE l.id = :lineage AND l.repo = :repo AND v.kind IN (1, 2, 6)"
	" ORDER BY v.commit_id, v.seq";

int store_load_endings(void *self, uint64_t reopen_hash, lineage_id lineage, struct arena *a,
	struct stored_ending **out, uint32_t *count, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st =
		db_prepare(s->db, reopen_hash ? endings_by_hash_sql : endings_by_lineage_sql, e);
	VEC(struct stored_ending) found = {0};
	int rc;

	db_bind_int(st, ":repo", s->repo);
	if (reopen_hash)
		db_bind_int(st, ":hash", (int64_t)reopen_hash);
	else
		db_bind_int(st, ":lineage", lineage);
	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = (struct stored_ending){db_u32(st, 0), db_u32(st, 1)};
	*out = store_list(a, found.items, found.len, sizeof *found.items);
	*count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}
