# The outcomes of the demonstration, one function each. Source it; quickstart.sh says in which order they run.
# shellcheck shell=bash
#
# Needs: region_folder, bin_folder, and the functions of region_processes.sh. Every function prints in plain words
# what it does, the command as a user would type it, and what came of it; it checks exit code and --json. A thing
# that is not as stated is counted in `failures` and said.

# shellcheck disable=SC2016  # jq programs are not for the shell to expand
# shellcheck disable=SC2154  # region_folder and bin_folder are the caller's
true

failures=0
plate_on_lists=FE1B77   # on the lists of all three agencies
work=''                 # a folder for results; set by prepare_demonstration

prepare_demonstration() {
  work=$region_folder/demonstration
  mkdir -p "$work"
}

say() { printf '%s\n' "$*"; }

headline() { # number, text
  printf '\n--- %s. %s\n' "$1" "$2"
}

as_stated() { printf '    ok: %s\n' "$*"; }

not_as_stated() {
  printf '    NOT AS STATED: %s\n' "$*"
  failures=$((failures + 1))
}

# True when the last --json result fits a jq condition.
result_is() { jq -e "$@" "$work/result.json" >/dev/null 2>&1; }

check() { # text, jq condition...
  local text=$1
  shift
  if result_is "$@"; then as_stated "$text"; else not_as_stated "$text"; fi
}

quoted() {
  local word text=''
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@%+-]+$ ]]; then text+=" $word"; else text+=" '${word//\'/\'\\\'\'}'"; fi
  done
  printf '%s' "${text# }"
}

# Asks as somebody of an agency: shows the command, keeps the JSON, and checks the exit code.
ask() { # agency, expected exit code, hubctl arguments...
  local agency=$1 expected=$2 code=0
  shift 2
  say "    \$ hubctl --config $region_folder/clients/$agency.yaml $(quoted "$@")"
  "$bin_folder/hubctl/hubctl" --config "$region_folder/clients/$agency.yaml" --json "$@" \
    >"$work/result.json" 2>"$work/errors.txt" || code=$?
  if [[ $code -ne $expected ]]; then
    not_as_stated "exit code $code instead of $expected: $(head -n 3 "$work/errors.txt")"
  fi
}

# The same question again, as a person sees it.
show() { # agency, hubctl arguments...
  local agency=$1
  shift
  "$bin_folder/hubctl/hubctl" --config "$region_folder/clients/$agency.yaml" "$@" 2>&1 | sed 's/^/    | /' || true
}

# What --json says about refusals: check, clause and what is needed, once each.
say_refusal() {
  jq -r '[.outcomes[].explanation.failures[]?, .explanation.failures[]?] | unique_by(.check, .clause)[]
    | "    refused by \(.clause): \(.check), seen \(.seen); \(if .needed == "" then "nothing would fix it" else "needed " + .needed end)"' \
    "$work/result.json"
}

# The jq condition: every owner refused, and one of the reasons cites a clause that begins so.
refused_by() { # clause prefix, text
  check "$2" --arg clause "$1" '([.outcomes[].outcome] | length > 0 and all(. == "refused"))
    and ([.outcomes[].explanation.failures[]?, .explanation.failures[]?] | any(.clause | startswith($clause)))'
  check "the refusal is in the log, and its receipt verifies" \
    '.receipt.verified and any(.receipt.entries[]; .type == "REFUSE")'
}

# A rendered face; no photograph of a person is in the repository.
render_probe() { # identity seed, file
  "$bin_folder/tests/faces/render_faces" --identity-seed "$1" --capture-seed "$RANDOM$RANDOM" --out "$2"
}

# A face for questions that are refused before anybody compares it.
probe_image() {
  [[ -s $work/probe.jpg ]] || render_probe 1 "$work/probe.jpg"
  echo "$work/probe.jpg"
}

case_of_robbery=(--complaint 25-004411 --fact investigation=active_criminal --fact person_status=suspect
  --reason 'robbery of pharmacy, suspect filmed at counter')

