-- OAuth clients (RFC 6749 2, RFC 7591 2). Of a secret only its SHA-256 is
-- kept: it has 256 random bits, so nothing slower is needed.

CREATE TABLE clients (
    client_id                 text PRIMARY KEY
                              CHECK (client_id ~ '^[A-Za-z0-9._~-]{1,127}$'),
    business                  text NOT NULL DEFAULT 'default'
                              CHECK (octet_length(business) BETWEEN 1 AND 63),
    name                      text NOT NULL
                              CHECK (octet_length(name) BETWEEN 1 AND 255),
    auth_methods              text[] NOT NULL
                              CHECK (auth_methods <@ ARRAY['none',
                                'client_secret_basic', 'client_secret_post']),
    grant_types               text[] NOT NULL
                              CHECK (grant_types <@ ARRAY['authorization_code',
                                'refresh_token']),
    secret_sha256             bytea CHECK (octet_length(secret_sha256) = 32),
    -- The secret before the last rotation, good for a while longer.
    old_secret_sha256         bytea
                              CHECK (octet_length(old_secret_sha256) = 32),
    old_secret_until          timestamptz,
    is_apple_device           boolean NOT NULL DEFAULT false,
    is_pkce_required          boolean NOT NULL DEFAULT false,
    is_access_token_encrypted boolean NOT NULL DEFAULT false,
    -- NULL: the service's setting.
    access_token_seconds      integer CHECK (access_token_seconds > 0),
    scopes                    text[] NOT NULL,
    -- base64 of the points that a response_encryption_key may be; empty: any.
    response_keys             text[] NOT NULL DEFAULT '{}',
    disabled_at               timestamptz,
    created_at                timestamptz NOT NULL DEFAULT now(),
    CHECK ((old_secret_sha256 IS NULL) = (old_secret_until IS NULL))
);

-- Compared byte for byte (RFC 9700 2.1).
CREATE TABLE redirect_uris (
    client_id     text NOT NULL REFERENCES clients ON DELETE CASCADE,
    redirect_uri  text NOT NULL CHECK (octet_length(redirect_uri) < 2048),
    PRIMARY KEY (client_id, redirect_uri)
);
