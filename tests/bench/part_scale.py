# SPDX-License-Identifier: ISC
"""What a flow costs at ten million customers, against ten thousand, in the
same run: two databases in one PostgreSQL, measured by turns."""
import hashlib
import json
import os
import subprocess

import part_flow
import place
import server

FILL = place.ROOT / "tests" / "bench" / "fill.sh"
PLANS = place.ROOT / "tests" / "bench" / "plans.sh"
# Customers; links and past grants are three times as many.
SMALL = 10000
LARGE = 10000000
QUICK_LARGE = 100000
FILL_SECONDS = 3 * 3600


def sizes(bench):
    return {"small": int(os.environ.get("SMALL") or SMALL),
            "large": int(os.environ.get("LARGE") or
                         (QUICK_LARGE if bench.quick else LARGE))}


def mark_of(customers):
    """What a filled database must have been made of to be used again."""
    text = FILL.read_bytes()
    for path in sorted((place.ROOT / "sql" / "migrations").glob("*.sql")) + \
            sorted((place.ROOT / "tests" / "bench").glob("fill*.sql")):
        text += path.read_bytes()
    return {"customers": customers,
            "from": hashlib.sha256(text).hexdigest()[:16]}


def fill(bench, name, customers):
    at = bench.at
    database = f"bench_{name}"
    mark = at.dir / f"{database}.filled"
    told = mark_of(customers)
    if mark.exists() and json.loads(mark.read_text()) == told and \
            at.has_database(database):
        place.say(f"{database}: {customers} customers are there already")
        return database
    mark.unlink(missing_ok=True)
    server.prepare(at, database)
    _, hashed = server.password_hash(at, database, server.CHEAP)
    place.say(f"{database}: filling in {customers} customers")
    place.run([FILL, at.info(database), customers, customers * 3,
               customers * 3], FILL_SECONDS,
              env=place.environment(FILL_HASH=hashed))
    mark.write_text(json.dumps(told))
    return database


def warm(at, database):
    """Read what a flow touches: a service that has run for a while has no
    disk to wait for, and what reading it costs is not the flow's."""
    at.sql(database, "CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    place.say(f"{database}: reading what a flow touches")
    for mode, names in (("read", "links"), ("buffer", "customers")):
        at.sql(database, "SELECT sum(pg_prewarm(c.oid, %s)) FROM pg_class AS c"
               " WHERE c.relkind IN ('r', 'i') AND c.relname ~ %s", mode,
               "^" + names)


def run(bench):
    if not FILL.exists():
        raise place.Trouble(f"there is no {FILL.name}")
    wanted = sizes(bench)
    names = {name: fill(bench, name, customers)
             for name, customers in wanted.items()}
    bench.at.sql("postgres", "CHECKPOINT")
    for database in names.values():
        warm(bench.at, database)
    for rep in range(bench.reps):
        for name, database in names.items():
            node = server.Server(bench.at, database, count=wanted[name])
            with node:
                bench.note(name, rep=rep, customers=wanted[name],
                           **part_flow.flow(bench, node, 16, seconds=10,
                                            warm=20))
    for name, database in names.items():
        (size,), = bench.at.sql("postgres", "SELECT pg_database_size(%s)",
                                database)
        bench.note(name + "_size", customers=wanted[name], megabytes=size >> 20)
    if PLANS.exists():
        plans(bench, names["large"])


def plans(bench, database):
    """The check of plans says itself what is wrong with one."""
    done = subprocess.run([PLANS, bench.at.info(database)],
                          capture_output=True, text=True, timeout=1800,
                          stdin=subprocess.DEVNULL, env=place.environment())
    said = (done.stdout + done.stderr).strip()
    place.say("plans:", said[-1500:])
    bench.note("plans", is_good=done.returncode == 0,
               said=said.split("\n")[-1][:300])
