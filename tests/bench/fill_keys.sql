-- The keys that were taken off, as commands that put them back.
SELECT k.put_back
  FROM fill_keys AS k
 ORDER BY k.table_name DESC, k.put_back;
