-- release-coverage: Fixed on the default reference, but alive on other tracked ones
--
-- Which fixes have not reached which branches and tags: `lapse scan --all`, or `--ref release-1`.
-- One row for each finding and reference, the worst and longest fixed first. What a branch never
-- had does not count, nor what is silenced there.
--
-- param repo text Only this repository
-- param level level [warning] The lowest level that counts: error, warning or info
-- param category text Only this category: blocking, task, …
-- param since date Fixed at this date or later
-- param until date Fixed at this date or earlier
-- param author text Only fixed by authors whose name or address contains this
-- param path text Only paths that match this pattern: src/* or *_test.py
-- param ref text Only references that match this pattern: refs/tags/* or *release*
-- param limit int [50] At most so many rows; -1: all
--
-- column ref text Reference on which it lives
-- column level level Level there
-- column rule text Rule
-- column path text File there
-- column line int [right] Line there
-- column fixed_at date When the default reference got rid of it
-- column fixed_by text [author] By whom, by .mailmap
-- column fixed_commit text [commit] The commit to bring over
-- column snippet text First line of the code
-- column finding text Id, for `lapse show`
-- column repo text Repository

SELECT
	o.ref,
	o.level,
	o.rule,
	o.path,
	o.line,
	f.fixed_at,
	f.fixed_by,
	f.fixed_commit,
	f.snippet,
	f.finding,
	f.repo
FROM findings f
	JOIN open_at_ref o ON o.repo = f.repo AND o.finding = f.finding
WHERE f.state = 'fixed'
	AND o.state = 'open'
	AND (:repo IS NULL OR f.repo = :repo)
	-- The place in this list is the rank of a level.
	AND instr('info warning error', o.level) >= instr('info warning error', :level)
	AND (:category IS NULL OR o.category = :category)
	AND (:since IS NULL OR f.fixed_at >= :since)
	-- A date without time means its whole day.
	AND (:until IS NULL OR substr(f.fixed_at, 1, length(:until)) <= :until)
	AND (:author IS NULL OR instr(lower(f.fixed_by || ' ' || f.fixed_email), lower(:author)))
	AND (:path IS NULL OR o.path GLOB :path)
	AND (:ref IS NULL OR o.ref GLOB :ref)
ORDER BY instr('info warning error', o.level) DESC, f.fixed_at, f.repo, o.ref, o.path, o.line, o.rule,
	f.finding
LIMIT :limit;
