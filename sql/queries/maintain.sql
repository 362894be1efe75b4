-- The first half of a round of retention: partitions are made ahead, and a
-- revocation is forgotten when the last grant that it could revoke has been
-- dropped.
WITH forgotten AS (
    DELETE FROM revocations AS v
     USING retention AS r
     WHERE r.table_name = 'grants'
       AND v.revoked_at < now()
           - make_interval(days => r.keep_days + r.span_days + 2)
    RETURNING v.subject
)
SELECT ambauth_partitions_make(7) AS made,
       (SELECT count(f.subject) FROM forgotten AS f) AS forgotten
