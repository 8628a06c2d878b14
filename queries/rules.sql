-- rules: Every rule with what it found: open, suppressed, fixed, how long it took
--
-- One row for each rule that ever found something. Much suppressed or never fixed: ask whether the
-- team agrees with the rule.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param path text Only paths that match this pattern: src/* or *_test.py
--
-- column rule text The rule; `lapse rules RULE` explains it
-- column level level Its usual level
-- column open int [bar] Open on the default reference
-- column suppressed int [right] Silenced by a comment
-- column fixed int [right] Ended
-- column ever int [right] All findings, those hidden by syntax errors or on other references too
-- column days_to_fix int [right] Half of the fixed ones took at most so many days
-- column latest date The last introduction
-- column title text What it is about
-- column repo text Repository

SELECT
	f.rule,
	r.level,
	count(*) FILTER (WHERE f.state = 'open') AS open,
	count(*) FILTER (WHERE f.state = 'suppressed') AS suppressed,
	count(*) FILTER (WHERE f.state = 'fixed') AS fixed,
	count(*) AS ever,
	-- The median: the one in the middle when they are numbered by days.
	max(f.days) FILTER (WHERE f.state = 'fixed' AND f.nth * 2 <= f.of + 1) AS days_to_fix,
	max(f.introduced_at) AS latest,
	r.title,
	f.repo
FROM (
	SELECT
		repo, rule, state, introduced_at,
		CAST(julianday(fixed_at) - julianday(introduced_at) AS INTEGER) AS days,
		row_number() OVER (PARTITION BY repo, rule, state = 'fixed'
			ORDER BY julianday(fixed_at) - julianday(introduced_at)) AS nth,
		count(*) OVER (PARTITION BY repo, rule, state = 'fixed') AS of
	FROM findings
	WHERE (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:category IS NULL OR category = :category)
		AND (:path IS NULL OR path GLOB :path)) AS f
	JOIN rules r ON r.rule = f.rule
GROUP BY f.repo, f.rule
ORDER BY open DESC, ever DESC, f.rule, f.repo;
