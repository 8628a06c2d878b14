-- fixes: Who fixes findings, whose, and how long they had been there
--
-- Commits that mended or removed a finding, or dropped it in a merge; silencing one is no fix.
-- `removed` went away with its whole function or file. Co-authors get full credit each, .mailmap is
-- honoured, bots come last.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Fixed at this date or later
-- param until date Fixed at this date or earlier
-- param author text Only authors whose name or address contains this
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param limit int [50] At most so many rows; -1: all
--
-- column author text [author] Who fixed, by .mailmap
-- column email text [email] Address, by .mailmap
-- column fixed int [bar] Findings ended
-- column removed int [right] Of these: gone with their function or file
-- column own int [right] Of these: introduced by the same person
-- column days_median int [right] Half of them had stood at most so many days
-- column days_most int [right] The oldest one fixed
-- column latest date The last fix
-- column is_bot bool Not a person
-- column repo text Repository

SELECT
	author,
	email,
	count(*) AS fixed,
	sum(removed) AS removed,
	sum(own) AS own,
	max(days) FILTER (WHERE nth * 2 <= of + 1) AS days_median,
	max(days) AS days_most,
	max(at) AS latest,
	is_bot,
	repo
FROM (
	SELECT
		author, email, is_bot, repo, at, removed, own, days,
		row_number() OVER (PARTITION BY repo, author, email ORDER BY days) AS nth,
		count(days) OVER (PARTITION BY repo, author, email) AS of
	FROM (
		-- The last ending of each finding by each person.
		SELECT
			c.author, c.email, c.is_bot, c.repo,
			max(c.at) AS at,
			c.kind = 'removed' AS removed,
			c.email IS f.introduced_email AND c.author IS f.introduced_by AS own,
			CAST(julianday(c.at) - julianday(f.introduced_at) AS INTEGER) AS days
		FROM contributions c
			JOIN findings f ON f.finding = c.finding AND f.repo = c.repo
		WHERE c.kind IN ('fixed', 'removed', 'dropped_by_merge')
			AND (:repo IS NULL OR c.repo = :repo)
			-- The place in this list is the rank of a level.
			AND instr('info warning error', c.level)
				>= instr('info warning error', :level)
			AND (:category IS NULL OR c.category = :category)
			AND (:since IS NULL OR c.at >= :since)
			-- A date without time means its whole day.
			AND (:until IS NULL OR substr(c.at, 1, length(:until)) <= :until)
			AND (:author IS NULL OR instr(lower(c.author || ' ' || c.email), lower(:author)))
			AND (:path IS NULL OR c.path GLOB :path)
		GROUP BY c.repo, c.author, c.email, c.finding))
GROUP BY repo, author, email
ORDER BY is_bot, fixed DESC, author, email, repo
LIMIT :limit;
