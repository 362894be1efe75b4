-- All webhooks, with what waits and what could not be delivered.
SELECT w.client_id,
       w.business,
       w.url,
       to_char(w.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS created_at,
       coalesce(o.pending, 0) AS pending,
       coalesce(o.failed, 0) AS failed,
       coalesce(o.delivered, 0) AS delivered,
       to_char(o.oldest AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS oldest_pending,
       w.last_error
  FROM webhooks AS w
  LEFT JOIN (
       SELECT e.client_id,
              count(e.day) FILTER (WHERE e.status = 'pending') AS pending,
              count(e.day) FILTER (WHERE e.status = 'failed') AS failed,
              count(e.day) FILTER (WHERE e.status = 'delivered') AS delivered,
              min(e.created_at) FILTER (WHERE e.status = 'pending') AS oldest
         FROM outbox AS e
        GROUP BY e.client_id) AS o ON o.client_id = w.client_id
 ORDER BY w.business, w.client_id
