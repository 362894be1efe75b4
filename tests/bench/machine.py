# SPDX-License-Identifier: ISC
"""The machine that was measured on, in the words of a report."""
import os
import platform
import re

import place


def _read(path):
    try:
        with open(path) as lines:
            return lines.read()
    except OSError:
        return ""


def memory_mb():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20


def _said(name, *words):
    """A program's name and the version that it says it has, or nothing."""
    try:
        found = re.search(r"\b\d+(\.\d+)+",
                          re.sub(r"\(.*?\)", "", place.run(words, 20)))
    except (place.Trouble, OSError):
        return ""
    return f"{name} {found.group()}" if found else ""


def describe(at=None):
    cpu = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.M)
    told = {"cores": len(os.sched_getaffinity(0)),
            "cpu": cpu.group(1) if cpu else platform.machine(),
            "memory_mb": memory_mb(), "kernel": platform.release()}
    if at is None:
        return told
    virtual = " hypervisor " in _read("/proc/cpuinfo")
    told["virtual"] = virtual
    told["postgresql"] = _said("PostgreSQL", place.PGBIN + "/postgres",
                               "--version")
    told["openssl"] = _said("OpenSSL", "openssl", "version")
    compiler = os.environ.get("CC") or "gcc"
    told["compiler"] = _said(os.path.basename(compiler), compiler,
                             "--version")
    return told
