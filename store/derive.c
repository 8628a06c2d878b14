/*
 * What the views would otherwise compute at every query: the state of each finding, runs of the
 * mainline, months of the trend. Made anew when references changed.
 */
#include "store/private.h"

/* Kinds of events: 1 fixed, 2 removed, 6 dropped_by_merge end a finding; 5 reopened; 8
 * history_start. Graph order is (generation, oid, seq): parents before children, and the same
 * however the commits came in. */
static const char finding_sql[] =
	"INSERT INTO finding (lineage, repo, state, path, blob, hit, first_seen, introduced, fixed,"
	" times_reopened)"
	" WITH ev AS MATERIALIZED ("
	"  SELECT l.canonical AS lineage, e.kind, e.path, e.blob, e.hit, e.commit_id, e.seq,"
	"   c.on_default, c.generation, c.oid"
	"  FROM commit_info c CROSS JOIN event e ON e.commit_id = c.id"
	"   CROSS JOIN lineage l ON l.id = e.lineage"
	"  WHERE c.repo = :repo AND c.reachable),"
	" birth AS MATERIALIZED ("
	"  SELECT lineage, kind, commit_id, row_number() OVER (PARTITION BY lineage"
	"   ORDER BY generation, oid, seq) AS n"
	"  FROM ev WHERE kind NOT IN (1, 2, 6)),"
	" ending AS MATERIALIZED ("
	"  SELECT lineage, commit_id, path, blob, hit, row_number() OVER (PARTITION BY lineage"
	"   ORDER BY generation DESC, oid DESC, seq DESC) AS n"
	"  FROM ev WHERE on_default AND kind IN (1, 2, 6)),"
	" latest AS MATERIALIZED ("
	"  SELECT lineage, path, blob, hit, row_number() OVER (PARTITION BY lineage"
	"   ORDER BY generation DESC, oid DESC, seq DESC) AS n"
	"  FROM ev),"
	/* The tip that tells where it stands: the default one's, else one where it is open. */
	" alive AS MATERIALIZED ("
	"  SELECT l.canonical AS lineage, o.state, o.path, o.blob, o.hit, b.is_default,"
	"   row_number() OVER (PARTITION BY l.canonical"
	"    ORDER BY b.is_default DESC, o.state, b.name, o.seq) AS n"
	"  FROM ref b CROSS JOIN ref_finding o ON o.ref = b.id"
	"   CROSS JOIN lineage l ON l.id = o.lineage"
	"  WHERE b.repo = :repo),"
	" known AS MATERIALIZED ("
	"  SELECT lineage, max(on_default) AS on_default, sum(reopened) AS reopened FROM ("
	"   SELECT lineage, on_default, kind = 5 AS reopened FROM ev"
	"   UNION ALL SELECT lineage, is_default, 0 FROM alive) GROUP BY lineage),"
	" told AS ("
	"  SELECT k.lineage, k.reopened, a.lineage IS NOT NULL AS is_alive,"
	"   CASE WHEN a.is_default THEN a.state WHEN k.on_default THEN :fixed ELSE :elsewhere"
	"   END AS state"
	"  FROM known k LEFT JOIN alive a ON a.lineage = k.lineage AND a.n = 1)"
	" SELECT t.lineage, :repo, t.state,"
	/* Fixed: where the default ref had it last. Else where it stands, or stood last. */
	"  CASE WHEN t.state = :fixed THEN coalesce(x.path, a.path, v.path)"
	"   ELSE coalesce(a.path, x.path, v.path) END,"
	"  CASE WHEN t.state = :fixed THEN coalesce(x.blob, a.blob, v.blob)"
	"   ELSE coalesce(a.blob, x.blob, v.blob) END,"
	"  CASE WHEN t.state = :fixed THEN coalesce(x.hit, a.hit, v.hit)"
	"   ELSE coalesce(a.hit, x.hit, v.hit) END,"
	"  coalesce(b.commit_id, l.commit_id),"
	"  CASE WHEN b.kind IS NOT 8 THEN coalesce(b.commit_id, l.commit_id) END,"
	"  x.commit_id, t.reopened"
	" FROM told t CROSS JOIN lineage l ON l.id = t.lineage"
	"  LEFT JOIN birth b ON b.lineage = t.lineage AND b.n = 1"
	"  LEFT JOIN ending x ON x.lineage = t.lineage AND x.n = 1"
	"  LEFT JOIN latest v ON v.lineage = t.lineage AND v.n = 1"
	"  LEFT JOIN alive a ON a.lineage = t.lineage AND a.n = 1";

