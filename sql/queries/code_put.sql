-- Keep a code for $10 seconds; the sign-in is now.
INSERT INTO codes (code_sha256, client_id, business, customer_id,
    redirect_uri, scope, nonce, code_challenge, response_key, expires_at,
    state_sha256)
VALUES ($1::bytea, $2::text, $3::text, $4::text,
    $5::text, $6::text, $7::text, $8::text, $9::bytea,
    now() + make_interval(secs => $10::integer), $11::bytea)
RETURNING day
