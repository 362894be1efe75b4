-- Take codes, one for each asker, and make their grants, each at most once
-- (RFC 6749 4.1.2): a grant's key follows from the code, so of many at the same
-- time one insert finds it free; the others wait for that one and then write
-- nothing.
--
-- A code must be bound to just this client, redirect URI (NULL: the client may
-- leave it out) and challenge (RFC 7636 4.6), and neither the customer locked
-- nor the client disabled since, even if it is enabled again. Clients that were
-- judged by what is remembered of them ($8) must still be so. What is bound to
-- a state is for the callback hosted here, which takes it itself. The key that
-- answers are encrypted to stays with the grant where a refresh token will need
-- it.
--
-- A code lives ten minutes at most: but for the beginning of a day, one
-- partition is read. A revocation is asked for as a value, which is found by
-- its key; NOT EXISTS would be a join, planned to read all while there are few.
WITH code AS (
    SELECT ask.n, c.day, ambauth_code_grant(ask.code_sha256) AS grant_id,
           c.client_id, c.business, c.customer_id, c.scope, c.nonce,
           c.response_key, c.auth_time, ask.refresh_sha256
      FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bytea[])
           WITH ORDINALITY
           AS ask (code_sha256, client_id, redirect_uri, code_challenge,
               refresh_sha256, n)
     CROSS JOIN LATERAL (
           SELECT c.day, c.client_id, c.business, c.customer_id, c.scope,
                  c.nonce, c.response_key, c.auth_time
             FROM codes AS c
            WHERE c.day IN (
                      ((now() - interval '15 minutes')
                          AT TIME ZONE 'UTC')::date,
                      ambauth_today())
              AND c.code_sha256 = ask.code_sha256
              AND c.taken_at IS NULL
              AND c.state_sha256 IS NULL
              AND c.expires_at > now()
              AND c.client_id = ask.client_id
              AND (ask.redirect_uri IS NULL
                  OR c.redirect_uri = ask.redirect_uri)
              AND c.code_challenge IS NOT DISTINCT FROM ask.code_challenge
              AND (SELECT true
                     FROM revocations AS v
                    WHERE v.business = c.business
                      AND v.kind = 'customer'
                      AND v.subject = c.customer_id
                      AND v.revoked_at >= c.auth_time) IS NULL
              AND (SELECT true
                     FROM revocations AS v
                    WHERE v.business = c.business
                      AND v.kind = 'client'
                      AND v.subject = c.client_id
                      AND v.revoked_at >= c.auth_time) IS NULL
            LIMIT 1) AS c
     WHERE $8::uuid IS NULL
        OR $8::uuid = (SELECT e.epoch FROM client_epoch AS e WHERE e.is_only)
), granted AS (
    INSERT INTO grants (day, grant_id, client_id, business, customer_id,
        scope, auth_time, expires_at, response_key)
    SELECT c.day, c.grant_id, c.client_id, c.business, c.customer_id, c.scope,
           c.auth_time, now() + make_interval(secs => $6::integer),
           CASE WHEN c.refresh_sha256 IS NOT NULL THEN c.response_key END
      FROM code AS c
        ON CONFLICT (day, grant_id) DO NOTHING
    RETURNING grant_id
), refreshable AS (
    INSERT INTO refresh_tokens (day, token_sha256, grant_id, expires_at)
    SELECT c.day, c.refresh_sha256, c.grant_id,
           now() + make_interval(secs => $7::integer)
      FROM code AS c
      JOIN granted AS g ON g.grant_id = c.grant_id
     WHERE c.refresh_sha256 IS NOT NULL
)
SELECT c.n,
       c.customer_id,
       c.scope,
       c.nonce,
       c.response_key,
       floor(date_part('epoch', c.auth_time))::bigint AS auth_time,
       c.day - date '1970-01-01' || '-' || c.grant_id AS grant_id,
       (SELECT floor(date_part('epoch', now()))::bigint) AS now
  FROM code AS c
  JOIN granted AS g ON g.grant_id = c.grant_id
