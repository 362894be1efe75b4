-- Take out what the file says twice; the first line of each stands.
WITH ranked AS (
    SELECT s.ctid AS place,
           s.line,
           first_value(s.line) OVER same_id AS id_line,
           first_value(s.line) OVER same_login AS login_line
      FROM customer_import AS s
    WINDOW same_id AS (PARTITION BY s.customer_id ORDER BY s.line),
           same_login AS (PARTITION BY lower(s.login) ORDER BY s.line)
), repeated AS (
    DELETE FROM customer_import AS s
     USING ranked AS r
     WHERE s.ctid = r.place
       AND (r.id_line < r.line OR r.login_line < r.line)
    RETURNING r.line, r.id_line, r.login_line
)
SELECT line,
       CASE WHEN id_line < line
           THEN 'the customer id is already on line ' || id_line
           ELSE 'the login is already on line ' || login_line
       END AS why
  FROM repeated
 ORDER BY line
