-- then: What was open a week, a month and a year before the last commit of the default reference
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT m.repo, p.days, m.category, m.level, sum(m.open) AS open
FROM (
	SELECT c.repo, d.value AS days, max(c.position) AS position
	FROM json_each('[7, 30, 365]') d
		JOIN (SELECT repo, max(position) AS last FROM commits WHERE on_mainline GROUP BY repo) t
		JOIN commits l ON l.repo = t.repo AND l.position = t.last
		JOIN commits c ON c.repo = t.repo AND c.on_mainline
			AND c.landed_at <= strftime('%Y-%m-%dT%H:%M:%SZ', l.landed_at, '-' || d.value || ' days')
	WHERE (:repo IS NULL OR c.repo = :repo)
	GROUP BY c.repo, d.value) AS p
	JOIN mainline m ON m.repo = p.repo AND m.position = p.position
WHERE instr('info warning error', m.level) >= instr('info warning error', :level)
GROUP BY m.repo, p.days, m.category, m.level;
