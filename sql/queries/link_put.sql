-- Tie an opaque ID to a customer. Of two puts at once the second waits for the
-- row and then judges it as it is: created, existed, moved (only with $5), or
-- nothing written, because it belongs to another customer.
WITH put AS (
    INSERT INTO links AS l (business, opaque_id, customer_id, last_sign_in_at)
    VALUES ($1::text, $2::text, $3::text, to_timestamp($4::bigint))
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
     WHERE l.customer_id = excluded.customer_id
        OR $5::boolean
    RETURNING l.last_put, l.moved_from
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id, detail)
    SELECT $1::text, $6::text, 'link.moved', $3::text,
           jsonb_build_object('from', p.moved_from, 'opaque_id_sha256',
               encode(sha256(convert_to($2::text, 'UTF8')), 'hex'))
      FROM put AS p
     WHERE p.last_put = 'moved'
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, e.type, json_build_object(
               'opaque_id', $2::text, 'customer_id', e.customer_id),
           $7::text
      FROM put AS p
      JOIN webhooks AS w ON w.business = $1::text
     CROSS JOIN LATERAL (VALUES
           ('link.deleted', p.moved_from, p.last_put = 'moved'),
           ('link.created', $3::text, p.last_put <> 'existed'))
        AS e (type, customer_id, is_due)
     WHERE e.is_due
)
SELECT coalesce((SELECT p.last_put FROM put AS p), 'foreign') AS outcome
