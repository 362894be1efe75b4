-- Where a client wants to be told, in place of where it was told before.
WITH kept AS (
    INSERT INTO webhooks AS w (client_id, business, url, sealed)
    SELECT c.client_id, c.business, $2::text, $3::bytea
      FROM clients AS c
     WHERE c.client_id = $1::text
        ON CONFLICT (client_id) DO UPDATE
       SET url = excluded.url,
           sealed = excluded.sealed,
           created_at = now(),
           next_at = now(),
           failures = 0,
           last_error = NULL
    RETURNING w.client_id, w.business
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT k.business, 'cli', 'webhook.set',
           jsonb_build_object('client_id', k.client_id, 'url', $2::text)
      FROM kept AS k
)
SELECT client_id
  FROM kept
