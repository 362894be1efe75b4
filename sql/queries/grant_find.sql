-- Grants that stand by their IDs, of one day ($1, days since 1970; $2: one ID
-- for each asker). With each what holds of clients in the same moment and, if
-- it is wanted ($3), what is known of the customer: through the view, which may
-- stand for an operator's own table.
SELECT ask.n,
       g.day - date '1970-01-01' || '-' || g.grant_id AS grant_id,
       g.client_id,
       g.business,
       g.customer_id,
       g.scope,
       floor(date_part('epoch', g.auth_time))::bigint AS auth_time,
       (SELECT floor(date_part('epoch', now()))::bigint) AS now,
       (SELECT e.epoch FROM client_epoch AS e WHERE e.is_only) AS epoch,
       CASE WHEN $3::boolean THEN (
           SELECT v.claims
             FROM customer_by_login AS v
            WHERE v.business = g.business
              AND v.customer_id = g.customer_id
            LIMIT 1) END AS claims
  FROM unnest($2::text[]) WITH ORDINALITY AS ask (grant_id, n)
 CROSS JOIN LATERAL (
       SELECT g.day, g.grant_id, g.client_id, g.business, g.customer_id,
              g.scope, g.auth_time
         FROM standing_grants AS g
        WHERE g.day = date '1970-01-01' + $1::integer
          AND g.grant_id = ask.grant_id::uuid
        LIMIT 1) AS g
