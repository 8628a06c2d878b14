-- age: How old the open findings are, by category
--
-- Age runs from the introducing commit to the date of the default reference's tip, so that an old
-- database tells the same as on the day of its last scan. Old and open: nobody looks; young and many:
-- somebody needs help now (`lapse regressions`).
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param path text Only paths that match this pattern: src/* or *_test.py
--
-- column category text Category
-- column open int [bar] Open on the default reference
-- column week int [right] Of these: younger than 7 days
-- column month int [right] 7 to 29 days
-- column quarter int [right] 30 to 90 days
-- column year int [right] 91 to 364 days
-- column older int [right] A year and more
-- column median_days int [right] Half of them are at most so old
-- column oldest_days int [right] The oldest
-- column repo text Repository

SELECT
	category,
	count(*) AS open,
	count(*) FILTER (WHERE age_days < 7) AS week,
	count(*) FILTER (WHERE age_days BETWEEN 7 AND 29) AS month,
	count(*) FILTER (WHERE age_days BETWEEN 30 AND 90) AS quarter,
	count(*) FILTER (WHERE age_days BETWEEN 91 AND 364) AS year,
	count(*) FILTER (WHERE age_days >= 365) AS older,
	max(age_days) FILTER (WHERE nth * 2 <= of + 1) AS median_days,
	max(age_days) AS oldest_days,
	repo
FROM (
	SELECT
		repo, category, age_days,
		row_number() OVER (PARTITION BY repo, category ORDER BY age_days) AS nth,
		count(*) OVER (PARTITION BY repo, category) AS of
	FROM findings
	WHERE state = 'open'
		AND (:repo IS NULL OR repo = :repo)
		-- The place in this list is the rank of a level.
		AND instr('info warning error', level) >= instr('info warning error', :level)
		AND (:category IS NULL OR category = :category)
		AND (:path IS NULL OR path GLOB :path))
GROUP BY repo, category
ORDER BY open DESC, category, repo;
