-- After a fill: nothing of it stays but the rows.
DROP FUNCTION fill_partition(text, date, date, integer, bigint,
    text, text);
DROP TABLE fill_keys;
ANALYZE;
