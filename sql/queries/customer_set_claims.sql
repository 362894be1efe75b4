-- Other claims about a customer, in place of all that were there.
WITH changed AS (
    UPDATE customers AS c
       SET claims = $3::jsonb
     WHERE c.business = $1::text
       AND c.customer_id = $2::text
    RETURNING c.business, c.customer_id
), audited AS (
    INSERT INTO audit (business, actor, event, customer_id)
    SELECT c.business, 'cli', 'customer.claims_set', c.customer_id
      FROM changed AS c
)
SELECT customer_id
  FROM changed
