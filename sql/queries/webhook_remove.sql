-- Tell a client no more, not even what waits.
WITH gone AS (
    DELETE FROM webhooks AS w
     WHERE w.client_id = $1::text
    RETURNING w.client_id, w.business
), dropped AS (
    DELETE FROM outbox AS o
     USING gone AS g
     WHERE o.client_id = g.client_id
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT g.business, 'cli', 'webhook.removed',
           jsonb_build_object('client_id', g.client_id)
      FROM gone AS g
)
SELECT client_id
  FROM gone
