-- Revoke a grant, for the client that holds it; once more does no harm.
UPDATE grants AS g
   SET revoked_at = coalesce(g.revoked_at, now())
 WHERE g.day = date '1970-01-01' + $1::integer
   AND g.grant_id = $2::uuid
   AND g.client_id = $3::text
RETURNING g.grant_id
