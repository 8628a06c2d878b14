/*
 * Writing what a scan finds: blobs, commits, their history. See scan/scan.h for the meaning and
 * schema.sql for the columns.
 */
#include <math.h>

#include "store/private.h"

/* SQLite's date functions know the years 0 to 9999; git takes any number. */
#define FIRST_TIME INT64_C(-62167219200)
#define LAST_TIME  INT64_C(253402300799)

static int64_t clamp_time(int64_t t)
{
	return t < FIRST_TIME ? FIRST_TIME : t > LAST_TIME ? LAST_TIME : t;
}

static int64_t permille(float confidence)
{
	return lroundf(confidence * 1000.0f);
}

int store_begin(void *self, struct err *e)
{
	struct store *s = self;

	if (!s->repo)
		return err_set(e, ERR_FAILED, "internal error: no scan was begun");
	return db_begin(s->db, e);
}

/* A blob belongs to the repository whose scan put it or asked for it. */
static int link_blob(struct store *s, int64_t blob, struct err *e)
{
	struct db_stmt *st = db_prepare(
		s->db, "INSERT OR IGNORE INTO repo_blob (repo, blob) VALUES (:repo, :blob)", e);

	db_bind_int(st, ":repo", s->repo);
	db_bind_int(st, ":blob", blob);
	return db_run(st, e);
}

int store_link_blobs(struct store *s, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < s->to_link.len && rc == 0; i++)
		rc = link_blob(s, s->to_link.items[i], e);
	vec_clear(&s->to_link);
	return rc;
}

int store_commit(void *self, struct err *e)
{
	struct store *s = self;
	int rc = store_link_blobs(s, e);

	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0) {
		db_rollback(s->db);
		store_drop_caches(s);
	}
	return rc;
}

/* ---- blobs ---- */

static const char put_blob_sql[] =
	"INSERT INTO blob (rule_set, oid, status, reason, bytes, lines, unknown_bytes, async_defs,"
	" awaits) VALUES (:rule_set, :oid, :status, :reason, :bytes, :lines, :unknown_bytes,"
	" :async_defs, :awaits)"
	/* A missing object that came back takes the place of what was not known of it. */
	" ON CONFLICT (rule_set, oid) DO UPDATE SET status = excluded.status,"
	" reason = excluded.reason, bytes = excluded.bytes, lines = excluded.lines,"
	" unknown_bytes = excluded.unknown_bytes, async_defs = excluded.async_defs,"
	" awaits = excluded.awaits WHERE status = 3 OR (status = 2 AND excluded.status < 2)"
	" RETURNING id";

static int put_blob_row(struct store *s, const struct blob_record *b, int64_t *id, struct err *e)
{
	struct db_stmt *st;
	int64_t reason = 0;
	int rc = b->reason.len ? store_text_id(s, b->reason, &reason, e) : 0;

	if (rc < 0)
		return rc;
	st = db_prepare(s->db, put_blob_sql, e);
	db_bind_int(st, ":rule_set", s->rule_set);
	db_bind_bytes(st, ":oid", b->oid.id, sizeof b->oid.id);
	db_bind_int(st, ":status", b->status);
	if (reason)
		db_bind_int(st, ":reason", reason);
	db_bind_int(st, ":bytes", b->bytes);
	db_bind_int(st, ":lines", b->lines);
	db_bind_int(st, ":unknown_bytes", b->unknown_bytes);
	db_bind_int(st, ":async_defs", b->async_defs);
	db_bind_int(st, ":awaits", b->awaits);
	rc = db_step(st, e);
	*id = rc > 0 ? db_int(st, 0) : 0;
	return rc > 0 ? db_run(st, e) : rc;
}

static const char put_hit_sql[] =
	"INSERT INTO hit (blob, idx, rule, level, suppressed, line, col, end_line, end_col, scope,"
	" snippet, message, token_hash, callee_hash, body_hash, before_hash, after_hash, sketch)"
	" VALUES (:blob, :idx, :rule,"
	" :level, :suppressed, :line, :col, :end_line, :end_col, :scope, :snippet, :message,"
	" :token_hash, :callee_hash, :body_hash, :before_hash, :after_hash, :sketch)";

