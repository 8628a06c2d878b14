-- exposure: Findings per async function and per await, month by month
--
-- A code base that doubles its async code may have more findings and still be better. At the end of
-- each month, along the first parents of the default reference, from the first async function on.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date From this month on
-- param until date Up to and with this month
--
-- column month text Year and month, UTC
-- column open int [right] Open at the end of the month
-- column async_functions int [right] async functions at the end of the month
-- column awaits int [right] await expressions at the end of the month
-- column per_100_functions real [bar] Open for each 100 async functions
-- column per_1000_awaits real [right] Open for each 1,000 awaits
-- column repo text Repository

SELECT
	t.month,
	t.open,
	c.async_functions,
	c.awaits,
	CASE WHEN c.async_functions > 0 THEN round(t.open * 100.0 / c.async_functions, 2)
		END AS per_100_functions,
	CASE WHEN c.awaits > 0 THEN round(t.open * 1000.0 / c.awaits, 2) END AS per_1000_awaits,
	t.repo
FROM (
	SELECT repo, month, sum(open) AS open
	FROM trend
	WHERE (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:category IS NULL OR category = :category)
		AND (:since IS NULL OR month >= substr(:since, 1, 7))
		AND (:until IS NULL OR month <= substr(:until, 1, 7))
	GROUP BY repo, month) AS t
	-- The last commit that had landed by then: its month may be an earlier one.
	JOIN (
		SELECT repo, month, next_month, async_functions, awaits
		FROM (
			SELECT
				repo, substr(landed_at, 1, 7) AS month,
				lead(substr(landed_at, 1, 7)) OVER (PARTITION BY repo ORDER BY position)
					AS next_month,
				async_functions, awaits
			FROM commits WHERE on_mainline AND (:repo IS NULL OR repo = :repo))
		WHERE next_month IS NULL OR next_month > month) AS c
	ON c.repo = t.repo AND c.month <= t.month
		AND (c.next_month IS NULL OR c.next_month > t.month)
WHERE c.async_functions > 0
ORDER BY t.repo, t.month;
