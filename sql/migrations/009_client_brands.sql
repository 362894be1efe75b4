-- How a client's login page looks. NULL: as the service's settings have it.

CREATE TABLE client_brands (
    client_id    text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
    name         text CHECK (octet_length(name) BETWEEN 1 AND 127),
    -- The colour of what is pressed; of its own in the dark scheme, or not.
    accent       text CHECK (accent ~ '^#[0-9a-f]{6}$'),
    accent_dark  text CHECK (accent_dark ~ '^#[0-9a-f]{6}$'),
    logo         bytea CHECK (octet_length(logo) BETWEEN 1 AND 32768),
    logo_type    text CHECK (logo_type IN ('image/png', 'image/jpeg')),
    logo_width   integer CHECK (logo_width > 0),
    logo_height  integer CHECK (logo_height > 0),
    -- Names the logo in the style sheet's path, without it being read.
    logo_sha256  bytea GENERATED ALWAYS AS (sha256(logo)) STORED,
    help_url     text CHECK (octet_length(help_url) < 512),
    privacy_url  text CHECK (octet_length(privacy_url) < 512),
    forgot_url   text CHECK (octet_length(forgot_url) < 512),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((logo IS NULL) = (logo_type IS NULL)),
    CHECK ((logo IS NULL) = (logo_width IS NULL)),
    CHECK ((logo IS NULL) = (logo_height IS NULL))
);
