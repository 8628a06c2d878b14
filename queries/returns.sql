-- returns: Findings that were fixed and came back
--
-- Brought back by a commit (reopened) or by a merge that undid a fix (resurrected_by_merge); with
-- the fix that was lost. Such a place wants a test or a comment.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Came back at this date or later
-- param until date Came back at this date or earlier
-- param author text Only authors whose name or address contains this
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param limit int [50] At most so many rows; -1: all
--
-- column at date When it came back
-- column commit_oid text [commit] The commit that brought it back
-- column author text [author] Its author, by .mailmap
-- column kind text reopened or resurrected_by_merge
-- column fix text [commit] The commit that had fixed it
-- column fixed_by text [author] The author of that
-- column days_gone int [right] Days between
-- column times int [right] How often it came back in all
-- column level level Level of the finding
-- column rule text Rule
-- column path text File
-- column line int [right] Line
-- column snippet text First line of the code
-- column state text On the default reference: open, suppressed, unknown, fixed, elsewhere
-- column finding text Id, for `lapse show`
-- column repo text Repository

SELECT
	e.at,
	e.commit_oid,
	e.author,
	e.kind,
	e.related_commit AS fix,
	(SELECT x.author FROM commits x
		WHERE x.commit_oid = e.related_commit AND x.repo = e.repo) AS fixed_by,
	(SELECT CAST(julianday(e.at) - julianday(x.committed_at) AS INTEGER) FROM commits x
		WHERE x.commit_oid = e.related_commit AND x.repo = e.repo) AS days_gone,
	f.times_reopened AS times,
	e.level,
	e.rule,
	e.path,
	e.line,
	e.snippet,
	f.state,
	e.finding,
	e.repo
FROM events e
	-- CROSS: few events are of these kinds.
	CROSS JOIN findings f ON f.finding = e.finding AND f.repo = e.repo
WHERE e.kind IN ('reopened', 'resurrected_by_merge')
	AND (:repo IS NULL OR e.repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', e.level) >= instr('info warning error', :level)
	AND (:category IS NULL OR e.category = :category)
	AND (:since IS NULL OR e.at >= :since)
	-- A date without time means its whole day.
	AND (:until IS NULL OR substr(e.at, 1, length(:until)) <= :until)
	AND (:author IS NULL OR instr(lower(e.author || ' ' || e.email), lower(:author)))
	AND (:path IS NULL OR e.path GLOB :path)
ORDER BY e.at DESC, e.commit_oid, e.path, e.line, e.rule
LIMIT :limit;
