-- The opaque IDs of a customer. The columns are those of link_find.
SELECT l.opaque_id,
       l.customer_id,
       to_char(l.linked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS linked_at,
       to_char(l.last_sign_in_at AT TIME ZONE 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_sign_in_at
  FROM links AS l
 WHERE l.business = $1::text
   AND l.customer_id = $2::text
 ORDER BY l.opaque_id
