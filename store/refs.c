/*
 * The end of a scan: tracked references, what is reachable from them, the default one's mainline.
 */
#include "store/private.h"

struct refs_input {
	const struct ref_state *refs;
	uint32_t count;
	const uint32_t *mainline;
	uint32_t mainline_count;
	const uint32_t *reachable;
	uint32_t reachable_count;
};

/* ---- reachability and position ---- */

static const char marks_sql[] =
	"CREATE TEMP TABLE IF NOT EXISTS scan_commit (seq INTEGER PRIMARY KEY, id INTEGER);"
	"CREATE TEMP TABLE IF NOT EXISTS scan_reach (id INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE IF NOT EXISTS scan_default (id INTEGER PRIMARY KEY);"
	"DELETE FROM scan_commit; DELETE FROM scan_reach; DELETE FROM scan_default;";

int store_empty_marks(struct store *s, struct err *e)
{
	return db_exec(s->db, marks_sql, e);
}

/* Numbers as a JSON array: one statement for all of them costs a tenth of one for each. */
static int insert_ids(
	struct store *s, const char *sql, const uint32_t *ids, uint32_t count, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, sql, e);
	struct strbuf list = {0};
	int rc;

	strbuf_addc(&list, '[');
	for (uint32_t i = 0; i < count; i++)
		strbuf_addf(&list, i ? ",%u" : "%u", (unsigned)ids[i]);
	strbuf_addc(&list, ']');
	db_bind_text(st, ":ids", strbuf_str(&list));
	rc = db_run(st, e);
	strbuf_release(&list);
	return rc;
}

static int fill_marks(struct store *s, const struct refs_input *in, struct err *e)
{
	int rc = store_empty_marks(s, e);

	if (rc == 0)
		rc = insert_ids(s,
			"INSERT OR IGNORE INTO scan_reach (id) SELECT value FROM json_each(:ids)",
			in->reachable, in->reachable_count, e);
	if (rc == 0)
		rc = insert_ids(s,
			"INSERT INTO scan_commit (seq, id)"
			" SELECT key + 1, value FROM json_each(:ids)",
			in->mainline, in->mainline_count, e);
	return rc;
}

static const char *const mark_sql[] = {
	"UPDATE commit_info SET reachable = id IN (SELECT id FROM scan_reach)"
	" WHERE repo = :repo AND reachable <> (id IN (SELECT id FROM scan_reach))",

	"WITH RECURSIVE a (id) AS (SELECT commit_id FROM ref WHERE repo = :repo AND is_default"
	"  UNION SELECT p.parent FROM a CROSS JOIN commit_parent p ON p.commit_id = a.id"
	"  WHERE p.parent IS NOT NULL)"
	" INSERT INTO scan_default SELECT id FROM a",

	"UPDATE commit_info SET on_default = id IN (SELECT id FROM scan_default)"
	" WHERE repo = :repo AND on_default <> (id IN (SELECT id FROM scan_default)) /*scan*/",

	"UPDATE commit_info SET position = NULL, landed_at = NULL WHERE repo = :repo"
	" AND position IS NOT NULL AND id NOT IN (SELECT id FROM scan_commit)",

	/* Dates lie: a month series from the year 0 to 9999 helps nobody, so they are held between
	 * 1970 and 2099. */
	"UPDATE commit_info SET position = m.seq, landed_at = m.at"
	" FROM (SELECT t.seq, t.id, max(min(max(c.committed_at, 0), 4102444799))"
	"   OVER (ORDER BY t.seq) AS at"
	"  FROM scan_commit t CROSS JOIN commit_info c ON c.id = t.id) m"
	" WHERE commit_info.id = m.id AND commit_info.repo = :repo"
	" AND (position IS NOT m.seq OR landed_at IS NOT m.at) /*scan*/",

	"UPDATE repo SET tip = (SELECT commit_id FROM ref WHERE repo = :repo AND is_default),"
	" roots = (SELECT coalesce(group_concat(oid, ' '), '') FROM (SELECT c.oid"
	"  FROM commit_info c WHERE c.repo = :repo AND c.on_default AND c.generation = 1 AND NOT "
	"EXISTS"
	"  (SELECT 1 FROM commit_parent p WHERE p.commit_id = c.id) ORDER BY c.oid))"
	" WHERE id = :repo",
};

/* ---- what stands at the tips ---- */

