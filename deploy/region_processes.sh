# Functions that start and stop the processes of a region folder (made by make_region.sh). Source it.
# shellcheck shell=bash
# shellcheck disable=SC2016  # jq programs are not for the shell to expand
#
# Every process has run/NAME.pid and run/NAME.log in the region folder. The pid file also holds the process's start
# time, so that a process that happens to have got the same number later is never stopped by mistake.

# The start time of a process in clock ticks since boot; empty when there is no such process, or it is a zombie.
process_started() { # pid
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # The name in parentheses may hold spaces; what follows it is regular: state is field 1, start time 20.
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z ]] || echo "${fields[19]}"
}

process_runs() { # region folder, name
  local pid started
  [[ -r $1/run/$2.pid ]] || return 1
  read -r pid started <"$1/run/$2.pid"
  [[ -n $started && $(process_started "$pid") == "$started" ]]
}

# Starts a command in the background, in a session of its own so that it outlives the terminal.
start_process() { # region folder, name, command...
  local folder=$1 name=$2
  shift 2
  if process_runs "$folder" "$name"; then return; fi
  mkdir -p "$folder/run"
  setsid "$@" >>"$folder/run/$name.log" 2>&1 </dev/null &
  echo "$! $(process_started $!)" >"$folder/run/$name.pid"
}

# Asks processes to end, waits for them, and ends those the hard way that do not.
stop_processes() { # region folder, names...
  local folder=$1 name pid waited
  shift
  for name in "$@"; do
    if process_runs "$folder" "$name"; then
      read -r pid _ <"$folder/run/$name.pid"
      kill -TERM "$pid" 2>/dev/null || true
    fi
  done
  for name in "$@"; do
    for ((waited = 0; waited < 300; waited++)); do
      process_runs "$folder" "$name" || break
      sleep 0.05
    done
    if process_runs "$folder" "$name"; then
      echo "$name did not end within 15 s; killing it (see $folder/run/$name.log)" >&2
      read -r pid _ <"$folder/run/$name.pid"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$folder/run/$name.pid"
  done
}

# Waits until a command succeeds; gives up when the process has ended or the time is over.
wait_for() { # region folder, name, seconds, what, command...
  local folder=$1 name=$2 what=$4 ends=$((SECONDS + $3))
  shift 4
  until "$@"; do
    if ! process_runs "$folder" "$name"; then
      echo "$name ended before $what; the last lines of $folder/run/$name.log:" >&2
      tail -n 20 "$folder/run/$name.log" >&2
      return 1
    fi
    if ((SECONDS >= ends)); then
      echo "$name: still no $what after the time allowed; see $folder/run/$name.log" >&2
      return 1
    fi
    sleep 0.05
  done
}

region_query() { # region folder, jq arguments...
  local folder=$1
  shift
  jq -r "$@" "$folder/region.json"
}

start_issuer() { # region folder, bin folder, agency
  if process_runs "$1" "issuer-$3"; then return; fi
  start_process "$1" "issuer-$3" "$2/identity/demo_issuer" serve --key "$1/issuers/$3.jwk" --agency "$3" \
    --issuer "$(region_query "$1" --arg agency "$3" '.agencies[] | select(.id == $agency) | .issuer')" \
    --region "$(region_query "$1" .region)" --persons "$1/issuers/$3-persons.yaml" --socket "$1/run/issuer-$3.sock" \
    --lifetime "${FUSIONHUB_DEMO_ASSERTION_SECONDS:-300}"
  wait_for "$1" "issuer-$3" 10 "a socket" test -S "$1/run/issuer-$3.sock"
}

# Puts the port that the broker was given into every file that names it, so that a restart keeps it.
pin_broker_port() { # region folder
  local port
  port=$(jq -r .grpc "$1/broker/ports.json")
  sed -i "s/127\.0\.0\.1:0 # broker/127.0.0.1:$port # broker/" "$1"/broker/broker.yaml "$1"/nodes/*/node.yaml \
    "$1"/clients/*.yaml
}

start_broker() { # region folder, bin folder
  if process_runs "$1" broker; then return; fi
  rm -f "$1/broker/ports.json"
  start_process "$1" broker "$2/broker/broker" --config "$1/broker/broker.yaml"
  wait_for "$1" broker 30 "open port" test -s "$1/broker/ports.json"
  pin_broker_port "$1"
}

start_node() { # region folder, bin folder, node
  if process_runs "$1" "$3"; then return; fi
  rm -f "$1/nodes/$3/ports.json"
  start_process "$1" "$3" "$2/agency_node/agency_node" --config "$1/nodes/$3/node.yaml"
}

wait_for_node() { # region folder, node
  wait_for "$1" "$2" 60 "open port" test -s "$1/nodes/$2/ports.json"
}

# True when the hub says that this node is connected and decides on the hub's policy.
node_is_connected() { # region folder, bin folder, node
  local client
  client=$(region_query "$1" '[.agencies[] | select(.persons)][0].id')
  "$2/hubctl/hubctl" --config "$1/clients/$client.yaml" --json status 2>/dev/null |
    jq -e --arg node "$3" 'any(.nodes[]?; .node == $node and .connected and .same_policy)' >/dev/null
}

region_nodes() { # region folder
  region_query "$1" '.agencies[] | .nodes[]?.name'
}

start_region() { # region folder, bin folder
  local name
  for name in $(region_query "$1" '.agencies[] | select(.persons) | .id'); do start_issuer "$1" "$2" "$name"; done
  start_broker "$1" "$2"
  for name in $(region_nodes "$1"); do start_node "$1" "$2" "$name"; done
  for name in $(region_nodes "$1"); do
    wait_for_node "$1" "$name"
    wait_for "$1" "$name" 30 "connection to the hub" node_is_connected "$1" "$2" "$name"
  done
}

# Nodes first: then no answer is under way when the hub ends.
stop_region() { # region folder
  local names issuers
  mapfile -t names < <(region_nodes "$1")
  stop_processes "$1" "${names[@]}"
  mapfile -t issuers < <(region_query "$1" '.agencies[] | select(.persons) | "issuer-" + .id')
  stop_processes "$1" broker "${issuers[@]}"
}
