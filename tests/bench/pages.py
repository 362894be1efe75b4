# SPDX-License-Identifier: ISC
"""Huge pages, which a server with gigabytes of shared_buffers is given: with
pages of 4 KB, finding the memory of a row costs more than reading the row. The
kernel is asked for as many as are needed, and told to take them back."""
import os
import pathlib
import re
import subprocess

VM = pathlib.Path("/proc/sys/vm")
WANTED = VM / "nr_hugepages"


def meminfo(name):
    found = re.search(rf"^{name}:\s+(\d+)",
                      pathlib.Path("/proc/meminfo").read_text(), re.M)
    return int(found.group(1)) if found else 0


def needed(megabytes):
    """PostgreSQL shares some more than its buffers."""
    size = meminfo("Hugepagesize")
    return (megabytes * 1050 // 1000 + 64) * 1024 // size if size else 0


def write(path, number):
    """As root, or as who may become it without being asked."""
    words = ["tee", str(path)]
    try:
        subprocess.run(words if os.getuid() == 0 else ["sudo", "-n", *words],
                       input=f"{number}\n", text=True, timeout=300,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        pass        # there is no sudo, or no answer: whoever asked looks


def reserve(megabytes, undo):
    """Have room for so many MB of shared memory. False, if the kernel has no
    such pages, not enough in one piece, or we no right. What gives them back
    is added to the list undo before any is taken: we may be interrupted."""
    pages = needed(megabytes)
    if not pages or not WANTED.exists():
        return False
    before = int(WANTED.read_text())
    missing = pages - meminfo("HugePages_Free") + meminfo("HugePages_Rsvd")
    if missing <= 0:
        return True
    undo.append(lambda: write(WANTED, before))
    write(WANTED, before + missing)
    if int(WANTED.read_text()) < before + missing:
        # What files were read into is in the way.
        write(VM / "drop_caches", 1)
        write(VM / "compact_memory", 1)
        write(WANTED, before + missing)
    if int(WANTED.read_text()) >= before + missing:
        return True
    undo.pop()()
    return False
