-- Take out what would give a customer the login of another.
WITH taken AS (
    DELETE FROM customer_import AS s
     USING customers AS c
     WHERE c.business = $1::text
       AND lower(c.login) = lower(s.login)
       AND c.customer_id <> s.customer_id
    RETURNING s.line
)
SELECT line,
       'the login belongs to another customer' AS why
  FROM taken
 ORDER BY line
