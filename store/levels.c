/*
 * Levels of rules as a repository's configuration wants them: kept beside the results, applied
 * where views tell levels, and to what is counted by level. Results themselves never change.
 */
#include <stdlib.h>

#include "scan/base/hash.h"
#include "store/private.h"

/* ---- counts of commits ---- */

/* Parents come before children, so the total of the first parent is known. */
static const char totals_sql[] =
	"SELECT c.id, coalesce(c.first_parent, 0), coalesce((SELECT sum(d.open) FROM count_delta d"
	"  LEFT JOIN level_map w ON w.repo = :repo AND w.rule = d.rule AND w.usual = d.level"
	"  WHERE d.commit_id = c.id AND coalesce(w.shown, d.level) > 0), 0)"
	" FROM commit_info c WHERE c.repo = :repo AND c.is_done ORDER BY c.generation, c.id "
	"/*scan*/";

static const char insert_sql[] =
	"INSERT INTO commit_shown (commit_id, open_total, introduced, fixed)"
	" SELECT :commit, :open_total, coalesce(sum(e.kind IN (0, 4, 5, 7)), 0),"
	"  coalesce(sum(e.kind IN (1, 2, 6)), 0)"
	" FROM event e JOIN hit h ON h.blob = e.blob AND h.idx = e.hit"
	"  JOIN lineage l ON l.id = e.lineage"
	"  LEFT JOIN level_map w ON w.repo = :repo AND w.rule = l.rule AND w.usual = h.level"
	" WHERE e.commit_id = :commit AND coalesce(w.shown, h.level) > 0";

static int load_totals(struct store *s, struct map *by_commit, struct arena *a, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, totals_sql, e);
	int rc;

	db_bind_int(st, ":repo", s->repo);
	while ((rc = db_step(st, e)) > 0) {
		int64_t *commit = ARENA_NEW(a, int64_t), parent = db_int(st, 1);
		const uint64_t *before = map_get(by_commit, MAP_KEY(parent));
		uint64_t total = (uint64_t)db_int(st, 2) + (before ? *before : 0);

		*commit = db_int(st, 0);
		*map_put(by_commit, MAP_KEY(*commit), NULL) = total;
	}
	return rc;
}

static int insert_all(struct store *s, const struct map *by_commit, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < by_commit->cap && rc == 0; i++) {
		const struct map_slot *slot = &by_commit->slots[i];
		struct db_stmt *st;
		int64_t commit;

		if (!slot->key.ptr)
			continue;
		memcpy(&commit, slot->key.ptr, sizeof commit);
		st = db_prepare(s->db, insert_sql, e);
		db_bind_int(st, ":repo", s->repo);
		db_bind_int(st, ":commit", commit);
		db_bind_int(st, ":open_total", (int64_t)slot->value);
		rc = db_run(st, e);
	}
	return rc;
}

int store_derive_shown(struct store *s, struct err *e)
{
	struct map by_commit = {0};
	struct arena a = {0};
	int64_t mapped;
	int rc = store_number(s, "SELECT EXISTS (SELECT 1 FROM level_map WHERE repo = :repo)",
		s->repo, &mapped, e);

	if (rc == 0 && mapped)
		rc = load_totals(s, &by_commit, &a, e);
	if (rc == 0)
		rc = insert_all(s, &by_commit, e);
	map_release(&by_commit);
	arena_release(&a);
	return rc;
}

/* ---- applying ---- */

/* 0 stands for no levels at all: nothing is done for repositories without. */
static int hash_of(struct store *s, uint32_t repo, const struct store_level *levels, uint32_t count,
	int64_t *out, struct err *e)
{
	uint64_t h = HASH_SEED;
	int64_t rule_set;
	int rc = store_number(
		s, "SELECT coalesce(rule_set, 0) FROM repo WHERE id = :repo", repo, &rule_set, e);

	h = hash_number(h, (uint64_t)rule_set);
	for (uint32_t i = 0; i < count; i++) {
		h = hash_field(h, levels[i].rule);
		h = hash_number(h, (uint64_t)levels[i].usual);
		h = hash_number(h, (uint64_t)(levels[i].shown + 1));
	}
	*out = count ? (int64_t)hash_finish(h) : 0;
	return rc;
}

static int write_levels(
	struct store *s, const struct store_level *levels, uint32_t count, struct err *e)
{
	int rc = store_run_repo(s, "DELETE FROM level_map WHERE repo = :repo", s->repo, e);

	for (uint32_t i = 0; i < count && rc == 0; i++) {
		struct db_stmt *st = db_prepare(s->db,
			"INSERT INTO level_map (repo, rule, usual, shown)"
			" SELECT r.id, u.idx, :usual, :shown FROM repo r"
			" JOIN rule u ON u.rule_set = r.rule_set"
			" WHERE r.id = :repo AND u.id = :rule",
			e);

		db_bind_int(st, ":repo", s->repo);
		db_bind_text(st, ":rule", levels[i].rule);
		db_bind_int(st, ":usual", levels[i].usual);
		db_bind_int(st, ":shown", levels[i].shown);
		rc = db_run(st, e);
	}
	return rc;
}

static int write_hash(struct store *s, int64_t hash, struct err *e)
{
	struct db_stmt *st =
		db_prepare(s->db, "UPDATE repo SET levels_hash = :hash WHERE id = :repo", e);

	db_bind_int(st, ":hash", hash);
	db_bind_int(st, ":repo", s->repo);
	return db_run(st, e);
}

static int apply(struct store *s, const struct store_level *levels, uint32_t count, int64_t hash,
	struct err *e)
{
	int rc = db_begin(s->db, e);

	if (rc == 0)
		rc = write_levels(s, levels, count, e);
	if (rc == 0)
		rc = store_clear_counts(s, s->repo, e);
	if (rc == 0)
		rc = store_derive_counts(s, e);
	if (rc == 0)
		rc = write_hash(s, hash, e);
	if (rc == 0)
		rc = db_commit(s->db, e);
	if (rc < 0)
		db_rollback(s->db);
	return rc;
}

int store_apply_levels(struct store *s, uint32_t repo, const struct store_level *levels,
	uint32_t count, struct err *e)
{
	int64_t old, hash = 0, chosen = s->repo;
	int rc = store_number(s, "SELECT levels_hash FROM repo WHERE id = :repo", repo, &old, e);

	if (rc == 0)
		rc = hash_of(s, repo, levels, count, &hash, e);
	if (rc < 0 || hash == old)
		return rc;
	if (!s->lock)
		return 1;
	s->repo = repo;
	rc = apply(s, levels, count, hash, e);
	s->repo = chosen;
	return rc;
}

/* ---- copying ---- */

static const char copy_sql[] =
	"INSERT OR REPLACE INTO main.level_map SELECT r.id, o.rule, o.usual, o.shown"
	" FROM src.level_map o JOIN src.repo x ON x.id = o.repo"
	" JOIN main.repo r ON r.name = x.name /*scan*/";

/* The next repository that has levels. */
static const char next_sql[] =
	"SELECT coalesce(min(repo), 0) FROM main.level_map WHERE repo > :repo";

int store_copy_levels(struct store *s, struct err *e)
{
	int64_t chosen = s->repo, next;
	int rc = db_run(db_prepare(s->db, copy_sql, e), e);

	s->repo = -1; /* before all */
	while (rc == 0 && (rc = store_number(s, next_sql, s->repo, &next, e)) == 0 && next) {
		s->repo = next;
		rc = store_clear_counts(s, next, e);
		if (rc == 0)
			rc = store_derive_counts(s, e);
	}
	s->repo = chosen;
	return rc;
}
