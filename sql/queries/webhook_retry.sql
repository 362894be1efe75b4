-- Send what waits or has failed once more, now, and again for a day.
WITH rested AS (
    UPDATE webhooks AS w
       SET next_at = now(),
           failures = 0
     WHERE w.client_id = $1::text
    RETURNING w.client_id
), again AS (
    UPDATE outbox AS o
       SET status = 'pending',
           since = now(),
           due_at = now(),
           attempts = 0,
           lease = NULL
      FROM rested AS r
     WHERE o.client_id = r.client_id
       AND o.status IN ('pending', 'failed')
    RETURNING o.event_id
)
SELECT (SELECT count(a.event_id) FROM again AS a) AS events
  FROM rested
