-- Retention is looked after by one session at a time. It gives up what it does
-- not get soon, and leaves it for the next round.
SELECT pg_try_advisory_lock(hashtext('ambauth_retention')) AS is_mine,
       set_config('lock_timeout', $1::text, false) AS lock_timeout,
       set_config('statement_timeout', '0', false) AS statement_timeout,
       set_config('DateStyle', 'ISO', false) AS date_style
