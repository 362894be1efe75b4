-- The first key of its algorithm. Of two nodes that try at once, one gets
-- generation 1.
INSERT INTO signing_keys (kid, generation, alg, sealed)
SELECT $1::text, 1, $2::text, $3::bytea
 WHERE NOT EXISTS (
       SELECT FROM signing_keys AS k
        WHERE k.alg = $2::text)
    ON CONFLICT DO NOTHING
RETURNING kid
