-- Customers by login ($2: one for each asker), for signing in: through the
-- view, which may stand for an operator's own table. There is always a row:
-- attempts are counted by the login as it is compared here, whether there is
-- such a customer or not. read_at (microseconds since 1970) is when the hash
-- was read; epoch is what held of clients then.
SELECT ask.n,
       v.customer_id,
       lower(ask.login) AS login,
       v.password_hash,
       CASE WHEN v.customer_id IS NULL THEN false ELSE v.is_locked END
           AS is_locked,
       '' AS created_at,
       (SELECT floor(extract(epoch FROM now()) * 1000000)::bigint) AS read_at,
       (SELECT e.epoch FROM client_epoch AS e WHERE e.is_only) AS epoch
  FROM unnest($2::text[]) WITH ORDINALITY AS ask (login, n)
  LEFT JOIN LATERAL (
       SELECT v.customer_id, v.password_hash, v.is_locked
         FROM customer_by_login AS v
        WHERE v.business = $1::text
          AND v.login = lower(ask.login)
        LIMIT 1) AS v ON true
