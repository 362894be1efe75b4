#!/bin/sh
# SPDX-License-Identifier: ISC
# Check how the database at CONNINFO would run each statement:
#
#   plans.sh CONNINFO
exec /usr/bin/python3 "$(dirname "$0")/plans.py" "$@"
