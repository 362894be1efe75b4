-- Which messaging provider's profile a client was added with. Only a note for
-- people: what the profile set stands in the other columns.

ALTER TABLE clients
    ADD COLUMN profile text CHECK (profile ~ '^[a-z0-9-]{1,31}$');
