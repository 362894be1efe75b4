-- Keys that sign tokens, sealed under the master key, which is not here.
-- A key is published before signs_from and until published_until.

CREATE TABLE signing_keys (
    kid             text PRIMARY KEY,
    -- 1, 2, 3, …: of two nodes that make the next key at once, one wins.
    generation      integer NOT NULL UNIQUE CHECK (generation > 0),
    alg             text NOT NULL,
    sealed          bytea NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    signs_from      timestamptz NOT NULL DEFAULT now(),
    signs_until     timestamptz,
    published_until timestamptz
);
