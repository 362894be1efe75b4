-- A client's page looks as the service's settings have it again. No row:
-- there is no such client.
WITH cleared AS (
    DELETE FROM client_brands
     WHERE client_id = $1::text
    RETURNING client_id
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT c.business, 'cli', 'client.branded',
           jsonb_build_object('client_id', c.client_id)
      FROM cleared AS d
      JOIN clients AS c ON c.client_id = d.client_id
)
SELECT c.client_id
  FROM clients AS c
 WHERE c.client_id = $1::text
