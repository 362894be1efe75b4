-- Another password; whoever signed in with the one before is signed out.
WITH changed AS (
    UPDATE customers AS c
       SET password_hash = $3::text
     WHERE c.business = $1::text
       AND c.customer_id = $2::text
    RETURNING c.business, c.customer_id
), revoked AS (
    INSERT INTO revocations (business, kind, subject, revoked_at)
    SELECT c.business, 'customer', c.customer_id, now()
      FROM changed AS c
        ON CONFLICT (business, kind, subject)
        DO UPDATE SET revoked_at = greatest(revocations.revoked_at,
            excluded.revoked_at)
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id)
    SELECT c.business, 'cli', 'customer.password_set', c.customer_id
      FROM changed AS c
)
SELECT customer_id
  FROM changed
