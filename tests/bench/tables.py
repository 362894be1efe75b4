# SPDX-License-Identifier: ISC
"""The report's tables: what else was promised, and each part's runs."""
import statistics

from figures import flow_over_rival, median, of, over, redeemed, usable


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(cell(each) for each in row)
                              + " |" for row in rows])


def promise(title, value, limit, unit="", less=True):
    """A row of the summary that report.json has no key for."""
    met = value <= limit if less else value >= limit
    return (title, f"{cell(float(value))} {unit}".strip(),
            f"{'at most' if less else 'at least'} {cell(limit)} {unit}".strip(),
            "yes" if met else "NO")


def promises(runs):
    """What the targets say beside the figures of report.json."""
    rows = []

    def add(title, value, limit, *more):
        if value is not None:
            rows.append(promise(title, value, limit, *more))

    plain = of(runs, "flow", "flow", tls=False, workers=1, clients=16,
               new=False)
    add("CPU of a flow, service and PostgreSQL, 16 clients",
        median(plain, "cpu_ambauth", "cpu_postgres"), 0.5, "ms")
    add("Codes redeemed by the database client alone, over pgbench's UPDATE",
        over(median(of(runs, "redeem", "store"), "per_second"),
             median(of(runs, "redeem", "pgbench"), "per_second")), 1.3, "",
        False)
    add("p99 of redeeming, 64 clients",
        median(redeemed(runs, "ours"), "p99"), 10, "ms")
    add("Sign-in's p50 at half load, over one hash",
        over(median(of(runs, "hash", "half"), "p50"),
             median(of(runs, "hash", "libsodium"), "hash_ms")), 1.5)
    hard = of(runs, "saturation", "saturation")
    add("Saturated: p99 of a refusal", median(hard, "refused_p99"), 50, "ms")
    add("Saturated: longest wait of an accepted sign-in",
        median(hard, "accepted_max"), 3000, "ms")
    add("Saturated: refusals without Retry-After",
        sum(run["refused"] - run["with_retry_after"] for run in hard)
        if hard and all(run.get("with_retry_after") is not None
                        for run in hard) else None, 0)
    add("Idle TLS connections held",
        median(of(runs, "memory", "idle_tls", quick=False), "connections"),
        4950, "", False)
    add("Growth over a long run", median(of(runs, "memory", "soak"),
                                         "grown_mb"), 2, "MB")
    for run in of(runs, "scale", "plans"):
        rows.append(("Plans at the large size", run["said"], "no finding",
                     "yes" if run["is_good"] else "NO"))
    return rows


def grouped(runs, *names):
    groups = {}
    for run in runs:
        groups.setdefault(tuple(run.get(name) for name in names),
                          []).append(run)
    return groups.items()


def generic(runs, part, *names, key=()):
    """One row for each kind of run of a part: the medians of its fields."""
    rows = []
    for found, same in grouped([run for run in runs if run["part"] == part
                                and run["what"] != "failed"
                                and usable(run)], "what", *key):
        medians = [median(same, name) for name in names]
        if any(value is not None for value in medians):
            rows.append((*found, len(same), *medians))
    return table(("what", *key, "runs", *names), rows) if rows else ""


LOAD = ("per_second", "p50", "p99", "cpu_ambauth", "cpu_postgres",
        "generator", "errors")


def flow(runs):
    rows = generic(runs, "flow", *LOAD, "rss_mb",
                   key=("tls", "workers", "clients", "new"))
    counts = of(runs, "counts", "counts")
    if counts:
        rows += "\n\n" + generic(
            counts, "counts", "statements", "writes", "commits", "wal_syncs",
            "wal_bytes", "full_pages", "wal_bytes_checkpoint",
            "full_pages_checkpoint")
        rows += "\n\nStatements that write, a flow: " + ", ".join(
            f"{name} {count}" for name, count
            in counts[-1]["written_by"].items()) + "."
    return rows


def ecies(runs):
    """Beside the rate as it is: what encrypting alone costs, which is what an
    encrypted redemption costs more than a plain one."""
    rows = generic(runs, "ecies", *LOAD, "cpu_ms")
    more = [median(of(runs, "ecies", what), "cpu_ambauth")
            for what in ("encrypted", "plain")]
    alone = median(of(runs, "ecies", "openssl"), "cpu_ms")
    if None not in more and alone and more[0] > more[1]:
        rows += (f"\n\nCPU of OpenSSL alone {alone:.3f} ms, of the service for "
                 f"an encrypted token beyond that of a plain one "
                 f"{more[0] - more[1]:.3f} ms: a ratio of "
                 f"{alone / (more[0] - more[1]):.2f} for encrypting alone.")
    return rows


def saturation(runs):
    rows = []
    for run in of(runs, "saturation", "saturation"):
        rows.append((run["rate"], run["per_second"], run["refused"],
                     run["refused_p99"], run["accepted_max"],
                     *(run["probes"].get(name) for name in
                       ("redeem", "introspect", "jwks", "page")),
                     run["probe_errors"], run["rss_mb"], run["rss_mb_after"]))
    return table(("asked for a second", "signed in", "refused", "refused p99",
                  "accepted max", "redeem p99", "introspect p99", "jwks p99",
                  "page p99", "probe errors", "rss_mb", "rss_mb after"),
                 rows) if rows else ""


def memory(runs):
    rows = [(run["what"], ", ".join(
        f"{name} {run[name]}" for name in
        ("workers", "pss", "connections", "kb_each", "flows", "rss_mb_early",
         "rss_mb_late", "grown_mb") if name in run))
        for run in runs if run["part"] == "memory"
        and run["what"] != "failed"]
    return table(("what", "measured"), rows) if rows else ""


def start(runs):
    rows = [(statistics.median(run["ms"]), min(run["ms"]), max(run["ms"]))
            for run in of(runs, "start", "start")]
    return table(("median ms", "least", "most"), rows) if rows else ""


def peers(runs):
    rows = generic(runs, "peers", "per_second", "p50", "p99", "cpu_ambauth",
                   "cpu_server", "cpu_postgres", "rss_mb", "errors",
                   key=("clients",))
    for clients in (16, 64):
        for name in ("oidc-opaque", "oidc-openid"):
            found = flow_over_rival(runs, name, clients)
            if found is not None:
                rows += f"\n\n{name} with {clients} clients: {found:.2f} " \
                    "times the CPU of ours."
    return rows


PARTS = (
    ("The whole flow without the hash", flow),
    ("Redeeming a code", lambda runs: generic(
        runs, "redeem", *LOAD, "mean_ms", key=("workers", "clients"))),
    ("Reading a grant", lambda runs: generic(
        runs, "read", *LOAD, "mean_ms", key=("clients",))),
    ("Sign-ins with Argon2id", lambda runs: generic(
        runs, "hash", *LOAD, "hash_ms", "hash_ms_all_cores")),
    ("While sign-ins saturate", saturation),
    ("Encrypted tokens", ecies),
    ("New TLS connections", lambda runs: generic(
        runs, "tls", *LOAD, "cpu_hello")),
    ("Memory", memory),
    ("Cold start", start),
    ("Rivals", peers),
    ("As the data grows", lambda runs: generic(
        runs, "scale", *LOAD, "megabytes", key=("customers",))),
)


def details(runs):
    """(title, markdown) of the parts that were run."""
    return [(title, text) for title, of_part in PARTS
            if (text := of_part(runs))]
