/*
 * Reading for `lapse show`. See show.h.
 */
#include "store/show.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* Longest prefix that is looked for; keys are shorter. */
#define MAX_ID_LEN 64

static enum level level_of(struct db_stmt *st, int column)
{
	enum level l = LEVEL_INFO;

	(void)level_parse(&l, db_text(st, column));
	return l;
}

/* ---- findings ---- */

static const char find_sql[] =
	"SELECT k.id, f.finding, f.repo, f.rule, u.title, f.category, f.level, f.state, f.path,"
	" f.scope, f.snippet, f.message, f.line, coalesce(f.copied_from, '')"
	" FROM lineage k JOIN repo r ON r.id = k.repo"
	" JOIN findings f ON f.finding = k.key AND f.repo = r.name"
	" JOIN rule u ON u.rule_set = r.rule_set AND u.idx = k.rule"
	" WHERE k.key >= :id AND k.key < :after AND k.canonical = k.id"
	" AND (:repo = 0 OR k.repo = :repo) ORDER BY k.key, f.repo LIMIT :max";

static struct show_finding read_finding(struct db_stmt *st, struct arena *a)
{
	return (struct show_finding){
		.lineage = db_u32(st, 0),
		.key = db_text_dup(st, 1, a),
		.repo = db_text_dup(st, 2, a),
		.rule = db_text_dup(st, 3, a),
		.rule_title = db_text_dup(st, 4, a),
		.category = db_text_dup(st, 5, a),
		.level = level_of(st, 6),
		.state = db_text_dup(st, 7, a),
		.path = db_text_dup(st, 8, a),
		.scope = db_text_dup(st, 9, a),
		.snippet = db_text_dup(st, 10, a),
		.message = db_text_dup(st, 11, a),
		.line = db_u32(st, 12),
		.copied_from = db_text_dup(st, 13, a),
	};
}

int show_find(struct store *s, uint32_t repo, struct str id, uint32_t max, struct arena *a,
	struct show_finding **out, uint32_t *count, struct err *e)
{
	struct db_stmt *st;
	struct str after;
	int rc = 0;

	*out = ARENA_ARRAY(a, max, struct show_finding);
	*count = 0;
	if (id.len == 0 || id.len > MAX_ID_LEN)
		return 0;
	/* Keys are ASCII: everything that starts with `id` is before id + DEL. */
	after = arena_printf(a, "%.*s\x7f", STR_ARG(id));
	st = db_prepare(s->db, find_sql, e);
	db_bind_text(st, ":id", id);
	db_bind_text(st, ":after", after);
	db_bind_int(st, ":repo", repo);
	db_bind_int(st, ":max", max);
	while (*count < max && (rc = db_step(st, e)) > 0)
		(*out)[(*count)++] = read_finding(st, a);
	db_reset(st);
	return rc < 0 ? rc : 0;
}

/* ---- the life of a finding ---- */

/*
 * Its events, and its sightings in commits that have no event of it. A sighting against a merge's
 * first parent is part of the life like any other.
 */
static const char life_sql[] =
	"WITH member AS (SELECT m.id FROM lineage l JOIN lineage m ON m.canonical = l.canonical"
	"  WHERE l.id = :lineage),"
	" step AS ("
	"  SELECT e.commit_id, e.seq, 1 AS is_event, e.kind, e.step, e.confidence, e.path, e.blob,"
	"   e.hit, e.related, coalesce((SELECT max(s.carried) FROM sighting s"
	"    WHERE s.lineage = e.lineage AND s.commit_id = e.commit_id), 0) AS carried"
	"  FROM member m JOIN event e ON e.lineage = m.id"
	"  UNION ALL"
	"  SELECT s.commit_id, s.seq, 0, 0, s.step, s.confidence, s.path, s.blob, s.hit, NULL,"
	"   s.carried"
	"  FROM member m JOIN sighting s ON s.lineage = m.id"
	"  WHERE NOT EXISTS (SELECT 1 FROM event e JOIN member n ON n.id = e.lineage"
	"   WHERE e.commit_id = s.commit_id))"
	" SELECT t.is_event, t.kind, t.step, t.confidence / 1000.0, c.oid, c.committed_at,"
	"  c.authored_at, i.mapped_name, i.mapped_email, c.summary, p.value, n.value, h.line, "
	"h.col,"
	"  t.carried, c.on_default, coalesce(t.related,"
	"   iif(t.is_event, c.picked_from, NULL))"
	" FROM step t JOIN commit_info c ON c.id = t.commit_id JOIN identity i ON i.id = c.author"
	"  JOIN hit h ON h.blob = t.blob AND h.idx = t.hit JOIN text p ON p.id = t.path"
	"  JOIN text n ON n.id = h.snippet"
	" WHERE c.reachable ORDER BY c.generation, c.oid, t.is_event DESC, t.seq";

