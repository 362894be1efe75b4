-- ID tokens as RS256 for clients that know nothing newer (RFC 7591 2), signed
-- with a key of their own: keys have their generations by algorithm.

ALTER TABLE clients
    ADD COLUMN id_token_signed_response_alg text NOT NULL DEFAULT 'ES256'
        CHECK (id_token_signed_response_alg IN ('ES256', 'RS256'));

ALTER TABLE signing_keys
    DROP CONSTRAINT signing_keys_generation_key,
    ADD CONSTRAINT signing_keys_alg_generation_key UNIQUE (alg, generation);

-- An import may bring claims; without, those that are there stay.
ALTER TABLE customer_import
    ADD COLUMN claims jsonb;
