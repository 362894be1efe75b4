-- The callback hosted here: a code is bound to the state that its sign-in was
-- announced under.

-- SHA-256 of the state, for codes that go to our own callback: a code that was
-- got under one state must not end the sign-in of another.
ALTER TABLE codes ADD COLUMN state_sha256 bytea
    CHECK (octet_length(state_sha256) = 32);

-- Two clients may happen to choose the same state; neither learns of it.
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_pkey;
ALTER TABLE sign_ins ADD PRIMARY KEY (day, state_sha256, client_id);
ALTER TABLE sign_ins ADD COLUMN error text;
ALTER TABLE sign_ins ADD COLUMN ended_at timestamptz;
