#!/bin/bash
# SPDX-License-Identifier: ISC
# Behind `make check`: every test there is, in stages, one line for each, and at
# the end one line for all of them. A stage that ran no test has failed.
#
# From the environment: BUILD (builds go below it), and STAGES, the names of
# those to run when it is not all of them.
set -eu

cd "$(dirname "$0")/../.."
root=$PWD
build=$(realpath -m "${BUILD:-build}")
logs=$build/check
jobs=$(nproc)
stages="gcc clang lint unit sql wire browser simulate readme asan fuzz asan-unit
    asan-wire"
passed=0
failed=0
name=
began=0

# What the caller's make and shell have set must not reach ours.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL
for variable in $(compgen -e | grep '^AMBAUTH_' || :); do
	unset "$variable"
done
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

# Leaks are looked for where a process ends by itself. A worker's sandbox does
# not let the leak checker stop its threads.
asan="abort_on_error=0:exitcode=99:strict_string_checks=1"
asan="$asan:detect_stack_use_after_return=1:allocator_may_return_null=1"
ubsan="print_stacktrace=1:halt_on_error=1:exitcode=99"

mkdir -p "$logs"

is_wanted()
{
	[ -z "${STAGES:-}" ] || case " $STAGES " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# Run a stage: it adds its numbers to $ran and $broken, and says on its log
# what there is to say. A non-zero end counts as a failure of its own, unless
# one was counted.
stage()
{
	name=$1
	shift
	is_wanted "$name" || return 0
	began=$SECONDS
	ran=0
	broken=0
	log=$logs/$name.log
	rm -rf "$logs/$name.xml"
	: >"$log"
	"$@" || {
		[ "$broken" -gt 0 ] || broken=1
	}
	if [ "$((ran + broken))" -eq 0 ]; then
		echo "no test ran" >>"$log"
		broken=1
	fi
	passed=$((passed + ran))
	failed=$((failed + broken))
	if [ "$broken" -eq 0 ]; then
		printf '%-10s ok      %5d tests %5d s\n' "$name" "$ran" \
		    "$((SECONDS - began))"
	else
		printf '%-10s FAILED  %5d of %d %5d s; %s ends:\n' "$name" \
		    "$broken" "$((ran + broken))" "$((SECONDS - began))" "$log"
		tail -n 60 "$log" | sed 's/^/    | /'
	fi
}

# One test: it ends well or it does not.
one()
{
	if "$@" >>"$log" 2>&1; then
		ran=$((ran + 1))
	else
		echo "failed: $*" >>"$log"
		broken=$((broken + 1))
	fi
}

# Kore's objects have their own dependencies: they come first, alone.
compile()
{
	make -j"$jobs" --no-print-directory "$@"
}

lint()
{
	one tests/lint/lint.sh
}

cmocka_count()
{
	sed -n "s/^\\[  $1  \\] \\([0-9]*\\) test.*/\\1/p" "$2" |
		awk '{ n += $1 } END { print n + 0 }'
}

# Programs of cmocka, each with a line of what it counted.
unit()
{
	local dir=$1 test out good bad
	shift

	compile BUILD="$dir" "$@" unit >>"$log" 2>&1 || return 1
	AMBAUTH_TEST_CONNINFO=$("$root/tests/tools/cluster.sh" start \
	    "$cluster") 2>>"$log" || return 1
	export AMBAUTH_TEST_CONNINFO
	for test in "$dir"/tests/unit/test_*; do
		case $test in
		*.d) continue ;;
		esac
		out=$logs/$name.out
		bad=0
		"$test" >"$out" 2>&1 || bad=1
		good=$(cmocka_count PASSED "$out")
		ran=$((ran + good))
		# One that says nothing has tested nothing; one that ended badly
		# without a word (a crash, a leak) is a failure too.
		if [ "$bad" -eq 1 ] || [ "$good" -eq 0 ]; then
			bad=$(cmocka_count FAILED "$out")
			broken=$((broken + (bad > 0 ? bad : 1)))
			cat "$out" >>"$log"
		fi
		echo "$test: $good passed" >>"$log"
	done
	unset AMBAUTH_TEST_CONNINFO
	"$root/tests/tools/cluster.sh" stop "$cluster" >>"$log" 2>&1
}

