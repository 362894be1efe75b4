# SPDX-License-Identifier: ISC
"""conf/monitoring: what operators are given to watch the service with says
what it should, and names no metric that there is not."""
import json
import re
import subprocess

import pytest

import harness

PLACE = harness.ROOT / "conf" / "monitoring"
METRICS = harness.ROOT / "docs" / "metrics.md"
NAME = re.compile(r"\b(?:ambauth|process)_[a-z0-9_]+\b")
# What is asked for of a histogram.
SERIES = re.compile(r"_(?:bucket|sum|count)$")


def promtool(*words):
    return subprocess.run(["promtool", *map(str, words)], cwd=PLACE,
                          capture_output=True, text=True)


@pytest.fixture(scope="module")
def dashboard():
    return json.loads((PLACE / "grafana-dashboard.json").read_text())


@pytest.fixture(scope="module")
def alerts():
    """The text of each rule by its name."""
    parts = re.split(r"(?m)^ +- alert: (\w+)$",
                     (PLACE / "alerts.yml").read_text())
    assert len(parts) > 2
    return dict(zip(parts[1::2], parts[2::2]))


def expressions(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield annotation["expr"]


def names_of(text):
    return {SERIES.sub("", name) for name in NAME.findall(text)}


def test_rules_are_rules():
    done = promtool("check", "rules", "alerts.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_fire_when_they_should_and_only_then():
    done = promtool("test", "rules", "alerts_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_that_is_wrong_is_found(tmp_path):
    """The stories can fail: each alert that never fires is missed."""
    rules = (PLACE / "alerts.yml").read_text()
    story = (PLACE / "alerts_test.yml").read_text()
    (tmp_path / "alerts_test.yml").write_text(story)
    wrong, count = re.subn(r"(?m)^( +)for: \w+$", r"\1for: 1w", rules)
    assert count > 10
    (tmp_path / "alerts.yml").write_text(wrong)
    done = promtool("test", "rules", tmp_path / "alerts_test.yml")
    assert done.returncode != 0


def test_each_alert_says_what_to_do_and_has_its_story(alerts):
    story = (PLACE / "alerts_test.yml").read_text()
    fired = set(re.findall(r'alertname="(\w+)"', story))
    assert fired == set(alerts)
    for name, text in alerts.items():
        for word in ("summary", "description", "action"):
            assert re.search(rf"(?m)^ +{word}: \S", text), (name, word)
        assert re.search(r"severity: (page|ticket)$", text, re.M), name


def test_dashboard_is_one_of_grafanas(dashboard):
    assert dashboard["schemaVersion"] >= 36
    assert dashboard["id"] is None and dashboard["uid"]
    variables = {v["name"]: v for v in dashboard["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    assert variables["datasource"]["query"] == "prometheus"
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set()
    for panel in panels:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] == "row":
            continue
        assert panel["title"] and panel["description"]
        assert panel["targets"], panel["title"]
        for source in [panel, *panel["targets"]]:
            assert source["datasource"] == {"type": "prometheus",
                                            "uid": "${datasource}"}


def test_dashboard_asks_what_prometheus_understands(dashboard, tmp_path):
    rules = []
    for number, expr in enumerate(expressions(dashboard)):
        for name, value in (("$__rate_interval", "5m"), ("$__interval", "5m"),
                            ("$job", "ambauth"), ("$instance", ".*")):
            expr = expr.replace(name, value)
        assert "$" not in expr
        rules.append({"record": f"asked:{number}", "expr": expr})
    assert len(rules) > 20
    path = tmp_path / "asked.yml"
    # JSON is YAML too.
    path.write_text(json.dumps({"groups": [{"name": "asked",
                                            "rules": rules}]}))
    done = promtool("check", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_metrics_that_there_are(dashboard, alerts):
    """docs/metrics.md has them all, and the service is held to it."""
    known = set(NAME.findall(METRICS.read_text()))
    asked = set()
    for text in [*expressions(dashboard), *alerts.values()]:
        asked |= names_of(text)
    asked |= {name for v in dashboard["templating"]["list"]
              for name in names_of(str(v.get("query")))}
    assert len(asked) > 20
    assert not asked - known, asked - known
