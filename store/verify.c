/*
 * The checks of verify.h: statements that have a row for each thing that is wrong, its words in the
 * first column.
 */
#include "store/verify.h"

#include "store/merge.h"
#include "store/private.h"

static const char *const checks[] = {
	"SELECT 'the file: ' || integrity_check FROM pragma_integrity_check"
	" WHERE integrity_check <> 'ok'",
	"SELECT \"table\" || ': ' || coalesce('row ' || rowid, 'a row') || ' points to no row of '"
	" || parent"
	" FROM pragma_foreign_key_check",

	/* What the schema cannot say: pointers that may be NULL, or that have two columns. */
	"SELECT 'commit ' || c.oid || ': its first parent is not the first of its parents'"
	" FROM commit_info c LEFT JOIN commit_parent p ON p.commit_id = c.id AND p.seq = 0"
	" WHERE c.first_parent IS NOT p.parent /*scan*/",
	"SELECT 'commit ' || c.oid || ': parent ' || p.parent || ' is no commit before it'"
	" FROM commit_parent p JOIN commit_info c ON c.id = p.commit_id"
	" LEFT JOIN commit_info q ON q.id = p.parent AND q.repo = c.repo"
	" WHERE p.parent IS NOT NULL AND (q.id IS NULL OR q.id >= c.id) /*scan*/",
	"SELECT 'commit ' || c.oid || ': its generation is ' || c.generation || ', not '"
	"  || (1 + coalesce(max(q.generation), 0))"
	" FROM commit_info c LEFT JOIN commit_parent p ON p.commit_id = c.id"
	"  LEFT JOIN commit_info q ON q.id = p.parent"
	" GROUP BY c.id HAVING c.generation <> 1 + coalesce(max(q.generation), 0) /*scan*/",
	"SELECT 'commit ' || oid || ': its history is not stored' FROM commit_info WHERE NOT "
	"is_done"
	" /*scan*/",
	"SELECT 'commit ' || c.oid || ': its author has no credit' FROM commit_info c WHERE NOT"
	" EXISTS (SELECT 1 FROM commit_author a WHERE a.commit_id = c.id AND a.seq = 0"
	"  AND a.identity = c.author) /*scan*/",
	"SELECT 'commit ' || c.oid || ': its author belongs to another repository'"
	" FROM commit_info c JOIN identity i ON i.id = c.author WHERE i.repo <> c.repo /*scan*/",
	"SELECT 'identity ' || i.id || ': person ' || i.person || ' is nobody of its repository'"
	" FROM identity i LEFT JOIN identity p ON p.id = i.person AND p.repo = i.repo"
	" WHERE p.id IS NULL /*scan*/",

	"SELECT 'blob ' || hex(b.oid) || ': finding ' || h.idx || ' is of rule ' || h.rule ||"
	"  ', which its rule set does not have' FROM hit h JOIN blob b ON b.id = h.blob"
	" LEFT JOIN rule u ON u.rule_set = b.rule_set AND u.idx = h.rule WHERE u.idx IS NULL"
	" /*scan*/",
	"SELECT 'blob ' || hex(b.oid) || ': its findings are not numbered from 0 on'"
	" FROM hit h JOIN blob b ON b.id = h.blob GROUP BY b.id HAVING max(h.idx) + 1 <> count(*)"
	" /*scan*/",
	"SELECT 'blob ' || hex(b.oid) || ' of repository ' || r.name || ': is of other rules'"
	" FROM repo_blob m JOIN repo r ON r.id = m.repo JOIN blob b ON b.id = m.blob"
	" WHERE b.rule_set IS NOT r.rule_set /*scan*/",
	"SELECT 'text ' || id || ': stands twice' FROM text GROUP BY hash, value"
	" HAVING count(*) > 1 /*scan*/",

	"SELECT 'finding ' || l.key || ': began in a commit of another repository'"
	" FROM lineage l JOIN commit_info c ON c.id = l.commit_id WHERE c.repo <> l.repo /*scan*/",
	"SELECT 'finding ' || l.key || ': is a copy of finding number ' || l.copied_from ||"
	"  ', which is not there' FROM lineage l LEFT JOIN lineage k ON k.id = l.copied_from"
	" AND k.repo = l.repo WHERE l.copied_from IS NOT NULL AND k.id IS NULL /*scan*/",
	"SELECT 'finding ' || l.key || ': the one it is the same as is not there, or not itself'"
	" FROM lineage l LEFT JOIN lineage k ON k.id = l.canonical AND k.repo = l.repo"
	" WHERE k.canonical IS NOT k.id OR k.id IS NULL /*scan*/",
	"SELECT 'finding ' || l.key || ': no event in the commit in which it began'"
	" FROM lineage l WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.commit_id = l.commit_id"
	"  AND e.lineage = l.id) /*scan*/",

	"SELECT 'commit ' || c.oid || ': event ' || e.seq || ' names finding ' || e.hit ||"
	"  ' of a blob that has none' FROM event e JOIN commit_info c ON c.id = e.commit_id"
	" LEFT JOIN hit h ON h.blob = e.blob AND h.idx = e.hit WHERE h.idx IS NULL /*scan*/",
	"SELECT 'commit ' || c.oid || ': event ' || e.seq || ' is of another rule than its finding'"
	" FROM event e JOIN commit_info c ON c.id = e.commit_id JOIN lineage l ON l.id = e.lineage"
	" JOIN hit h ON h.blob = e.blob AND h.idx = e.hit WHERE h.rule <> l.rule /*scan*/",
	"SELECT 'commit ' || c.oid || ': event ' || e.seq || ' has kind ' || e.kind || ' and step '"
	"  || e.step || ', which do not exist' FROM event e JOIN commit_info c"
	" ON c.id = e.commit_id WHERE e.kind NOT BETWEEN 0 AND 8 OR e.step NOT BETWEEN 0 AND 8"
	" /*scan*/",
	"SELECT 'commit ' || c.oid || ': sighting ' || s.seq || ' names a finding that is not "
	"there'"
	" FROM sighting s JOIN commit_info c ON c.id = s.commit_id"
	" LEFT JOIN hit h ON h.blob = s.blob AND h.idx = s.hit"
	" LEFT JOIN lineage l ON l.id = s.lineage AND l.repo = c.repo"
	" WHERE s.lineage IS NOT NULL AND (h.idx IS NULL OR l.id IS NULL OR h.rule <> l.rule)"
	" /*scan*/",
	"SELECT 'commit ' || c.oid || ': sighting ' || s.seq || ' names a file that is not there'"
	" FROM sighting s JOIN commit_info c ON c.id = s.commit_id"
	" LEFT JOIN repo_blob b ON b.repo = c.repo AND b.blob = s.file"
	" WHERE s.file IS NOT NULL AND b.blob IS NULL /*scan*/",

	"SELECT 'commit ' || c.oid || ': introduced is ' || c.introduced || ' and fixed ' || "
	"c.fixed"
	"  || ', its events say ' || n.introduced || ' and ' || n.fixed FROM commit_info c JOIN ("
	"  SELECT d.id, coalesce(sum(h.level > 0 AND e.kind IN (0, 4, 5, 7)), 0) AS introduced,"
	"   coalesce(sum(h.level > 0 AND e.kind IN (1, 2, 6)), 0) AS fixed FROM commit_info d"
	"   LEFT JOIN event e ON e.commit_id = d.id"
	"   LEFT JOIN hit h ON h.blob = e.blob AND h.idx = e.hit GROUP BY d.id) n ON n.id = c.id"
	" WHERE (c.introduced, c.fixed) <> (n.introduced, n.fixed) /*scan*/",

	"SELECT 'reference ' || b.name || ': finding ' || o.seq || ' of its tip is not there'"
	" FROM ref_finding o JOIN ref b ON b.id = o.ref"
	" LEFT JOIN hit h ON h.blob = o.blob AND h.idx = o.hit"
	" LEFT JOIN lineage l ON l.id = o.lineage AND l.repo = b.repo"
	" WHERE h.idx IS NULL OR l.id IS NULL OR h.rule <> l.rule /*scan*/",
	"SELECT 'reference ' || b.name || ': its tip has ' || c.open_total"
	"  || ' open errors and warnings, ' || count(h.idx) || ' stand in what is stored of it'"
	" FROM ref b JOIN commit_info c ON c.id = b.commit_id"
	" LEFT JOIN ref_finding o ON o.ref = b.id AND o.state = 0"
	" LEFT JOIN hit h ON h.blob = o.blob AND h.idx = o.hit AND h.level > 0"
	" GROUP BY b.id HAVING count(h.idx) <> c.open_total /*scan*/",
	"SELECT 'reference ' || b.name || ': finding ' || o.seq || ' of its tip is '"
	"  || iif(h.suppressed, 'silenced', 'open') || ' in its blob' FROM ref_finding o"
	" JOIN ref b ON b.id = o.ref JOIN hit h ON h.blob = o.blob AND h.idx = o.hit"
	" WHERE o.state < 2 AND o.state <> h.suppressed /*scan*/",
	"SELECT 'repository ' || r.name || ': has ' || count(b.id) || ' default references'"
	" FROM repo r JOIN ref b ON b.repo = r.id AND b.is_default GROUP BY r.id"
	" HAVING count(b.id) <> 1 /*scan*/",
};

