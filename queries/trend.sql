-- trend: Findings month by month: how many are open, introduced, fixed
--
-- Counts along the first parents of the default reference, at the end of each month. Every month
-- from the first to the last is there; open = open of the month before + introduced - fixed.
-- Suppressed findings are not open: silencing one counts as fixed, and `suppressed` says how many
-- were.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date From this month on
-- param until date Up to and with this month
-- param split bool [false] A row for each category
--
-- column month text Year and month, UTC
-- column category text The category, or `all`
-- column open int [bar] Open at the end of the month
-- column introduced int [right] Landed in the month
-- column fixed int [right] Mended, removed or silenced in the month
-- column suppressed int [right] Of fixed: only silenced by a comment
-- column unknown int [right] Of open: hidden by syntax errors, known from before
-- column repo text Repository

SELECT
	month,
	CASE WHEN :split THEN category ELSE 'all' END AS category,
	sum(open) AS open,
	sum(introduced) AS introduced,
	sum(fixed) AS fixed,
	sum(suppressed) AS suppressed,
	sum(unknown) AS unknown,
	repo
FROM trend
WHERE (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
	AND (:category IS NULL OR category = :category)
	AND (:since IS NULL OR month >= substr(:since, 1, 7))
	AND (:until IS NULL OR month <= substr(:until, 1, 7))
GROUP BY repo, month, CASE WHEN :split THEN category ELSE 'all' END
ORDER BY repo, month, category;
