#!/bin/bash
# SPDX-License-Identifier: ISC
# Fill a migrated database with what a business has after some years.
#
#   fill.sh CONNINFO CUSTOMERS LINKS GRANTS
#
# Customers user1 to userN with the password password-1 (FILL_HASH: another, as
# PHC text), links over them, and grants of the past spread over the days that
# they are kept, one in ten with a refresh token, the codes of two days, and a
# revocation for one customer in a hundred. FILL_JOBS sessions (one a core) work at once.
#
# The tables must be empty. Rows come first and keys after, which is several
# times as fast; a fill that was interrupted leaves tables without keys: drop
# that database. With wal_level=minimal hardly any log is written.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
jobs=${FILL_JOBS:-$(nproc)}
# Argon2id of password-1 at the least cost that there is: 8 KiB, one pass.
hash=${FILL_HASH:-'$argon2id$v=19$m=8,t=1,p=1$ge3A+E8pgXG1ZZnIY0X0Ow$jhDYfpZXeGWDKi+FHDptEyxi/2rm8dN0/rC+MWLi30U'}

die()
{
	echo "fill: $*" >&2
	exit 1
}

[ $# -eq 4 ] || die "usage: fill.sh CONNINFO CUSTOMERS LINKS GRANTS"
for n in "$2" "$3" "$4"; do
	case $n in
	'' | *[!0-9]*) die "'$n' is not a number" ;;
	esac
done
[ "$2" -gt 0 ] || die "without customers there is nothing to link"
conninfo=$1
export PGOPTIONS="-c client_min_messages=warning -c TimeZone=UTC \
-c synchronous_commit=off -c maintenance_work_mem=256MB \
-c max_parallel_maintenance_workers=0"

run()
{
	psql -XAtq -v ON_ERROR_STOP=1 -d "$conninfo" "$@"
}

# A file that prints commands, one a line; those are run side by side.
steps()
{
	run -v customers="$customers" -v links="$links" -v grants="$grants" \
	    -v hash="$hash" -f "$here/$1" >"$list" || die "$1 failed"
	tr '\n' '\0' <"$list" | xargs -0 -r -n 1 -P "$jobs" \
	    psql -XAtq -v ON_ERROR_STOP=1 -d "$conninfo" -o /dev/null -c ||
		die "a step of $1 failed"
}

customers=$2
links=$3
grants=$4
list=$(mktemp)
trap 'rm -f "$list"' EXIT
run -f "$here/fill_begin.sql" || die "fill_begin.sql failed"
steps fill_rows.sql
steps fill_keys.sql
steps fill_vacuum.sql
run -f "$here/fill_end.sql" || die "fill_end.sql failed"
