-- then: What was open a week, a month and a year before the last commit of the default reference
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT m.repo, p.days, m.category, m.level, sum(m.open) AS open
FROM (
	SELECT
		t.repo, d.value AS days,
		-- Dates never fall along the mainline: the search goes back from its end.
		(SELECT c.position FROM commits c
		WHERE c.repo = t.repo AND c.on_mainline
			AND c.landed_at <= strftime('%Y-%m-%dT%H:%M:%SZ', t.at, '-' || d.value || ' days')
		ORDER BY c.position DESC LIMIT 1) AS position
	FROM refs t CROSS JOIN json_each('[7, 30, 365]') d
	WHERE t.is_default AND (:repo IS NULL OR t.repo = :repo)) AS p
	CROSS JOIN mainline m ON m.repo = p.repo AND m.position = p.position
WHERE instr('info warning error', m.level) >= instr('info warning error', :level)
GROUP BY m.repo, p.days, m.category, m.level;
