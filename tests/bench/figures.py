# SPDX-License-Identifier: ISC
"""From runs to ratios and figures: plain functions on a list of dicts, as
runs.jsonl has them. What was not measured is not there."""
import statistics

ERRORS_MAX = 0.01       # of a run that counts
CORE = ("redeem", "jwks", "page")       # whom saturation must not touch


class Target:
    """less: the figure is better the smaller it is. limit: what to reach."""

    def __init__(self, key, title, limit, less=False, unit="", kind="figures"):
        self.key = key
        self.title = title
        self.limit = limit
        self.less = less
        self.unit = unit
        self.kind = kind        # ratios or figures: both in report.json

    def is_met(self, value):
        return value <= self.limit if self.less else value >= self.limit

    def share(self, value):
        """How far it got: 1 is the target, more is better."""
        if self.less:
            return self.limit / value if value > 0 else float("inf")
        return value / self.limit


def ratio(key, title, limit, less=False):
    return Target(key, title, limit, less, "", "ratios")


# In the order of the report.
TARGETS = (
    ratio("flow_cpu_oidc_provider_over_ours",
          "CPU of a flow: node-oidc-provider over ours", 8),
    ratio("redeem_over_pgbench_update",
          "Codes redeemed: ours over pgbench's bare UPDATE", 1.3),
    ratio("read_over_pgbench_select",
          "Introspection and user info: ours over pgbench's bare SELECT", 0.6),
    ratio("signin_over_libsodium",
          "Sign-ins with Argon2id: ours over libsodium alone", 0.9),
    ratio("ecies_over_openssl",
          "Encrypted tokens: ours over OpenSSL alone", 0.8),
    ratio("tls_new_over_kore_hello",
          "New TLS connections: ours over Kore's hello", 0.85),
    ratio("scale_cpu_large_over_small",
          "CPU of a flow: large data over small", 1.15, less=True),
    Target("p99_ms_under_hash_saturation",
           "p99 of token, JWKS and page while sign-ins saturate", 20, True,
           "ms"),
    Target("worker_rss_mb", "Memory of a worker at rest", 25, True, "MB"),
    Target("idle_tls_connection_kb", "Memory of an idle TLS connection", 20,
           True, "KB"),
    Target("cold_start_ms", "Start to first answer", 300, True, "ms"),
    Target("writes_per_flow", "Statements that write, a flow", 3, True),
    Target("wal_bytes_per_flow", "WAL of a flow", 1536, True, "bytes"),
)


def usable(run):
    """A run with more than a few errors says nothing about speed."""
    done = (run.get("ok") or 0) + (run.get("errors") or 0)
    return done == 0 or (run.get("errors") or 0) <= ERRORS_MAX * done


def of(runs, part, what, **match):
    return [run for run in runs if run.get("part") == part
            and run.get("what") == what and usable(run)
            and all(run.get(name) == value for name, value in match.items())]


def median(runs, *names):
    """The median of a field, or of the sum of some, or None."""
    sums = [sum(run[name] for name in names) for run in runs
            if all(run.get(name) is not None for name in names)]
    return statistics.median(sums) if sums else None


def over(above, below):
    return above / below if above is not None and below else None


def _rate(runs, part, what, against):
    return over(median(of(runs, part, what), "per_second"),
                median(of(runs, part, against), "per_second"))


def redeemed(runs, what):
    """With as many workers as do it fastest, as who runs it would choose."""
    runs = of(runs, "redeem", what)
    return max(([run for run in runs if run.get("workers") == workers]
                for workers in {run.get("workers") for run in runs}),
               key=lambda some: median(some, "per_second"), default=[])


def flow_over_rival(runs, flow, clients):
    return over(median(of(runs, "peers", flow, clients=clients),
                       "cpu_server", "cpu_postgres"),
                median(of(runs, "peers", "ours", clients=clients),
                       "cpu_ambauth", "cpu_postgres"))


def least(values):
    """The worst of them, if all are known: never the better by omission."""
    values = list(values)
    return None if None in values else min(values)


def ratios(runs):
    found = {
        # Of the rival's two flows the one that costs it less.
        "flow_cpu_oidc_provider_over_ours": least(
            flow_over_rival(runs, flow, 16)
            for flow in ("oidc-opaque", "oidc-openid")),
        "redeem_over_pgbench_update": over(
            median(redeemed(runs, "ours"), "per_second"),
            median(of(runs, "redeem", "pgbench"), "per_second")),
        "read_over_pgbench_select": least(
            _rate(runs, "read", what, "pgbench")
            for what in ("introspect", "userinfo")),
        "signin_over_libsodium": _rate(runs, "hash", "ours", "libsodium"),
        "ecies_over_openssl": _rate(runs, "ecies", "encrypted", "openssl"),
        "tls_new_over_kore_hello": _rate(runs, "tls", "ours", "hello"),
        "scale_cpu_large_over_small": over(
            median(of(runs, "scale", "large"), "cpu_ambauth", "cpu_postgres"),
            median(of(runs, "scale", "small"), "cpu_ambauth",
                   "cpu_postgres")),
    }
    return {key: round(value, 3) for key, value in found.items()
            if value is not None}


def saturated(runs):
    """The worst probe of each repetition; all three have to be there."""
    worst = [max(run["probes"][name] for name in CORE)
             for run in runs if run.get("part") == "saturation"
             and run.get("what") == "saturation"
             and all(run["probes"].get(name) is not None for name in CORE)]
    return statistics.median(worst) if worst else None


def single(runs):
    rest = of(runs, "memory", "rest")
    start = of(runs, "start", "start")
    found = {
        "p99_ms_under_hash_saturation": saturated(runs),
        "worker_rss_mb": max(rest[-1]["workers"]) if rest else None,
        "idle_tls_connection_kb": median(of(runs, "memory", "idle_tls"),
                                         "kb_each"),
        "cold_start_ms": statistics.median(start[-1]["ms"]) if start else None,
        "writes_per_flow": median(of(runs, "counts", "counts"), "writes"),
        "wal_bytes_per_flow": median(of(runs, "counts", "counts"), "wal_bytes"),
    }
    return {key: round(value, 3) for key, value in found.items()
            if value is not None}


def measured(runs):
    """(target, value or None) in the order of the report."""
    values = {**ratios(runs), **single(runs)}
    return [(target, values.get(target.key)) for target in TARGETS]
