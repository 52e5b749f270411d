// Puts a signed question to the hub and collects what comes back.
#ifndef FUSIONHUB_HUBCTL_ASK_H_
#define FUSIONHUB_HUBCTL_ASK_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "fusionhub/v1/query.pb.h"
#include "fusionhub/v1/receipt.pb.h"
#include "grpcpp/client_context.h"

namespace fusionhub::hubctl {

// Called as events arrive; an error ends the call and is returned.
struct AskEvents {
  std::function<absl::Status(const v1::QueryAccepted&)> accepted;
  std::function<absl::Status(const v1::OwnerResult&)> result;
};

// The whole course, once `complete` has arrived. INTERNAL when the hub's events are out of order or
// end without `complete`. `context` carries the deadline.
absl::StatusOr<v1::SavedReceipt> Ask(v1::QueryService::StubInterface& hub,
                                     grpc::ClientContext& context,
                                     const v1::SignedQuery& signed_query, const AskEvents& events);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_ASK_H_
