-- A page of customers in the order of their IDs, after one of them.
SELECT c.customer_id,
       c.login,
       c.password_hash,
       c.locked_at IS NOT NULL AS is_locked,
       to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS created_at,
       0 AS read_at,
       '' AS epoch
  FROM customers AS c
 WHERE c.business = $1::text
   AND c.customer_id > $2::text
 ORDER BY c.customer_id
 LIMIT $3::integer
