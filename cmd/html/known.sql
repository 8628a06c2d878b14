-- known: How much of the history could be analysed
--
-- param repo text Only this repository

SELECT repo, status, reason, blobs, bytes, bytes_unknown
FROM analysed
WHERE (:repo IS NULL OR repo = :repo)
ORDER BY repo, blobs DESC, status, reason;
