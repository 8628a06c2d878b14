-- releases: What was open at each tag, and what was new since the one before
--
-- For tags that are tracked: `lapse scan --all`, or `--ref v1.2`. In order of the commits' dates;
-- `new` and `gone` compare with the tag before in this order.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Tagged commit of this date or later
-- param until date Tagged commit of this date or earlier
-- param tag text Only tags that match this pattern: v2.*
--
-- column tag text Tag
-- column at date Date of its commit
-- column open int [bar] Open at the tag
-- column errors int [right] Of these: errors
-- column new int [right] Not open at the tag before
-- column gone int [right] Open at the tag before, not any more
-- column commit_oid text [commit] The commit
-- column repo text Repository

WITH tags (repo, ref, at, commit_oid, nth) AS MATERIALIZED (
	SELECT
		repo, ref, at, commit_oid,
		row_number() OVER (PARTITION BY repo ORDER BY at, ref)
	FROM refs
	WHERE ref LIKE 'refs/tags/%'
		AND (:repo IS NULL OR repo = :repo)
		AND (:since IS NULL OR at >= :since)
		-- A date without time means its whole day.
		AND (:until IS NULL OR substr(at, 1, length(:until)) <= :until)
		AND (:tag IS NULL OR substr(ref, length('refs/tags/') + 1) GLOB :tag)),
standing (repo, nth, finding, level) AS MATERIALIZED (
	SELECT t.repo, t.nth, o.finding, o.level
	FROM tags t JOIN open_at_ref o ON o.repo = t.repo AND o.ref = t.ref
	WHERE o.state = 'open'
		-- The place in this list is the rank of a level.
		AND instr('info warning error', o.level) >= instr('info warning error', :level)
		AND (:category IS NULL OR o.category = :category)),
-- A finding that stands at tags 3, 4 and 6 was new at 3 and 6, and gone at 5 and 7.
runs (repo, nth, finding, level, before, after) AS (
	SELECT
		repo, nth, finding, level,
		lag(nth) OVER (PARTITION BY repo, finding ORDER BY nth),
		lead(nth) OVER (PARTITION BY repo, finding ORDER BY nth)
	FROM standing)
SELECT
	substr(t.ref, length('refs/tags/') + 1) AS tag,
	t.at,
	coalesce(s.open, 0) AS open,
	coalesce(s.errors, 0) AS errors,
	coalesce(s.new, 0) AS new,
	coalesce(g.gone, 0) AS gone,
	t.commit_oid,
	t.repo
FROM tags t
	LEFT JOIN (
		SELECT
			repo, nth,
			count(*) AS open,
			sum(level = 'error') AS errors,
			sum(before IS NOT nth - 1) AS new
		FROM runs GROUP BY repo, nth) AS s ON s.repo = t.repo AND s.nth = t.nth
	LEFT JOIN (
		SELECT repo, nth + 1 AS nth, sum(after IS NOT nth + 1) AS gone
		FROM runs GROUP BY repo, nth) AS g ON g.repo = t.repo AND g.nth = t.nth
ORDER BY t.repo, t.nth DESC;
