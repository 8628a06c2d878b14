-- hotspots: The files or functions with the most open findings
--
-- `ever` counts every finding that stood there, `fixed` those that ended: much of both is code that
-- keeps breaking. A file that moved counts where it is now, one that is gone where it was last.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param functions bool [false] A row for each function, not for each file
-- param limit int [20] At most so many rows; -1: all
--
-- column path text File
-- column scope text Function, Class.method; empty at module level; with --functions
-- column open int [bar] Open on the default reference
-- column errors int [right] Of these: errors
-- column ever int [right] Findings that ever stood there
-- column fixed int [right] Of these: ended
-- column reopened int [right] How often fixed ones came back
-- column people int [right] Authors who introduced them
-- column latest date The last introduction
-- column repo text Repository

SELECT
	path,
	CASE WHEN :functions THEN scope ELSE '' END AS scope,
	count(*) FILTER (WHERE state = 'open') AS open,
	count(*) FILTER (WHERE state = 'open' AND level = 'error') AS errors,
	count(*) AS ever,
	count(*) FILTER (WHERE state = 'fixed') AS fixed,
	sum(times_reopened) AS reopened,
	count(DISTINCT introduced_email) AS people,
	max(introduced_at) AS latest,
	repo
FROM findings
WHERE (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
	AND (:category IS NULL OR category = :category)
	AND (:path IS NULL OR path GLOB :path)
	AND state <> 'elsewhere'
GROUP BY repo, path, CASE WHEN :functions THEN scope ELSE '' END
HAVING open > 0
ORDER BY open DESC, errors DESC, ever DESC, path, scope, repo
LIMIT :limit;
