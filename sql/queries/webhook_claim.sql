-- One event to send, and with it its webhook for $1 seconds: so that a client
-- is told one thing at a time, whichever node does it, and a node that dies
-- holds nothing up for long. What is looked for comes as a value and not from a
-- join, which would be planned to read all while there is little.
WITH hook AS (
    SELECT w.client_id, w.url, w.sealed
      FROM webhooks AS w
      JOIN clients AS c ON c.client_id = w.client_id
     WHERE w.next_at <= now()
       AND c.disabled_at IS NULL
       AND (SELECT true
              FROM outbox AS o
             WHERE o.client_id = w.client_id
               AND o.status = 'pending'
               AND o.due_at <= now()
             LIMIT 1)
     ORDER BY w.next_at
     LIMIT 1
       FOR UPDATE OF w SKIP LOCKED
), event AS (
    SELECT o.day, o.event_id
      FROM outbox AS o
     WHERE o.client_id = (SELECT h.client_id FROM hook AS h)
       AND o.status = 'pending'
       AND o.due_at <= now()
     ORDER BY o.due_at
     LIMIT 1
), leased AS (
    UPDATE webhooks AS w
       SET next_at = now() + make_interval(secs => $1::integer)
      FROM hook AS h
     WHERE w.client_id = h.client_id
), tried AS (
    UPDATE outbox AS o
       SET attempts = o.attempts + 1,
           lease = gen_random_uuid()
     WHERE o.day = (SELECT e.day FROM event AS e)
       AND o.event_id = (SELECT e.event_id FROM event AS e)
    RETURNING o.day, o.event_id, o.lease, o.traceparent, o.type, o.created_at,
        o.data
)
SELECT h.client_id,
       h.url,
       h.sealed,
       t.day - date '1970-01-01' AS day,
       t.event_id,
       t.lease,
       t.traceparent,
       json_build_object('id', t.event_id, 'type', t.type, 'created_at',
           to_char(t.created_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'data', t.data)::text AS body
  FROM hook AS h, tried AS t
