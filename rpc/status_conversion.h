// absl::Status to grpc::Status and back; the only place where one becomes the other.
#ifndef FUSIONHUB_RPC_STATUS_CONVERSION_H_
#define FUSIONHUB_RPC_STATUS_CONVERSION_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace fusionhub::rpc {

// The payload of an absl::Status that travels: a serialised v1::ErrorDetail. query::WithErrorDetail
// attaches it, query::ErrorDetailOf reads it; here it is opaque bytes.
inline constexpr absl::string_view kErrorDetailUrl = "type.googleapis.com/fusionhub.v1.ErrorDetail";
// Trailing metadata that carries it.
inline constexpr char kErrorDetailTrailer[] = "fusionhub-error-bin";

// What a peer may see of `status`. INTERNAL, DATA_LOSS and UNKNOWN are our own trouble: the peer
// gets their code and a general text, never the message, which may hold paths. Other messages are
// meant for the caller; they are cut to 1 KiB.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The bytes for the trailer; empty if there is no detail, or it is larger than 4 KiB (metadata has
// little room).
std::string ErrorDetailTrailer(const absl::Status& status);

// The client's side: code, message and, when `context` is given and has the trailer, the detail as
// payload.
absl::Status FromGrpcStatus(const grpc::Status& status,
                            const grpc::ClientContext* context = nullptr);

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_STATUS_CONVERSION_H_
