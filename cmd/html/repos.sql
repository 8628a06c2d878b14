-- repos: The repositories with their default references
--
-- param repo text Only this repository
-- param since date Begin of the period

SELECT
	t.repo, t.ref, t.commit_oid AS tip, t.at,
	(SELECT count(*) FROM commits c WHERE c.repo = t.repo) AS commits,
	-- Without a date the period is the last 90 days.
	coalesce(:since, (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(at), '-90 days')
		FROM refs WHERE is_default)) AS since
FROM refs t
WHERE t.is_default AND (:repo IS NULL OR t.repo = :repo)
ORDER BY t.repo;
