# SPDX-License-Identifier: ISC
"""Where the bench works: one directory below the build, one PostgreSQL with
the settings of a production machine, databases in it, and programs that run
and end. All that is started here ends with the bench."""
import fcntl
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

import psycopg2

import pages

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"
PGBIN = next((path for path in ("/usr/lib/postgresql/15/bin",
                                "/usr/local/pgsql/bin")
              if os.access(path + "/pgbench", os.X_OK)), "")
# The same for ours, for pgbench and, by their own folder, for the rivals.
POSTGRES = {"fsync": "on", "synchronous_commit": "on",
            "full_page_writes": "on", "max_wal_size": "4GB",
            "checkpoint_timeout": "15min",
            # Loaded, but it counts only where a part asks for it.
            "shared_preload_libraries": "pg_stat_statements",
            "pg_stat_statements.track": "none"}


class Trouble(Exception):
    """A part cannot be measured; the text says why."""


def line(text):
    """What a program said last, as one line."""
    return " ".join(text.split())[-300:] or "it said nothing"


def say(*words):
    print("bench:", *words, file=sys.stderr, flush=True)


def environment(**more):
    """Ours without what would change the settings of the server."""
    return {**{name: value for name, value in os.environ.items()
               if not name.startswith(("AMBAUTH_", "PG"))}, **more}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(words, timeout, what=None, **kwargs):
    """Run a program to its end; its standard output."""
    words = [str(word) for word in words]
    what = what or os.path.basename(words[0])
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=kwargs.pop("env", None) or environment(),
        cwd=kwargs.pop("cwd", None))
    try:
        out, errors = process.communicate(kwargs.pop("stdin", ""), timeout)
    except subprocess.TimeoutExpired:
        raise Trouble(f"{what} did not end within {timeout:.0f} s") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        raise Trouble(f"{what} ended with {process.returncode}: "
                      f"{line(errors or out)}")
    return out


class Place:
    def __init__(self, build, megabytes=256, wants_huge_pages=False):
        """megabytes: of shared_buffers."""
        self.build = pathlib.Path(build).resolve()
        self.dir = self.build / "bench"
        self.dir.mkdir(parents=True, exist_ok=True)
        self.ambauth = self.build / "ambauth"
        self.load = pathlib.Path(os.environ.get("LOAD") or self.dir / "load")
        self.megabytes = megabytes
        self.shared_buffers = f"{megabytes}MB"
        self.wants_huge_pages = wants_huge_pages
        self.huge_pages = "off"
        self.conninfo = None
        self.user = None
        self.state = None
        self.running = []       # what stop() has to end, oldest first
        self._lock = open(self.dir / "lock", "w")

    def start(self):
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble(f"{self.dir} is in use by another run") from None
        if not PGBIN:
            raise Trouble("there is no pgbench: tests/tools/install.sh bench")
        # One that a killed run left behind may have other settings.
        self._cluster("stop", "fast")
        if self.wants_huge_pages:
            if pages.reserve(self.megabytes, self.running):
                self.huge_pages = "on"
            else:
                say("the kernel gave no huge pages: large data costs more")
        settings = {**POSTGRES, "shared_buffers": self.shared_buffers,
                    "huge_pages": self.huge_pages}
        self.conninfo = self._cluster("start", PGOPTS=" ".join(
            f"-c {name}={value}" for name, value in settings.items()))
        self.running.append(lambda: self._cluster("stop", "fast"))
        self.user, state = self._cluster("prepare").split(" ", 1)
        self.state = pathlib.Path(state)
        return self

    def stop(self):
        """End everything, the newest first; whoever fails stops nobody."""
        while self.running:
            try:
                self.running.pop()()
            except (Trouble, OSError) as error:
                say(error)

    def _cluster(self, command, *words, **env):
        return run([TOOLS / "cluster.sh", command, self.dir / "cluster",
                    *words], 300, "cluster.sh",
                   env=environment(**env)).strip()

    @property
    def postgres(self):
        """The postmaster's process."""
        path = self.state / "data" / "postmaster.pid"
        return int(path.read_text().split()[0])

    @property
    def socket(self):
        return re.search(r"host=(\S+)", self.conninfo).group(1)

    # Databases.

    def info(self, database):
        return re.sub(r"dbname=\S+", f"dbname={database}", self.conninfo)

    def sql(self, database, text, *args):
        """Run statements; the rows of the last one, if it has some."""
        connection = psycopg2.connect(self.info(database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(text, args or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def has_database(self, name):
        return bool(self.sql("postgres", "SELECT 1 FROM pg_database"
                             " WHERE datname = %s", name))

    def drop(self, name):
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def create(self, name):
        self.sql("postgres", f'CREATE DATABASE "{name}"')

    def pgbench(self, database, script, clients, seconds):
        """pgbench with a prepared statement: what it can do and its cost."""
        import proc
        path = self.dir / "pgbench.sql"
        path.write_text(script)
        before = proc.cpu_ms(self.postgres)
        out = run([PGBIN + "/pgbench", "-n", "-M", "prepared", "-c", clients,
                   "-j", 2, "-T", seconds, "-f", path, "-h", self.socket, "-U",
                   "ambauth", database], seconds + 60)
        spent = proc.cpu_ms(self.postgres) - before
        count = int(re.search(r"actually processed: (\d+)", out).group(1))
        failed = re.search(r"failed transactions: (\d+)", out)
        if count == 0 or failed and int(failed.group(1)) > 0:
            raise Trouble(f"pgbench: {out[-400:]}")
        return {"clients": clients, "count": count, "per_second":
                float(re.search(r"tps = ([\d.]+)", out).group(1)),
                "mean_ms": float(re.search(r"latency average = ([\d.]+)",
                                           out).group(1)),
                "cpu_postgres": spent / count}


def wait_for(question, what, seconds):
    """Ask until the answer is true."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Trouble(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)
