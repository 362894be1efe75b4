-- Take a code and make its grant, at most once: of many at the same time one
-- update finds taken_at empty, the others wait for it and then find none
-- (RFC 6749 4.1.2). The code must be bound to just this client, redirect URI
-- (NULL: the client may leave it out) and challenge (RFC 7636 4.6), and
-- neither the customer locked nor the client disabled since, even if it is
-- enabled again. A client that was judged by what is remembered of it ($8) must
-- still be so. The key that answers are encrypted to stays with the grant
-- where a refresh token will need it.
WITH taken AS (
    UPDATE codes AS c
       SET taken_at = now(),
           grant_day = ambauth_today(),
           grant_id = gen_random_uuid()
     WHERE c.day IN (ambauth_today() - 1, ambauth_today())
       AND c.code_sha256 = $1::bytea
       AND c.taken_at IS NULL
       AND c.expires_at > now()
       AND c.client_id = $2::text
       AND ($3::text IS NULL OR c.redirect_uri = $3::text)
       AND c.code_challenge IS NOT DISTINCT FROM $4::text
       AND ($8::uuid IS NULL
           OR $8::uuid = (
               SELECT e.epoch FROM client_epoch AS e WHERE e.is_only))
       AND NOT EXISTS (
           SELECT FROM revocations AS v
            WHERE v.business = c.business
              AND v.kind = 'customer'
              AND v.subject = c.customer_id
              AND v.revoked_at >= c.auth_time)
       AND NOT EXISTS (
           SELECT FROM revocations AS v
            WHERE v.business = c.business
              AND v.kind = 'client'
              AND v.subject = c.client_id
              AND v.revoked_at >= c.auth_time)
    RETURNING c.client_id, c.business, c.customer_id, c.redirect_uri, c.scope,
        c.nonce, c.code_challenge, c.response_key, c.auth_time, c.grant_day,
        c.grant_id
), granted AS (
    INSERT INTO grants (day, grant_id, client_id, business, customer_id,
        scope, auth_time, expires_at, response_key)
    SELECT t.grant_day, t.grant_id, t.client_id, t.business, t.customer_id,
           t.scope, t.auth_time, now() + make_interval(secs => $5::integer),
           CASE WHEN $6::bytea IS NOT NULL THEN t.response_key END
      FROM taken AS t
), refreshable AS (
    INSERT INTO refresh_tokens (day, token_sha256, grant_id, expires_at)
    SELECT t.grant_day, $6::bytea, t.grant_id,
           now() + make_interval(secs => $7::integer)
      FROM taken AS t
     WHERE $6::bytea IS NOT NULL
)
SELECT t.client_id,
       t.business,
       t.customer_id,
       t.redirect_uri,
       t.scope,
       t.nonce,
       t.code_challenge,
       t.response_key,
       floor(extract(epoch FROM t.auth_time))::bigint AS auth_time,
       t.grant_day - date '1970-01-01' || '-' || t.grant_id AS grant_id,
       floor(extract(epoch FROM now()))::bigint AS now
  FROM taken AS t
