-- flow: Events of the year before the last commit, by how many days before it they happened
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT
	e.repo, e.category, e.level,
	CAST(julianday(t.at) - julianday(e.at) AS INTEGER) AS days,
	count(*) FILTER (WHERE e.kind IN ('introduced', 'reopened', 'resurrected_by_merge', 'unsuppressed'))
		AS introduced,
	count(*) FILTER (WHERE e.kind IN ('fixed', 'removed', 'dropped_by_merge')) AS fixed
FROM events e
	JOIN refs t ON t.repo = e.repo AND t.is_default
WHERE (:repo IS NULL OR e.repo = :repo)
	AND instr('info warning error', e.level) >= instr('info warning error', :level)
	AND e.at >= strftime('%Y-%m-%dT%H:%M:%SZ', t.at, '-366 days')
GROUP BY e.repo, e.category, e.level, 4;
