-- Keys to publish; of an algorithm, the one that signs now first.
SELECT k.kid,
       k.alg,
       k.sealed,
       k.signs_from <= now() AND coalesce(k.signs_until > now(), true)
           AND row_number() OVER by_turn = 1 AS is_signing,
       greatest(floor(extract(epoch FROM now() - k.signs_from)), 0)::bigint
           AS age
  FROM signing_keys AS k
 WHERE coalesce(k.published_until > now(), true)
WINDOW by_turn AS (
       PARTITION BY k.alg
           ORDER BY k.signs_from <= now()
                    AND coalesce(k.signs_until > now(), true) DESC,
                    k.signs_from DESC, k.generation DESC)
 ORDER BY k.alg, row_number() OVER by_turn
