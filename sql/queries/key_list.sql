-- Keys to publish, the one that signs now first.
SELECT k.kid,
       k.alg,
       k.sealed,
       k.signs_from <= now() AND coalesce(k.signs_until > now(), true)
           AS is_signing
  FROM signing_keys AS k
 WHERE coalesce(k.published_until > now(), true)
 ORDER BY is_signing DESC, k.signs_from DESC, k.generation DESC
