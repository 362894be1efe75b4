-- Customers of a business, for businesses that keep none of their own.

CREATE TABLE customers (
    business      text NOT NULL
                  CHECK (octet_length(business) BETWEEN 1 AND 63),
    customer_id   text NOT NULL
                  CHECK (octet_length(customer_id) BETWEEN 1 AND 255),
    login         text NOT NULL
                  CHECK (octet_length(login) BETWEEN 1 AND 255),
    -- PHC or crypt(3) text; NULL: cannot sign in with a password.
    password_hash text CHECK (octet_length(password_hash) BETWEEN 1 AND 511),
    locked_at     timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- Claims for user info, by their OpenID Connect names.
    claims        jsonb NOT NULL DEFAULT '{}'
                  CHECK (jsonb_typeof(claims) = 'object'),
    PRIMARY KEY (business, customer_id)
) WITH (fillfactor = 90);

CREATE UNIQUE INDEX customers_login ON customers (business, lower(login));

-- What signing in reads. An operator with a customer table of their own puts
-- it behind this view (CREATE OR REPLACE VIEW, these columns, these types);
-- login must be in lower case and name one customer of a business, and should
-- have an index under it.
CREATE VIEW customer_by_login AS
    SELECT business,
           lower(login) AS login,
           customer_id,
           password_hash,
           locked_at IS NOT NULL AS is_locked,
           claims
      FROM customers;

-- The shape of what an import stages; it never has rows itself. An import
-- hides it behind a temporary table of the same name, so that its statements
-- can be checked against the schema like all others.
CREATE TABLE customer_import (
    line          bigint NOT NULL,
    customer_id   text NOT NULL,
    login         text NOT NULL,
    password_hash text NOT NULL
);

CREATE FUNCTION ambauth_customer_import_begin() RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMPORARY TABLE customer_import (LIKE customer_import)
        ON COMMIT DROP;
END
$$;

-- After an import, so that every session plans for the table as it is now.
CREATE FUNCTION ambauth_customer_import_end() RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    ANALYZE customers;
END
$$;