static struct show_step read_step(struct db_stmt *st, struct arena *a)
{
	return (struct show_step){
		.is_event = db_int(st, 0) != 0,
		.kind = (enum event_kind)db_int(st, 1),
		.step = (enum match_step)db_int(st, 2),
		.confidence = db_real(st, 3),
		.commit = store_oid(st, 4),
		.committed_at = db_int(st, 5),
		.authored_at = db_int(st, 6),
		.author = db_text_dup(st, 7, a),
		.email = db_text_dup(st, 8, a),
		.summary = db_text_dup(st, 9, a),
		.path = db_text_dup(st, 10, a),
		.snippet = db_text_dup(st, 11, a),
		.line = db_u32(st, 12),
		.column = db_u32(st, 13),
		.carried = db_int(st, 14) != 0,
		.on_default = db_int(st, 15) != 0,
		.related = store_oid(st, 16),
	};
}

int show_life(struct store *s, lineage_id lineage, struct arena *a, struct show_step **out,
	uint32_t *count, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, life_sql, e);
	VEC(struct show_step) steps = {0};
	int rc;

	db_bind_int(st, ":lineage", lineage);
	while ((rc = db_step(st, e)) > 0) {
		struct show_step step = read_step(st, a);

		step.moved = steps.len && !str_eq(vec_last(&steps)->path, step.path);
		*vec_push(&steps) = step;
	}
	*out = store_list(a, steps.items, steps.len, sizeof *steps.items);
	*count = (uint32_t)steps.len;
	vec_release(&steps);
	return rc;
}

/* ---- what a commit did ---- */

static const char commit_sql[] =
	"SELECT c.id, r.name, i.mapped_name, i.mapped_email, c.summary, c.authored_at,"
	" c.committed_at, coalesce(cs.introduced, c.introduced), coalesce(cs.fixed, c.fixed),"
	" coalesce(cs.open_total, c.open_total), coalesce(cs.open_total, c.open_total)"
	"  - coalesce(ps.open_total, p.open_total, 0), c.position IS NOT NULL, c.reachable,"
	" (SELECT count(*) FROM commit_author x WHERE x.commit_id = c.id AND x.seq > 0)"
	" FROM commit_info c JOIN repo r ON r.id = c.repo JOIN identity i ON i.id = c.author"
	" LEFT JOIN commit_info p ON p.id = c.first_parent"
	" LEFT JOIN commit_shown cs ON cs.commit_id = c.id"
	" LEFT JOIN commit_shown ps ON ps.commit_id = p.id"
	" WHERE c.oid = :oid AND (:repo = 0 OR c.repo = :repo)"
	/* Forks share commits: of several the one that still has it, by name. */
	" ORDER BY c.reachable DESC, r.name LIMIT 1";

static void read_commit(struct db_stmt *st, struct arena *a, struct show_commit *c)
{
	c->id = db_u32(st, 0);
	c->repo = db_text_dup(st, 1, a);
	c->author = db_text_dup(st, 2, a);
	c->email = db_text_dup(st, 3, a);
	c->summary = db_text_dup(st, 4, a);
	c->authored_at = db_int(st, 5);
	c->committed_at = db_int(st, 6);
	c->introduced = (int32_t)db_int(st, 7);
	c->fixed = (int32_t)db_int(st, 8);
	c->open_total = (int32_t)db_int(st, 9);
	c->landed = (int32_t)db_int(st, 10);
	c->on_mainline = db_int(st, 11) != 0;
	c->reachable = db_int(st, 12) != 0;
	c->coauthor_count = db_u32(st, 13);
}

