-- Announce a sign-in for $5 seconds. No row: this client has used the state
-- within the last days.
INSERT INTO sign_ins (state_sha256, client_id, business, opaque_id, expires_at)
SELECT $1::bytea, $2::text, $3::text, $4::text,
       now() + make_interval(secs => $5::integer)
 WHERE NOT EXISTS (
       SELECT FROM sign_ins AS s
        WHERE s.day = ambauth_today() - 1
          AND s.state_sha256 = $1::bytea
          AND s.client_id = $2::text)
    ON CONFLICT (day, state_sha256, client_id) DO NOTHING
RETURNING day
