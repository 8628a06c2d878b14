-- regressions: What commits of the period added or brought back, the latest first
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts
-- param since date Begin of the period
-- param limit int [20000] At most so many rows

SELECT
	r.repo, r.at, r.commit_oid, r.author, r.kind, r.level, r.category, r.rule, r.path, r.line,
	substr(r.snippet, 1, 120) AS snippet,
	(SELECT f.state FROM findings f WHERE f.finding = r.finding AND f.repo = r.repo) AS state,
	r.summary
FROM regressions r
WHERE r.at >= coalesce(:since, (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(at), '-90 days')
		FROM refs WHERE is_default))
	AND (:repo IS NULL OR r.repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', r.level) >= instr('info warning error', :level)
ORDER BY r.at DESC, r.commit_oid, r.path, r.line, r.rule
LIMIT :limit;
