// How one method of an AsyncServer is served.
#ifndef FUSIONHUB_RPC_METHOD_OPTIONS_H_
#define FUSIONHUB_RPC_METHOD_OPTIONS_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/time/time.h"

namespace fusionhub::rpc {

struct MethodOptions {
  // "fusionhub.v1.QueryService/Ask": for metrics, the log and the gate
  // (AsyncServerOptions::authorize).
  std::string name;
  // Calls at a time, over all peers. Further ones wait unmatched, which costs the server next to
  // nothing (that is what defuses rapid resets), until their deadline.
  int max_in_flight = 256;
  // Calls without a deadline are refused with INVALID_ARGUMENT. Off for streams that live long
  // (Connect, Watch).
  bool require_deadline = true;
  // A longer deadline is cut to this; the call then ends with DEADLINE_EXCEEDED. Off for long
  // streams: absl::InfiniteDuration().
  absl::Duration max_deadline = absl::Seconds(30);
  // Streams: bytes of responses that wait to be sent.
  size_t max_queued_bytes = 16 << 20;
  // Bidirectional streams: read only when the handler calls ReadNext.
  bool explicit_reads = false;
  // Methods that every peer may call (health) do not pass AsyncServerOptions::authorize.
  bool authorize = true;
};

// Options of a stream that lives as long as its peer: no deadline wanted, none set.
inline MethodOptions LongStreamOptions(std::string name, int max_in_flight) {
  MethodOptions options;
  options.name = std::move(name);
  options.max_in_flight = max_in_flight;
  options.require_deadline = false;
  options.max_deadline = absl::InfiniteDuration();
  return options;
}

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_METHOD_OPTIONS_H_
