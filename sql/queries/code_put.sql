-- Keep a code for $10 seconds. The sign-in is as old as the reading of the hash
-- that it was judged by ($12, microseconds since 1970): what revoked the
-- customer in between counts.
INSERT INTO codes (code_sha256, client_id, business, customer_id,
    redirect_uri, scope, nonce, code_challenge, response_key, expires_at,
    state_sha256, auth_time)
VALUES ($1::bytea, $2::text, $3::text, $4::text,
    $5::text, $6::text, $7::text, $8::text, $9::bytea,
    now() + make_interval(secs => $10::integer), $11::bytea,
    coalesce(timestamptz 'epoch' + $12::bigint * interval '1 microsecond',
        now()))
RETURNING day
