# SPDX-License-Identifier: ISC
"""What /metrics says, read by its format (Prometheus text 0.0.4)."""
import http.client
import re

LINE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(
    r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)')
SERIES = re.compile(r"_(?:bucket|sum|count)$")


def request(port, target="/metrics", method="GET"):
    """An answer of the listener for who watches: status, headers, text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


class Scrape:
    """values: {(name, ((label, value), ...)): number}."""

    def __init__(self, server):
        status, headers, self.text = request(server.metrics_port)
        assert status == 200, self.text
        assert headers["Content-Type"] == \
            "text/plain; version=0.0.4; charset=utf-8"
        self.values, self.types, self.helps = {}, {}, {}
        for line in self.text.splitlines():
            if line.startswith("# "):
                _, what, name, text = line.split(" ", 3)
                into = {"TYPE": self.types, "HELP": self.helps}[what]
                assert name not in into, line
                into[name] = text
                continue
            name, labels, value = LINE.fullmatch(line).groups()
            pairs = tuple(LABEL.findall(labels or ""))
            assert ",".join(f'{k}="{v}"' for k, v in pairs) == (labels or "")
            assert (name, pairs) not in self.values, line
            self.values[name, pairs] = float(value)

    def value(self, name, **labels):
        """The one series with these labels, and perhaps others; 0: none."""
        found = [v for (n, pairs), v in self.values.items()
                 if n == name and labels.items() <= dict(pairs).items()]
        assert len(found) <= 1, (name, labels, found)
        return found[0] if found else 0

    def family(self, name):
        """{labels' values: number} of one metric."""
        return {tuple(v for _, v in pairs): value
                for (n, pairs), value in self.values.items() if n == name}

    def counters(self):
        """Every series that may only grow."""
        growing = {n for n, t in self.types.items()
                   if t in ("counter", "histogram")}
        return {key: value for key, value in self.values.items()
                if key[0] in growing or SERIES.sub("", key[0]) in growing}


def grown(before, after, name):
    """What has changed in one metric, and by how much."""
    old, new = before.family(name), after.family(name)
    return {labels: value - old.get(labels, 0) for labels, value in new.items()
            if value != old.get(labels, 0)}
