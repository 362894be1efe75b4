-- What has been applied, for comparing with what the binary carries.
SELECT version,
       name,
       sha256,
       to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           AS applied_at
  FROM schema_migrations
 ORDER BY version
