# SPDX-License-Identifier: ISC
"""What the kernel tells of a process and those below it: CPU time, memory."""
import os

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """Fields of /proc/PID/stat behind the name, or None if it has ended."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def tree(pid):
    """The process and all below it."""
    below = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(entry)):
            below.setdefault(int(fields[1]), []).append(int(entry))
    found = [pid]
    for parent in found:
        found += below.get(parent, [])
    return found


def cpu_ms(pid):
    """CPU time of the process, of all below it, and of those that ended."""
    ticks = 0
    for each in tree(pid):
        if fields := _stat(each):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks * TICK_MS


def _kb(path, name):
    try:
        with open(path) as lines:
            for line in lines:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def rss_kb(pid):
    return _kb(f"/proc/{pid}/status", "VmRSS") or 0


def pss_kb(pid):
    """Its share of what it has in common with others, or None: not told."""
    return _kb(f"/proc/{pid}/smaps_rollup", "Pss")


def fds(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def title(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def workers(pid):
    """Of a server on Kore: the processes that serve, without parent and key
    manager, which tell what they are by their titles."""
    return sorted(each for each in tree(pid) if "[wrk " in title(each))
