#!/bin/sh
# SPDX-License-Identifier: ISC
# Behind `make lint`: how the code looks, and what the rooms may know of each
# other. Findings as file:line: text.
set -eu
cd "$(dirname "$0")/../.."
result=0
/usr/bin/python3 tests/lint/format.py src/*/*.[ch] $(ls tests/unit/*.[ch] \
    tests/fuzz/*.[ch] tests/bench/*.[ch] \
    tests/bench/*/*.[ch] 2>/dev/null) || result=1
/usr/bin/python3 tests/lint/rules.py || result=1
exit "$result"
