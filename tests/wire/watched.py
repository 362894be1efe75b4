# SPDX-License-Identifier: ISC
"""Servers run with a watchdog of 2 ms, and a test in which it reports fails.
But on a machine that others use too any turn may take that long: a neighbour on
the same core, an interrupt, a virtual machine that stands still, all of which
the thread's own clock counts as its own. What is the code's fault comes again,
so the test runs again, and fails if there is a report each time."""
import time

import pytest
from _pytest.runner import CallInfo, runtestprotocol

import harness

RUNS = 6


def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid,
                                       location=item.location)
    told = []
    for run in range(RUNS):
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        time.sleep(0.005)   # the last turn ends after its answer
        found = harness.watchdog_reports()
        told += found
        if not found or run + 1 == RUNS:
            break
        # With all that it uses made anew, because it may have used it up.
        end = CallInfo.from_call(
            lambda: item.session._setupstate.teardown_exact(None), "teardown")
        reports.append(item.ihook.pytest_runtest_makereport(item=item,
                                                            call=end))
        if any(report.failed for report in reports):
            break
    if found:
        last = reports[-1]
        last.longrepr = "\n".join([str(last.longrepr or ""), *told]).strip()
        last.outcome = "failed"
    elif told:
        item.warn(pytest.PytestWarning(
            f"reported, and not when it ran again: {told[-1]}"))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid,
                                        location=item.location)
    return True
