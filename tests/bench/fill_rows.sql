-- The rows, as commands: what takes longest first. A table that was truncated
-- by the same transaction is written past the log where the cluster allows.

-- An opaque ID follows from its number n; a customer has three on average.
SELECT format('TRUNCATE links; INSERT INTO links (business, opaque_id,'
    ' customer_id, linked_at, last_sign_in_at) SELECT ''default'','
    ' ''urn:mbid:AQAAY'' || translate(encode(sha256(int8send(n))'
    ' || sha256(int8send(-n)), ''base64''), E''\n'', ''''),'
    ' ''user'' || 1 + n %% %s, at, at'
    ' FROM (SELECT n, now() - random() * interval ''900 days'' AS at'
    ' FROM generate_series(1::bigint, %s) AS n) AS s',
    :customers, :links);

SELECT format('TRUNCATE customers; INSERT INTO customers (business,'
    ' customer_id, login, password_hash, created_at, claims)'
    ' SELECT ''default'', ''user'' || n, ''user'' || n, %L,'
    ' now() - random() * interval ''900 days'','
    ' jsonb_build_object(''name'', ''User '' || n)'
    ' FROM generate_series(1::bigint, %s) AS n',
    :'hash', :customers);

-- One customer in a hundred has changed the password.
SELECT format('INSERT INTO revocations (business, kind, subject, revoked_at)'
    ' SELECT ''default'', ''customer'', ''user'' || n * 100,'
    ' now() - random() * interval ''100 days'''
    ' FROM generate_series(1, %s / 100) AS n'
    ' ON CONFLICT DO NOTHING', :customers);

-- Partitions begin at multiples of their width since 1970.
WITH days AS (
    SELECT r.table_name, r.span_days,
           d.day,
           CASE r.table_name
               WHEN 'refresh_tokens' THEN :grants / 10.0
               ELSE :grants
           END / k.keep_days AS rows,
           date '1970-01-01' + (d.day - date '1970-01-01') / r.span_days
               * r.span_days AS first
      FROM retention AS r
      JOIN retention AS k ON k.table_name = 'grants'
     CROSS JOIN LATERAL (
           SELECT ambauth_today() - b.back AS day
             FROM generate_series(0, r.keep_days - 1) AS b (back)) AS d
     WHERE r.table_name IN ('grants', 'refresh_tokens', 'codes')
), parts AS (
    SELECT table_name, first, min(day) AS since, count(day) AS days,
           round(sum(rows))::bigint AS rows
      FROM days
     GROUP BY table_name, first
), sources (table_name, columns, source) AS (VALUES
    ('grants', 'day, client_id, business, customer_id, scope, auth_time,'
        ' expires_at',
     'day, ''%1$s'', ''default'', ''user'' || 1 + (random() * %2$s)::bigint,'
        ' ''openid profile'', day + random() * interval ''1 day'','
        ' day + interval ''1 day'''),
    ('refresh_tokens', 'day, token_sha256, grant_id, created_at, expires_at',
     'day, sha256(int8send(n)), gen_random_uuid(), day, day + 30'),
    ('codes', 'day, code_sha256, client_id, business, customer_id,'
        ' redirect_uri, scope, code_challenge, auth_time, expires_at',
     'day, sha256(int8send(n)), ''%1$s'', ''default'','
        ' ''user'' || 1 + (random() * %2$s)::bigint,'
        ' ''https://msp.example/callback'', ''openid profile'','
        ' ''E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'','
        ' now() - interval ''1 hour'', now() - interval ''59 minutes''')
)
SELECT format('SELECT fill_partition(%L, %L, %L, %s, %s, %L, %L)',
           p.table_name, p.first, p.since, p.days, p.rows, s.columns,
           format(s.source, coalesce((SELECT min(c.client_id)
               FROM clients AS c), 'client'), :customers - 1))
  FROM parts AS p
  JOIN sources AS s ON s.table_name = p.table_name
 ORDER BY p.rows DESC;
