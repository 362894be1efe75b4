-- How an attempt ended, if it is still ours: delivered; or to be tried again
-- after a while; or given up, when the day of retries is over by then. Only an
-- event that is pending has a lease.
WITH settled AS (
    UPDATE outbox AS o
       SET status = CASE WHEN $4::boolean THEN 'delivered'
               WHEN now() + w.wait > o.since + interval '1 day' THEN 'failed'
               ELSE 'pending' END,
           due_at = now() + w.wait,
           lease = NULL
      FROM (SELECT e.day, e.event_id, ambauth_backoff(e.attempts) AS wait
              FROM outbox AS e
             WHERE e.day = date '1970-01-01' + $1::integer
               AND e.event_id = $2::uuid) AS w
     WHERE o.day = date '1970-01-01' + $1::integer
       AND o.event_id = $2::uuid
       AND o.lease = $3::uuid
    RETURNING o.client_id, o.status
), rested AS (
    UPDATE webhooks AS w
       SET next_at = CASE WHEN $4::boolean THEN now() ELSE now()
               + least(ambauth_backoff(w.failures + 1), interval '5 minutes')
               END,
           failures = CASE WHEN $4::boolean THEN 0 ELSE w.failures + 1 END,
           last_error = CASE WHEN NOT $4::boolean THEN $5::text END
      FROM settled AS s
     WHERE w.client_id = s.client_id
)
SELECT status
  FROM settled
