-- How an announced sign-in stands, for the client that announced it.
SELECT CASE WHEN s.status = 'pending' AND s.expires_at <= now() THEN 'expired'
            ELSE s.status
       END AS status,
       s.opaque_id,
       s.customer_id,
       s.error,
       to_char(s.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS expires_at,
       to_char(s.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS ended_at
  FROM sign_ins AS s
 WHERE s.day IN (ambauth_today() - 1, ambauth_today())
   AND s.state_sha256 = $1::bytea
   AND s.client_id = $2::text
