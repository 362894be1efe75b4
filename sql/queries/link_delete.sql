-- Untie an opaque ID.
WITH gone AS (
    DELETE FROM links AS l
     WHERE l.business = $1::text
       AND l.opaque_id = $2::text
    RETURNING l.customer_id
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id, detail)
    SELECT $1::text, $3::text, 'link.deleted', g.customer_id,
           jsonb_build_object('opaque_id_sha256',
               encode(sha256(convert_to($2::text, 'UTF8')), 'hex'))
      FROM gone AS g
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, 'link.deleted', json_build_object(
               'opaque_id', $2::text, 'customer_id', g.customer_id),
           $4::text
      FROM gone AS g
      JOIN webhooks AS w ON w.business = $1::text
)
SELECT customer_id
  FROM gone
