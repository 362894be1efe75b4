-- The next command of letting go of a partition whose every row is older than
-- keep_days; but none of the tables named in $1. It is marked, detached and
-- dropped, each by itself and outside of any transaction: whoever comes next
-- goes on from where the one before has ended. Detaching waits until nobody
-- uses the parent any more, and nobody waits for that: it holds no lock that
-- reading or writing needs. What an operator has detached has no mark, and
-- stays.
WITH parts AS (
    SELECT r.table_name,
           r.keep_days,
           p.oid::regclass AS parent,
           c.oid::regclass AS part,
           i.inhrelid IS NOT NULL AS is_attached,
           coalesce(i.inhdetachpending, false) AS is_pending,
           coalesce(obj_description(c.oid, 'pg_class')
               = 'ambauth: to be dropped', false) AS is_marked,
           substring(pg_get_expr(c.relpartbound, c.oid)
               FROM ' TO \(''([0-9-]+)''\)')::date AS until
      FROM retention AS r
      JOIN pg_class AS p ON p.oid = to_regclass(quote_ident(r.table_name))
      JOIN pg_class AS c ON c.relnamespace = p.relnamespace
       AND c.relkind = 'r'
       AND c.relname ~ ('^' || r.table_name || '_\d{8}$')
      LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
       AND i.inhparent = p.oid
     WHERE r.table_name <> ALL (string_to_array($1::text, ' '))
)
SELECT table_name,
       CASE WHEN NOT is_attached
           THEN format('DROP TABLE %s', part)
       WHEN is_pending
           THEN format('ALTER TABLE %s DETACH PARTITION %s FINALIZE',
               parent, part)
       WHEN NOT is_marked
           THEN format('COMMENT ON TABLE %s IS %L', part,
               'ambauth: to be dropped')
       ELSE format('ALTER TABLE %s DETACH PARTITION %s CONCURRENTLY',
               parent, part)
       END AS command
  FROM parts
 WHERE is_marked AND (is_pending OR NOT is_attached)
    OR is_attached AND until <= ambauth_today() - keep_days
 ORDER BY is_pending DESC, is_attached, part::text
 LIMIT 1
