-- Revoke the grant of a refresh token, for the client that holds it.
UPDATE grants AS g
   SET revoked_at = coalesce(g.revoked_at, now())
 WHERE g.day = date '1970-01-01' + $1::integer
   AND g.grant_id = (
       SELECT t.grant_id
         FROM refresh_tokens AS t
        WHERE t.day = date '1970-01-01' + $1::integer
          AND t.token_sha256 = $2::bytea)
   AND g.client_id = $3::text
RETURNING g.grant_id
