/*
 * What could not be read, or was over the limit: kept so that every scan can try again.
 */
#include "scan/base/hash.h"
#include "store/private.h"

int store_put_missing(void *self, const struct missing_object *m, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db,
		"INSERT OR IGNORE INTO missing_object (repo, oid, kind)"
		" VALUES (:repo, :oid, :kind)",
		e);

	db_bind_int(st, ":repo", s->repo);
	db_bind_bytes(st, ":oid", m->id.id, sizeof m->id.id);
	db_bind_int(st, ":kind", m->kind);
	return db_run(st, e);
}

static const char each_missing_sql[] =
	"SELECT oid, kind FROM missing_object WHERE repo = :repo"
	" UNION ALL SELECT b.oid, :blob FROM blob b CROSS JOIN repo_blob r"
	"  ON r.repo = :repo AND r.blob = b.id WHERE b.status = 3"
	" UNION ALL SELECT b.oid, :over_limit FROM text t CROSS JOIN blob b ON b.reason = t.id"
	"  CROSS JOIN repo_blob r ON r.repo = :repo AND r.blob = b.id"
	"  WHERE b.status = 2 AND t.hash = :hash AND t.value = :too_large /*scan*/";

int store_each_missing(
	void *self, int (*fn)(void *arg, const struct missing_object *m), void *arg, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db, each_missing_sql, e);
	int rc, told = 0;

	db_bind_int(st, ":repo", s->repo);
	db_bind_int(st, ":blob", OBJECT_BLOB);
	db_bind_int(st, ":over_limit", OBJECT_OVER_LIMIT);
	db_bind_int(st, ":hash", (int64_t)hash_bytes(STR(REASON_TOO_LARGE)));
	db_bind_text(st, ":too_large", STR(REASON_TOO_LARGE));
	while ((rc = db_step(st, e)) > 0 && told == 0) {
		struct missing_object m = {store_raw_oid(st, 0), (enum object_kind)db_int(st, 1)};

		told = fn(arg, &m);
	}
	db_reset(st);
	return rc < 0 ? rc : told;
}