outcome_1() {
  headline 1 "Is a plate on anyone's hotlist? Every agency whose terms allow it is asked."
  local question=(hotlist check "$plate_on_lists" --state MO --purpose felony_investigation --complaint 25-004411
    --reason 'vehicle seen leaving armed robbery')
  ask st_charles_pd 0 "${question[@]}"
  check "at least two agencies answered with an entry" '[.results[] | select(.outcome == "released" and
    (.records | length) > 0)] | length >= 2'
  check "every agency that keeps hotlists is listed" '[.outcomes[].owner] | contains(["slmpd", "st_louis_county_pd"])'
  check "the receipt verifies: log entries, owners' signatures, completeness statement" '.receipt.verified'
  show st_charles_pd "${question[@]}"
}

# "NAME|IDENTITY SEED" of the n-th person whom one node's gallery shows. Only this script knows who is who.
person_of_gallery() { # node, n
  local booking identity
  read -r _ booking identity < <(grep "^$1 " "$region_folder/truth.txt" | sed -n "$2p")
  echo "$(awk -F, -v b="$booking" '$1 == b {print $3}' "$region_folder/nodes/$1/faces/bookings.csv")|$identity"
}

outcome_2() {
  headline 2 "An analyst of St. Charles compares a face for a detective: leads from the other two agencies."
  local n name identity found=''
  say "  The engine is a texture baseline, not a face recogniser, so up to three people are tried."
  for n in 1 2 3; do
    IFS='|' read -r name identity < <(person_of_gallery st-louis-county-pd-1 "$n")
    render_probe "$identity" "$work/probe-$n.jpg"
    local question=(face compare "$work/probe-$n.jpg" --purpose REJ-4.2 --officer u-1002 "${case_of_robbery[@]}"
      --image-source 'pharmacy counter camera' --save-receipt "$work/face-receipt.json")
    ask st_charles_pd 0 "${question[@]}"
    if result_is --arg name "$name" 'any(.results[]; .owner == "st_louis_county_pd"
      and any(.records[]; .fields.rank == "1" and .fields.name == $name))'; then found=$n; break; fi
    say "    (person $n is not first; trying another)"
  done
  if [[ -n $found ]]; then as_stated "the true person ranks first at the agency that booked them"; else
    not_as_stated "none of three true persons ranks first"; fi
  check "both other agencies answered" '[.results[] | select(.outcome == "released") | .owner] | sort ==
    ["slmpd", "st_louis_county_pd"]'
  check "every candidate is labelled a lead only, and the engine says it is no engine for real work" \
    'all(.results[]; (.labels | any(. == "investigative_lead_only")) and .engine != null) and .test_mode'
  check "every candidate has basic booking data as the agreement lists it, and nothing else" \
    '["image","rank","name","date_of_birth","sex","booked_at","charge","disposition","engine"] as $allowed
     | all(.results[].records[]; .fields | keys - $allowed == [])'
  check "the signed statement lists every agency" '[.statement.outcomes[].owner] | sort == ["slmpd", "st_louis_county_pd"]'
  ask st_charles_pd 0 audit verify-receipt "$work/face-receipt.json"
  check "the saved receipt verifies offline, with the owners' signatures over every field" '.verified'
  say "    | what the analyst saw ended with:"
  show st_charles_pd "${question[@]}" --candidates 4 | tail -n 60
}

outcome_3() {
  headline 3 "A facial comparison without complaint number, CAD event, warrant or other identifier."
  local image question
  image=$(probe_image)
  question=(face compare "$image" --purpose REJ-4.2 --officer u-1002 --fact investigation=active_criminal
    --fact person_status=suspect --reason 'robbery of pharmacy, suspect filmed at counter')
  ask st_charles_pd 3 "${question[@]}"
  refused_by 'SO#C.2' "every agency refuses, citing SO#C.2"
  check "the refusal says what to add" '[.outcomes[].explanation.failures[]?, .explanation.failures[]?]
    | any(.clause == "SO#C.2" and .fixable_by == "requester" and (.needed | test("complaint")))'
  show st_charles_pd "${question[@]}"
}

