#!/usr/bin/env bash
# Makes a whole region as one folder: certificates, keys, signed policy documents, configurations and data. For
# demonstrations and tests: it holds every party's secrets, which in a real region never meet on one machine.
#
#   make_region.sh OUT TEMPLATE BIN_FOLDER
#
# OUT must not exist yet. TEMPLATE is a folder with region.json (who is there; deploy/region-stl/README.md explains
# it), policy/ (documents; "*.yaml.in" have tokens to fill in) and data/. BIN_FOLDER is bazel-bin.
#
# FUSIONHUB_REGION_PARTS="hotlist plates" leaves out what nodes would hold besides (default: hotlist plates faces).
#
# OUT gets: tls/ keys/ issuers/ policy/ broker/ nodes/NAME/ clients/AGENCY.yaml data/ and region.json.
# shellcheck disable=SC2016  # jq programs are not for the shell to expand
set -euo pipefail
umask 077
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
  echo "make_region.sh: $*" >&2
  exit 1
}

[[ $# -eq 3 ]] || { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
[[ ! -e $1 ]] || fail "$1 exists already; remove it or choose another folder"
template=$(cd "$2" && pwd)
bin=$(cd "$3" && pwd)
jq -e . "$template/region.json" >/dev/null || fail "$template/region.json is not JSON"
mkdir -p "$1"
out=$(cd "$1" && pwd)
# A Unix socket's path has room for 107 bytes.
[[ ${#out} -le 70 ]] || fail "$out is too long for the issuers' sockets; choose a folder of at most 70 characters"
cp "$template/region.json" "$out/region.json"

query() { jq -r "$@" "$out/region.json"; }
region=$(query .region)
hub_name=$(query .hub.name)
hub_id=spiffe://$region/agency/hub/hub/$hub_name
origin=$(query .log_origin)

# A new Ed25519 private key, unless it is there.
new_key() { # file
  [[ -e $1 ]] || openssl genpkey -algorithm ed25519 -out "$1"
}

raw_public_key() { # private key file; 32 bytes on stdout
  openssl pkey -in "$1" -pubout -outform DER | tail -c 32
}

# "ed25519:..." as keys stand in documents.
public_key() { # private key file
  echo "ed25519:$(raw_public_key "$1" | base64 -w0)"
}

# A signed-note verifier key of type Ed25519 (C2SP signed-note).
verifier_key() { # name, private key file
  local id
  id=$({ printf '%s\n\001' "$1"; raw_public_key "$2"; } | sha256sum | cut -c1-8)
  echo "$1+$id+$({ printf '\001'; raw_public_key "$2"; } | base64 -w0)"
}

days_ago() { date -u -d "$1 days ago" +%Y-%m-%d; }
hours_ago() { date -u -d "$1 hours ago" +%Y-%m-%dT%H:%M:%SZ; }

make_certificates() {
  local agency name
  "$here/make_certificates.sh" region-ca "$out/tls" "$region"
  "$here/make_certificates.sh" issue "$out/tls" "$region" hub hub "$hub_name"
  while read -r agency name; do
    "$here/make_certificates.sh" issue "$out/tls" "$region" "$agency" node "$name"
  done < <(query '.agencies[] | .id as $a | .nodes[]? | "\($a) \(.name)"')
  for agency in $(query '.agencies[] | select(.persons) | .id'); do
    "$here/make_certificates.sh" issue "$out/tls" "$region" "$agency" client "$agency-client"
  done
}

# One key pair for each @KEY:AGENCY/ID@ of the templates, and the hub's own.
make_keys() {
  local name
  mkdir -p "$out/keys"
  new_key "$out/keys/log.pem"
  new_key "$out/keys/statement.pem"
  while read -r name; do
    mkdir -p "$out/keys/${name%/*}"
    new_key "$out/keys/$name.pem"
  done < <(grep -rhoE '@KEY:[a-z0-9_]+/[a-z0-9-]+@' "$template/policy" | sed 's/^@KEY://; s/@$//' | sort -u)
}

persons_yaml() { # agency
  echo "# People whom the demonstration issuer of $1 vouches for."
  echo "kind: DemoPersons"
  echo "persons:"
  query --arg agency "$1" '.agencies[] | select(.id == $agency) | .ori as $ori | .persons[] | [.id, $ori,
      (.commissioned // false), ((.roles // []) | join(", ")), (.trained_days_ago // ""),
      (.vetted_days_ago // ""), (.revalidated_days_ago // ""), (.cjis // false), (.account // "person")]
    | map(tostring) | join("|")' |
    while IFS='|' read -r id ori commissioned roles trained vetted revalidated cjis account; do
      printf '  - {id: %s, ori: %s, commissioned: %s, roles: [%s], cjis: %s, account: %s' \
        "$id" "$ori" "$commissioned" "$roles" "$cjis" "$account"
      [[ -z $trained ]] || printf ', trained: %s' "$(days_ago "$trained")"
      [[ -z $vetted ]] || printf ', vetted: %s' "$(days_ago "$vetted")"
      [[ -z $revalidated ]] || printf ', revalidated: %s' "$(days_ago "$revalidated")"
      printf '}\n'
    done
}

make_issuers() {
  local agency
  mkdir -p "$out/issuers" "$out/run"
  for agency in $(query '.agencies[] | select(.persons) | .id'); do
    "$bin/identity/demo_issuer" new-key --out "$out/issuers/$agency.jwk" --jwks-out "$out/issuers/$agency.jwks" \
      --kid "demo-$agency-1" 2>/dev/null || fail "demo_issuer could not make a key for $agency"
    persons_yaml "$agency" >"$out/issuers/$agency-persons.yaml"
  done
}

token_value() { # kind, argument
  case $1 in
    KEY) public_key "$out/keys/$2.pem" ;;
    JWKS) tr -d '\n' <"$out/issuers/$2.jwks" ;;
    DAYS_AGO) days_ago "$2" ;;
    HOURS_AGO) hours_ago "$2" ;;
    *) return 1 ;;
  esac
}

# Replaces the tokens @KEY:AGENCY/ID@, @JWKS:AGENCY@, @DAYS_AGO:N@ and @HOURS_AGO:N@.
fill_file() { # template file, file
  local text token value
  text=$(cat "$1"; echo .)
  while [[ $text =~ @([A-Z_]+):([A-Za-z0-9._/-]+)@ ]]; do
    token=${BASH_REMATCH[0]}
    value=$(token_value "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}") || fail "$1: cannot fill in $token"
    text=${text//"$token"/"$value"}
  done
  printf '%s' "${text%.}" >"$2"
}

copy_filled() { # template folder, folder
  local file name
  while IFS= read -r -d '' file; do
    name=${file#"$1"/}
    mkdir -p "$2/$(dirname "$name")"
    if [[ $name == *.in ]]; then fill_file "$file" "$2/${name%.in}"; else cp "$file" "$2/$name"; fi
  done < <(find "$1" -type f -print0)
}

# "PARTY KEY" lines: the first key of each party under `signatories:`.
signatories_of() { # agreement
  awk '/^signatories:/ {on = 1; print; next} on && /^[^ ]/ {exit} on {print}' "$1" |
    grep -oE '[a-z0-9_]+: \[[a-z0-9-]+' | tr -d ':['
}

signer_title() { # party, key
  local file
  file=$(grep -lx "id: $1" "$out"/policy/agencies/*.yaml)
  sed -n "s/.*{id: $2, use: person, title: \([^,]*\),.*/\1/p" "$file"
}

sign_agreements() {
  local file party key at
  for file in "$out"/policy/agreements/*.yaml; do
    while read -r party key; do
      at=$(query --arg agreement "$(basename "$file" .yaml)" --arg party "$party" \
        '.signed_at[$agreement][$party] // .signed_at.default')
      "$bin/hubctl/hubctl" policy sign "$file" --key "$out/keys/$party/$key.pem" --key-id "$key" --party "$party" \
        --by "$(signer_title "$party" "$key")" --at "$at" >/dev/null
    done < <(signatories_of "$file")
  done
}

broker_yaml() {
  cat <<EOF
# The hub of region $region. docs/broker.md explains each key.
region: $region
test_mode: $(query .test_mode)
data_dir: data
policy_dir: ../policy
listen: 127.0.0.1:0 # broker: start_region.sh writes the port in use here
metrics: 127.0.0.1:0
port_file: ports.json
tls:
  certificate: ../tls/$hub_name.crt
  key: ../tls/$hub_name.key
  ca: ../tls/ca.crt
log:
  origin: $origin
  key: ../keys/log.pem
  signer_state: signer/state
  statement_key: ../keys/statement.pem
EOF
}

node_fact() { # node, jq path
  query --arg node "$1" ".agencies[] | .nodes[]? | select(.name == \$node) | $2"
}

node_yaml() { # agency, node
  cat <<EOF
# Node $2 of $1. docs/agency_node.md explains each key.
region: $region
agency: $1
node: $2
test_mode: $(query .test_mode)
data_dir: data
policy_dir: ../../policy
metrics: 127.0.0.1:0
port_file: ports.json
broker:
  address: 127.0.0.1:0 # broker: start_region.sh writes the port in use here
  spiffe_id: $hub_id
tls:
  certificate: ../../tls/$2.crt
  key: ../../tls/$2.key
  ca: ../../tls/ca.crt
log:
  origin: $origin
  verifier_key: $(verifier_key "$origin" "$out/keys/log.pem")
answer_key:
  id: $(node_fact "$2" .answer_key)
  file: ../../keys/$1/$(node_fact "$2" .answer_key).pem
checkpoint_key:
  id: $(node_fact "$2" .checkpoint_key)
  file: ../../keys/$1/$(node_fact "$2" .checkpoint_key).pem
EOF
}

# Whether a node is to hold this part: region.json says so, and it is not left out.
holds() { # node, part
  [[ " ${FUSIONHUB_REGION_PARTS:-hotlist plates faces} " == *" $2 "* && $(node_fact "$1" "has(\"$2\")") == true ]]
}

# Adds what this node holds, as region.json says; data files are copies in its own folder.
add_node_data() { # node
  local folder=$out/nodes/$1
  if holds "$1" hotlist; then
    cp "$out/data/$(node_fact "$1" .hotlist.file)" "$folder/hotlist.csv"
    printf 'hotlist:\n  file: hotlist.csv\n  max_age_hours: %s\n  alert_categories: [%s]\n' \
      "$(node_fact "$1" .hotlist.max_age_hours)" "$(node_fact "$1" '.hotlist.alert_categories | join(", ")')"
  fi
  if holds "$1" plates; then
    openssl rand -hex 24 >"$folder/camera.token"
    printf 'plates:\n  listen: 127.0.0.1:0\n  token_file: camera.token\n  retention_days: %s\n  stored_fields: [%s]\n' \
      "$(node_fact "$1" .plates.retention_days)" "$(node_fact "$1" '.plates.stored_fields | join(", ")')"
    echo '  cameras:'
    node_fact "$1" '.plates.cameras[] | "    - {id: \(.id), reader: \(.reader), latitude: \(.latitude), longitude: \(.longitude)}"'
  fi
  if holds "$1" faces; then
    make_faces "$1" "$(node_fact "$1" .faces.people)"
    printf 'faces:\n  bookings: faces/bookings.csv\n  image_dir: faces/images\n  image_sandbox: %s\n' \
      "$bin/face_matcher/image_sandbox"
  fi
}

# Bookings and images of people who do not exist. Who is who goes to truth.txt, which no server reads.
make_faces() { # node, people
  local seed
  seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
  "$bin/tests/faces/render_faces" gallery --count "$2" --seed "$seed" --prefix "${1^^}" --out-dir "$out/nodes/$1/faces" |
    sed "s/^/$1 /" >>"$out/truth.txt"
}

client_yaml() { # agency
  cat <<EOF
# hubctl at $1. docs/hubctl.md explains each key.
region: $region
agency: $1
operator: $(query --arg agency "$1" '.agencies[] | select(.id == $agency) | .persons[0].id')
policy_dir: ../policy
statement_key: $(public_key "$out/keys/statement.pem")
broker:
  address: 127.0.0.1:0 # broker: start_region.sh writes the port in use here
  spiffe_id: $hub_id
tls:
  certificate: ../tls/$1-client.crt
  key: ../tls/$1-client.key
  ca: ../tls/ca.crt
issuer:
  socket: ../run/issuer-$1.sock
log:
  origin: $origin
  verifier_key: $(verifier_key "$origin" "$out/keys/log.pem")
EOF
}

make_configurations() {
  local agency name
  mkdir -p "$out/broker/signer" "$out/clients"
  broker_yaml >"$out/broker/broker.yaml"
  while read -r agency name; do
    mkdir -p "$out/nodes/$name"
    node_yaml "$agency" "$name" >"$out/nodes/$name/node.yaml"
    add_node_data "$name" >>"$out/nodes/$name/node.yaml"
  done < <(query '.agencies[] | .id as $a | .nodes[]? | "\($a) \(.name)"')
  for agency in $(query '.agencies[] | select(.persons) | .id'); do
    client_yaml "$agency" >"$out/clients/$agency.yaml"
  done
}

make_certificates
make_keys
make_issuers
copy_filled "$template/policy" "$out/policy"
[[ ! -d $template/data ]] || copy_filled "$template/data" "$out/data"
sign_agreements
make_configurations
"$bin/hubctl/hubctl" policy check "$out/policy" >"$out/policy-check.txt" ||
  { cat "$out/policy-check.txt" >&2; fail "the policy documents have mistakes"; }
