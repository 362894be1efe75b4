-- Login, hash, and claims where they are told, of the customers who are known
-- already; how many changed.
WITH changed AS (
    UPDATE customers AS c
       SET login = s.login,
           password_hash = s.password_hash,
           claims = coalesce(s.claims, c.claims)
      FROM customer_import AS s
     WHERE c.business = $1::text
       AND c.customer_id = s.customer_id
       AND (c.login, c.password_hash, c.claims)
           IS DISTINCT FROM (s.login, s.password_hash,
               coalesce(s.claims, c.claims))
    RETURNING c.customer_id
)
SELECT count(customer_id) AS changed
  FROM changed