/* A run lasts until the next commit that changes the rule's count, or to the tip. */
static const char mainline_sql[] =
	"INSERT INTO mainline_run (repo, first, last, rule, level, open, unknown)"
	" WITH delta AS ("
	"  SELECT c.position, d.rule, coalesce(w.shown, d.level) AS level, sum(d.open) AS open,"
	"   sum(d.unknown) AS unknown"
	"  FROM commit_info c CROSS JOIN count_delta d ON d.commit_id = c.id"
	"   LEFT JOIN level_map w ON w.repo = :repo AND w.rule = d.rule AND w.usual = d.level"
	"  WHERE c.repo = :repo AND c.position IS NOT NULL AND coalesce(w.shown, 0) >= 0"
	"  GROUP BY 1, 2, 3)"
	" SELECT :repo, first, last, rule, level, open, unknown FROM ("
	"  SELECT position AS first,"
	"   coalesce(lead(position) OVER w - 1, (SELECT max(position) FROM commit_info"
	"    WHERE repo = :repo)) AS last,"
	"   rule, level, sum(open) OVER w AS open, sum(unknown) OVER w AS unknown"
	"  FROM delta WINDOW w AS (PARTITION BY rule, level ORDER BY position))"
	" WHERE open <> 0 OR unknown <> 0";

static const char trend_sql[] =
	"INSERT INTO trend_month (repo, month, category, level, open, unknown, introduced, fixed,"
	" suppressed)"
	" WITH RECURSIVE"
	" ends AS (SELECT strftime('%Y-%m-01', min(landed_at), 'unixepoch') AS first,"
	"  strftime('%Y-%m-01', max(landed_at), 'unixepoch') AS last"
	"  FROM commit_info WHERE repo = :repo AND position IS NOT NULL),"
	" month (day) AS (SELECT first FROM ends WHERE first IS NOT NULL UNION ALL"
	"  SELECT date(day, '+1 month') FROM month WHERE day < (SELECT last FROM ends)),"
	" change AS MATERIALIZED ("
	"  SELECT strftime('%Y-%m-01', c.landed_at, 'unixepoch') AS day, u.category,"
	"   coalesce(w.shown, d.level) AS level,"
	"   sum(d.open + d.unknown) AS open, sum(d.unknown) AS unknown,"
	"   sum(d.introduced) AS introduced, sum(d.fixed) AS fixed, sum(d.silenced) AS suppressed"
	"  FROM commit_info c CROSS JOIN count_delta d ON d.commit_id = c.id"
	"   CROSS JOIN repo r ON r.id = c.repo"
	"   CROSS JOIN rule u ON u.rule_set = r.rule_set AND u.idx = d.rule"
	"   LEFT JOIN level_map w ON w.repo = :repo AND w.rule = d.rule AND w.usual = d.level"
	"  WHERE c.repo = :repo AND c.position IS NOT NULL AND coalesce(w.shown, 0) >= 0"
	"  GROUP BY 1, 2, 3),"
	" pair AS (SELECT DISTINCT category, level FROM change)"
	" SELECT :repo, substr(m.day, 1, 7), p.category, p.level,"
	"  coalesce(sum(x.open) OVER w, 0), coalesce(sum(x.unknown) OVER w, 0),"
	"  coalesce(x.introduced, 0), coalesce(x.fixed, 0), coalesce(x.suppressed, 0)"
	" FROM month m CROSS JOIN pair p"
	"  LEFT JOIN change x ON x.day = m.day AND x.category = p.category AND x.level = p.level"
	" WINDOW w AS (PARTITION BY p.category, p.level ORDER BY m.day)";

static int derive_findings(struct store *s, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, finding_sql, e);

	db_bind_int(st, ":repo", s->repo);
	db_bind_int(st, ":fixed", STATE_FIXED);
	db_bind_int(st, ":elsewhere", STATE_ELSEWHERE);
	return db_run(st, e);
}

int store_derive_counts(struct store *s, struct err *e)
{
	int rc = store_run_repo(s, mainline_sql, s->repo, e);

	if (rc == 0)
		rc = store_run_repo(s, trend_sql, s->repo, e);
	return rc < 0 ? rc : store_derive_shown(s, e);
}

int store_derive(struct store *s, struct err *e)
{
	int rc = derive_findings(s, e);

	return rc < 0 ? rc : store_derive_counts(s, e);
}
