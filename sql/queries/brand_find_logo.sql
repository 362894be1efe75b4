-- The same with the logo, in base64 (RFC 4648 4) on one line.
SELECT b.name,
       b.accent,
       b.accent_dark,
       b.help_url,
       b.privacy_url,
       b.forgot_url,
       b.logo_type,
       encode(b.logo_sha256, 'hex') AS logo_digest,
       coalesce(b.logo_width, 0) AS logo_width,
       coalesce(b.logo_height, 0) AS logo_height,
       translate(encode(b.logo, 'base64'), E'\n', '') AS logo
  FROM client_brands AS b
 WHERE b.client_id = $1::text
