-- Whether what is remembered of clients still holds.
SELECT e.epoch
  FROM client_epoch AS e
 WHERE e.is_only
