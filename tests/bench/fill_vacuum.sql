-- What has been filled, as commands that leave nothing to be tidied up later.
SELECT format('VACUUM (FREEZE, ANALYZE) %s', c.oid::regclass)
  FROM pg_class AS c
 WHERE c.oid IN ('customers'::regclass, 'links'::regclass,
           'revocations'::regclass)
    OR c.oid IN (SELECT i.inhrelid
                   FROM pg_inherits AS i
                  WHERE i.inhparent IN ('grants'::regclass,
                      'refresh_tokens'::regclass, 'codes'::regclass)
                    AND pg_relation_size(i.inhrelid) > 0)
 ORDER BY pg_relation_size(c.oid) DESC;