static void bind_place(struct db_stmt *st, const struct finding *f)
{
	db_bind_int(st, ":rule", f->rule);
	db_bind_int(st, ":level", f->level);
	db_bind_int(st, ":suppressed", f->suppressed);
	db_bind_int(st, ":line", f->line);
	db_bind_int(st, ":col", f->column);
	db_bind_int(st, ":end_line", f->end_line);
	db_bind_int(st, ":end_col", f->end_column);
	db_bind_int(st, ":token_hash", (int64_t)f->id.token_hash);
	db_bind_int(st, ":callee_hash", (int64_t)f->id.callee_hash);
	db_bind_int(st, ":body_hash", (int64_t)f->id.body_hash);
	db_bind_int(st, ":before_hash", (int64_t)f->id.before_hash);
	db_bind_int(st, ":after_hash", (int64_t)f->id.after_hash);
	db_bind_bytes(st, ":sketch", f->id.sketch.ptr, f->id.sketch.len);
}

static int put_hit(
	struct store *s, int64_t blob, uint32_t idx, const struct finding *f, struct err *e)
{
	struct db_stmt *st;
	int64_t scope, snippet, message;
	int rc = store_text_id(s, f->scope, &scope, e);

	if (rc == 0)
		rc = store_text_id(s, f->snippet, &snippet, e);
	if (rc == 0)
		rc = store_text_id(s, f->message, &message, e);
	if (rc < 0)
		return rc;
	st = db_prepare(s->db, put_hit_sql, e);
	db_bind_int(st, ":blob", blob);
	db_bind_int(st, ":idx", idx);
	bind_place(st, f);
	db_bind_int(st, ":scope", scope);
	db_bind_int(st, ":snippet", snippet);
	db_bind_int(st, ":message", message);
	return db_run(st, e);
}

static int put_unknown(struct store *s, int64_t blob, const struct line_range *range, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"INSERT INTO blob_unknown (blob, first, last) VALUES (:blob, :first, :last)", e);

	db_bind_int(st, ":blob", blob);
	db_bind_int(st, ":first", range->first);
	db_bind_int(st, ":last", range->last);
	return db_run(st, e);
}

int store_put_blob(void *self, const struct blob_record *blob, struct err *e)
{
	struct store *s = self;
	int64_t id;
	int rc = put_blob_row(s, blob, &id, e);

	if (rc < 0)
		return rc;
	if (!id) { /* stored before: the same bytes under the same rules give the same result */
		rc = store_blob_id(s, &blob->oid, &id, e);
		return rc < 0 ? rc : link_blob(s, id, e);
	}
	store_remember_blob(s, &blob->oid, id);
	for (uint32_t i = 0; i < blob->finding_count && rc == 0; i++)
		rc = put_hit(s, id, i, &blob->findings[i], e);
	for (uint32_t i = 0; i < blob->unknown_count && rc == 0; i++)
		rc = put_unknown(s, id, &blob->unknown[i], e);
	return rc < 0 ? rc : link_blob(s, id, e);
}

/* ---- commits ---- */

static const char put_commit_sql[] =
	"INSERT INTO commit_info (id, repo, oid, author, authored_at, committed_at, summary,"
	" generation, is_shallow, picked_from, first_parent, is_done, open_total, python_bytes,"
	" unknown_bytes, async_defs, awaits, lines_added, lines_deleted, introduced, fixed,"
	" reachable, on_default)"
	" VALUES (:id, :repo, :oid, :author, :authored_at, :committed_at, :summary, :generation,"
	" :is_shallow, :picked_from, :first_parent, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)";

