-- A new secret for a client that has one; the one before stays good for $3
-- seconds.
WITH rotated AS (
    UPDATE clients AS c
       SET secret_sha256 = $2::bytea,
           old_secret_sha256 = CASE WHEN $3::bigint > 0
               THEN c.secret_sha256 END,
           old_secret_until = CASE WHEN $3::bigint > 0
               THEN now() + make_interval(secs => $3::bigint) END
     WHERE c.client_id = $1::text
       AND c.secret_sha256 IS NOT NULL
    RETURNING c.client_id, c.business
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT r.business, 'cli', 'client.secret_rotated',
           jsonb_build_object('client_id', r.client_id,
               'overlap_seconds', $3::bigint)
      FROM rotated AS r
)
SELECT client_id
  FROM rotated
