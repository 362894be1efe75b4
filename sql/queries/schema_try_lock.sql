-- One migrates at a time; false: another one does. Held by the session.
SELECT pg_try_advisory_lock(hashtext('ambauth_migrate')) AS is_mine
