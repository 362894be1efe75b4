-- The newest migration that this database has.
SELECT coalesce(max(version), 0)::integer AS version
  FROM schema_migrations
