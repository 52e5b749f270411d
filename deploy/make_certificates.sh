#!/bin/bash
# Makes the certificates of a region: its CA, and one for each hub, node and client, with OpenSSL's command line.
#
#   make_certificates.sh region-ca DIR REGION [DAYS]
#   make_certificates.sh issue DIR REGION AGENCY ROLE NAME [DAYS]
#
# region-ca writes DIR/ca.key and DIR/ca.crt (EC P-256, path length 0, 3650 days). issue writes DIR/NAME.key and
# DIR/NAME.crt (90 days) with exactly one URI name, spiffe://REGION/agency/AGENCY/ROLE/NAME; ROLE is node, client
# or hub. A hub's certificate also has the DNS name localhost, the address 127.0.0.1, and what HUB_NAMES adds
# (e.g. "DNS:hub.example.org,IP:192.0.2.7"). DAYS 0 makes a certificate that has expired, for tests.
#
# Running it again keeps what is there and still good for a day; it renews the rest. Quiet unless it fails.
# Keys have mode 0600. Keep ca.key off the hub: whoever has it can be any agency.
set -euo pipefail
umask 077

fail() {
  echo "make_certificates.sh: $*" >&2
  exit 1
}

usage() {
  sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

check_id() { # what, value
  [[ $2 =~ ^[a-z0-9_-]{1,64}$ ]] || fail "$1 '$2' must be 1 to 64 characters of a-z, 0-9, '_' and '-'"
}

check_days() {
  [[ $1 =~ ^[0-9]{1,5}$ ]] || fail "DAYS '$1' must be a number from 0 to 99999"
}

# Runs openssl; shows what it says only if it fails.
quietly() {
  local said
  said=$(openssl "$@" 2>&1) || fail "openssl $1 failed: $said"
}

new_key() { # file
  quietly genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

# True when the certificate's public key is the private key's.
key_matches() { # crt, key
  [[ "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null)" == \
    "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ]]
}

uri_of() { # crt
  openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null | grep -o 'URI:[^, ]*' | cut -d: -f2- || true
}

region_ca() { # dir, region, days
  local dir=$1 region=$2 days=$3
  check_id REGION "$region"
  check_days "$days"
  mkdir -p "$dir"
  if [[ -e $dir/ca.key && -e $dir/ca.crt ]]; then
    [[ "$(openssl x509 -in "$dir/ca.crt" -noout -subject -nameopt RFC2253)" == "subject=CN=$region region CA" ]] ||
      fail "$dir/ca.crt is the CA of another region; use another folder"
    key_matches "$dir/ca.crt" "$dir/ca.key" || fail "$dir/ca.key is not the key of $dir/ca.crt"
    openssl x509 -in "$dir/ca.crt" -noout -checkend 86400 >/dev/null ||
      fail "$dir/ca.crt has expired or is about to; a new CA must be given to every agency first"
    return
  fi
  [[ ! -e $dir/ca.key && ! -e $dir/ca.crt ]] || fail "$dir has only one of ca.key and ca.crt"
  new_key "$dir/ca.key"
  quietly req -x509 -new -key "$dir/ca.key" -sha256 -days "$days" -subj "/CN=$region region CA" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -out "$dir/ca.crt"
  chmod 0644 "$dir/ca.crt"
}

extensions() { # uri, role
  local names="URI:$1" usage=clientAuth
  if [[ $2 == hub ]]; then
    names+=",DNS:localhost,IP:127.0.0.1${HUB_NAMES:+,$HUB_NAMES}"
    usage=serverAuth,clientAuth
  fi
  printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
    "extendedKeyUsage=$usage" "subjectAltName=$names" subjectKeyIdentifier=hash \
    authorityKeyIdentifier=keyid
}

# True when the certificate can stay: right key, this CA, good for another day.
still_good() { # dir, name
  openssl x509 -in "$1/$2.crt" -noout -checkend 86400 >/dev/null &&
    key_matches "$1/$2.crt" "$1/$2.key" &&
    openssl verify -CAfile "$1/ca.crt" "$1/$2.crt" >/dev/null 2>&1
}

# Signs with `openssl ca`, the one command that takes exact dates.
sign() { # request, extensions file, scratch folder, dir, days
  local scratch=$3 start end
  : >"$scratch/index.txt"
  printf '%s\n' '[ca]' default_ca=region '[region]' "database=$scratch/index.txt" "new_certs_dir=$scratch" \
    default_md=sha256 policy=any copy_extensions=none rand_serial=yes '[any]' commonName=supplied \
    organizationName=supplied >"$scratch/ca.conf"
  # Five minutes of grace for clocks that are behind; an expired one ended an hour ago.
  start=$(date -u -d '5 minutes ago' +%Y%m%d%H%M%SZ)
  end=$(date -u -d "$5 days" +%Y%m%d%H%M%SZ)
  if (($5 == 0)); then
    start=$(date -u -d '2 days ago' +%Y%m%d%H%M%SZ)
    end=$(date -u -d '1 hour ago' +%Y%m%d%H%M%SZ)
  fi
  quietly ca -batch -notext -config "$scratch/ca.conf" -cert "$4/ca.crt" -keyfile "$4/ca.key" \
    -startdate "$start" -enddate "$end" -extfile "$2" -in "$1" -out "$scratch/new.crt"
}

issue() { # dir, region, agency, role, name, days
  local dir=$1 region=$2 agency=$3 role=$4 name=$5 days=$6
  check_id REGION "$region"
  check_id AGENCY "$agency"
  check_id NAME "$name"
  check_days "$days"
  [[ $role == node || $role == client || $role == hub ]] || fail "ROLE '$role' must be node, client or hub"
  [[ $name != ca ]] || fail "NAME 'ca' is taken by the CA's own files"
  [[ -r $dir/ca.key && -r $dir/ca.crt ]] || fail "$dir has no CA; run '$0 region-ca $dir $region' first"
  local uri=spiffe://$region/agency/$agency/$role/$name
  if [[ -e $dir/$name.crt ]]; then
    [[ "$(uri_of "$dir/$name.crt")" == "$uri" ]] || fail "$dir/$name.crt names somebody else; use another folder"
    if still_good "$dir" "$name" && ((days > 0)); then return; fi
  fi
  scratch=$(mktemp -d "$dir/.issue.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  extensions "$uri" "$role" >"$scratch/extensions"
  new_key "$scratch/new.key"
  quietly req -new -key "$scratch/new.key" -subj "/O=$agency/CN=$name" -out "$scratch/new.csr"
  sign "$scratch/new.csr" "$scratch/extensions" "$scratch" "$dir" "$days"
  chmod 0644 "$scratch/new.crt"
  mv "$scratch/new.key" "$dir/$name.key"
  mv "$scratch/new.crt" "$dir/$name.crt"
}

[[ $# -gt 0 ]] || usage
command=$1
shift
case $command in
  region-ca)
    [[ $# -eq 2 || $# -eq 3 ]] || usage
    region_ca "$1" "$2" "${3:-3650}"
    ;;
  issue)
    [[ $# -eq 5 || $# -eq 6 ]] || usage
    issue "$1" "$2" "$3" "$4" "$5" "${6:-90}"
    ;;
  *) usage ;;
esac
