-- Retention: tables that grow by the sign-in are partitioned by day, and a
-- partition whose time is over is dropped whole, never deleted row by row.

-- Today in UTC, whatever time zone a session has: every node and every
-- session must agree on the partition. Plain SQL, so that the planner puts it
-- in line and prunes partitions by it.
CREATE FUNCTION ambauth_today() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (now() AT TIME ZONE 'UTC')::date;

-- An operator may change keep_days at any time. span_days is how many days
-- one partition holds: statements that are not told the day lock every
-- partition, so a table that is kept for long has few and wide ones.
CREATE TABLE retention (
    table_name  text PRIMARY KEY,
    span_days   integer NOT NULL CHECK (span_days BETWEEN 1 AND 366),
    keep_days   integer NOT NULL CHECK (keep_days >= 2),
    fill_factor integer NOT NULL CHECK (fill_factor BETWEEN 10 AND 100)
);

-- Make the partitions from yesterday to days_ahead from now; how many were
-- made. A partition is made as a table of its own and attached then, which
-- takes no lock that reading or writing the parent waits for. Two nodes at
-- once: one does it, the other leaves at once.
--
-- Every partition grows from nothing to many rows within a day. Were it
-- analysed or vacuumed while it has a page or two, statements would be planned
-- to read all of it, and would go on doing so while it grows: hence the
-- thresholds.
CREATE FUNCTION ambauth_partitions_make(days_ahead integer) RETURNS integer
    LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
DECLARE
    epoch CONSTANT date := date '1970-01-01';
    made integer := 0;
    kept record;
    first integer;
    start date;
    part text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ambauth_partitions')) THEN
        RETURN 0;
    END IF;
    FOR kept IN
        SELECT r.table_name, r.span_days, r.fill_factor
          FROM retention AS r
         ORDER BY r.table_name
    LOOP
        first := (ambauth_today() - 1 - epoch) / kept.span_days;
        FOR n IN first .. (ambauth_today() + days_ahead - epoch)
            / kept.span_days
        LOOP
            start := epoch + n * kept.span_days;
            part := kept.table_name || to_char(start, '_YYYYMMDD');
            CONTINUE WHEN to_regclass(quote_ident(part)) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)'
                    ' WITH (fillfactor = %s,'
                    ' autovacuum_vacuum_threshold = 10000,'
                    ' autovacuum_analyze_threshold = 10000)',
                    part, kept.table_name, kept.fill_factor);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I'
                    ' FOR VALUES FROM (%L) TO (%L)',
                    kept.table_name, part, start, start + kept.span_days);
                made := made + 1;
            EXCEPTION WHEN lock_not_available THEN
                RAISE WARNING 'partition % was not made: % is locked',
                    part, kept.table_name;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- Drop the partitions whose every row is older than keep_days; how many were
-- dropped. Dropping locks the parent against all, so it waits only briefly
-- for that lock, because everybody else queues behind it; what was not
-- dropped now is dropped in a later round.
CREATE FUNCTION ambauth_partitions_drop() RETURNS integer
    LANGUAGE plpgsql SET lock_timeout = '100ms' AS $$
DECLARE
    dropped integer := 0;
    old record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('ambauth_partitions')) THEN
        RETURN 0;
    END IF;
    FOR old IN
        SELECT c.oid::regclass AS part
          FROM retention AS r
          JOIN pg_inherits AS i
            ON i.inhparent = to_regclass(quote_ident(r.table_name))
          JOIN pg_class AS c ON c.oid = i.inhrelid
         WHERE to_date(substring(c.relname FROM '_(\d{8})$'), 'YYYYMMDD')
            + r.span_days <= ambauth_today() - r.keep_days
         ORDER BY c.relname
    LOOP
        BEGIN
            EXECUTE format('DROP TABLE %s', old.part);
            dropped := dropped + 1;
        EXCEPTION WHEN lock_not_available THEN
            RAISE WARNING 'partition % was not dropped: it is in use',
                old.part;
        END;
    END LOOP;
    RETURN dropped;
END
$$;
