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
    RETURNING l.linked_at
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
               (SELECT count(u.linked_at) FROM unlinked AS u))
      FROM gone AS g
)
SELECT customer_id
  FROM gone
