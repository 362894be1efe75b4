-- The hosted callback was brought an error instead of a code: the announced
-- sign-in ends as $2. An error names no client, so it ends nothing if two
-- clients wait under this state.
WITH due AS (
    SELECT s.day, s.client_id
      FROM sign_ins AS s
     WHERE s.day IN (ambauth_today() - 1, ambauth_today())
       AND s.state_sha256 = $1::bytea
       AND s.status = 'pending'
       AND s.expires_at > now()
       FOR UPDATE
), ended AS (
    UPDATE sign_ins AS s
       SET status = $2::text,
           error = $3::text,
           ended_at = now()
      FROM due AS d
     WHERE s.day IN (ambauth_today() - 1, ambauth_today())
       AND s.day = d.day
       AND s.state_sha256 = $1::bytea
       AND s.client_id = d.client_id
       AND (SELECT count(a.day) FROM due AS a) = 1
    RETURNING s.client_id, s.opaque_id, s.status, s.error
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, 'sign_in.failed', json_build_object(
               'state', $4::text, 'opaque_id', e.opaque_id,
               'status', e.status, 'error', e.error),
           $5::text
      FROM ended AS e
      JOIN webhooks AS w ON w.client_id = e.client_id
)
SELECT status
  FROM ended
