-- Grants that stand: not revoked, not run out, and neither the client nor the
-- customer revoked as a whole since the sign-in. A revocation is asked for as a
-- value, which is found by its key; NOT EXISTS would be a join, planned to read
-- all while there are few.
CREATE VIEW standing_grants AS
SELECT g.day,
       g.grant_id,
       g.client_id,
       g.business,
       g.customer_id,
       g.scope,
       g.auth_time,
       g.response_key
  FROM grants AS g
 WHERE g.revoked_at IS NULL
   AND g.expires_at > now()
   AND (SELECT true
          FROM revocations AS v
         WHERE v.business = g.business
           AND v.kind = 'customer'
           AND v.subject = g.customer_id
           AND v.revoked_at >= g.auth_time) IS NULL
   AND (SELECT true
          FROM revocations AS v
         WHERE v.business = g.business
           AND v.kind = 'client'
           AND v.subject = g.client_id
           AND v.revoked_at >= g.auth_time) IS NULL;
