-- What the workers remember of clients is good as long as this row says the
-- same: it is changed with whatever is changed of any client. A random value
-- and no number, so that a database restored from yesterday never says by
-- chance what one said today.

CREATE TABLE client_epoch (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    epoch   uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO client_epoch DEFAULT VALUES;

CREATE FUNCTION ambauth_client_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE client_epoch SET epoch = gen_random_uuid();
    RETURN NULL;
END
$$;

CREATE TRIGGER client_epoch
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON clients
    FOR EACH STATEMENT EXECUTE FUNCTION ambauth_client_changed();
CREATE TRIGGER client_epoch
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON redirect_uris
    FOR EACH STATEMENT EXECUTE FUNCTION ambauth_client_changed();
CREATE TRIGGER client_epoch
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client_brands
    FOR EACH STATEMENT EXECUTE FUNCTION ambauth_client_changed();
