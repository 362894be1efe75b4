-- All is in place: let the planner know how large the table is.
SELECT ambauth_customer_import_end()
