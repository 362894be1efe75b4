#!/bin/sh
# SPDX-License-Identifier: ISC
# Install the Debian packages of the named groups, those that are missing only:
# a machine that has them needs neither a network nor root.
#
#   install.sh build|run|check|bench ...
set -eu

build="gcc make pkg-config libc6-dev kore dpkg-dev libssl-dev libjwt-dev
    libjansson-dev libsodium-dev libinih-dev libcrypt-dev libpq-dev
    libcurl4-openssl-dev zlib1g-dev openssl ca-certificates"
run="postgresql-15 postgresql-client-15"
check="clang clang-format libclang-rt-14-dev libcmocka-dev python3
    python3-pytest python3-pytest-xdist python3-requests python3-cryptography
    python3-selenium python3-psycopg2 chromium chromium-driver curl procps
    prometheus"
# pgbench and pg_stat_statements are in postgresql-15 itself.
bench="postgresql-15 python3 python3-psycopg2"

# Debian's server package starts a cluster of its own when it is installed.
# Nobody here asked for one: this file, there for the installation only, says so.
no_cluster=/etc/postgresql-common/createcluster.d/ambauth.conf
# Of prometheus only promtool is wanted: nothing is started, now or at a boot.
no_start=/usr/sbin/policy-rc.d
cleanup=

say()
{
	printf 'install: %s\n' "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

is_installed()
{
	case $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) in
	installed*) return 0 ;;
	esac
	return 1
}

# Node.js from elsewhere brings its npm along, and Debian's would drive it out.
command -v node >/dev/null || check="$check nodejs"
command -v npm >/dev/null || check="$check npm"

[ $# -gt 0 ] || die "usage: install.sh build|run|check|bench ..."
wanted=
for group; do
	case $group in
	build) wanted="$wanted $build" ;;
	run) wanted="$wanted $run" ;;
	check) wanted="$wanted $check" ;;
	bench) wanted="$wanted $bench" ;;
	*) die "no group of packages is called '$group'" ;;
	esac
done

command -v dpkg-query >/dev/null ||
	die "this is for Debian 12; elsewhere install the like of:" $wanted

missing=
# One question for all of them is what makes the second run quick.
if ! dpkg-query -W -f='${db:Status-Status}\n' $wanted 2>/dev/null |
    awk '$0 != "installed" { n++ } END { exit n > 0 || NR == 0 }' ||
    ! dpkg-query -W $wanted >/dev/null 2>&1; then
	for package in $wanted; do
		is_installed "$package" || missing="$missing $package"
	done
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null ||
		die "missing, and this is neither root nor is there sudo; as root:" \
		    "apt-get install --no-install-recommends$missing"
	sudo -v || die "missing, and sudo refused:$missing"
fi

say "installing$missing"
trap '[ -z "$cleanup" ] || as_root rm -f $cleanup' EXIT
trap 'exit 1' HUP INT TERM
case "$missing " in
*" postgresql-15 "*)
	if [ ! -e "$no_cluster" ]; then
		cleanup="$cleanup $no_cluster"
		as_root mkdir -p "${no_cluster%/*}"
		echo "create_main_cluster = false" |
			as_root tee "$no_cluster" >/dev/null
	fi
	;;
esac
case "$missing " in
*" prometheus "*)
	if [ ! -e "$no_start" ]; then
		cleanup="$cleanup $no_start"
		printf '#!/bin/sh\nexit 101\n' | as_root tee "$no_start" >/dev/null
		as_root chmod 755 "$no_start"
	fi
	;;
esac

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Two runs of apt-get update hinder each other; the later one tries again.
tries=0
until apt update >&2; do
	tries=$((tries + 1))
	[ "$tries" -lt 10 ] || die "apt-get update failed"
	sleep 5
done
apt install -y --no-install-recommends $missing >&2 ||
	die "could not install$missing"
case "$missing " in
*" prometheus "*)
	# What `systemctl disable` does, for where there is none.
	as_root rm -f "/etc/systemd/system/multi-user.target.wants/prometheus.service"
	;;
esac
