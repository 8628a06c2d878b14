-- suppressions: What is silenced by comments, since when and by whom
--
-- Findings that stand on the default reference under a suppression comment (`# lapse: ignore`,
-- `# noqa` and others), the oldest first. A finding can be silenced from its first day on.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Silenced at this date or later
-- param until date Silenced at this date or earlier
-- param author text Only authors whose name or address contains this
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param limit int [50] At most so many rows; -1: all
--
-- column at date When it was silenced
-- column author text [author] By whom, by .mailmap
-- column commit_oid text [commit] In which commit
-- column from_start bool It was never seen without the comment
-- column level level Level of the finding
-- column rule text Rule
-- column path text File
-- column line int [right] Line
-- column snippet text First line of the code
-- column finding text Id, for `lapse show`
-- column repo text Repository

SELECT
	max(e.at) AS at,
	e.author,
	e.commit_oid,
	e.commit_oid = f.introduced_commit AS from_start,
	f.level,
	f.rule,
	f.path,
	f.line,
	f.snippet,
	f.finding,
	f.repo
FROM findings f
	JOIN events e ON e.finding = f.finding AND e.repo = f.repo AND e.kind = 'suppressed'
WHERE f.state = 'suppressed'
	AND (:repo IS NULL OR f.repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', f.level) >= instr('info warning error', :level)
	AND (:category IS NULL OR f.category = :category)
	AND (:since IS NULL OR e.at >= :since)
	-- A date without time means its whole day.
	AND (:until IS NULL OR substr(e.at, 1, length(:until)) <= :until)
	AND (:author IS NULL OR instr(lower(e.author || ' ' || e.email), lower(:author)))
	AND (:path IS NULL OR f.path GLOB :path)
GROUP BY f.repo, f.finding
ORDER BY at, f.path, f.line, f.rule, f.finding
LIMIT :limit;