outcome_4() {
  headline 4 "What no agreement allows, each refused with its clause."
  local image
  image=$(probe_image)
  say "  Purpose 'civil lawsuit':"
  ask st_charles_pd 3 face compare "$image" --purpose civil_lawsuit "${case_of_robbery[@]}"
  refused_by 'EO#2.8.r3' "civil cases are refused by EO#2.8.r3"
  say_refusal
  say "  From the public-health organisation:"
  ask stl_public_health 3 face compare "$image" --purpose REJ-4.2 "${case_of_robbery[@]}"
  refused_by 'EO#2.8' "a public-health organisation gets no mugshots (EO, Table 2)"
  say_refusal
  say "  Biometrics to emergency response:"
  ask stl_emergency 3 face compare "$image" --purpose REJ-4.2 "${case_of_robbery[@]}"
  refused_by 'EO#2.8' "no biometrics to emergency response (EO-T2d)"
  say_refusal
  say "  By a person whose training has lapsed:"
  ask st_charles_pd 3 --person u-1003 face compare "$image" --purpose REJ-4.2 "${case_of_robbery[@]}"
  refused_by '' "lapsed training is refused"
  check "the failed check is the training" '[.outcomes[].explanation.failures[]?, .explanation.failures[]?]
    | any(.check | test("train"))'
  say_refusal
  say "  By a sheriff's analyst of Boone County, MO, outside the UASI region:"
  ask boone_county_so 3 face compare "$image" --purpose REJ-4.2 "${case_of_robbery[@]}"
  refused_by 'MOU#' "a county outside the UASI region gets no mugshots (MOU-1)"
  say_refusal
}

node_port() { # node, word in the port file
  jq -r ".$2" "$region_folder/nodes/$1/ports.json"
}

# A camera's webhook to an agency's own node: one read, with a synthetic picture.
post_read() { # node, plate, state, seconds ago
  local token picture id
  token=$(cat "$region_folder/nodes/$1/camera.token")
  picture=$work/vehicle.jpg
  [[ -s $picture ]] || "$bin_folder/tests/faces/render_faces" --nobody --capture-seed 7 --out "$picture"
  base64 -w0 "$picture" >"$work/vehicle.base64"
  id=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
  jq -n --rawfile image "$work/vehicle.base64" --arg plate "$2" --arg region "us-${3,,}" --arg id "DEMOAGENT-7-$id" \
    --argjson at "$(date -d "$4 seconds ago" +%s%3N)" '{data_type: "alpr_group", version: 3, epoch_start: $at,
      camera_id: 7, agent_uid: "DEMOAGENT", best_uuid: $id, best_plate_number: $plate, best_region: $region,
      best_confidence: 93.5, best_region_confidence: 90.1, is_preview: false, vehicle_crop_jpeg: $image}' \
    >"$work/read.json"
  say "    (the camera at node $1 posts a read of $2)"
  curl -sS --fail-with-body "http://127.0.0.1:$(node_port "$1" plates)/v1/reads/rekor" -H "Authorization: Bearer $token" \
    -H "Content-Type: application/json" --data-binary "@$work/read.json" >"$work/posted.json" ||
    not_as_stated "the node did not take the read: $(cat "$work/posted.json")"
}

# True when a node holds more hotlist entries than its own list has: other agencies' shares have arrived.
shares_arrived() { # node
  local own held
  own=$(grep -c . "$region_folder/nodes/$1/hotlist.csv")
  held=$(curl -s "http://127.0.0.1:$(node_port "$1" metrics)/metrics" | awk '/^fusionhub_hotlist_entries / {print int($2)}')
  [[ -n $held && $held -ge $own ]]
}

