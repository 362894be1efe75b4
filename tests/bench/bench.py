#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Behind `make bench` and `make bench-scale`: measure the service beside what
it is compared with, and write a report. docs/measuring.md says what is what.

From the environment: BUILD; PARTS, the names of those to run when it is not
all of them; REPS, repetitions of which the median counts (3); QUICK=1, short
and rough; PEERS=1 and PEERS_DIR, the rivals too; SOAK, flows of the memory
part; KEEP=1, keep what earlier runs of the same binary have measured; SMALL
and LARGE, customers of the scale part; LOAD, another load generator."""
import datetime
import hashlib
import json
import os
import signal
import sys
import traceback

import machine
import part_crypto
import part_database
import part_flow
import part_hash
import part_peers
import part_process
import part_scale
import place
import report
import server

MAIN = "bench"          # the database of all parts but scale
PARTS = {"flow": part_flow.run, "counts": part_flow.count,
         "redeem": part_database.redeem,
         "read": part_database.read, "hash": part_hash.hash_,
         "saturation": part_hash.saturation, "ecies": part_crypto.ecies,
         "tls": part_crypto.tls, "memory": part_process.memory,
         "start": part_process.start, "peers": part_peers.run,
         "scale": part_scale.run}
# What `make bench` alone does not do: other people's programs, an hour.
ASKED_FOR = {"peers": "PEERS", "scale": None}


class Bench:
    """What a part is given: the place, how much to do, where to note."""

    def __init__(self, at, path, kept):
        self.at = at
        self.quick = bool(os.environ.get("QUICK"))
        self.reps = int(os.environ.get("REPS") or (1 if self.quick else 3))
        self.runs = kept
        self.part = None
        self._path = path
        self._stamp = {"binary": binary(at), "quick": self.quick,
                       "shared_buffers": at.shared_buffers,
                       "huge_pages": at.huge_pages}
        path.write_text("".join(json.dumps(run) + "\n" for run in kept))

    def seconds(self, whole, quick=2):
        return quick if self.quick else whole

    def note(self, what, **figures):
        """Keep what was measured; a dict that is given as load, pgbench or
        the like stands under that name."""
        run = {"part": self.part, "what": what, **figures, **self._stamp,
               "when": datetime.datetime.now(datetime.timezone.utc)
               .isoformat(timespec="seconds")}
        self.runs.append(run)
        with open(self._path, "a") as out:
            out.write(json.dumps(run) + "\n")
        place.say(f"{self.part}: {what}", report.short(figures))
        return run


def binary(at):
    """Which program was measured."""
    return hashlib.sha256(at.ambauth.read_bytes()).hexdigest()[:16]


def wanted():
    asked = os.environ.get("PARTS", "").replace(",", " ").split()
    for name in asked:
        if name not in PARTS:
            raise place.Trouble(f"no part is called '{name}'; there are "
                                + ", ".join(PARTS))
    if asked:
        return [name for name in PARTS if name in asked]
    return [name for name in PARTS if name not in ASKED_FOR
            or ASKED_FOR[name] and os.environ.get(ASKED_FOR[name])]


def kept(path, binary_, parts):
    """Runs of earlier benches that still hold: KEEP=1, the same binary, and
    not to be measured again now."""
    if not os.environ.get("KEEP") or not path.exists():
        return []
    runs = [json.loads(line) for line in path.read_text().splitlines()]
    return [run for run in runs if run.get("binary") == binary_
            and run["part"] not in parts]


def measure(bench, parts):
    """Each part on its own: one that fails leaves its figures out."""
    failed = 0
    for name in parts:
        bench.part = name
        place.say(f"part {name}")
        try:
            PARTS[name](bench)
        except Exception as error:
            if not isinstance(error, place.Trouble):
                traceback.print_exc()
            bench.note("failed", why=f"{type(error).__name__}: {error}")
            failed += 1
    return failed


def interrupted(number, _):
    raise KeyboardInterrupt(number)


def main():
    parts = wanted()
    # For the large data set what such a server is given, a quarter of the
    # memory and huge pages for it, instead of what a small node has.
    is_large = parts == ["scale"]
    at = place.Place(os.environ.get("BUILD") or place.ROOT / "build",
                     max(256, machine.memory_mb() // 4) if is_large else 256,
                     is_large)
    path = at.dir / "runs.jsonl"
    server.files_many()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, interrupted)
    failed = 1
    try:
        at.start()
        bench = Bench(at, path, kept(path, binary(at), parts))
        if set(parts) - {"scale"}:
            server.prepare(at, MAIN)
            server.add_users(at, MAIN, "user", server.CHEAP)
            server.add_users(at, MAIN, "slow", server.FULL)
        failed = measure(bench, parts)
        report.write(at.dir, bench.runs, machine.describe(at))
        print(report.closing(bench.runs))
        print(f"\nreport: {at.dir}/report.md, report.svg, report.json")
    except place.Trouble as error:
        place.say(error)
    except KeyboardInterrupt:
        place.say("interrupted")
        failed = 130
    finally:
        # A second Ctrl-C must not leave a server behind.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        at.stop()
    return failed if failed in (0, 130) else 1


if __name__ == "__main__":
    sys.exit(main())
