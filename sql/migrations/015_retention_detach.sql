-- Partitions are let go by maintain_next, which detaches them first: dropping
-- one that is attached would lock its parent against all, and whoever came
-- after would wait behind that lock. Nodes of the version before still call
-- this; for them there is nothing to do.
CREATE OR REPLACE FUNCTION ambauth_partitions_drop() RETURNS integer
    LANGUAGE sql STABLE
    RETURN 0;
