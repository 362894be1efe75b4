-- How much waits in the outbox, counted up to 10000 so that a backlog makes
-- nothing slower, and for how many seconds the oldest of it has waited. Older
-- days are looked at first.
SELECT count(o.since) AS pending,
       coalesce(floor(extract(epoch FROM now() - min(o.since))), 0)::bigint
           AS oldest
  FROM (SELECT p.since
          FROM outbox AS p
         WHERE p.status = 'pending'
         LIMIT 10000) AS o
