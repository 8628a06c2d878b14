-- teams: Who introduces and who fixes, by team
--
-- Teams are those of the configuration: [tool.lapse.teams] with patterns of addresses or names; who
-- is in none counts under `no team`. A finding or a commit counts once for a team, however many of
-- its people had a part in it.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Committed at this date or later
-- param until date Committed at this date or earlier
-- param path text Only findings in paths that match this pattern: src/* or *_test.py
-- param teams text [{}] Other teams than the configured: {"core": ["*@core.example", "Ann"]}
--
-- column team text Name of the team
-- column people int [right] Authors with findings or fixes
-- column introduced int [bar] Findings introduced or reopened
-- column fixed int [right] Findings fixed, removed or dropped by a merge
-- column open int [right] Of those introduced: open on the default reference
-- column python_lines_changed int [right] Python lines added and deleted in commits of the time
-- column introduced_per_kloc real [right] Introduced for each 1,000 of these lines
-- column repo text Repository

WITH person (repo, author, email, lines, team) AS MATERIALIZED (
	SELECT
		repo, author, email, lines,
		coalesce((
			-- Brackets are no classes: dependabot[bot] is a name.
			SELECT t.key FROM json_each(:teams) t JOIN json_each(t.value) m
			WHERE lower(email) GLOB replace(lower(m.value), '[', '[[]')
				OR lower(author) GLOB replace(lower(m.value), '[', '[[]')
			ORDER BY t.id LIMIT 1), 'no team')
	FROM (
		SELECT repo, author, email, sum(python_lines_changed) AS lines
		FROM credits
		WHERE (:repo IS NULL OR repo = :repo)
			AND (:since IS NULL OR at >= :since)
			-- A date without time means its whole day.
			AND (:until IS NULL OR substr(at, 1, length(:until)) <= :until)
		GROUP BY repo, author, email)),
-- CROSS: for each row its person, not the other way round.
deed (repo, team, who, finding, is_fix, state) AS MATERIALIZED (
	SELECT
		w.repo, w.team, w.author || ' ' || w.email, c.finding,
		c.kind IN ('fixed', 'removed', 'dropped_by_merge'), c.state
	FROM contributions c
		CROSS JOIN person w ON w.repo = c.repo AND w.author = c.author AND w.email = c.email
	WHERE c.kind IN ('introduced', 'reopened', 'fixed', 'removed', 'dropped_by_merge')
		-- The place in this list is the rank of a level.
		AND instr('info warning error', c.level) >= instr('info warning error', :level)
		AND (:category IS NULL OR c.category = :category)
		AND (:since IS NULL OR c.at >= :since)
		AND (:until IS NULL OR substr(c.at, 1, length(:until)) <= :until)
		AND (:path IS NULL OR c.path GLOB :path)),
done (repo, team, people, introduced, fixed, open) AS (
	SELECT
		repo, team,
		count(DISTINCT who),
		count(DISTINCT CASE WHEN NOT is_fix THEN finding END),
		count(DISTINCT CASE WHEN is_fix THEN finding END),
		count(DISTINCT CASE WHEN NOT is_fix AND state = 'open' THEN finding END)
	FROM deed
	GROUP BY repo, team),
changed (repo, team, lines) AS (
	SELECT repo, team, sum(lines) FROM person GROUP BY repo, team)
SELECT
	done.team,
	done.people,
	done.introduced,
	done.fixed,
	done.open,
	changed.lines AS python_lines_changed,
	CASE WHEN changed.lines > 0 THEN round(done.introduced * 1000.0 / changed.lines, 2)
		END AS introduced_per_kloc,
	done.repo
FROM done JOIN changed ON changed.repo = done.repo AND changed.team = done.team
WHERE done.introduced > 0 OR done.fixed > 0
ORDER BY done.team = 'no team', done.introduced DESC, done.team, done.repo;
