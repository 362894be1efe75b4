# SPDX-License-Identifier: ISC
"""The arithmetic and the looks of the bench's report, on made-up runs. That
what is measured is right, only a run of `make bench` shows."""
import json
import subprocess
import sys
import xml.etree.ElementTree as tree

import pytest

import harness

BENCH = harness.ROOT / "tests" / "bench"
sys.path.insert(0, str(BENCH))

import figures      # noqa: E402
import part_flow    # noqa: E402
import report       # noqa: E402

MACHINE = {"cores": 2, "cpu": "A <fast> one", "memory_mb": 4096,
           "kernel": "6.1"}
LOAD = {"ok": 100, "errors": 0}


def run(part, what, **more):
    return {"part": part, "what": what, "when": "2026-01-01T00:00:00+00:00",
            **more}


RUNS = [
    # The medians are 1.5 times apart; means would not be.
    # Of two numbers of workers the one whose median is better counts.
    *[run("redeem", "ours", workers=workers, per_second=rate, p99=7.0, **LOAD)
      for workers, rates in ((1, (2000.0, 2900.0, 99000.0)),
                             (2, (3000.0, 100.0, 9000.0)))
      for rate in rates],
    *[run("redeem", "pgbench", per_second=rate, clients=16)
      for rate in (2000.0, 1.0, 2500.0)],
    run("read", "introspect", per_second=900.0, **LOAD),
    run("read", "userinfo", per_second=700.0, **LOAD),
    run("read", "pgbench", per_second=1000.0, clients=64),
    *[run("peers", what, clients=clients, per_second=1.0,
          **{server: cpu * clients / 16, "cpu_postgres": 0.1})
      for what, server, cpu in (("ours", "cpu_ambauth", 0.3),
                                ("oidc-opaque", "cpu_server", 3.5),
                                ("oidc-openid", "cpu_server", 4.7))
      for clients in (16, 64)],
    run("saturation", "saturation", refused=70, with_retry_after=69,
        refused_p99=8.0, accepted_max=900.0, rate=1300, per_second=100.0,
        probe_errors=0, rss_mb=30, rss_mb_after=30,
        probes={"page": 3.0, "jwks": 9.5, "redeem": 4.0, "introspect": 50.0}),
    run("memory", "rest", workers=[20.5, 21.25]),
    run("start", "start", ms=[900.0, 210.0, 200.0, 190.0, 220.0]),
    run("counts", "counts", writes=2.5, wal_bytes=1800.25,
        written_by={"insert codes": 1.0}),
    run("tls", "failed", why="Trouble: there is no hello"),
]


def test_ratios_are_of_medians():
    told = report.as_json(RUNS, MACHINE)
    assert told["machine"] == MACHINE
    # The slower of two reads, the cheaper of two rivals.
    assert told["ratios"] == {"redeem_over_pgbench_update": 1.5,
                              "read_over_pgbench_select": 0.7,
                              "flow_cpu_oidc_provider_over_ours": 9.0}


def test_figures():
    assert report.as_json(RUNS, MACHINE)["figures"] == {
        "p99_ms_under_hash_saturation": 9.5, "worker_rss_mb": 21.25,
        "cold_start_ms": 210.0, "writes_per_flow": 2.5,
        "wal_bytes_per_flow": 1800.25}


def test_nothing_measured_has_no_key():
    told = report.as_json([], MACHINE)
    assert told["ratios"] == {} and told["figures"] == {}
    assert "Nothing was measured" in figures_svg([])
    assert "not measured: flow_cpu" in report.closing([])


@pytest.mark.parametrize("part, what, key", [
    ("redeem", "pgbench", "redeem_over_pgbench_update"),
    ("read", "userinfo", "read_over_pgbench_select"),
    ("peers", "oidc-openid", "flow_cpu_oidc_provider_over_ours"),
])
def test_half_a_ratio_is_none(part, what, key):
    runs = [r for r in RUNS if (r["part"], r["what"]) != (part, what)]
    assert key in figures.ratios(RUNS)
    assert key not in figures.ratios(runs)


def test_runs_full_of_errors_do_not_count():
    def failed(errors):
        return [{**r, "errors": errors} if r["part"] == "read" and "ok" in r
                else r for r in RUNS]

    bad = failed(2)
    assert "read_over_pgbench_select" not in figures.ratios(bad)
    assert "read introspect: 2 of 102 failed" in report.markdown(bad, MACHINE)
    assert figures.ratios(failed(1))["read_over_pgbench_select"] == 0.7


def figures_svg(runs):
    import chart
    return chart.svg(figures.measured(runs), report.told_machine(MACHINE))


def test_every_key_is_a_target():
    keys = {target.key for target in figures.TARGETS}
    told = report.as_json(RUNS, MACHINE)
    assert set(told["ratios"]) | set(told["figures"]) <= keys
    assert len(keys) == len(figures.TARGETS) == 13


def test_report(tmp_path):
    report.write(tmp_path, RUNS, MACHINE)
    assert json.loads((tmp_path / "report.json").read_text()) == \
        report.as_json(RUNS, MACHINE)
    text = (tmp_path / "report.md").read_text()
    assert "| 1.5 | at least 1.3 | yes |" in text
    assert "| 1800 bytes | at most 1536 bytes | NO |" in text
    assert "refusals without Retry-After | 1 | at most 0 | NO |" in text
    assert "- tls: Trouble: there is no hello" in text
    assert "QUICK" not in text
    hasty = report.markdown([{**r, "quick": True} for r in RUNS], MACHINE)
    assert "QUICK" in hasty


def test_chart(tmp_path):
    report.write(tmp_path, RUNS, MACHINE)
    text = (tmp_path / "report.svg").read_text()
    drawing = tree.fromstring(text)
    titles = [title.text for title in drawing.iter(
        "{http://www.w3.org/2000/svg}title")]
    # A bar for each that was measured, and none for those that were not.
    assert "read_over_pgbench_select" in titles
    assert "tls_new_over_kore_hello" not in titles
    assert len(titles) == 1 + 3 + 5
    assert "prefers-color-scheme: dark" in text


def test_smaller_is_better_where_it_is():
    target = {t.key: t for t in figures.TARGETS}
    cold, read = target["cold_start_ms"], target["read_over_pgbench_select"]
    assert cold.is_met(300) and not cold.is_met(301)
    assert read.is_met(0.6) and not read.is_met(0.59)
    assert cold.share(150) == 2 and read.share(1.2) == 2


@pytest.mark.parametrize("query, is_write", [
    ("WITH taken AS ( UPDATE codes AS c SET taken_at = now() ) SELECT $1",
     True),
    ("INSERT INTO links AS l (a) VALUES ($1) ON CONFLICT DO UPDATE SET a = $1",
     True),
    ("-- What an UPDATE codes does\nSELECT 1", False),
    ("SELECT 'INSERT INTO codes' FROM grants", False),
    ("SELECT a FROM b WHERE c = $1\n FOR UPDATE SKIP LOCKED", False),
    ("DELETE FROM outbox WHERE id = $1", True),
    ("BEGIN", False),
])
def test_statements_that_write(query, is_write):
    assert part_flow.is_write(query) == is_write


def test_unknown_part_is_refused(tmp_path):
    done = subprocess.run(
        ["/usr/bin/python3", BENCH / "bench.py"], capture_output=True,
        text=True, env={**harness.environment(), "BUILD": str(tmp_path),
                        "PARTS": "flow sleep"})
    assert done.returncode == 1
    assert "no part is called 'sleep'" in done.stderr
    assert list(tmp_path.iterdir()) == []
