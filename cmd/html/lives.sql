-- lives: How many findings lived so many days, until they were fixed or until now
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT repo, category, level, days, ended, count(*) AS count
FROM (
	SELECT
		repo, category, level,
		state = 'fixed' AS ended,
		CASE WHEN state = 'fixed'
			THEN max(0, CAST(julianday(fixed_at) - julianday(introduced_at) AS INTEGER))
			ELSE age_days END AS days
	FROM findings
	WHERE introduced_at IS NOT NULL
		AND state <> 'elsewhere'
		AND (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level))
GROUP BY repo, category, level, days, ended;
