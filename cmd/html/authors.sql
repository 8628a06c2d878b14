-- authors: Who introduced and fixed what
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts

SELECT repo, author, is_bot, category, level, introduced, fixed, open, python_lines_changed AS lines
FROM authors
WHERE (:repo IS NULL OR repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', level) >= instr('info warning error', :level)
ORDER BY repo, author, email, category, level;
