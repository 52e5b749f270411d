#!/bin/bash
# Tests of make_certificates.sh: what it makes, that a second run changes nothing, and what it refuses.
set -euo pipefail

script=$1
dir=$TEST_TMPDIR/ca

die() {
  echo "FAILED: $*" >&2
  exit 1
}
quiet() { # command...: succeeds without a word
  local said
  said=$("$@" 2>&1) || die "$* failed: $said"
  [[ -z $said ]] || die "$* said: $said"
}
refused() { # pattern, command...
  local pattern=$1 said
  shift
  if said=$("$@" 2>&1); then die "$* succeeded"; fi
  [[ $said == *"$pattern"* ]] || die "$* said '$said', not '$pattern'"
}
extension() { openssl x509 -in "$dir/$1.crt" -noout -ext "$2"; }

refused "has no CA" "$script" issue "$dir" stl slmpd node node-1
quiet "$script" region-ca "$dir" stl
quiet "$script" issue "$dir" stl hub hub broker
quiet "$script" issue "$dir" stl slmpd node node-1
quiet "$script" issue "$dir" stl slmpd client ann 30

[[ $(stat -c %a "$dir"/*.key | sort -u) == 600 ]] || die "a key can be read by others"
for name in broker node-1 ann; do
  openssl verify -x509_strict -CAfile "$dir/ca.crt" "$dir/$name.crt" >/dev/null || die "$name does not verify"
  [[ $(extension "$name" subjectAltName | grep -o URI: | wc -l) -eq 1 ]] || die "$name has not one URI"
  openssl x509 -in "$dir/$name.crt" -noout -text | grep -q prime256v1 || die "$name is not P-256"
done
extension broker subjectAltName | grep -q URI:spiffe://stl/agency/hub/hub/broker || die "wrong name of hub"
extension node-1 subjectAltName | grep -q URI:spiffe://stl/agency/slmpd/node/node-1 || die "wrong name of node"
extension node-1 subjectAltName | grep -q DNS: && die "a node has a DNS name"
extension broker extendedKeyUsage | grep -q 'Server.*Client' || die "a hub cannot serve"
extension node-1 extendedKeyUsage | grep -q Server && die "a node can serve"
extension ca basicConstraints | grep -q pathlen:0 || die "the CA can make CAs"

before=$(sha256sum "$dir"/*.crt "$dir"/*.key)
quiet "$script" region-ca "$dir" stl
quiet "$script" issue "$dir" stl hub hub broker
quiet "$script" issue "$dir" stl slmpd client ann
[[ $before == "$(sha256sum "$dir"/*.crt "$dir"/*.key)" ]] || die "a second run changed something"

quiet "$script" issue "$dir" stl slmpd client old 0
openssl verify -CAfile "$dir/ca.crt" "$dir/old.crt" >/dev/null 2>&1 && die "an expired certificate verifies"
openssl verify -no_check_time -CAfile "$dir/ca.crt" "$dir/old.crt" >/dev/null || die "old is not of this CA"
quiet "$script" issue "$dir" stl slmpd client old
openssl verify -CAfile "$dir/ca.crt" "$dir/old.crt" >/dev/null || die "old was not renewed"

quiet "$script" region-ca "$dir-other" stl
quiet "$script" issue "$dir-other" stl slmpd client ann
openssl verify -CAfile "$dir/ca.crt" "$dir-other/ann.crt" >/dev/null 2>&1 && die "another CA's certificate verifies"
HUB_NAMES=DNS:hub.example.org quiet "$script" issue "$dir-other" stl hub hub broker
openssl x509 -in "$dir-other/broker.crt" -noout -checkhost hub.example.org | grep -q 'does match' || die "HUB_NAMES"

refused "CA of another region" "$script" region-ca "$dir" kc
refused "names somebody else" "$script" issue "$dir" stl st_charles_pd client ann
refused "must be node, client or hub" "$script" issue "$dir" stl slmpd admin ann
refused "1 to 64 characters" "$script" issue "$dir" stl SLMPD client bob
refused "1 to 64 characters" "$script" issue "$dir" stl slmpd client 'bob,URI:spiffe://stl/agency/hub/hub/broker'
refused "must be a number" "$script" issue "$dir" stl slmpd client bob soon
refused "taken" "$script" issue "$dir" stl slmpd client ca
refused "region-ca DIR REGION" "$script"
[[ -z $(find "$dir" -name '.issue.*') ]] || die "scratch folders are left"
