-- regressions: What was added lately, by whom, newest first
--
-- Findings that a commit introduced, brought back after a fix (reopened), resurrected by a merge
-- that undid a fix, or whose suppression it took away. `state` tells what became of them on the
-- default reference.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Committed at this date or later
-- param until date Committed at this date or earlier
-- param author text Only authors whose name or address contains this
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param ref text Only what is still there at this tracked reference: main or refs/heads/main
-- param open bool [false] Only what is still open on the default reference
-- param limit int [50] At most so many rows; -1: all
--
-- column at date Committed
-- column commit_oid text [commit] The commit
-- column author text [author] Author of the commit, by .mailmap
-- column kind text What happened
-- column level level Level of the finding
-- column rule text Rule
-- column path text File
-- column line int [right] Line
-- column snippet text First line of the code
-- column state text On the default reference: open, suppressed, unknown, fixed, elsewhere
-- column finding text Id, for `lapse show`
-- column summary text First line of the commit's message
-- column repo text Repository

SELECT
	r.at,
	r.commit_oid,
	r.author,
	r.kind,
	r.level,
	r.rule,
	r.path,
	r.line,
	r.snippet,
	(SELECT f.state FROM findings f WHERE f.finding = r.finding AND f.repo = r.repo) AS state,
	r.finding,
	r.summary,
	r.repo
FROM regressions r
WHERE (:repo IS NULL OR r.repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', r.level) >= instr('info warning error', :level)
	AND (:category IS NULL OR r.category = :category)
	AND (:since IS NULL OR r.at >= :since)
	-- A date without time means its whole day.
	AND (:until IS NULL OR substr(r.at, 1, length(:until)) <= :until)
	AND (:author IS NULL OR instr(lower(r.author || ' ' || r.email), lower(:author)))
	AND (:path IS NULL OR r.path GLOB :path)
	AND (:ref IS NULL OR (r.repo, r.finding) IN (
		SELECT o.repo, o.finding FROM open_at_ref o
		WHERE o.ref IN (:ref, 'refs/heads/' || :ref, 'refs/tags/' || :ref)))
	AND (NOT :open OR EXISTS (
		SELECT 1 FROM findings f
		WHERE f.finding = r.finding AND f.repo = r.repo AND f.state = 'open'))
ORDER BY r.at DESC, r.commit_oid, r.path, r.line, r.rule
LIMIT :limit;
