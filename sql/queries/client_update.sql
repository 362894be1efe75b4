-- Change a client, all of it or nothing: NULL and empty lists leave a value as
-- it is. No row: there is no such client.
--
-- The redirect URIs are those of the statement's beginning, so of two changes
-- at once the one that had to wait is refused; together they might remove the
-- last. Enabling ends what disabling began, but no sign-in from before counts.
WITH seen AS (
    SELECT c.xmin AS version
      FROM clients AS c
     WHERE c.client_id = $1::text
), target AS (
    SELECT c.client_id, c.business, c.secret_sha256, c.response_keys,
           c.xmin AS version
      FROM clients AS c
     WHERE c.client_id = $1::text
       FOR UPDATE
), had AS (
    SELECT r.redirect_uri AS uri
      FROM redirect_uris AS r
     WHERE r.client_id = $1::text
), uris AS (
    SELECT h.uri
      FROM had AS h
     WHERE h.uri <> ALL (string_to_array($10::text, ' '))
     UNION
    SELECT a.uri
      FROM unnest(string_to_array($9::text, ' ')) AS a (uri)
), keys AS (
    SELECT k.key
      FROM target AS t,
           unnest(t.response_keys) AS k (key)
     WHERE k.key <> ALL (string_to_array($12::text, ' '))
     UNION
    SELECT a.key
      FROM unnest(string_to_array($11::text, ' ')) AS a (key)
), judged AS (
    SELECT t.client_id,
           CASE WHEN t.version <> s.version
               THEN 'changed_meanwhile'
           WHEN NOT string_to_array($10::text, ' ')
               <@ ARRAY(SELECT h.uri FROM had AS h)
               THEN 'redirect_uri_unknown'
           WHEN NOT EXISTS (SELECT FROM uris)
               THEN 'redirect_uri_last'
           WHEN (SELECT octet_length(string_agg(u.uri, ' ')) FROM uris AS u)
               > $14::integer
               THEN 'redirect_uris_long'
           WHEN NOT string_to_array($12::text, ' ') <@ t.response_keys
               THEN 'response_key_unknown'
           WHEN (SELECT octet_length(string_agg(k.key, ' ')) FROM keys AS k)
               > $15::integer
               THEN 'response_keys_long'
           WHEN t.secret_sha256 IS NOT NULL AND $3::text = 'none'
               THEN 'secret_unused'
           WHEN t.secret_sha256 IS NULL AND $3::text <> 'none'
               THEN 'secret_missing'
           END AS refusal
      FROM target AS t
     CROSS JOIN seen AS s
), changed AS (
    UPDATE clients AS c
       SET name = coalesce($2::text, c.name),
           auth_methods = coalesce(string_to_array($3::text, ' '),
               c.auth_methods),
           grant_types = coalesce(string_to_array($4::text, ' '),
               c.grant_types),
           is_pkce_required = coalesce($5::boolean, c.is_pkce_required),
           is_access_token_encrypted = coalesce($6::boolean,
               c.is_access_token_encrypted),
           access_token_seconds = CASE WHEN $7::integer IS NULL
               THEN c.access_token_seconds ELSE nullif($7::integer, 0) END,
           scopes = coalesce(string_to_array($8::text, ' '), c.scopes),
           response_keys = ARRAY(SELECT k.key FROM keys AS k ORDER BY k.key),
           disabled_at = CASE WHEN NOT $13::boolean THEN c.disabled_at END
      FROM judged AS j
     WHERE c.client_id = j.client_id
       AND j.refusal IS NULL
    RETURNING c.client_id, c.business
), dropped AS (
    DELETE FROM redirect_uris AS r
     USING changed AS c
     WHERE r.client_id = c.client_id
       AND r.redirect_uri NOT IN (SELECT u.uri FROM uris AS u)
), put AS (
    INSERT INTO redirect_uris (client_id, redirect_uri)
    SELECT c.client_id, u.uri
      FROM changed AS c
     CROSS JOIN uris AS u
        ON CONFLICT (client_id, redirect_uri) DO NOTHING
), enabled AS (
    UPDATE revocations AS v
       SET revoked_at = now()
      FROM changed AS c
     WHERE $13::boolean
       AND v.business = c.business
       AND v.kind = 'client'
       AND v.subject = c.client_id
       AND v.revoked_at > now()
), audited AS (
    INSERT INTO audit (business, actor, event, detail)
    SELECT c.business, 'cli', 'client.updated',
           jsonb_strip_nulls(jsonb_build_object(
               'client_id', c.client_id,
               'name', $2::text,
               'auth_methods', $3::text,
               'grant_types', $4::text,
               'pkce_required', $5::boolean,
               'access_token_encrypted', $6::boolean,
               'access_token_seconds', $7::integer,
               'scopes', $8::text,
               'redirect_uris_added', nullif($9::text, ''),
               'redirect_uris_removed', nullif($10::text, ''),
               'response_keys_added', nullif($11::text, ''),
               'response_keys_removed', nullif($12::text, ''),
               'enabled', nullif($13::boolean, false)))
      FROM changed AS c
)
SELECT j.client_id,
       j.refusal
  FROM judged AS j
