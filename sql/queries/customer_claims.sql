-- What is known of a customer, for user info: through the view, which may
-- stand for an operator's own table.
SELECT v.claims
  FROM customer_by_login AS v
 WHERE v.business = $1::text
   AND v.customer_id = $2::text
