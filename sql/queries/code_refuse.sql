-- Why code_take refused. Whoever uses a code a second time shows that it has
-- leaked: the grant of the first use is revoked (RFC 6749 4.1.2, RFC 9700
-- 2.1.1), whatever else is wrong with the second.
WITH code AS (
    SELECT c.day, c.business, c.client_id, c.customer_id,
           CASE WHEN c.taken_at IS NOT NULL OR EXISTS (
                   SELECT FROM grants AS g
                    WHERE g.day = c.day
                      AND g.grant_id = ambauth_code_grant($1::bytea))
                    THEN 'reused'
                WHEN c.client_id <> $2::text THEN 'foreign_client'
                WHEN c.expires_at <= now() THEN 'expired'
                WHEN c.redirect_uri <> $3::text THEN 'wrong_redirect'
                WHEN c.code_challenge IS NULL AND $4::text IS NOT NULL
                    THEN 'verifier_unasked'
                WHEN c.code_challenge IS NOT NULL AND $4::text IS NULL
                    THEN 'verifier_missing'
                WHEN c.code_challenge <> $4::text THEN 'wrong_verifier'
                ELSE 'unknown'
           END AS reason
      FROM codes AS c
     WHERE c.day IN (ambauth_today() - 1, ambauth_today())
       AND c.code_sha256 = $1::bytea
), revoked AS (
    UPDATE grants AS g
       SET revoked_at = now()
     WHERE g.day = (SELECT c.day FROM code AS c)
       AND g.grant_id = ambauth_code_grant($1::bytea)
       AND g.revoked_at IS NULL
    RETURNING g.day, g.grant_id
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id, detail)
    SELECT c.business, $2::text, 'code.reused', c.customer_id,
           jsonb_build_object('client_id', c.client_id, 'grant',
               r.day - date '1970-01-01' || '-' || r.grant_id)
      FROM code AS c, revoked AS r
)
SELECT coalesce((SELECT c.reason FROM code AS c), 'unknown') AS reason