static int put_commit_row(struct store *s, uint32_t id, const struct commit_record *c,
	uint32_t first_parent, int64_t author, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, put_commit_sql, e);

	db_bind_int(st, ":id", id);
	db_bind_int(st, ":repo", s->repo);
	store_bind_oid(st, ":oid", &c->oid);
	db_bind_int(st, ":author", author);
	db_bind_int(st, ":authored_at", clamp_time(c->authored_at));
	db_bind_int(st, ":committed_at", clamp_time(c->committed_at));
	db_bind_text(st, ":summary", c->summary);
	db_bind_int(st, ":generation", c->generation);
	db_bind_int(st, ":is_shallow", c->shallow);
	store_bind_oid(st, ":picked_from", &c->cherry_picked_from);
	if (first_parent)
		db_bind_int(st, ":first_parent", first_parent);
	return db_run(st, e);
}

static int put_author(
	struct store *s, uint32_t commit, uint32_t seq, int64_t identity, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"INSERT INTO commit_author (commit_id, seq, identity)"
		" VALUES (:commit, :seq, :identity)",
		e);

	db_bind_int(st, ":commit", commit);
	db_bind_int(st, ":seq", seq);
	db_bind_int(st, ":identity", identity);
	return db_run(st, e);
}

static int put_coauthors(struct store *s, uint32_t id, const struct commit_record *c, struct err *e)
{
	int rc = 0;

	for (uint32_t i = 0; i < c->coauthor_count && rc == 0; i++) {
		int64_t identity;

		rc = store_identity_id(s, c->coauthors[i], &identity, e);
		if (rc == 0)
			rc = put_author(s, id, i + 1, identity, e);
	}
	return rc;
}

static int put_parent(struct store *s, uint32_t commit, uint32_t seq, uint32_t parent,
	const struct oid *oid, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"INSERT INTO commit_parent (commit_id, seq, parent, oid)"
		" VALUES (:commit, :seq, :parent, :oid)",
		e);

	db_bind_int(st, ":commit", commit);
	db_bind_int(st, ":seq", seq);
	if (parent)
		db_bind_int(st, ":parent", parent);
	else
		store_bind_oid(st, ":oid", oid);
	return db_run(st, e);
}

int store_put_commit(void *self, uint32_t id, const struct commit_record *c,
	const uint32_t *parent_ids, struct err *e)
{
	struct store *s = self;
	int64_t author;
	int rc = store_identity_id(s, c->author, &author, e);

	if (rc == 0)
		rc = put_commit_row(s, id, c, c->parent_count ? parent_ids[0] : 0, author, e);
	if (rc == 0)
		rc = put_author(s, id, 0, author, e);
	if (rc == 0)
		rc = put_coauthors(s, id, c, e);
	for (uint32_t i = 0; i < c->parent_count && rc == 0; i++)
		rc = put_parent(s, id, i, parent_ids[i], &c->parents[i], e);
	return rc;
}

/* ---- history ---- */

static const char put_lineage_sql[] =
	"INSERT INTO lineage (id, repo, key, rule, commit_id, copied_from, canonical)"
	" VALUES (:id, :repo, :key, :rule, :commit, :copied_from, :id)";

static int put_lineage(struct store *s, const struct lineage_record *l, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, put_lineage_sql, e);

	db_bind_int(st, ":id", l->id);
	db_bind_int(st, ":repo", s->repo);
	db_bind_text(st, ":key", str_from(l->key));
	db_bind_int(st, ":rule", l->rule);
	db_bind_int(st, ":commit", l->commit);
	if (l->copied_from)
		db_bind_int(st, ":copied_from", l->copied_from);
	return db_run(st, e);
}

static const char put_sighting_sql[] =
	"INSERT INTO sighting (commit_id, seq, path, present, file, lineage, blob, hit, carried,"
	" step, confidence) VALUES (:commit, :seq, :path, :present, :file, :lineage, :blob, :hit,"
	" :carried, :step, :confidence)";

