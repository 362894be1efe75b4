-- The hosted callback: take the code, and with it end the sign-in that was
-- announced under the state that the code was got under; tie the opaque ID to
-- the customer; tell the webhooks. All of it at once or none of it.
--
-- Of two callbacks at once with one code, one update finds taken_at empty; of
-- two with a code each, the second waits for the sign-in's row and then finds
-- it no longer pending. An opaque ID that belongs to another customer is left
-- to them, and the sign-in has failed.
WITH code AS (
    UPDATE codes AS c
       SET taken_at = now()
     WHERE c.day IN (ambauth_today() - 1, ambauth_today())
       AND c.code_sha256 = $1::bytea
       AND c.taken_at IS NULL
       AND c.expires_at > now()
       AND c.redirect_uri = $3::text
       AND c.state_sha256 = $2::bytea
       AND c.code_challenge IS NULL
    RETURNING c.client_id, c.customer_id, c.auth_time
), due AS (
    SELECT s.day, s.business, s.client_id, s.opaque_id, c.customer_id,
           c.auth_time,
           coalesce(
               (SELECT true
                  FROM revocations AS v
                 WHERE v.business = s.business
                   AND v.kind = 'customer'
                   AND v.subject = c.customer_id
                   AND v.revoked_at >= c.auth_time),
               (SELECT true
                  FROM revocations AS v
                 WHERE v.business = s.business
                   AND v.kind = 'client'
                   AND v.subject = c.client_id
                   AND v.revoked_at >= c.auth_time),
               false) AS is_revoked
      FROM code AS c
      JOIN sign_ins AS s ON s.client_id = c.client_id
     WHERE s.day IN (ambauth_today() - 1, ambauth_today())
       AND s.state_sha256 = $2::bytea
       AND s.status = 'pending'
       AND s.expires_at > now()
       FOR UPDATE OF s
), put AS (
    INSERT INTO links AS l (business, opaque_id, customer_id, last_sign_in_at)
    SELECT d.business, d.opaque_id, d.customer_id, d.auth_time
      FROM due AS d
     WHERE NOT d.is_revoked
        ON CONFLICT (business, opaque_id) DO UPDATE
       SET last_sign_in_at = greatest(l.last_sign_in_at,
               excluded.last_sign_in_at),
           last_put = 'existed'
     WHERE l.customer_id = excluded.customer_id
    RETURNING l.last_put
), ended AS (
    UPDATE sign_ins AS s
       SET status = CASE WHEN EXISTS (SELECT FROM put) THEN 'success'
               ELSE 'failure' END,
           customer_id = CASE WHEN EXISTS (SELECT FROM put)
               THEN d.customer_id END,
           error = CASE WHEN EXISTS (SELECT FROM put) THEN NULL
               WHEN d.is_revoked THEN 'revoked'
               ELSE 'linked_to_another_customer' END,
           ended_at = now()
      FROM due AS d
     WHERE s.day IN (ambauth_today() - 1, ambauth_today())
       AND s.day = d.day
       AND s.state_sha256 = $2::bytea
       AND s.client_id = d.client_id
    RETURNING s.business, s.client_id, s.opaque_id, s.status, s.customer_id,
        s.error
), told AS (
    INSERT INTO outbox (client_id, type, data, traceparent)
    SELECT w.client_id, 'link.created', json_build_object(
               'opaque_id', e.opaque_id, 'customer_id', e.customer_id),
           $5::text
      FROM ended AS e
      JOIN put AS p ON p.last_put = 'created'
      JOIN webhooks AS w ON w.business = e.business
     UNION ALL
    SELECT w.client_id, 'sign_in.succeeded', json_build_object(
               'state', $4::text, 'opaque_id', e.opaque_id,
               'customer_id', e.customer_id),
           $5::text
      FROM ended AS e
      JOIN webhooks AS w ON w.client_id = e.client_id
     WHERE e.status = 'success'
     UNION ALL
    SELECT w.client_id, 'sign_in.failed', json_build_object(
               'state', $4::text, 'opaque_id', e.opaque_id,
               'status', e.status, 'error', e.error),
           $5::text
      FROM ended AS e
      JOIN webhooks AS w ON w.client_id = e.client_id
     WHERE e.status <> 'success'
)
SELECT coalesce((SELECT coalesce(e.error, e.status) FROM ended AS e),
           CASE WHEN EXISTS (SELECT FROM code) THEN 'no_sign_in'
           ELSE 'no_code' END) AS outcome,
       (SELECT p.last_put FROM put AS p) AS link
