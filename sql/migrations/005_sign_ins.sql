-- What a sign-in leaves behind: a code, a grant, perhaps a refresh token.
-- Keys begin with what a request knows; nothing is unique across days, and
-- nothing is numbered.

-- Authorization codes (RFC 6749 4.1.2). A code lives a minute, so it is in
-- today's partition or in yesterday's.
CREATE TABLE codes (
    day            date NOT NULL DEFAULT ambauth_today(),
    code_sha256    bytea NOT NULL,
    client_id      text NOT NULL,
    business       text NOT NULL,
    customer_id    text NOT NULL,
    redirect_uri   text NOT NULL,
    scope          text NOT NULL,
    nonce          text,
    code_challenge text,
    response_key   bytea,
    auth_time      timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL,
    taken_at       timestamptz,
    grant_day      date,
    grant_id       uuid,
    PRIMARY KEY (day, code_sha256)
) PARTITION BY RANGE (day);

-- One a sign-in. Access tokens name their grant, so that one update here
-- revokes them on every node. No index but the key: see revocations.
CREATE TABLE grants (
    day         date NOT NULL DEFAULT ambauth_today(),
    grant_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id   text NOT NULL,
    business    text NOT NULL,
    customer_id text NOT NULL,
    scope       text NOT NULL,
    auth_time   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    -- only with a refresh token, which is answered under the same key
    response_key bytea,
    PRIMARY KEY (day, grant_id)
) PARTITION BY RANGE (day);

-- In the partition of the grant's day, not of its own: the token's text says
-- that day. No foreign key: grant and token are written by one statement, and
-- a check at each of them would lock the grant's row.
CREATE TABLE refresh_tokens (
    day          date NOT NULL,
    token_sha256 bytea NOT NULL,
    grant_id     uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (day, token_sha256)
) PARTITION BY RANGE (day);

-- Every grant of a client or customer whose sign-in was until revoked_at is
-- revoked. So locking a customer or disabling a client with a million grants
-- writes one row, sign-ins pay for no index on customers and clients, and a
-- code that was out when the customer was locked is worth nothing either.
-- infinity: as long as the lock lasts.
CREATE TABLE revocations (
    business   text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('client', 'customer')),
    subject    text NOT NULL,
    revoked_at timestamptz NOT NULL,
    PRIMARY KEY (business, kind, subject)
);

-- The day that a grant's ID or a refresh token names, in days since 1970.
-- Stable and not plain SQL on purpose: could the planner fold it, it would plan
-- anew for each request, which costs three times what running the plan does.
-- This way partitions are pruned when the one kept plan starts to run.
CREATE FUNCTION ambauth_day(days integer) RETURNS date
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN date '1970-01-01' + days;
END
$$;

-- Sign-ins that an MSP has announced for the hosted callback.
CREATE TABLE sign_ins (
    day          date NOT NULL DEFAULT ambauth_today(),
    state_sha256 bytea NOT NULL,
    business     text NOT NULL,
    client_id    text NOT NULL,
    opaque_id    text NOT NULL,
    status       text NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'success', 'failure', 'cancel')),
    customer_id  text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (day, state_sha256)
) PARTITION BY RANGE (day);

-- Each code and announced sign-in is updated once, soon: room in its page
-- keeps that update out of the index. Grants and refresh tokens never outlive
-- their partition, so keep_days is also the longest that a sign-in lasts.
INSERT INTO retention (table_name, span_days, keep_days, fill_factor)
VALUES ('codes', 1, 2, 60),
       ('grants', 10, 100, 100),
       ('refresh_tokens', 10, 100, 100),
       ('sign_ins', 1, 2, 60);