/* The blob of a sighting or event, which must be there: history is made of stored results. */
static int known_blob(struct store *s, const struct oid *oid, int64_t *id, struct err *e)
{
	char hex[OID_HEX_LEN + 1];
	int rc = store_blob_id(s, oid, id, e);

	if (rc < 0 || *id)
		return rc;
	oid_hex(oid, hex);
	return err_set(
		e, ERR_FAILED, "internal error: history names blob %s, which is not stored", hex);
}

struct place {
	uint32_t commit, seq;
	int64_t path, file; /* file 0: none */
	bool present;
};

/* `sighting` NULL: a path without findings. */
static int put_sighting(
	struct store *s, const struct place *p, const struct sighting *sighting, struct err *e)
{
	struct db_stmt *st;
	int64_t blob = 0;
	int rc = sighting ? known_blob(s, &sighting->blob, &blob, e) : 0;

	if (rc < 0)
		return rc;
	st = db_prepare(s->db, put_sighting_sql, e);
	db_bind_int(st, ":commit", p->commit);
	db_bind_int(st, ":seq", p->seq);
	db_bind_int(st, ":path", p->path);
	db_bind_int(st, ":present", p->present);
	if (p->file)
		db_bind_int(st, ":file", p->file);
	db_bind_int(st, ":carried", sighting && sighting->carried);
	db_bind_int(st, ":step", sighting ? sighting->step : STEP_NEW);
	db_bind_int(st, ":confidence", sighting ? permille(sighting->confidence) : 0);
	if (sighting) {
		db_bind_int(st, ":lineage", sighting->lineage);
		db_bind_int(st, ":blob", blob);
		db_bind_int(st, ":hit", sighting->index);
	}
	return db_run(st, e);
}

static int put_version(struct store *s, uint32_t commit, const struct version_record *v,
	uint32_t *seq, struct err *e)
{
	struct place p = {.commit = commit, .present = v->present};
	int rc = store_text_id(s, v->path, &p.path, e);

	if (rc == 0 && !oid_is_zero(&v->blob))
		rc = known_blob(s, &v->blob, &p.file, e);
	if (rc == 0 && v->sighting_count == 0) {
		p.seq = (*seq)++;
		return put_sighting(s, &p, NULL, e);
	}
	for (uint32_t i = 0; i < v->sighting_count && rc == 0; i++) {
		p.seq = (*seq)++;
		rc = put_sighting(s, &p, &v->sightings[i], e);
	}
	return rc;
}

static const char put_event_sql[] =
	"INSERT INTO event (commit_id, seq, lineage, kind, step, confidence, path, blob, hit,"
	" reopen_hash, related) VALUES (:commit, :seq, :lineage, :kind, :step, :confidence, :path,"
	" :blob, :hit, :reopen_hash, :related)";

static int put_event(
	struct store *s, uint32_t commit, uint32_t seq, const struct event_record *v, struct err *e)
{
	struct db_stmt *st;
	int64_t path, blob;
	int rc = store_text_id(s, v->path, &path, e);

	if (rc == 0)
		rc = known_blob(s, &v->blob, &blob, e);
	if (rc < 0)
		return rc;
	st = db_prepare(s->db, put_event_sql, e);
	db_bind_int(st, ":commit", commit);
	db_bind_int(st, ":seq", seq);
	db_bind_int(st, ":lineage", v->lineage);
	db_bind_int(st, ":kind", v->kind);
	db_bind_int(st, ":step", v->step);
	db_bind_int(st, ":confidence", permille(v->confidence));
	db_bind_int(st, ":path", path);
	db_bind_int(st, ":blob", blob);
	db_bind_int(st, ":hit", v->index);
	if (v->reopen_hash)
		db_bind_int(st, ":reopen_hash", (int64_t)v->reopen_hash);
	store_bind_oid(st, ":related", &v->related);
	return db_run(st, e);
}

static const char put_delta_sql[] =
	"INSERT INTO count_delta (commit_id, rule, level, open, suppressed, unknown, introduced,"
	" fixed, silenced) VALUES (:commit, :rule, :level, :open, :suppressed, :unknown,"
	" :introduced, :fixed, :silenced)";