# pytest's own numbers, of its report.
pytest()
{
	local binary=$1 result=0 numbers

	shift
	AMBAUTH_BIN=$binary timeout -k 60 -s INT 2400 \
	    /usr/bin/python3 -m pytest -q -p no:cacheprovider --tb=short -rf \
	    --junit-xml="$logs/$name.xml" "$@" >>"$log" 2>&1 || result=$?
	numbers=$(/usr/bin/python3 - "$logs/$name.xml" <<-'END'
		import sys
		import xml.etree.ElementTree as tree
		suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
		total, bad, off = (sum(int(suite.get(k)) for k in keys) for keys in
		                   (["tests"], ["failures", "errors"], ["skipped"]))
		print(max(total - bad - off, 0), bad)
	END
	) || return 1
	ran=$((ran + ${numbers% *}))
	broken=$((broken + ${numbers#* }))
	return "$result"
}

# Each harness over its corpus: it ends well, and it had something to eat.
fuzz()
{
	local harness corpus count

	compile BUILD="$1" SANITIZE=address,undefined replay >>"$log" 2>&1 ||
		return 1
	for harness in "$1"/tests/fuzz/fuzz_*; do
		case $harness in
		*.d) continue ;;
		esac
		corpus=tests/fuzz/corpus/${harness##*/fuzz_}
		count=$(find "$corpus" -type f 2>/dev/null | wc -l)
		if [ "$count" -gt 0 ] && ASAN_OPTIONS=$asan \
		    UBSAN_OPTIONS=$ubsan "$harness" "$corpus" >>"$log" 2>&1; then
			ran=$((ran + count))
		else
			echo "failed: $harness with $count files" >>"$log"
			broken=$((broken + 1))
		fi
	done
}

cluster=$(mktemp -d /tmp/ambauth-check.XXXXXX)
finish()
{
	"$root/tests/tools/cluster.sh" stop "$cluster" immediate \
	    >/dev/null 2>&1 || :
	rm -rf "$cluster"
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

g=$build/gcc
a=$build/asan
# What has a stage of its own is not run twice.
apart=""
for file in statements simulate readme; do
	apart="$apart --ignore=tests/wire/test_$file.py"
done

# With sanitizers, as many files at once as there are cores, each of the processes
# with a cluster and a server of its own. Without, a watchdog looks for turns of
# over 2 ms, and the less else goes on the better.
beside="-n $((jobs < 4 ? jobs : 4)) --dist loadfile"

# What cannot be fetched fails the tests that want it, and says why there.
if is_wanted wire || is_wanted asan-wire; then
	tests/tools/node.sh tests/wire/node "$build/node" >"$logs/node.log" 2>&1 &&
		export AMBAUTH_NODE_MODULES="$build/node/node_modules"
fi
if is_wanted browser; then
	tests/tools/node.sh tests/browser/node "$build/axe" >"$logs/axe.log" 2>&1 &&
		export AMBAUTH_AXE_MODULES="$build/axe/node_modules"
fi

stage gcc one compile BUILD="$g" CC=gcc all tools
stage clang one compile BUILD="$build/clang" CC=clang all tools unit
stage lint lint
stage unit unit "$g" CC=gcc
stage sql pytest "$g/ambauth" tests/wire/test_statements.py
stage wire pytest "$g/ambauth" tests/wire $apart
stage browser pytest "$g/ambauth" tests/browser
stage simulate pytest "$g/ambauth" tests/wire/test_simulate.py
stage readme pytest "$g/ambauth" tests/wire/test_readme.py
stage asan one compile BUILD="$a" CC=gcc SANITIZE=address,undefined all tools
stage fuzz fuzz "$a"
export UBSAN_OPTIONS="$ubsan"
export ASAN_OPTIONS="$asan"
stage asan-unit unit "$a" CC=gcc SANITIZE=address,undefined
export ASAN_OPTIONS="$asan:detect_leaks=0"
stage asan-wire pytest "$a/ambauth" tests/wire $apart $beside

for name in ${STAGES:-}; do
	case " $(echo $stages) " in
	*" $name "*) ;;
	*)
		echo "no stage is called $name"
		failed=$((failed + 1))
		;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
