# SPDX-License-Identifier: ISC
"""That a report of the watchdog fails a test: the tests' own machinery, on
tests that write one themselves."""
import subprocess
import sys
import xml.etree.ElementTree as tree

import harness
from watched import RUNS

CONFTEST = f"""
import sys
sys.path.insert(0, {str(harness.ROOT / "tests" / "wire")!r})
from watched import pytest_runtest_protocol
"""
TESTS = """
import pathlib, harness, pytest
log = pathlib.Path(__file__).with_name("server.log")
log.touch()
harness._logs[log] = 0
made = []

def report():
    with open(log, "a") as f:
        f.write('time=1 msg="watchdog: the event loop computed for 9 ms"\\n'
                "frame\\ntime=2 msg=other\\n")

@pytest.fixture(scope="session")
def shared():
    made.append(1)
    return len(made)

def test_once(shared):
    assert made == [1] * shared, "all is made anew"
    if shared == 1:
        report()

def test_twice(shared):
    if shared < 4:
        report()

def test_always(shared):
    report()

def test_fails(shared):
    report()
    assert False

def test_is_quiet(shared):
    pass
"""


def test_what_comes_again_fails(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    report = tmp_path / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"--junit-xml={report}", "test_it.py"], cwd=tmp_path,
        env={**harness.environment(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True)
    ends = {}
    for case in tree.parse(report).iter("testcase"):
        ends.setdefault(case.get("name"), set()).update(
            child.tag for child in case if child.tag in ("failure", "error"))
    assert ends == {"test_once": set(), "test_twice": set(),
                    "test_always": {"error"},
                    "test_fails": {"failure", "error"},
                    "test_is_quiet": set()}, done.stdout
    # Each time in one that has it always, with what lies below it.
    told = done.stdout[done.stdout.index("teardown of test_always"):]
    told = told[:told.index("____ ERROR", 10)]
    assert told.count("computed for 9 ms") == RUNS
    assert told.count("frame") == RUNS and "msg=other" not in told
