-- coverage: What could be analysed, and what not, and why
--
-- Every version of every Python file in the history, by how far it could be analysed. What is under
-- a syntax error, too large, or missing in the repository is unknown: no finding there does not mean
-- that there is none.
--
-- param repo text Only this repository
--
-- column status text whole, partly, skipped or missing
-- column reason text Why not whole
-- column blobs int [right] Versions of files
-- column bytes int [right] Their size
-- column bytes_unknown int [right] Of this: not analysed
-- column share_unknown real [percent] Of all bytes of the repository: not analysed for this reason
-- column repo text Repository

SELECT
	status,
	reason,
	blobs,
	bytes,
	bytes_unknown,
	bytes_unknown * 1.0 / max(1, sum(bytes) OVER (PARTITION BY repo)) AS share_unknown,
	repo
FROM analysed
WHERE (:repo IS NULL OR repo = :repo)
ORDER BY repo, blobs DESC, status, reason;
