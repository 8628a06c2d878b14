-- authors: Who introduces and who fixes, with rates
--
-- For helping, not for ranking: fixes stand beside introductions, and a rate per 1,000 changed Python
-- lines beside the counts. `sample` marks authors with fewer changed lines than --small: their rates
-- say nothing. Co-authors get full credit each; .mailmap is honoured; bots come last. A finding
-- counts once for each author, however often it came and went.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Committed at this date or later
-- param until date Committed at this date or earlier
-- param author text Only authors whose name or address contains this
-- param path text Only findings in paths that match this pattern: src/* or *_test.py
-- param small int [1000] Fewer changed Python lines than this are a small sample
-- param limit int [50] At most so many rows; -1: all
--
-- column author text [author] Name, by .mailmap
-- column email text [email] Address, by .mailmap
-- column introduced int [right] Findings introduced or reopened
-- column fixed int [right] Findings fixed, removed or dropped by a merge
-- column open int [right] Of those introduced: open on the default reference
-- column python_lines_changed int [right] Python lines added and deleted in all commits of the time
-- column introduced_per_kloc real [right] Introduced for each 1,000 of these lines
-- column sample text `small`, or nothing
-- column is_bot bool Not a person
-- column repo text Repository

SELECT
	done.author,
	done.email,
	done.introduced,
	done.fixed,
	done.open,
	changed.lines AS python_lines_changed,
	CASE WHEN changed.lines > 0 THEN round(done.introduced * 1000.0 / changed.lines, 2)
		END AS introduced_per_kloc,
	CASE WHEN changed.lines < :small THEN 'small' ELSE '' END AS sample,
	done.is_bot,
	done.repo
FROM (
	SELECT
		repo, author, email, is_bot,
		count(DISTINCT CASE WHEN kind IN ('introduced', 'reopened')
			THEN finding END) AS introduced,
		count(DISTINCT CASE WHEN kind IN ('fixed', 'removed', 'dropped_by_merge')
			THEN finding END) AS fixed,
		count(DISTINCT CASE WHEN kind IN ('introduced', 'reopened') AND state = 'open'
			THEN finding END) AS open
	FROM contributions
	WHERE (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:category IS NULL OR category = :category)
		AND (:since IS NULL OR at >= :since)
		-- A date without time means its whole day.
		AND (:until IS NULL OR substr(at, 1, length(:until)) <= :until)
		AND (:author IS NULL OR instr(lower(author || ' ' || email), lower(:author)))
		AND (:path IS NULL OR path GLOB :path)
	GROUP BY repo, author, email) AS done
	JOIN (
		SELECT repo, author, email, sum(python_lines_changed) AS lines
		FROM credits
		WHERE (:repo IS NULL OR repo = :repo)
			AND (:since IS NULL OR at >= :since)
			AND (:until IS NULL OR substr(at, 1, length(:until)) <= :until)
		GROUP BY repo, author, email) AS changed
	ON changed.repo = done.repo AND changed.author = done.author
		AND changed.email = done.email
WHERE done.introduced > 0 OR done.fixed > 0
ORDER BY done.is_bot, done.introduced DESC, done.fixed DESC, done.author, done.email, done.repo
LIMIT :limit;
