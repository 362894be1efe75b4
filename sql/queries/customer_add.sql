-- A new customer. What revoked the grants of an earlier one with that ID
-- reaches until now and no further.
WITH added AS (
    INSERT INTO customers (business, customer_id, login, password_hash)
    VALUES ($1::text, $2::text, $3::text, $4::text)
    RETURNING business, customer_id
), limited AS (
    UPDATE revocations AS v
       SET revoked_at = now()
      FROM added AS a
     WHERE v.business = a.business
       AND v.kind = 'customer'
       AND v.subject = a.customer_id
       AND v.revoked_at > now()
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id)
    SELECT a.business, 'cli', 'customer.added', a.customer_id
      FROM added AS a
)
SELECT customer_id
  FROM added