static int run_check(struct store *s, const char *sql, store_found *found, void *arg, struct err *e)
{
	struct db_stmt *st = db_prepare(s->db, sql, e);
	int rc;

	while ((rc = db_step(st, e)) > 0)
		found(arg, db_text(st, 0));
	return rc;
}

int store_verify(struct store *s, store_found *found, void *arg, uint32_t *count, struct err *e)
{
	int rc = 0;

	*count = ARRAY_LEN(checks);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(checks); i++)
		rc = run_check(s, checks[i], found, arg, e);
	return rc;
}

/* ---- what is derived ---- */

/* Rows of one side that the other has not; each names what it is of. */
static const char *const comparisons[] = {
	"SELECT 'findings: ' || finding || ' of ' || repo || ' is not what its events make of it'"
	" FROM (SELECT * FROM main.findings EXCEPT SELECT * FROM src.findings) /*scan*/",
	"SELECT 'findings: ' || finding || ' of ' || repo || ' comes out of no event'"
	" FROM src.findings WHERE (repo, finding) NOT IN (SELECT repo, finding FROM main.findings)"
	" /*scan*/",
	"SELECT 'commits: ' || commit_oid || ': its place in the history is another one' FROM ("
	" SELECT commit_oid, on_mainline, position, landed_at, landed FROM main.commits"
	" EXCEPT SELECT commit_oid, on_mainline, position, landed_at, landed FROM src.commits)"
	" /*scan*/",
	"SELECT 'commits: ' || commit_oid || ': no reference leads to it' FROM src.commits"
	" WHERE (repo, commit_oid) NOT IN (SELECT repo, commit_oid FROM main.commits) /*scan*/",
	"SELECT 'trend: ' || month || ', ' || category || ' ' || level || ' of ' || repo"
	"  || ' is not what the commits add up to' FROM (SELECT * FROM main.trend"
	" EXCEPT SELECT * FROM src.trend) /*scan*/",
	"SELECT 'trend: ' || month || ', ' || category || ' ' || level || ' of ' || repo"
	"  || ' comes out of no commit' FROM src.trend WHERE (repo, month, category, level)"
	" NOT IN (SELECT repo, month, category, level FROM main.trend) /*scan*/",
	"SELECT 'mainline: ' || rule || ' ' || level || ' from ' || min(position) || ' to '"
	"  || max(position) || ' of ' || repo || ' is not what the commits add up to' FROM ("
	"  SELECT * FROM (SELECT * FROM main.mainline EXCEPT SELECT * FROM src.mainline)"
	"  UNION ALL SELECT * FROM (SELECT * FROM src.mainline EXCEPT SELECT * FROM main.mainline))"
	" GROUP BY repo, rule, level /*scan*/",
	"SELECT 'open_at_ref: ' || finding || ' of ' || repo || ' stands under another name' FROM ("
	"  SELECT repo, finding FROM main.open_at_ref"
	"  EXCEPT SELECT repo, finding FROM src.open_at_ref) /*scan*/",
};

static int compare_views(struct store *copy, store_found *found, void *arg, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(comparisons); i++)
		rc = run_check(copy, comparisons[i], found, arg, e);
	return rc;
}

struct comparing {
	store_found *found;
	void *arg;
};

static int compare_attached(struct store *copy, void *arg, struct err *e)
{
	const struct comparing *c = arg;
	int rc = store_copy_levels(copy, e);

	return rc < 0 ? rc : compare_views(copy, c->found, c->arg, e);
}

int store_verify_derived(struct store *s, store_found *found, void *arg, struct err *e)
{
	struct comparing c = {found, arg};
	struct store *copy;
	int rc = store_open_memory(&copy, e);

	if (rc == 0)
		rc = store_merge_and(copy, db_path(s->db), compare_attached, &c, e);
	store_close(copy);
	return rc;
}
