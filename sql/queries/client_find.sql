-- A client by its ID, with its redirect URIs, its brand (without the bytes of
-- the logo), and what it was read under: all of one moment. An old secret is
-- shown only as long as it is good. The first columns are those of client_list,
-- the last those of brand_find.
SELECT c.client_id,
       c.business,
       c.name,
       array_to_string(c.auth_methods, ' ') AS auth_methods,
       array_to_string(c.grant_types, ' ') AS grant_types,
       c.secret_sha256,
       CASE WHEN c.old_secret_until > now() THEN c.old_secret_sha256 END
           AS old_secret_sha256,
       c.is_apple_device,
       c.is_pkce_required,
       c.is_access_token_encrypted,
       c.disabled_at IS NOT NULL AS is_disabled,
       coalesce(c.access_token_seconds, 0) AS access_token_seconds,
       array_to_string(c.scopes, ' ') AS scopes,
       coalesce((SELECT string_agg(r.redirect_uri, ' ' ORDER BY r.redirect_uri)
                   FROM redirect_uris AS r
                  WHERE r.client_id = c.client_id), '') AS redirect_uris,
       array_to_string(c.response_keys, ' ') AS response_keys,
       to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS created_at,
       c.id_token_signed_response_alg,
       c.profile,
       (SELECT e.epoch FROM client_epoch AS e WHERE e.is_only) AS epoch,
       b.client_id IS NOT NULL AS has_brand,
       b.name AS brand_name,
       b.accent,
       b.accent_dark,
       b.help_url,
       b.privacy_url,
       b.forgot_url,
       b.logo_type,
       encode(b.logo_sha256, 'hex') AS logo_digest,
       coalesce(b.logo_width, 0) AS logo_width,
       coalesce(b.logo_height, 0) AS logo_height
  FROM clients AS c
  LEFT JOIN client_brands AS b
    ON b.client_id = c.client_id
 WHERE c.client_id = $1::text
