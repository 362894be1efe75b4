-- The checksum of one migration's text.
SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex') AS sha256
