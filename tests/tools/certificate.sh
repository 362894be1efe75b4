#!/bin/sh
# SPDX-License-Identifier: ISC
# A development certificate for this machine's own names: a small authority, of
# which only the certificate is kept, and a leaf.
#
#   certificate.sh ec|rsa CA-FILE CERTIFICATE KEY
set -eu
umask 077

die()
{
	echo "certificate: $*" >&2
	exit 1
}

[ $# -eq 4 ] || die "usage: certificate.sh ec|rsa CA-FILE CERTIFICATE KEY"
case $1 in
ec) new="-newkey ec -pkeyopt ec_paramgen_curve:P-256" ;;
rsa) new="-newkey rsa:2048" ;;
*) die "CERT is ec or rsa, not '$1'" ;;
esac

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$dir/conf" <<END
[req]
distinguished_name = name
prompt = no
string_mask = utf8only
[name]
CN = ambauth development
[ca]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
END

# The key of the authority ends with this script: nobody can sign with it later.
# 397 days is the most that Apple's systems accept of a leaf.
{
	openssl req -x509 $new -noenc -sha256 -days 3650 -config "$dir/conf" \
	    -extensions ca -keyout "$dir/ca.key" -out "$dir/ca.pem" &&
	openssl req $new -noenc -sha256 -config "$dir/conf" -subj "/CN=localhost" \
	    -keyout "$dir/leaf.key" -out "$dir/leaf.csr" &&
	openssl x509 -req -sha256 -days 397 -in "$dir/leaf.csr" \
	    -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -extfile "$dir/conf" \
	    -extensions leaf -out "$dir/leaf.pem"
} >"$dir/log" 2>&1 || {
	cat "$dir/log" >&2
	die "openssl could not make it"
}
cat "$dir/leaf.key" >"$4"
cat "$dir/leaf.pem" >"$3"
cat "$dir/ca.pem" >"$2"
chmod 644 "$2" "$3"
