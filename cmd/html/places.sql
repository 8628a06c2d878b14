-- places: What files have and had
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts
-- param limit int [20000] At most so many rows

SELECT
	repo, path, category, level,
	count(*) FILTER (WHERE state = 'open') AS open,
	count(*) AS ever,
	count(*) FILTER (WHERE state = 'fixed') AS fixed,
	sum(times_reopened) AS returned
FROM findings
WHERE state <> 'elsewhere'
	AND (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
GROUP BY repo, path, category, level
ORDER BY open DESC, repo, path, category, level
LIMIT :limit;
