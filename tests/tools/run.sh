#!/bin/bash
# SPDX-License-Identifier: ISC
# Behind `make run`: a whole service on this machine to try things on, with its
# own database, certificate, clients and customer, until Ctrl-C.
#
# From the environment: BUILD (holds ambauth), PORT, VAR (what is kept between
# runs), TLS (on, off), CERT (ec, rsa: the kind of certificate), METRICS_PORT
# (of /metrics; otherwise one that is free). Several run side by side, each with
# a VAR and a PORT of its own.
set -eu
umask 077

tools=$(cd "$(dirname "$0")" && pwd)
ambauth=$(realpath "${BUILD:-build}/ambauth")
port=${PORT:-8443}
tls=${TLS:-on}
cert=${CERT:-ec}
server=

say()
{
	printf '%s\n' "$*"
}

die()
{
	echo "run: $*" >&2
	exit 1
}

case $port in
'' | *[!0-9]*) die "PORT is a number, not '$port'" ;;
esac
case $tls in
on) scheme=https ;;
off) scheme=http ;;
*) die "TLS is on or off, not '$tls'" ;;
esac
base=$scheme://localhost:$port

mkdir -p "${VAR:-var}"
var=$(realpath "${VAR:-var}")
exec 9>"$var/lock"
flock -n 9 || die "$var is in use by another run; give VAR=/another/directory"
is_taken()
{
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

if is_taken "$port"; then
	die "port $port is taken; give PORT=another"
fi
# Two that start at once may choose the same: so begin where PORT says.
metrics_port=${METRICS_PORT:-}
if [ -z "$metrics_port" ]; then
	metrics_port=$((9464 + (port - 8443) % 500))
	while [ "$metrics_port" = "$port" ] || is_taken "$metrics_port"; do
		metrics_port=$((metrics_port + 1))
	done
fi
# Who waits for it waits for this run's.
rm -f "$var/demo.json"

# What the server says to a GET: its status, or nothing.
status()
{
	local request="GET $1 HTTP/1.1\r\nHost: localhost:$port\r\nConnection: close\r\n\r\n"

	if [ "$tls" = on ]; then
		printf '%b' "$request" | timeout 10 openssl s_client -quiet \
		    -connect "127.0.0.1:$port" -servername localhost \
		    -CAfile "$var/ca.pem" -verify_return_error 2>/dev/null
	else
		{
			printf '%b' "$request" >&3
			timeout 10 head -n 1 <&3
		} 3<>"/dev/tcp/127.0.0.1/$port" 2>/dev/null
	fi | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p'
}

# One value of a JSON object whose values need no escapes.
value()
{
	sed -n 's/.*"'"$2"'" *: *"\([^"]*\)".*/\1/p' "$1" | head -n 1
}

json_text()
{
	printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}

# Server first, then the database under it; called once, however it ends.
finish()
{
	local result=$?

	trap '' HUP INT TERM
	trap - EXIT
	if [ -n "$server" ]; then
		kill -TERM "$server" 2>/dev/null || :
		wait "$server" 2>/dev/null || :
	fi
	"$tools/cluster.sh" stop "$var" 9>&- || :
	[ -z "$stopped" ] || say "stopped; $var keeps everything for the next run"
	exit "$result"
}

stopped=
trap finish EXIT
trap 'stopped=1; exit 0' HUP INT TERM

# The server runs as the owner of the cluster: for a demo one unprivileged user
# is enough, and it is the one that the database lets in (peer) and that can
# reach the socket.
conninfo=$("$tools/cluster.sh" start "$var" 9>&-) || die "there is no database"
read -r user state < <("$tools/cluster.sh" prepare "$var")

owned()
{
	[ "$(id -u)" -ne 0 ] || chown -h "$user:" "$@"
}

# The private key is another account's, so that no process that talks to the
# network can read its file. That one may pass the directories above it, which
# is all it may there.
key_user=
if [ "$(id -u)" -eq 0 ] && getent passwd nobody >/dev/null; then
	key_user=nobody
fi
mkdir -p "$state/tls" "$state/run"
owned "$state/run"
[ -z "$key_user" ] || chmod 711 "$state" "$state/tls" "$state/run"
if [ "$tls" = on ] && { [ "$(cat "$state/tls/kind" 2>/dev/null)" != "$cert" ] ||
    [ ! -f "$var/ca.pem" ] || ! openssl x509 -checkend 86400 -noout \
    -in "$state/tls/server.pem" >/dev/null 2>&1; }; then
	"$tools/certificate.sh" "$cert" "$var/ca.pem" "$state/tls/server.pem" \
	    "$state/tls/server.key"
	[ -z "$key_user" ] || chown "$key_user:" "$state/tls/server.key"
	echo "$cert" >"$state/tls/kind"
fi
if [ ! -s "$var/master.key" ]; then
	openssl rand -base64 32 >"$var/master.key.new"
	mv "$var/master.key.new" "$var/master.key"
fi

listen=127.0.0.1:$port
if grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; then
	listen="$listen [::1]:$port"
fi
cat >"$var/ambauth.conf.new" <<END
# Written by \`make run\` at each start; conf/ambauth.conf explains the settings.
[server]
listen = $listen
issuer = $base
tls = $tls
certificate = $state/tls/server.pem
certificate_key = $state/tls/server.key
user = $user
key_user = $key_user
run_dir = $state/run

[metrics]
listen = 127.0.0.1:$metrics_port

[database]
conninfo = $conninfo

[keys]
master_key_file = $var/master.key

[brand]
name = Demo
END
mv "$var/ambauth.conf.new" "$var/ambauth.conf"
export AMBAUTH_CONF=$var/ambauth.conf

"$ambauth" migrate >"$var/migrate.log" 2>&1 9>&- || {
	cat "$var/migrate.log" >&2
	die "the database could not be migrated"
}

# Kept with the data: who loses one has lost the other. A file appears when what
# it tells is in the database.
seed=$state/seed
mkdir -p "$seed"
keep()
{
	local name=$1

	shift
	[ ! -s "$seed/$name" ] || return 0
	"$@" >"$seed/$name.new" 9>&- || die "'$name' could not be added"
	mv "$seed/$name.new" "$seed/$name"
}

add_customer()
{
	local password

	password=$(openssl rand -base64 15 | tr '+/' 'xy')
	printf '%s\n' "$password" | "$ambauth" customer add --id C-1001 \
	    --login anna@example.org >/dev/null 2>&1 ||
		printf '%s\n' "$password" | "$ambauth" customer set-password \
		    --id C-1001 >/dev/null || return 1
	printf '%s\n' "$password"
}

keep device "$ambauth" client add --json --apple-device \
    --redirect-uri https://auth.businesschat.apple.com \
    --scope "openid profile" "Demo: Apple device"
keep msp "$ambauth" client add --json --confidential \
    --redirect-uri https://msp.example/callback \
    --redirect-uri "$base/amb/callback" \
    --scope "openid profile" "Demo: MSP"
keep key "$ambauth" keygen --json
keep password add_customer

AMBAUTH_CONF=$var/ambauth.conf "$ambauth" serve --config "$var/ambauth.conf" \
    >"$var/server.log" 2>&1 9>&- </dev/null &
server=$!

tries=0
until [ "$(status /readyz)" = 200 ]; do
	if ! kill -0 "$server" 2>/dev/null || [ "$tries" -gt 600 ]; then
		tail -n 20 "$var/server.log" >&2
		die "the server did not start"
	fi
	tries=$((tries + 1))
	sleep 0.1
done

client_json()
{
	printf '{"client_id": "%s", "client_secret": "%s", "redirect_uri": "%s"%s}' \
	    "$(value "$seed/$1" client_id)" "$(value "$seed/$1" client_secret)" \
	    "$2" "${3:-}"
}

# Of an earlier run it may have another port's.
hosted=
case $("$ambauth" client show --json "$(value "$seed/msp" client_id)" 9>&-) in
*"\"$base/amb/callback\""*) hosted=", \"hosted_callback\": \"$base/amb/callback\"" ;;
esac

