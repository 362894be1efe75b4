-- A code is spent by the grant that is made of it: the grant's key follows from
-- the code, so the primary key lets one be made and no second. The code's row
-- is not written again.

-- The ID of the grant that a code is good for, which has the day of the code.
-- A digest of the digest: who has a token learns nothing of the code.
CREATE FUNCTION ambauth_code_grant(code_sha256 bytea) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(substring(sha256(code_sha256) FROM 1 FOR 16), 'hex')::uuid;

-- A node of the version before chooses the grant's key itself, when it marks
-- the code as taken. It is given ours, so that it cannot make a second grant of
-- a code that was spent here.
CREATE FUNCTION ambauth_code_taken() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.grant_day := NEW.day;
    NEW.grant_id := ambauth_code_grant(NEW.code_sha256);
    RETURN NEW;
END
$$;

CREATE TRIGGER codes_taken BEFORE UPDATE ON codes
    FOR EACH ROW WHEN (NEW.grant_id IS NOT NULL)
    EXECUTE FUNCTION ambauth_code_taken();

-- Codes are not updated any more: their pages can be full.
UPDATE retention SET fill_factor = 100 WHERE table_name = 'codes';
