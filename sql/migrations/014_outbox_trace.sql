-- Which trace an event is a part of: the header traceparent (W3C Trace Context)
-- as the request's own step has it. NULL: what wrote it knew of none. There is
-- no CHECK, which would have all rows read while nobody else may write.

ALTER TABLE outbox ADD COLUMN traceparent text;
