# SPDX-License-Identifier: ISC
"""Encrypted tokens against OpenSSL alone, and new TLS connections against
Kore's bare hello."""
import json
import os
import signal
import subprocess

import part_flow
import place
import server

MAIN = "bench"
WORKERS = 2             # of both sides of tls; elsewhere one a core


def ecies(bench):
    seconds = bench.seconds(6)
    for rep in range(bench.reps):
        with server.Server(bench.at, MAIN, workers=0) as node:
            key = json.loads(node.cli("keygen", "--json"))["public"]
            # Each of them uses up a code, which is made before.
            codes = 1000 if bench.quick else 10000
            load = node.load("encrypted", closed=64, count=codes,
                             limit=600, told={"response_key": key})
            plain = node.load("redeem", closed=64, count=codes, limit=600)
        bench.note("encrypted", rep=rep, **part_flow.figures(load))
        bench.note("plain", rep=rep, **part_flow.figures(plain))
        alone = json.loads(place.run([bench.at.dir / "ecies_baseline",
                                      seconds], seconds + 60))
        bench.note("openssl", rep=rep, per_second=alone["per_second"],
                   threads=alone["threads"], cpu_ms=alone["cpu_ms_per_op"],
                   p50=alone["latency_ms"]["p50"])


class Hello:
    """Kore's hello on the same certificate, as the same accounts."""

    def __init__(self, at):
        self.at = at
        self.port = place.free_port()
        self.tls = True
        self.process = None

    # It answers everything, so the question that the service is asked too.
    is_ready = server.Server.is_ready

    def __enter__(self):
        keys = server.certificate(self.at)
        user = self.at.user
        self.process = subprocess.Popen(
            [self.at.dir / "hello", str(self.port), str(WORKERS),
             keys / "server.pem", keys / "server.key", user,
             server.key_user() or user,
             server.run_dir(self.at, "hello")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        self.at.running.append(self.stop)
        place.wait_for(self.ready_or_dead, "Kore's hello", 30)
        return self

    def ready_or_dead(self):
        if self.process.poll() is not None:
            raise place.Trouble("Kore's hello ended at once")
        return self.is_ready()

    def stop(self):
        if self.stop in self.at.running:
            self.at.running.remove(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                # Its workers have its session, and nobody else has.
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def __exit__(self, *_):
        self.stop()

    def load(self, scenario, **options):
        """The generator wants a whole setup, of which this needs the URL."""
        path = self.at.dir / "hello.json"
        path.write_text(json.dumps(
            {"base_url": f"https://127.0.0.1:{self.port}",
             "ca_file": str(self.at.dir / "ca.pem"), "client_id": "hello",
             "client_secret": "hello", "redirect_uri": server.REDIRECT,
             "scope": server.SCOPE, "users": {"prefix": "user", "count": 1},
             "password": server.PASSWORD}))
        return server.load(self.at, path, scenario, "hello",
                           {"hello": self.process.pid}, **options)


def tls(bench):
    """Full handshakes: nobody resumes, as the first visit of a phone."""
    seconds = bench.seconds(6)
    options = {"closed": 64, "seconds": seconds,
               "warm": bench.seconds(2, 1)}
    for rep in range(bench.reps):
        with server.Server(bench.at, MAIN, True, WORKERS) as node:
            load = node.load("connect", **options)
            bench.note("ours", rep=rep, **part_flow.figures(load))
            resumed(bench, node, rep, options)
        with Hello(bench.at) as hello:
            load = hello.load("connect", **options)
        bench.note("hello", rep=rep, **{
            **part_flow.figures(load), "cpu_hello":
            ((load.get("cpu") or {}).get("hello") or {}).get("ms_per_op")})


def resumed(bench, node, rep, options):
    """Who comes again, where resumption is on; not held against anything."""
    try:
        load = node.load("connect", resume=True, **options)
    except place.Trouble as trouble:
        place.say(f"resumption was not measured: {trouble}")
        return
    bench.note("resumed", rep=rep, **part_flow.figures(load))