static int put_ref(struct store *s, const struct ref_state *r, int64_t *id, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"INSERT INTO ref (repo, name, commit_id, is_default)"
		" VALUES (:repo, :name, :commit, :is_default)",
		e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	db_bind_text(st, ":name", r->name);
	db_bind_int(st, ":commit", r->commit);
	db_bind_int(st, ":is_default", r->is_default);
	rc = db_run(st, e);
	*id = db_last_id(s->db);
	return rc;
}

static const char put_ref_finding_sql[] =
	"INSERT INTO ref_finding (ref, seq, lineage, path, blob, hit, state)"
	" SELECT :ref, :seq, :lineage, :path, blob, idx,"
	"  CASE WHEN :carried THEN :unknown WHEN suppressed THEN :suppressed ELSE :open END"
	" FROM hit WHERE blob = :blob AND idx = :hit";

static void bind_states(struct db_stmt *st)
{
	db_bind_int(st, ":open", STATE_OPEN);
	db_bind_int(st, ":suppressed", STATE_SUPPRESSED);
	db_bind_int(st, ":unknown", STATE_UNKNOWN);
}

static int put_ref_finding(struct store *s, int64_t ref, uint32_t seq, int64_t path,
	const struct sighting *v, struct err *e)
{
	struct db_stmt *st;
	int64_t blob;
	int rc = store_blob_id(s, &v->blob, &blob, e);

	if (rc < 0)
		return rc;
	st = db_prepare(s->db, put_ref_finding_sql, e);
	db_bind_int(st, ":ref", ref);
	db_bind_int(st, ":seq", seq);
	db_bind_int(st, ":lineage", v->lineage);
	db_bind_int(st, ":path", path);
	db_bind_int(st, ":blob", blob);
	db_bind_int(st, ":hit", v->index);
	db_bind_int(st, ":carried", v->carried);
	bind_states(st);
	rc = db_run(st, e);
	if (rc == 0 && db_changes(s->db) != 1)
		return err_set(e, ERR_FAILED,
			"internal error: a reference shows a finding that is not stored");
	return rc;
}

static int put_tip(struct store *s, const struct ref_state *r, struct err *e)
{
	uint32_t seq = 0;
	int64_t ref;
	int rc = put_ref(s, r, &ref, e);

	for (uint32_t i = 0; i < r->version_count && rc == 0; i++) {
		const struct version_record *v = &r->versions[i];
		int64_t path;

		rc = store_text_id(s, v->path, &path, e);
		for (uint32_t j = 0; j < v->sighting_count && rc == 0; j++)
			rc = put_ref_finding(s, ref, seq++, path, &v->sightings[j], e);
	}
	return rc;
}

/* ---- all of it ---- */

int store_mark_and_derive(struct store *s, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(mark_sql) && rc == 0; i++)
		rc = store_run_repo(s, mark_sql[i], s->repo, e);
	if (rc == 0)
		rc = store_apply_unions(s, e);
	return rc < 0 ? rc : store_derive(s, e);
}

static int write_refs(struct store *s, const struct refs_input *in, struct err *e)
{
	int rc = store_clear_derived(s, s->repo, e);

	if (rc == 0)
		rc = store_put_scanned(s, 0, e);
	for (uint32_t i = 0; i < in->count && rc == 0; i++)
		rc = put_tip(s, &in->refs[i], e);
	if (rc == 0)
		rc = fill_marks(s, in, e);
	return rc < 0 ? rc : store_mark_and_derive(s, e);
}

int store_put_scanned(void *self, uint64_t scanned, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st =
		db_prepare(s->db, "UPDATE repo SET scanned = :scanned WHERE id = :id", e);

	db_bind_int(st, ":scanned", (int64_t)scanned);
	db_bind_int(st, ":id", s->repo);
	return db_run(st, e);
}

int store_put_refs(void *self, const struct ref_state *refs, uint32_t count,
	const uint32_t *mainline, uint32_t mainline_count, const uint32_t *reachable,
	uint32_t reachable_count, struct err *e)
{
	const struct refs_input in = {
		refs, count, mainline, mainline_count, reachable, reachable_count};
	struct store *s = self;
	int rc = store_begin(s, e);

	if (rc == 0)
		rc = store_link_blobs(s, e);
	if (rc == 0)
		rc = write_refs(s, &in, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0) {
		db_rollback(s->db);
		store_drop_caches(s);
	}
	return rc;
}
