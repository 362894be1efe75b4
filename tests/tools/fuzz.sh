#!/bin/bash
# SPDX-License-Identifier: ISC
# Behind `make fuzz`: every harness of tests/fuzz under libFuzzer, with the
# address and undefined-behaviour sanitizers, for SECONDS each. What it finds is
# left below BUILD/fuzz, to be looked at and then added to the corpus.
#
#   fuzz.sh SECONDS [NAME ...]        NAME: form, jwt, ... ; all if none is given
set -eu

cd "$(dirname "$0")/../.."
build=$(realpath -m "${BUILD:-build}")/fuzz
seconds=${1:?usage: fuzz.sh SECONDS [NAME ...]}
shift
result=0
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

make -j"$(nproc)" --no-print-directory BUILD="$build" CC=clang \
    SANITIZE=address,undefined,fuzzer-no-link "$build/libambauth.a"
mkdir -p "$build/found"
[ $# -gt 0 ] || set -- $(basename -a -s .c tests/fuzz/fuzz_*.c |
    sed 's/^fuzz_//')

for name; do
	corpus=tests/fuzz/corpus/$name
	mkdir -p "$build/corpus/$name"
	clang -std=c99 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer \
	    -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=undefined -Isrc -I"$build/gen" \
	    -o "$build/fuzz_$name" "tests/fuzz/fuzz_$name.c" \
	    "$build/libambauth.a" -ljwt -ljansson -lsodium -linih -lcrypt \
	    -lpq -lcurl -lssl -lcrypto -lpthread
	# New inputs go to the first directory; ours is only read.
	if "$build/fuzz_$name" -max_total_time="$seconds" -max_len=16384 \
	    -timeout=10 -print_final_stats=1 -artifact_prefix="$build/found/" \
	    "$build/corpus/$name" "$corpus" >"$build/$name.log" 2>&1; then
		printf '%-14s ok, %s runs\n' "$name" "$(sed -n \
		    's/^stat::number_of_executed_units: *//p' "$build/$name.log")"
	else
		printf '%-14s FAILED; %s ends:\n' "$name" "$build/$name.log"
		tail -n 30 "$build/$name.log" | sed 's/^/    | /'
		result=1
	fi
done
exit "$result"
