-- Wait until the other one that migrates is done. Held by the session.
SELECT pg_advisory_lock(hashtext('ambauth_migrate'))