static int put_delta(struct store *s, uint32_t commit, const struct count_delta *d, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, put_delta_sql, e);

	db_bind_int(st, ":commit", commit);
	db_bind_int(st, ":rule", d->rule);
	db_bind_int(st, ":level", d->level);
	db_bind_int(st, ":open", d->open);
	db_bind_int(st, ":suppressed", d->suppressed);
	db_bind_int(st, ":unknown", d->unknown);
	db_bind_int(st, ":introduced", d->introduced);
	db_bind_int(st, ":fixed", d->fixed);
	db_bind_int(st, ":silenced", d->silenced);
	return db_run(st, e);
}

static int put_union(struct store *s, uint32_t commit, const struct union_record *u, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"INSERT OR IGNORE INTO lineage_union (commit_id, kept, merged)"
		" VALUES (:commit, :kept, :merged)",
		e);
	int rc;

	db_bind_int(st, ":commit", commit);
	db_bind_int(st, ":kept", u->kept);
	db_bind_int(st, ":merged", u->merged);
	rc = db_run(st, e);
	if (rc < 0)
		return rc;
	/* Endings are asked for by canonical lineage while the scan goes on; put_refs makes it anew
	 * from all unions. */
	st = db_prepare(s->db,
		"UPDATE lineage SET canonical = (SELECT canonical FROM lineage WHERE id = :kept)"
		" WHERE canonical = (SELECT canonical FROM lineage WHERE id = :merged)",
		e);
	db_bind_int(st, ":kept", u->kept);
	db_bind_int(st, ":merged", u->merged);
	return db_run(st, e);
}

static const char finish_commit_sql[] =
	"UPDATE commit_info SET is_done = 1, open_total = :open_total,"
	" python_bytes = :python_bytes, unknown_bytes = :unknown_bytes,"
	" async_defs = :async_defs, awaits = :awaits,"
	" lines_added = :lines_added, lines_deleted = :lines_deleted,"
	" (introduced, fixed) = (SELECT"
	"  coalesce(sum(e.kind IN (0, 4, 5, 7)), 0), coalesce(sum(e.kind IN (1, 2, 6)), 0)"
	"  FROM event e JOIN hit h ON h.blob = e.blob AND h.idx = e.hit"
	"  WHERE e.commit_id = :commit AND h.level > 0)"
	" WHERE id = :commit";

static int finish_commit(struct store *s, const struct commit_history *h, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, finish_commit_sql, e);

	db_bind_int(st, ":commit", h->commit);
	db_bind_int(st, ":open_total", h->open_total);
	db_bind_int(st, ":python_bytes", h->tree.bytes);
	db_bind_int(st, ":unknown_bytes", h->tree.unknown_bytes);
	db_bind_int(st, ":async_defs", h->tree.async_defs);
	db_bind_int(st, ":awaits", h->tree.awaits);
	db_bind_int(st, ":lines_added", h->lines_added);
	db_bind_int(st, ":lines_deleted", h->lines_deleted);
	return db_run(st, e);
}

int store_put_history(void *self, const struct commit_history *h, struct err *e)
{
	struct store *s = self;
	uint32_t seq = 0;
	int rc = 0;

	for (uint32_t i = 0; i < h->lineage_count && rc == 0; i++)
		rc = put_lineage(s, &h->lineages[i], e);
	for (uint32_t i = 0; i < h->version_count && rc == 0; i++)
		rc = put_version(s, h->commit, &h->versions[i], &seq, e);
	for (uint32_t i = 0; i < h->event_count && rc == 0; i++)
		rc = put_event(s, h->commit, i, &h->events[i], e);
	for (uint32_t i = 0; i < h->delta_count && rc == 0; i++)
		rc = put_delta(s, h->commit, &h->deltas[i], e);
	for (uint32_t i = 0; i < h->union_count && rc == 0; i++)
		rc = put_union(s, h->commit, &h->unions[i], e);
	return rc < 0 ? rc : finish_commit(s, h, e);
}