outcome_5() {
  headline 5 "A stolen vehicle of St. Charles' hotlist passes a camera of the county: who watches is told within a second."
  local pid began ended waited
  wait_for "$region_folder" st-louis-county-pd-1 20 "shared hotlist entries" shares_arrived st-louis-county-pd-1
  local watch=(alerts watch --category stolen_vehicle --purpose stolen_property_recovery --complaint 25-004412
    --reason 'owner reported sedan taken from driveway' --count 1 --for 20)
  say "    \$ hubctl --config $region_folder/clients/st_charles_pd.yaml $(quoted "${watch[@]}") &"
  "$bin_folder/hubctl/hubctl" --config "$region_folder/clients/st_charles_pd.yaml" --json "${watch[@]}" \
    >"$work/alerts.json" 2>"$work/errors.txt" &
  pid=$!
  for ((waited = 0; waited < 200; waited++)); do
    ! grep -q '"accepted"' "$work/alerts.json" || break
    sleep 0.05
  done
  began=$(date +%s%3N)
  post_read st-louis-county-pd-1 SC7R4D MO 0
  if ! wait "$pid"; then not_as_stated "no alert came: $(head -n 3 "$work/errors.txt")"; fi
  ended=$(date +%s%3N)
  grep '"alert"' "$work/alerts.json" | head -n 1 >"$work/result.json" || true
  check "the alert came from the county" '.owner == "st_louis_county_pd"'
  check "it states whose hotlist entry it is, and how old" '.records[0].fields | .hotlist_owner == "st_charles_pd" and
    .entered_at != null and .confirmed_at != null'
  check "it says: verify before acting" '(.notice | test("[Vv]erify")) and (.labels | any(. == "verify_before_action"))'
  if [[ $((ended - began)) -le 1000 ]]; then as_stated "from the camera's post to the analyst: $((ended - began)) ms"; else
    not_as_stated "it took $((ended - began)) ms"; fi
}

outcome_6() {
  headline 6 "Who has read this plate? First which agency, when and how often; then one read in detail."
  local reference
  post_read st-louis-county-pd-1 JT8R3C MO 7200
  post_read st-louis-county-pd-1 JT8R3C MO 600
  post_read st-charles-pd-1 JT8R3C MO 3600
  local terms=(--state MO --purpose felony_investigation --complaint 25-004413
    --reason 'getaway car of bank robbery, partial plate from witness')
  ask slmpd 0 plate lookup JT8R3C "${terms[@]}" --from "$(date -u -d '3 days ago' +%Y-%m-%d)" \
    --to "$(date -u -d tomorrow +%Y-%m-%d)"
  check "the county has two reads, St. Charles one" '[.results[] | {(.owner): (.records[] | select(.fields.count) |
    .fields.count)}] | add | .st_louis_county_pd == "2" and .st_charles_pd == "1"'
  check "step one gives neither place nor image" 'all(.results[].records[].fields; has("image") or has("latitude") or
    has("reader") | not)'
  reference=$(jq -r 'first(.results[] | select(.owner == "st_louis_county_pd") | .records[] | .fields.read_ref // empty)' \
    "$work/result.json")
  local detail=(plate detail JT8R3C "${terms[@]}" --read "$reference" --owner st_louis_county_pd)
  ask slmpd 0 "${detail[@]}"
  check "step two gives time, place and image of that read" '.results[0].records[0].fields | .captured_at != null and
    .latitude != null and .image.base64 != null'
  show slmpd "${detail[@]}"
}

