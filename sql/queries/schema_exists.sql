-- Has this database been migrated at all?
SELECT to_regclass('schema_migrations') IS NOT NULL AS is_there
