-- Who did what to whom. An opaque ID appears here only as its SHA-256.

CREATE TABLE audit (
    day         date NOT NULL DEFAULT ambauth_today(),
    at          timestamptz NOT NULL DEFAULT now(),
    audit_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    business    text NOT NULL,
    -- A client_id, or 'cli'.
    actor       text NOT NULL,
    event       text NOT NULL,
    customer_id text,
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (day, at, audit_id)
) PARTITION BY RANGE (day);

INSERT INTO retention (table_name, span_days, keep_days, fill_factor)
VALUES ('audit', 30, 400, 100);