outcome_7() {
  headline 7 "SLMPD's own reads wait for its Chief or designee (ALPR-6), in both steps."
  local hold
  post_read slmpd-1 JT8R3C MO 1800
  local question=(plate lookup JT8R3C --state MO --purpose felony_investigation --complaint 25-004413
    --reason 'getaway car of bank robbery, partial plate from witness' --owner slmpd
    --from "$(date -u -d '3 days ago' +%Y-%m-%d)" --to "$(date -u -d tomorrow +%Y-%m-%d)")
  ask st_charles_pd 4 "${question[@]}"
  check "the question ends held, citing ALPR" '.outcomes[0].outcome == "held" and
    any(.outcomes[0].explanation.holds[]; .clause | startswith("ALPR#"))'
  hold=$(jq -r '.outcomes[0].hold_id' "$work/result.json")
  ask slmpd 0 --person u-2002 approvals list
  check "SLMPD's approver sees who asks what, and why" --arg hold "$hold" 'any(.holds[]; .hold_id == $hold and
    .agency == "st_charles_pd" and .state == "waiting")'
  ask slmpd 0 --person u-2002 approvals grant "$hold" --key "$region_folder/keys/slmpd/chief-demo.pem" --key-id chief-demo \
    --reason 'felony investigation confirmed with St. Charles'
  ask st_charles_pd 0 "${question[@]}" --authorisation "$hold"
  check "asked again with the authorisation, it is released, citing it" 'any(.results[]; .outcome == "released" and
    (.records | length) > 0 and any(.clauses[]; startswith("ALPR#")))'
  check "both the hold and the release are in the log" 'any(.receipt.entries[]; .type == "RELEASE") and .receipt.verified'
  local reference
  reference=$(jq -r 'first(.results[].records[].fields.read_ref // empty)' "$work/result.json")
  ask st_charles_pd 4 plate detail JT8R3C --state MO --purpose felony_investigation --complaint 25-004413 \
    --reason 'getaway car of bank robbery, partial plate from witness' --owner slmpd --read "$reference"
  check "step two waits for an authorisation of its own" '.outcomes[0].outcome == "held"'
}

outcome_8() {
  headline 8 "One node is stopped. The others answer in time, and the silent one is named."
  say "    (stopping node st-louis-county-pd-1)"
  stop_processes "$region_folder" st-louis-county-pd-1
  local question=(hotlist check "$plate_on_lists" --state MO --purpose felony_investigation --complaint 25-004411
    --reason 'vehicle seen leaving armed robbery')
  ask st_charles_pd 5 "${question[@]}"
  check "another agency answered" '[.results[] | select(.outcome == "released")] | length >= 1'
  check "the signed statement names the silent agency" '.receipt.verified and any(.statement.outcomes[];
    .owner == "st_louis_county_pd" and (.outcome == "offline" or .outcome == "timed_out"))'
  show st_charles_pd "${question[@]}"
  say "    (starting it again)"
  start_node "$region_folder" "$bin_folder" st-louis-county-pd-1
  wait_for_node "$region_folder" st-louis-county-pd-1
  wait_for "$region_folder" st-louis-county-pd-1 30 "connection to the hub" node_is_connected \
    "$region_folder" "$bin_folder" st-louis-county-pd-1
}

# Flips one bit in the middle of an entry of the newest entry bundle. Bundles are entries with 16-bit lengths in front.
flip_one_byte() { # log folder
  local bundle size middle byte
  bundle=$(find "$1/tile/entries" -type f | sort -V | tail -n 1)
  size=$(stat -c %s "$bundle")
  middle=$((size / 2))
  byte=$(od -An -tu1 -j "$middle" -N 1 "$bundle" | tr -d ' ')
  printf '%b' "$(printf '\\x%02x' $((byte ^ 1)))" | dd of="$bundle" bs=1 seek="$middle" conv=notrunc status=none
  say "    (flipped one bit of byte $middle of ${bundle#"$1"/})"
}

outcome_9() {
  headline 9 "One byte of the stored log is changed, in a copy. Which entry?"
  local code=0
  rm -rf "$work/log-copy"
  cp -r "$region_folder/broker/data/log" "$work/log-copy"
  ask st_charles_pd 0 audit fsck "$work/log-copy"
  check "the copy holds as it is" '.ok and .size > 0'
  flip_one_byte "$work/log-copy"
  ask st_charles_pd 20 audit fsck "$work/log-copy"
  check "fsck names the entry" 'any(.findings[]; .kind == "entry" and .index != null)'
  show st_charles_pd audit fsck "$work/log-copy"
}
