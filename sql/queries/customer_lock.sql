-- Lock ($3 true) or unlock. While locked, every grant is revoked, also one
-- that a sign-in under way is about to make; unlocking brings none back.
WITH changed AS (
    UPDATE customers AS c
       SET locked_at = CASE WHEN $3::boolean
           THEN coalesce(c.locked_at, now()) END
     WHERE c.business = $1::text
       AND c.customer_id = $2::text
    RETURNING c.business, c.customer_id
), locked AS (
    INSERT INTO revocations (business, kind, subject, revoked_at)
    SELECT c.business, 'customer', c.customer_id, 'infinity'
      FROM changed AS c
     WHERE $3::boolean
        ON CONFLICT (business, kind, subject)
        DO UPDATE SET revoked_at = excluded.revoked_at
), unlocked AS (
    UPDATE revocations AS v
       SET revoked_at = now()
      FROM changed AS c
     WHERE NOT $3::boolean
       AND v.business = c.business
       AND v.kind = 'customer'
       AND v.subject = c.customer_id
       AND v.revoked_at > now()
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id)
    SELECT c.business, 'cli',
           CASE WHEN $3::boolean THEN 'customer.locked'
               ELSE 'customer.unlocked' END,
           c.customer_id
      FROM changed AS c
)
SELECT customer_id
  FROM changed
