-- months: What was open, introduced and fixed in each month
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT repo, month, category, level, open, introduced, fixed, suppressed
FROM trend
WHERE (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
	AND (open > 0 OR introduced > 0 OR fixed > 0)
ORDER BY repo, month, category, level;