cat >"$var/demo.json.new" <<END
{
  "base_url": "$base",
  "metrics_url": "http://127.0.0.1:$metrics_port/metrics",
  "ca_file": "$(json_text "$var/ca.pem")",
  "pid": $server,
  "database": "$(json_text "$conninfo")",
  "customer": {"username": "anna@example.org", "password": "$(cat "$seed/password")", "customer_id": "C-1001"},
  "clients": {
    "device": $(client_json device https://auth.businesschat.apple.com),
    "msp": $(client_json msp https://msp.example/callback "$hosted")
  },
  "response_key": {"public": "$(value "$seed/key" public)", "private": "$(value "$seed/key" private)"}
}
END
mv "$var/demo.json.new" "$var/demo.json"

# The way to it that a newcomer would type, if it is shorter.
shown=$(realpath --relative-base="$PWD" "$var")
shown_bin=$(realpath --relative-base="$PWD" "$ambauth")
cat <<END

ambauth serves on $base

  Sign in as the iPhone and the messaging provider do, step by step:
    $shown_bin simulate --demo $shown/demo.json

  Or in a browser (authority of the certificate: $shown/ca.pem), as
  anna@example.org with the password $(cat "$seed/password")
    $base/oauth/authorize?client_id=$(value "$seed/msp" client_id)&redirect_uri=https%3A%2F%2Fmsp.example%2Fcallback&response_type=code&scope=openid&state=hello

  What it counts, for Prometheus: http://127.0.0.1:$metrics_port/metrics

  Secrets for trying: $shown/demo.json    Log: $shown/server.log
  Ctrl-C stops it, the database included.
END

# wait ends early for a signal, and then the trap has run.
wait "$server" || :
server=
tail -n 20 "$var/server.log" >&2
die "the server ended by itself"
