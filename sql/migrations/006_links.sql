-- Which opaque ID of Apple's belongs to which customer. Opaque IDs are
-- compared and ordered as bytes.

CREATE TABLE links (
    business         text NOT NULL,
    opaque_id        text COLLATE "C" NOT NULL
                     CHECK (octet_length(opaque_id) BETWEEN 1 AND 1023),
    customer_id      text NOT NULL,
    linked_at        timestamptz NOT NULL DEFAULT now(),
    last_sign_in_at  timestamptz NOT NULL,
    -- What the latest put did to the row, and whose it was before it moved:
    -- so that putting a link can tell, in its one statement, what it did.
    last_put         text NOT NULL DEFAULT 'created'
                     CHECK (last_put IN ('created', 'existed', 'moved')),
    moved_from       text,
    PRIMARY KEY (business, opaque_id)
) WITH (
    fillfactor = 85,
    -- As with partitions: no plan for a table of two pages may be kept.
    autovacuum_vacuum_threshold = 10000,
    autovacuum_analyze_threshold = 10000
);

CREATE INDEX links_customer ON links (business, customer_id);
