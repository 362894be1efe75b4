-- Webhooks: where a client wants to be told, and the outbox of what it is to
-- be told. An event is written by the statement that makes the change, so that
-- there is one exactly if there was the other.

CREATE TABLE webhooks (
    client_id  text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
    business   text NOT NULL,
    url        text NOT NULL CHECK (octet_length(url) BETWEEN 1 AND 2047),
    -- The secret that signs, sealed under the master key.
    sealed     bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Nobody sends before: a lease while one is being sent, and a rest after
    -- one that failed, so that a receiver that is away costs one try a rest.
    next_at    timestamptz NOT NULL DEFAULT now(),
    failures   integer NOT NULL DEFAULT 0,
    last_error text
);

CREATE INDEX webhooks_business ON webhooks (business);

CREATE TABLE outbox (
    day        date NOT NULL DEFAULT ambauth_today(),
    event_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id  text NOT NULL,
    type       text NOT NULL,
    -- json, not jsonb: it is sent with its members in the order written.
    data       json NOT NULL,
    status     text NOT NULL DEFAULT 'pending'
               CHECK (status IN ('pending', 'delivered', 'failed')),
    -- The clock and not the transaction's time: several events of one
    -- transaction have an order.
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The day of retries is counted from here.
    since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts   integer NOT NULL DEFAULT 0,
    -- Of the attempt under way; only its holder may say how it ended.
    lease      uuid,
    PRIMARY KEY (day, event_id)
) PARTITION BY RANGE (day);

CREATE INDEX outbox_due ON outbox (client_id, due_at)
    WHERE status = 'pending';

INSERT INTO retention (table_name, span_days, keep_days, fill_factor)
VALUES ('outbox', 1, 8, 60);

-- How long to wait after so many attempts: 5 s, doubled each time, an hour at
-- most, and a quarter more or less so that not all come at once.
CREATE FUNCTION ambauth_backoff(attempts integer) RETURNS interval
    LANGUAGE sql VOLATILE
    RETURN least(3600, 5 * 2 ^ least(attempts - 1, 20))
        * (0.75 + random() / 2) * interval '1 second';
