-- survival: How long findings live: half-life by category, after Kaplan and Meier
--
-- Of what is introduced, how much is still there after a month, a quarter, a year, and after how many
-- days half of it is gone. Findings that are still open count with the age they have reached
-- (censored), so young code does not look better than it is. Silenced findings count as still there:
-- nobody mended them. Left out: what stood there where the visible history begins.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param since date Introduced at this date or later
--
-- column category text Category, or `all`
-- column findings int [right] How many this is about
-- column ended int [right] Of these: fixed or removed
-- column half_life_days int [right] Half of them lived at most so long; empty: more than half live
-- column after_month real [percent] Share still there after 30 days
-- column after_quarter real [percent] After 91 days
-- column after_year real [percent] After 365 days
-- column after_3_years real [percent] After 1,095 days
-- column repo text Repository

WITH life (repo, category, days, ended) AS MATERIALIZED (
	SELECT
		repo, category,
		CASE WHEN state = 'fixed'
			THEN max(0, CAST(julianday(fixed_at) - julianday(introduced_at) AS INTEGER))
			ELSE age_days END,
		state = 'fixed'
	FROM findings
	WHERE introduced_at IS NOT NULL
		AND state <> 'elsewhere'
		AND (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:path IS NULL OR path GLOB :path)
		AND (:since IS NULL OR introduced_at >= :since)),
both_ways (repo, category, days, ended) AS (
	SELECT repo, category, days, ended FROM life
	UNION ALL SELECT repo, 'all', days, ended FROM life),
-- One row for each day on which something ended: how many had lived until then.
steps (repo, category, days, deaths, at_risk) AS (
	SELECT repo, category, days, deaths, at_risk
	FROM (
		SELECT
			repo, category, days,
			sum(ended) AS deaths,
			sum(count(*)) OVER (PARTITION BY repo, category ORDER BY days DESC)
				AS at_risk
		FROM both_ways
		GROUP BY repo, category, days)
	WHERE deaths > 0),
-- The product of the shares that outlived each day, as a sum of logarithms; 0 once all are gone.
curve (repo, category, days, alive) AS (
	SELECT
		repo, category, days,
		CASE WHEN max(deaths = at_risk) OVER upto THEN 0.0
			ELSE exp(sum(CASE WHEN deaths < at_risk
				THEN ln(1 - deaths * 1.0 / at_risk) END) OVER upto) END
	FROM steps
	WINDOW upto AS (PARTITION BY repo, category ORDER BY days)
	UNION ALL
	SELECT DISTINCT repo, category, -1, 1.0 FROM both_ways)
SELECT
	n.category,
	n.findings,
	n.ended,
	min(c.days) FILTER (WHERE c.alive <= 0.5 + 1e-9) AS half_life_days,
	-- Nothing is said of times that no finding has reached.
	CASE WHEN n.longest >= 30 OR n.ended = n.findings
		THEN round(min(c.alive) FILTER (WHERE c.days <= 30), 4) END AS after_month,
	CASE WHEN n.longest >= 91 OR n.ended = n.findings
		THEN round(min(c.alive) FILTER (WHERE c.days <= 91), 4) END AS after_quarter,
	CASE WHEN n.longest >= 365 OR n.ended = n.findings
		THEN round(min(c.alive) FILTER (WHERE c.days <= 365), 4) END AS after_year,
	CASE WHEN n.longest >= 1095 OR n.ended = n.findings
		THEN round(min(c.alive) FILTER (WHERE c.days <= 1095), 4) END AS after_3_years,
	n.repo
FROM (
	SELECT repo, category, count(*) AS findings, sum(ended) AS ended, max(days) AS longest
	FROM both_ways GROUP BY repo, category) AS n
	JOIN curve c ON c.repo = n.repo AND c.category = n.category
GROUP BY n.repo, n.category
ORDER BY n.category = 'all' DESC, n.findings DESC, n.category, n.repo;
