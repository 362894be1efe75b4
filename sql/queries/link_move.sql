-- Tie an opaque ID ($3) to the customer of a grant, whoever's it is now; the
-- rest is as in link_put, whose columns these are. A link that moves is put on
-- record.
WITH asked AS (
    SELECT g.client_id, g.business, g.customer_id, g.auth_time
      FROM standing_grants AS g
     WHERE g.day = date '1970-01-01' + $1::integer
       AND g.grant_id = $2::uuid
       AND to_timestamp($4::bigint) > now()
), put AS (
    INSERT INTO links AS l (business, opaque_id, customer_id, last_sign_in_at)
    SELECT a.business, $3::text, a.customer_id, a.auth_time
      FROM asked AS a
        ON CONFLICT (business, opaque_id) DO UPDATE
       SET customer_id = excluded.customer_id,
           linked_at = CASE WHEN l.customer_id = excluded.customer_id
               THEN l.linked_at ELSE now() END,
           last_sign_in_at = CASE WHEN l.customer_id = excluded.customer_id
               THEN greatest(l.last_sign_in_at, excluded.last_sign_in_at)
               ELSE excluded.last_sign_in_at END,
           moved_from = CASE WHEN l.customer_id = excluded.customer_id
               THEN l.moved_from ELSE l.customer_id END,
           last_put = CASE WHEN l.customer_id = excluded.customer_id
               THEN 'existed' ELSE 'moved' END
    RETURNING l.last_put, l.moved_from
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id, detail)
    SELECT a.business, a.client_id, 'link.moved', a.customer_id,
           jsonb_build_object('from', p.moved_from, 'opaque_id_sha256',
               encode(sha256(convert_to($3::text, 'UTF8')), 'hex'))
      FROM put AS p, asked AS a
     WHERE p.last_put = 'moved'
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, e.type, json_build_object(
               'opaque_id', $3::text, 'customer_id', e.customer_id),
           $5::text
      FROM put AS p
     CROSS JOIN asked AS a
      JOIN webhooks AS w ON w.business = a.business
     CROSS JOIN LATERAL (VALUES
           ('link.deleted', p.moved_from, p.last_put = 'moved'),
           ('link.created', a.customer_id, p.last_put <> 'existed'))
        AS e (type, customer_id, is_due)
     WHERE e.is_due
)
SELECT p.last_put AS outcome,
       a.customer_id
  FROM put AS p, asked AS a
