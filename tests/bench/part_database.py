# SPDX-License-Identifier: ISC
"""Redeeming codes and reading grants, against pgbench running the bare
statement on the same rows of the same table."""
import datetime
import json

import part_flow
import place
import server

MAIN = "bench"
# The bare statement, with all that helps it: the day is a constant, so one
# partition is planned for; nothing is checked but what makes it happen once.
# The digest is SHA-256 of a number, so that a script can find the row.
UPDATE = """\\set r random(1, {rows})
UPDATE codes SET taken_at = now()
 WHERE day = '{day}' AND code_sha256 = sha256(int8send(:r))
   AND taken_at IS NULL AND expires_at > now()
RETURNING client_id, business, customer_id, redirect_uri, scope, nonce,
    code_challenge, response_key, auth_time;
"""
# A token for a code (RFC 6749), and with an ID token, which is signed too.
SCOPES = (("ours", "profile"), ("ours-openid", "openid profile"))
SELECT = """\\set r random(1, {rows})
SELECT client_id, business, customer_id, scope, auth_time
  FROM grants
 WHERE day = '{day}' AND grant_id = md5(:r::text)::uuid
   AND revoked_at IS NULL AND expires_at > now();
"""


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def client(bench):
    return json.loads((bench.at.dir / f"{MAIN}.json").read_text())


def partitions(bench):
    """Today's partitions are made by a server that starts."""
    with server.Server(bench.at, MAIN):
        place.wait_for(lambda: bench.at.sql(
            MAIN, "SELECT to_regclass('codes_' || to_char("
            "ambauth_today(), 'YYYYMMDD'))")[0][0], "today's partitions", 20)


def fill_codes(bench, rows):
    """The checkpoint first: pages that come after it are whole in the log
    already, so that neither side pays for them while it is measured."""
    at = bench.at
    at.sql("postgres", "CHECKPOINT")
    # Grants are keyed by their codes: numbered codes come again.
    at.sql(MAIN, "TRUNCATE codes, grants")
    at.sql(MAIN, "INSERT INTO codes (day, code_sha256, client_id, business,"
           " customer_id, redirect_uri, scope, expires_at)"
           " SELECT ambauth_today(), sha256(int8send(g)), %s, 'default',"
           " 'C-user' || 1 + g %% 1000, %s, %s, now() + interval '1 day'"
           " FROM generate_series(1, %s::bigint) AS g",
           client(bench)["client_id"], server.REDIRECT, server.SCOPE, rows)
    at.sql(MAIN, "ANALYZE codes")


def fill_grants(bench, rows):
    at = bench.at
    at.sql(MAIN, "TRUNCATE grants")
    at.sql(MAIN, "INSERT INTO grants (day, grant_id, client_id, business,"
           " customer_id, scope, auth_time, expires_at)"
           " SELECT ambauth_today(), md5(g::text)::uuid, %s, 'default',"
           " 'C-user' || 1 + g %% 1000, %s, now(), now() + interval '1 day'"
           " FROM generate_series(1, %s) AS g",
           client(bench)["client_id"], server.SCOPE, rows)
    at.sql(MAIN, "VACUUM ANALYZE grants")


def redeem(bench):
    rows = 100000 if bench.quick else 1000000
    seconds = bench.seconds(6)
    partitions(bench)
    for rep in range(bench.reps):
        # pgbench takes from the first million; the rest is for the client.
        fill_codes(bench, rows + rows * 6 // 10)
        for workers in (1, 2):
            with server.Server(bench.at, MAIN, workers=workers) as node:
                exchange(bench, rep, node, workers)
        script = UPDATE.format(rows=rows, day=today())
        bench.note("pgbench", rep=rep,
                   **bench.at.pgbench(MAIN, script, 16, seconds))
        alone(bench, rep, seconds, rows + 1)
    # Nobody should clean up after this while something else is measured.
    bench.at.sql(MAIN, "TRUNCATE codes, grants")


def exchange(bench, rep, node, workers):
    """Making the codes has warmed it."""
    codes = 3000 if bench.quick else 60000
    for what, scope in SCOPES:
        load = node.load("redeem", what, {"scope": scope}, closed=64,
                         count=codes, limit=codes / 50 + 180)
        bench.note(what, rep=rep, workers=workers, **part_flow.figures(load))


def alone(bench, rep, seconds, first):
    """The database client without HTTP and signing, one thread, on codes that
    pgbench left alone."""
    told = json.loads(place.run(
        [bench.at.dir / "store_redeem", bench.at.info(MAIN),
         client(bench)["client_id"], first, seconds, 64, 2], seconds + 60))
    bench.note("store", rep=rep, per_second=told["per_second"],
               count=told["count"], errors=told["errors"],
               **told["latency_ms"])


def read(bench):
    rows = 100000 if bench.quick else 1000000
    seconds = bench.seconds(6)
    partitions(bench)
    fill_grants(bench, rows)
    script = SELECT.format(rows=rows, day=today())
    for rep in range(bench.reps):
        with server.Server(bench.at, MAIN, workers=2) as node:
            for scenario in ("introspect", "userinfo"):
                load = node.load(scenario, closed=64, seconds=seconds,
                                 warm=bench.seconds(2, 1))
                bench.note(scenario, rep=rep, workers=2,
                           **part_flow.figures(load))
        best = max((bench.at.pgbench(MAIN, script, clients, seconds)
                    for clients in (16, 64)),
                   key=lambda told: told["per_second"])
        bench.note("pgbench", rep=rep, **best)
    bench.at.sql(MAIN, "TRUNCATE grants")
