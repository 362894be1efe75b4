-- A better hash of the same password, unless it was changed meanwhile. Nothing
-- happens for customers of an operator's own table.
UPDATE customers AS c
   SET password_hash = $4::text
 WHERE c.business = $1::text
   AND c.customer_id = $2::text
   AND c.password_hash = $3::text
RETURNING c.customer_id
