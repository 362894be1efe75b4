-- The temporary table that COPY fills; it is gone with the transaction.
SELECT ambauth_customer_import_begin()
