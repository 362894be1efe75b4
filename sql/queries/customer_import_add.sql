-- The customers who are new; how many they are. As with customer_add, what
-- revoked the grants of an earlier one with that ID ends now.
WITH added AS (
    INSERT INTO customers (business, customer_id, login, password_hash,
        claims)
    SELECT $1::text, s.customer_id, s.login, s.password_hash,
           coalesce(s.claims, '{}')
      FROM customer_import AS s
     WHERE NOT EXISTS (
           SELECT FROM customers AS c
            WHERE c.business = $1::text
              AND c.customer_id = s.customer_id)
    RETURNING customer_id
), limited AS (
    UPDATE revocations AS v
       SET revoked_at = now()
      FROM added AS a
     WHERE v.business = $1::text
       AND v.kind = 'customer'
       AND v.subject = a.customer_id
       AND v.revoked_at > now()
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT $1::text, 'cli', 'customer.imported',
           jsonb_build_object('added', count(a.customer_id),
               'changed', $2::bigint)
      FROM added AS a
)
SELECT count(customer_id) AS added
  FROM added
