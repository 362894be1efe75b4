-- Tie opaque IDs, one for each asker, to the customers of grants: $1 and $2 are
-- a grant's day (since 1970) and ID, $4 when the token that named it runs out.
-- There is no row for whose grant or token does not stand. Of two puts at once
-- the second waits for the row and then judges it as it is: created, existed,
-- or nothing written, because it is another customer's (link_move takes it).
WITH asked AS (
    SELECT ask.n, ask.opaque_id, ask.traceparent, g.client_id, g.business,
           g.customer_id, g.auth_time
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
           WITH ORDINALITY AS ask (grant_id, opaque_id, expires, traceparent, n)
     CROSS JOIN LATERAL (
           SELECT g.client_id, g.business, g.customer_id, g.auth_time
             FROM standing_grants AS g
            WHERE g.day = date '1970-01-01' + $1::integer
              AND g.grant_id = ask.grant_id::uuid
              AND to_timestamp(ask.expires::bigint) > now()
            LIMIT 1) AS g
), put AS (
    INSERT INTO links AS l (business, opaque_id, customer_id, last_sign_in_at)
    SELECT a.business, a.opaque_id, a.customer_id, a.auth_time
      FROM asked AS a
        ON CONFLICT (business, opaque_id) DO UPDATE
       SET last_sign_in_at = greatest(l.last_sign_in_at,
               excluded.last_sign_in_at),
           last_put = 'existed'
     WHERE l.customer_id = excluded.customer_id
    RETURNING l.opaque_id, l.last_put
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, 'link.created', json_build_object(
               'opaque_id', a.opaque_id, 'customer_id', a.customer_id),
           a.traceparent
      FROM put AS p
      JOIN asked AS a ON a.opaque_id = p.opaque_id
      JOIN webhooks AS w ON w.business = a.business
     WHERE p.last_put = 'created'
)
SELECT a.n,
       coalesce(p.last_put, 'foreign') AS outcome,
       a.customer_id
  FROM asked AS a
  LEFT JOIN put AS p ON p.opaque_id = a.opaque_id
