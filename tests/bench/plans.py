#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Whether each statement of sql/queries, with the plan that the client keeps
for it, finds its rows by their key however many there are. Nothing is run: the
plans are looked at. Findings as statement: text; exit status 1 if any."""
import collections
import pathlib
import re
import sys

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERIES = ROOT / "sql" / "queries"
# What the client's sessions are set to, as it says itself.
TARGET = ROOT / "src" / "store" / "target.c"
SETTING = re.compile(r"-c (plan_cache_mode|enable_\w+|jit)=(\w+)")
ROWS_MANY = 1000        # as the planner reckons
PARTS_MANY = 2          # a day and the one before

# Tables that grow, and what a scan of them must be bound to: its key, or as
# much of it as leaves few rows.
KEYS = {
    "customers": r"customer_id|lower\(login\)",
    "links": "opaque_id|customer_id",
    "codes": "code_sha256",
    "grants": "grant_id",
    "refresh_tokens": "token_sha256",
    "revocations": "subject",
    "sign_ins": "state_sha256",
    "outbox": "event_id|client_id",
    "audit": "audit_id",
}
# Tables of an operator's making, read as they please: each has a few rows, and
# one scan of its page is the shortest way.
SMALL = {"clients", "redirect_uris", "client_brands", "client_epoch",
         "webhooks", "signing_keys", "retention", "schema_migrations"}
# Statements that may do what others must not.
IMPORT = "an import stages its file, and reads it whole"
COMMAND = "a command of an operator, about all of a client's events"
FRESH = "a command of an operator, planned anew for what the tables have then"
EXCEPT = {
    "customer_import_begin": IMPORT,
    "customer_import_add": IMPORT,
    "customer_import_change": IMPORT,
    "customer_import_end": IMPORT,
    "customer_import_repeated": IMPORT,
    "customer_import_taken": IMPORT,
    "client_update": FRESH,
    "customer_add": FRESH,
    "customer_lock": FRESH,
    "webhook_list": COMMAND,
    "webhook_remove": COMMAND,
    "webhook_retry": COMMAND,
    "outbox_depth": "each 15 s: counts what waits, to 10000, by its own index",
    "maintain": "once an hour: forgets revocations by their age",
    "maintain_next": "once an hour: reads the catalogue",
}
# Statements that may look at all partitions, by table.
ALL_PARTS = {
    ("code_refuse", "grants"): "the code's day prunes when it is run, and "
                               "only refused codes come here",
    ("webhook_claim", "outbox"): "what waits may be of any day",
}
SAMPLES = {
    "bigint": "1", "boolean": "true", "text": "'x'",
    "bytea": r"'\x00'", "jsonb": "'{}'", "json": "'{}'",
    "uuid": "'00000000-0000-4000-8000-000000000000'",
}
# Statements for many askers; of an array nobody knows how many it has.
SAMPLES.update({kind + "[]": f"ARRAY[NULL::{kind}]"
                for kind in ("text", "bytea")})


def settings():
    found = SETTING.findall(TARGET.read_text())
    assert ("plan_cache_mode", "force_generic_plan") in found
    return found


def nodes(plan, above=()):
    yield plan, above
    for child in plan.get("Plans", ()):
        yield from nodes(child, above + (plan,))


def condition(node):
    """All that an index is asked for, also below a bitmap."""
    return " ".join(n.get("Index Cond", "") for n, _ in nodes(node))


def judge_scan(node, above, parents):
    table = parents.get(node["Relation Name"], node["Relation Name"])
    if table not in KEYS:
        if table not in SMALL:
            yield f"{table} is in no list of plans.py"
        return
    kind = node["Node Type"]
    if kind == "Seq Scan":
        yield f"{table} is read whole"
    elif not re.search(KEYS[table], condition(node)):
        yield (f"{table} is scanned by its index, but not for its key: "
               f"({condition(node)})")
    elif node["Plan Rows"] > ROWS_MANY and \
            not any(n["Node Type"] == "Limit" for n in above):
        yield f"{table}: {node['Plan Rows']} rows are to be expected"


def judge_parts(name, plan, parents):
    """A scan for each partition, below the one node that has them all."""
    seen = collections.Counter()
    for node, above in nodes(plan):
        table = parents.get(node.get("Relation Name"))
        if table and node["Node Type"].endswith("Scan"):
            seen[table, id(above[-1])] += 1
    for (table, _), count in sorted(seen.items()):
        if count > PARTS_MANY and (name, table) not in ALL_PARTS:
            yield f"{table}: {count} partitions are looked at"


def judge(name, answer, parents):
    plan = answer["Plan"]
    if "JIT" in answer:
        yield "is compiled each time"
    for node, above in nodes(plan):
        kind = node["Node Type"]
        if kind.endswith("Scan") and "Relation Name" in node and \
                not node["Relation Name"].startswith("pg_"):
            yield from judge_scan(node, above, parents)
        if kind in ("Sort", "Hash", "Materialize") and \
                node["Plan Rows"] > ROWS_MANY:
            yield f"{kind} of {node['Plan Rows']} rows"
    yield from judge_parts(name, plan, parents)


def explain(cursor, name, day):
    cursor.execute(f"PREPARE {name} AS {(QUERIES / f'{name}.sql').read_text()}")
    cursor.execute("SELECT parameter_types::text[] FROM pg_prepared_statements"
                   " WHERE name = %s", (name,))
    ((types,),) = cursor.fetchall()
    # A number is the day of a grant or a token, where it matters which.
    values = ", ".join(str(day) if kind == "integer" else
                       f"{SAMPLES[kind]}::{kind}" for kind in types)
    call = f"{name} ({values})" if types else name
    cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {call}")
    ((answer,),) = cursor.fetchall()
    return answer[0]


def judge_all(connection, names):
    """(statement, text) of all that is wrong with these."""
    wrong = []
    with connection.cursor() as cursor:
        for setting, value in settings():
            cursor.execute("SELECT set_config(%s, %s, true)",
                           (setting, value))
        cursor.execute("SELECT i.inhrelid::regclass::text, "
                       "i.inhparent::regclass::text FROM pg_inherits AS i "
                       "JOIN pg_class AS c ON c.oid = i.inhparent "
                       "WHERE c.relkind = 'p'")
        parents = dict(cursor.fetchall())
        cursor.execute("SELECT ambauth_today() - date '1970-01-01'")
        ((day,),) = cursor.fetchall()
        for name in names:
            answer = explain(cursor, name, day)
            if name not in EXCEPT:
                wrong += [(name, text) for text in
                          dict.fromkeys(judge(name, answer, parents))]
    connection.rollback()
    return wrong


def findings(connection):
    """All that is wrong; and how many statements were looked at."""
    names = sorted(path.stem for path in QUERIES.glob("*.sql"))
    return judge_all(connection, names), len(names)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: plans.sh CONNINFO")
    connection = psycopg2.connect(sys.argv[1])
    wrong, looked = findings(connection)
    for name, text in wrong:
        print(f"{name}: {text}")
    print(f"plans: {looked} statements, {len(wrong)} findings")
    return 1 if wrong or not looked else 0


if __name__ == "__main__":
    sys.exit(main())
