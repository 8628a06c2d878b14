/*
 * Reading back the rest of what put_history stored: what scans do not need, but proofs do.
 */
#include <stdlib.h>
#include <string.h>

#include "store/private.h"

int store_use_repo(
	struct store *s, uint32_t repo, struct str *digest, struct arena *a, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT r.rule_set, d.digest FROM repo r JOIN rule_set d ON d.id = r.rule_set"
		" WHERE r.id = :repo",
		e);
	int rc;

	store_drop_caches(s);
	s->repo = repo;
	db_bind_int(st, ":repo", repo);
	rc = db_step(st, e);
	s->rule_set = rc > 0 ? db_int(st, 0) : 0;
	*digest = rc > 0 ? db_text_dup(st, 1, a) : STR_EMPTY;
	db_reset(st);
	return rc < 0 ? rc : 0;
}

int store_each_blob(
	void *self, int (*fn)(void *arg, const struct oid *blob), void *arg, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db,
		"SELECT b.oid FROM repo_blob r CROSS JOIN blob b ON b.id = r.blob"
		" WHERE r.repo = :repo ORDER BY b.oid",
		e);
	int rc, told = 0;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0 && told == 0) {
		struct oid blob = store_raw_oid(st, 0);

		told = fn(arg, &blob);
	}
	db_reset(st);
	return rc < 0 ? rc : told;
}

int store_load_deltas(void *self, uint32_t commit, struct arena *a, struct count_delta **out,
	uint32_t *count, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db,
		"SELECT rule, level, open, suppressed, unknown, introduced, fixed, silenced"
		" FROM count_delta WHERE commit_id = :commit ORDER BY rule, level",
		e);
	VEC(struct count_delta) found = {0};
	int rc;

	db_bind_int(st, ":commit", commit);
	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = (struct count_delta){
			.rule = (uint16_t)db_int(st, 0),
			.level = (uint8_t)db_int(st, 1),
			.open = (int32_t)db_int(st, 2),
			.suppressed = (int32_t)db_int(st, 3),
			.unknown = (int32_t)db_int(st, 4),
			.introduced = db_u32(st, 5),
			.fixed = db_u32(st, 6),
			.silenced = db_u32(st, 7),
		};
	*out = store_list(a, found.items, found.len, sizeof *found.items);
	*count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}

int store_load_events(void *self, uint32_t commit, struct arena *a, struct event_record **out,
	uint32_t *count, struct err *e)
{
	struct store *s = self;
	struct db_stmt *st = db_prepare(s->db,
		"SELECT v.lineage, v.kind, v.step, v.confidence, p.value, b.oid, v.hit"
		" FROM event v CROSS JOIN text p ON p.id = v.path CROSS JOIN blob b ON b.id = "
		"v.blob"
		" WHERE v.commit_id = :commit ORDER BY v.seq",
		e);
	VEC(struct event_record) found = {0};
	int rc;

	db_bind_int(st, ":commit", commit);
	while ((rc = db_step(st, e)) > 0)
		*vec_push(&found) = (struct event_record){
			.lineage = db_u32(st, 0),
			.kind = (enum event_kind)db_int(st, 1),
			.step = (uint8_t)db_int(st, 2),
			.confidence = (float)db_int(st, 3) / 1000.0f,
			.path = db_text_dup(st, 4, a),
			.blob = store_raw_oid(st, 5),
			.index = db_u32(st, 6),
		};
	*out = store_list(a, found.items, found.len, sizeof *found.items);
	*count = (uint32_t)found.len;
	vec_release(&found);
	return rc;
}
