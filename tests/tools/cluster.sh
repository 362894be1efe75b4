#!/bin/bash
# SPDX-License-Identifier: ISC
# A private PostgreSQL cluster in a directory: no TCP port, a unix socket that
# its owner alone can reach, and nobody logs in but its owner and root.
#
#   cluster.sh prepare DIR       make DIR/state; prints the user and its path
#   cluster.sh start DIR         create if need be, start; prints the conninfo
#   cluster.sh stop DIR [MODE]   smart, fast (the default) or immediate
#   cluster.sh user DIR          prints who runs it
#
# PostgreSQL refuses to run as root: called by root, the system user "postgres"
# runs it. DIR/state is that user's; where it could not reach DIR (a checkout in
# a home that is closed to others) DIR/state is a link to a directory that it can.
set -eu
umask 077

name=ambauth		# of the database and of the role that owns it
bin=
for dir in /usr/lib/postgresql/15/bin /usr/local/pgsql/bin; do
	if [ -x "$dir/postgres" ]; then
		bin=$dir
		break
	fi
done

die()
{
	echo "cluster: $*" >&2
	exit 1
}

owner()
{
	if [ "$(id -u)" -ne 0 ]; then
		id -un
	else
		getent passwd postgres >/dev/null ||
			die "there is no system user 'postgres': install postgresql-15"
		echo postgres
	fi
}

# Run a command as the owner, from a directory that it can enter.
as_owner()
{
	if [ "$(id -u)" -ne 0 ]; then
		(cd "$state" && "$@")
	else
		(cd "$state" && runuser -u "$user" -- "$@")
	fi
}

prepare()
{
	mkdir -p "$1"
	if [ ! -e "$1/state" ]; then
		# A dangling link is the trace of a fallback that was cleaned away.
		rm -f "$1/state"
		mkdir "$1/state"
		if [ "$(id -u)" -eq 0 ]; then
			chmod 711 "$1"
			chown "$user:" "$1/state"
			if ! runuser -u "$user" -- test -x "$(realpath "$1/state")"; then
				rmdir "$1/state"
				ln -s "$(mktemp -d /var/tmp/ambauth.XXXXXXXX)" "$1/state"
				chown "$user:" "$(realpath "$1/state")"
			fi
		fi
	fi
	state=$(realpath "$1/state")
	[ "$(stat -c %U "$state")" = "$user" ] ||
		die "$state belongs to $(stat -c %U "$state"), not to $user"
}

# A postmaster of this cluster? Its file alone proves nothing: who was killed
# leaves it behind, and the number may be another's by now, or a zombie's.
is_running()
{
	local pid cwd

	pid=$(as_owner sed -n 1p data/postmaster.pid 2>/dev/null) || return 1
	cwd=$(readlink "/proc/$pid/cwd" 2>/dev/null) || return 1
	[ "$cwd" = "$state/data" ]
}

# After a kill: its backends end by themselves, and only then may the locks go.
clean_up()
{
	local tries=0 dir

	[ -f "$state/data/postmaster.pid" ] || return 0
	while [ "$tries" -lt 300 ]; do
		for dir in /proc/[0-9]*/cwd; do
			if [ "$(readlink "$dir" 2>/dev/null)" = "$state/data" ]; then
				tries=$((tries + 1))
				sleep 0.1
				continue 2
			fi
		done
		rm -f "$state/data/postmaster.pid" "$sock"/.s.PGSQL.*
		return 0
	done
	die "processes of a killed PostgreSQL are still in $state/data"
}

# The socket's path has a limit of 107 bytes, so a deep DIR cannot hold it.
socket_dir()
{
	sock=$state/sock
	if [ "${#sock}" -gt 80 ]; then
		sock=$(cat "$state/sock.path" 2>/dev/null || :)
		if [ -z "$sock" ] || [ -L "$sock" ] || [ ! -d "$sock" ] ||
		    [ "$(stat -c '%U %a' "$sock")" != "$user 700" ]; then
			sock=$(mktemp -d /tmp/ambauth.XXXXXXXX)
			[ "$(id -u)" -ne 0 ] || chown "$user:" "$sock"
			echo "$sock" >"$state/sock.path"
		fi
	else
		as_owner mkdir -p "$sock"
	fi
}

create()
{
	local who

	# initdb works in a directory of its own, so that one that was
	# interrupted is never taken for a cluster.
	as_owner rm -rf "$state/data.new"
	as_owner "$bin/initdb" -D "$state/data.new" -U "$name" -E UTF8 \
	    --locale=C.UTF-8 --lc-collate=C --auth=peer --no-instructions \
	    >"$state/initdb.log" 2>&1 || {
		cat "$state/initdb.log" >&2
		die "initdb failed"
	}
	echo "local all all peer map=own" |
	    as_owner tee "$state/data.new/pg_hba.conf" >/dev/null
	for who in root "$user"; do
		echo "own $who $name"
	done | sort -u | as_owner tee "$state/data.new/pg_ident.conf" >/dev/null
	as_owner mv "$state/data.new" "$state/data"
}

# Options are given at each start: the socket's place may have changed.
start()
{
	[ -n "$bin" ] || die "PostgreSQL 15 is not installed (postgresql-15)"
	[ -f "$state/data/PG_VERSION" ] || create
	socket_dir
	if ! is_running; then
		clean_up
		: >>"$state/postgres.log"
		[ "$(id -u)" -ne 0 ] || chown "$user:" "$state/postgres.log"
		as_owner "$bin/pg_ctl" -D "$state/data" -s -w -t 120 \
		    -l "$state/postgres.log" \
		    -o "-c listen_addresses='' -c unix_socket_permissions=0700" \
		    -o "-k '$sock' -c max_connections=200 -c log_timezone=UTC" \
		    -o "${PGOPTS:-}" start 9>&- >&2 || {
			tail -n 20 "$state/postgres.log" >&2
			die "PostgreSQL did not start"
		}
	fi
	# Made here and not by createdb, which would need its own way in.
	as_owner "$bin/psql" -XAtq -h "$sock" -U "$name" -d postgres -c \
	    "SELECT 1 FROM pg_database WHERE datname = '$name'" | grep -q 1 ||
	    as_owner "$bin/createdb" -h "$sock" -U "$name" -w \
		--maintenance-db=postgres "$name"
	echo "host=$sock dbname=$name user=$name"
}

stop()
{
	if is_running; then
		as_owner "$bin/pg_ctl" -D "$state/data" -s -w -t 120 -m "$1" \
		    stop >&2 || ! is_running || die "PostgreSQL did not stop"
	fi
	if [ -f "$state/sock.path" ]; then
		rm -rf "$(cat "$state/sock.path")"
		rm -f "$state/sock.path"
	fi
}

[ $# -ge 2 ] || die "usage: cluster.sh prepare|start|stop|user DIR"
user=$(owner)
case $1 in
prepare)
	prepare "$2"
	echo "$user $state"
	;;
start)
	prepare "$2"
	start
	;;
stop)
	[ -e "$2/state" ] || exit 0
	state=$(realpath "$2/state")
	stop "${3:-fast}"
	;;
user)
	echo "$user"
	;;
*)
	die "no command is called '$1'"
	;;
esac
