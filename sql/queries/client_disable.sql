-- Disable a client, and with it every grant that it holds.
WITH disabled AS (
    UPDATE clients AS c
       SET disabled_at = coalesce(c.disabled_at, now())
     WHERE c.client_id = $1::text
    RETURNING c.client_id, c.business
), revoked AS (
    INSERT INTO revocations (business, kind, subject, revoked_at)
    SELECT d.business, 'client', d.client_id, 'infinity'
      FROM disabled AS d
        ON CONFLICT (business, kind, subject)
        DO UPDATE SET revoked_at = excluded.revoked_at
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT d.business, 'cli', 'client.disabled',
           jsonb_build_object('client_id', d.client_id)
      FROM disabled AS d
)
SELECT client_id
  FROM disabled
