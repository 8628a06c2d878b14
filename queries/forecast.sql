-- forecast: Where the counts go if the last months go on
--
-- A straight line, not a prophecy: the mean of what landed and what was fixed in each of the last
-- --months months, carried on. Rows with few changes say little.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param months int [6] How many of the last months the rates are taken from
--
-- column category text Category, or `all`
-- column open int [right] Open at the end of the last month
-- column introduced_per_month real [right] Landed, mean of the months
-- column fixed_per_month real [right] Fixed, mean of the months
-- column change_per_month real [right] The difference
-- column in_3_months int [right] Open in three months
-- column in_6_months int [right] Open in six months
-- column in_12_months int [right] Open in a year
-- column months_to_zero int [right] Months until none is open, when they get fewer
-- column history text [spark] Open at the end of each of the months
-- column repo text Repository

WITH monthly (repo, month, category, open, introduced, fixed, nth) AS MATERIALIZED (
	SELECT
		repo, month, category, sum(open), sum(introduced), sum(fixed),
		dense_rank() OVER (PARTITION BY repo ORDER BY month DESC)
	FROM (
		SELECT repo, month, category, open, introduced, fixed, level FROM trend
		UNION ALL SELECT repo, month, 'all', open, introduced, fixed, level FROM trend
		WHERE :category IS NULL)
	WHERE (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:category IS NULL OR category = :category)
	GROUP BY repo, month, category),
rates (repo, category, open, introduced, fixed, change, history) AS (
	SELECT
		repo, category,
		sum(open) FILTER (WHERE nth = 1),
		avg(introduced), avg(fixed), avg(introduced - fixed),
		group_concat(open, ',')
	FROM (SELECT * FROM monthly WHERE nth <= :months ORDER BY repo, category, month)
	GROUP BY repo, category)
SELECT
	category,
	open,
	round(introduced, 1) AS introduced_per_month,
	round(fixed, 1) AS fixed_per_month,
	round(change, 1) AS change_per_month,
	max(0, CAST(round(open + 3 * change) AS INTEGER)) AS in_3_months,
	max(0, CAST(round(open + 6 * change) AS INTEGER)) AS in_6_months,
	max(0, CAST(round(open + 12 * change) AS INTEGER)) AS in_12_months,
	CASE WHEN open > 0 AND change < 0
		THEN CAST(-open / change AS INTEGER) + (-open / change > CAST(-open / change AS INTEGER))
		END AS months_to_zero,
	history,
	repo
FROM rates
WHERE open > 0 OR introduced > 0 OR fixed > 0
ORDER BY category = 'all' DESC, open DESC, category, repo;
