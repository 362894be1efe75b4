-- A grant by a refresh token of the client that holds it, if both stand. The
-- columns are those of grant_find, and the key to encrypt the answer to.
SELECT g.day - date '1970-01-01' || '-' || g.grant_id AS grant_id,
       g.client_id,
       g.business,
       g.customer_id,
       g.scope,
       floor(date_part('epoch', g.auth_time))::bigint AS auth_time,
       (SELECT floor(date_part('epoch', now()))::bigint) AS now,
       (SELECT e.epoch FROM client_epoch AS e WHERE e.is_only) AS epoch,
       g.response_key
  FROM standing_grants AS g
 WHERE g.day = date '1970-01-01' + $1::integer
   AND g.grant_id = (
       SELECT t.grant_id
         FROM refresh_tokens AS t
        WHERE t.day = date '1970-01-01' + $1::integer
          AND t.token_sha256 = $2::bytea
          AND t.expires_at > now())
   AND g.client_id = $3::text
