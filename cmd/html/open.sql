-- open: What stands on the default reference, open or silenced; the worst and oldest first
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts
-- param limit int [20000] At most so many rows

SELECT
	repo, level, category, rule, state, path, line, scope, substr(snippet, 1, 120) AS snippet,
	age_days, introduced_by AS author, substr(introduced_commit, 1, 12) AS commit_oid
FROM findings
WHERE state IN ('open', 'suppressed', 'unknown')
	AND (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
ORDER BY instr('info warning error', level) DESC, age_days DESC, repo, path, line, rule
LIMIT :limit;
