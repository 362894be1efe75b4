-- Delete a customer with links and grants. The revocation reaches an hour
-- ahead, past every sign-in that is under way.
WITH gone AS (
    DELETE FROM customers AS c
     WHERE c.business = $1::text
       AND c.customer_id = $2::text
    RETURNING c.business, c.customer_id
), unlinked AS (
    DELETE FROM links AS l
     USING gone AS g
     WHERE l.business = g.business
       AND l.customer_id = g.customer_id
    RETURNING l.business, l.opaque_id, l.customer_id
), told AS (
    INSERT INTO outbox (client_id, type, data)
    SELECT w.client_id, 'link.deleted', json_build_object(
               'opaque_id', u.opaque_id, 'customer_id', u.customer_id)
      FROM unlinked AS u
      JOIN webhooks AS w ON w.business = u.business
), revoked AS (
    INSERT INTO revocations (business, kind, subject, revoked_at)
    SELECT g.business, 'customer', g.customer_id,
           now() + interval '1 hour'
      FROM gone AS g
        ON CONFLICT (business, kind, subject)
        DO UPDATE SET revoked_at = excluded.revoked_at
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id, detail)
    SELECT g.business, 'cli', 'customer.deleted', g.customer_id,
           jsonb_build_object('links',
               (SELECT count(u.opaque_id) FROM unlinked AS u))
      FROM gone AS g
)
SELECT customer_id
  FROM gone
