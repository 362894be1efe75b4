-- Before a fill: are the tables empty? Then remember the keys of those that
-- are not partitioned, and take them off; and make the functions that fill.
BEGIN;

DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY['customers', 'links', 'grants',
        'refresh_tokens', 'codes']
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF has_rows THEN
            RAISE EXCEPTION 'the table % has rows', name;
        END IF;
    END LOOP;
END
$$;

CREATE TABLE fill_keys (
    table_name text NOT NULL,
    taken_off  text NOT NULL,
    put_back   text NOT NULL
);

INSERT INTO fill_keys (table_name, taken_off, put_back)
SELECT t.relname,
       CASE WHEN c.oid IS NULL THEN format('DROP INDEX %I', i.relname)
            ELSE format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname,
                c.conname) END,
       CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.oid)
            ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname,
                c.conname, pg_get_constraintdef(c.oid)) END
  FROM pg_index AS x
  JOIN pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_class AS t ON t.oid = x.indrelid
  LEFT JOIN pg_constraint AS c ON c.conindid = i.oid AND c.contype IN ('p', 'u')
 WHERE t.oid IN ('customers'::regclass, 'links'::regclass);

DO $$
DECLARE
    taken record;
BEGIN
    FOR taken IN SELECT k.taken_off FROM fill_keys AS k LOOP
        EXECUTE taken.taken_off;
    END LOOP;
END
$$;

-- One partition, filled before it is attached. It begins with a day and has
-- rows from another on, for so many days; source is what the columns are made
-- of, from the row's number n and its day.
CREATE FUNCTION fill_partition(parent text, first date, since date,
    days integer, rows bigint, columns text, source text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    part CONSTANT text := parent || to_char(first, '_YYYYMMDD');
    key text;
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', part);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)'
        ' WITH (fillfactor = %s, autovacuum_vacuum_threshold = 10000,'
        ' autovacuum_analyze_threshold = 10000)', part, parent,
        (SELECT r.fill_factor FROM retention AS r
          WHERE r.table_name = parent));
    EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM (SELECT n,'
        ' %L::date + (n * %s / %s)::integer AS day'
        ' FROM generate_series(0, %s) AS n) AS s', part, columns, source,
        since, days, greatest(rows, 1), rows - 1);
    FOR key IN
        SELECT pg_get_constraintdef(c.oid)
          FROM pg_constraint AS c
         WHERE c.conrelid = parent::regclass
           AND c.contype = 'p'
    LOOP
        EXECUTE format('ALTER TABLE %I ADD %s', part, key);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I'
        ' FOR VALUES FROM (%L) TO (%L)', parent, part, first,
        first + (SELECT r.span_days FROM retention AS r
                  WHERE r.table_name = parent));
END
$$;

COMMIT;