static int load_coauthors(struct store *s, struct arena *a, struct show_commit *c, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db,
		"SELECT i.mapped_name, i.mapped_email FROM commit_author x"
		" JOIN identity i ON i.id = x.identity"
		" WHERE x.commit_id = :commit AND x.seq > 0 ORDER BY x.seq",
		e);
	int rc;

	c->coauthors = ARENA_ARRAY(a, c->coauthor_count, struct identity);
	db_bind_int(st, ":commit", c->id);
	for (uint32_t i = 0; (rc = db_step(st, e)) > 0 && i < c->coauthor_count; i++)
		c->coauthors[i] = (struct identity){db_text_dup(st, 0, a), db_text_dup(st, 1, a)};
	db_reset(st);
	return rc < 0 ? rc : 0;
}

int show_commit(struct store *s, uint32_t repo, const struct oid *oid, struct arena *a,
	struct show_commit *out, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, commit_sql, e);
	char hex[OID_HEX_LEN + 1];
	int rc;

	*out = (struct show_commit){.oid = *oid};
	store_bind_oid(st, ":oid", oid);
	db_bind_int(st, ":repo", repo);
	rc = db_step(st, e);
	if (rc < 0)
		return rc;
	if (rc == 0) {
		oid_hex(oid, hex);
		return err_set(e, ERR_NOT_FOUND,
			"commit %s is not in %s; `lapse scan` adds what is new", hex,
			db_path(s->db));
	}
	read_commit(st, a, out);
	db_reset(st);
	return load_coauthors(s, a, out, e);
}

static const char events_sql[] =
	"SELECT k.id, k.key, r.name, u.id, u.title, u.category,"
	" CASE coalesce(w.shown, h.level) WHEN 2 THEN 'error' WHEN 1 THEN 'warning'"
	"  ELSE 'info' END,"
	" CASE f.state WHEN 0 THEN 'open' WHEN 1 THEN 'suppressed' WHEN 2 THEN 'unknown'"
	"  WHEN 3 THEN 'fixed' WHEN 4 THEN 'elsewhere' ELSE '' END,"
	" p.value, sc.value, sn.value, m.value, h.line, coalesce(ck.key, ''),"
	" e.kind, e.step, e.confidence / 1000.0, coalesce(e.related,"
	"  (SELECT c.picked_from FROM commit_info c WHERE c.id = e.commit_id))"
	" FROM event e JOIN lineage l ON l.id = e.lineage JOIN lineage k ON k.id = l.canonical"
	" JOIN repo r ON r.id = l.repo JOIN rule u ON u.rule_set = r.rule_set AND u.idx = l.rule"
	" JOIN hit h ON h.blob = e.blob AND h.idx = e.hit JOIN text p ON p.id = e.path"
	" JOIN text sc ON sc.id = h.scope JOIN text sn ON sn.id = h.snippet"
	" JOIN text m ON m.id = h.message LEFT JOIN finding f ON f.lineage = k.id"
	" LEFT JOIN lineage cl ON cl.id = k.copied_from LEFT JOIN lineage ck ON ck.id = "
	"cl.canonical"
	" LEFT JOIN level_map w ON w.repo = r.id AND w.rule = u.idx AND w.usual = h.level"
	" WHERE e.commit_id = :commit AND coalesce(w.shown, 0) >= 0 ORDER BY p.value, h.line, "
	"e.seq";

int show_events(struct store *s, uint32_t commit, struct arena *a, struct show_event **out,
	uint32_t *count, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, events_sql, e);
	VEC(struct show_event) events = {0};
	int rc;

	db_bind_int(st, ":commit", commit);
	while ((rc = db_step(st, e)) > 0)
		*vec_push(&events) = (struct show_event){
			.finding = read_finding(st, a),
			.kind = (enum event_kind)db_int(st, 14),
			.step = (enum match_step)db_int(st, 15),
			.confidence = db_real(st, 16),
			.related = store_oid(st, 17),
		};
	*out = store_list(a, events.items, events.len, sizeof *events.items);
	*count = (uint32_t)events.len;
	vec_release(&events);
	return rc;
}
