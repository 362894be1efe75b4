-- Change how a client's page looks: NULL leaves a value as it is, what is
-- empty takes it away. No row: there is no such client.
WITH put AS (
    INSERT INTO client_brands AS b (client_id, name, accent, accent_dark,
        help_url, privacy_url, forgot_url, logo, logo_type, logo_width,
        logo_height)
    SELECT c.client_id, nullif($2::text, ''), nullif($3::text, ''),
           nullif($4::text, ''), nullif($5::text, ''), nullif($6::text, ''),
           nullif($7::text, ''), nullif($8::bytea, ''::bytea),
           nullif($9::text, ''), nullif($10::integer, 0),
           nullif($11::integer, 0)
      FROM clients AS c
     WHERE c.client_id = $1::text
        ON CONFLICT (client_id) DO UPDATE
       SET name = CASE WHEN $2::text IS NULL THEN b.name
                       ELSE excluded.name END,
           accent = CASE WHEN $3::text IS NULL THEN b.accent
                         ELSE excluded.accent END,
           accent_dark = CASE WHEN $4::text IS NULL THEN b.accent_dark
                              ELSE excluded.accent_dark END,
           help_url = CASE WHEN $5::text IS NULL THEN b.help_url
                           ELSE excluded.help_url END,
           privacy_url = CASE WHEN $6::text IS NULL THEN b.privacy_url
                              ELSE excluded.privacy_url END,
           forgot_url = CASE WHEN $7::text IS NULL THEN b.forgot_url
                             ELSE excluded.forgot_url END,
           logo = CASE WHEN $8::bytea IS NULL THEN b.logo
                       ELSE excluded.logo END,
           logo_type = CASE WHEN $8::bytea IS NULL THEN b.logo_type
                            ELSE excluded.logo_type END,
           logo_width = CASE WHEN $8::bytea IS NULL THEN b.logo_width
                             ELSE excluded.logo_width END,
           logo_height = CASE WHEN $8::bytea IS NULL THEN b.logo_height
                              ELSE excluded.logo_height END,
           changed_at = now()
    RETURNING client_id
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT c.business, 'cli', 'client.branded',
           jsonb_build_object('client_id', c.client_id)
      FROM put AS p
      JOIN clients AS c ON c.client_id = p.client_id
)
SELECT client_id
  FROM put
