-- A customer by login, for signing in: through the view, which may stand for
-- an operator's own table.
SELECT v.customer_id,
       v.login,
       v.password_hash,
       v.is_locked,
       '' AS created_at
  FROM customer_by_login AS v
 WHERE v.business = $1::text
   AND v.login = lower($2::text)
