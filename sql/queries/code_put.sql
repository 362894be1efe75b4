-- Keep codes, one for each asker, for $10 seconds. A sign-in is as old as the
-- reading of the hash that it was judged by ($12, microseconds since 1970):
-- what revoked the customer in between counts.
INSERT INTO codes (code_sha256, client_id, business, customer_id,
    redirect_uri, scope, nonce, code_challenge, response_key, expires_at,
    state_sha256, auth_time)
SELECT ask.code_sha256, ask.client_id, ask.business, ask.customer_id,
       ask.redirect_uri, ask.scope, ask.nonce, ask.code_challenge,
       ask.response_key, now() + make_interval(secs => $10::integer),
       ask.state_sha256,
       coalesce(timestamptz 'epoch'
           + ask.read_at::bigint * interval '1 microsecond', now())
  FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[],
           $6::text[], $7::text[], $8::text[], $9::bytea[], $11::bytea[],
           $12::text[])
       AS ask (code_sha256, client_id, business, customer_id, redirect_uri,
           scope, nonce, code_challenge, response_key, state_sha256, read_at)
