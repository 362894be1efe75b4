-- A new client with its redirect URIs. Lists come as space-separated text.
WITH added AS (
    INSERT INTO clients (client_id, business, name, auth_methods, grant_types,
        secret_sha256, is_apple_device, is_pkce_required,
        is_access_token_encrypted, access_token_seconds, scopes, response_keys,
        id_token_signed_response_alg, profile)
    VALUES ($1::text, $2::text, $3::text,
        string_to_array($4::text, ' '), string_to_array($5::text, ' '),
        $6::bytea, $7::boolean, $8::boolean, $9::boolean,
        nullif($10::integer, 0),
        string_to_array($11::text, ' '), string_to_array($12::text, ' '),
        coalesce(nullif($14::text, ''), 'ES256'),
        nullif($15::text, ''))
    RETURNING client_id, business
), uris AS (
    INSERT INTO redirect_uris (client_id, redirect_uri)
    SELECT DISTINCT a.client_id, u.uri
      FROM added AS a,
           unnest(string_to_array($13::text, ' ')) AS u (uri)
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT a.business, 'cli', 'client.added',
           jsonb_build_object('client_id', a.client_id)
      FROM added AS a
)
SELECT client_id
  FROM added
