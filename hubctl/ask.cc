// Reads the events of one question in their order.
#include "hubctl/ask.h"

#include <memory>
#include <utility>

#include "rpc/status_conversion.h"

namespace fusionhub::hubctl {
namespace {

absl::Status OutOfOrder() {
  return absl::InternalError("the hub sent events in an order that its contract does not allow");
}

// Takes one event into `course`.
absl::Status TakeEvent(v1::AskResponse event, const AskEvents& events, v1::SavedReceipt& course) {
  if (course.has_complete()) return OutOfOrder();
  switch (event.event_case()) {
    case v1::AskResponse::kAccepted:
      if (course.has_accepted() || course.results_size() > 0) return OutOfOrder();
      *course.mutable_accepted() = std::move(*event.mutable_accepted());
      return events.accepted(course.accepted());
    case v1::AskResponse::kOwnerResult:
      // Without an INTENT nobody was asked, so nobody can have answered.
      if (!course.has_accepted() && event.owner_result().has_answer()) return OutOfOrder();
      *course.add_results() = std::move(*event.mutable_owner_result());
      return events.result(course.results(course.results_size() - 1));
    case v1::AskResponse::kComplete:
      *course.mutable_complete() = std::move(*event.mutable_complete());
      return absl::OkStatus();
    default:
      return absl::InternalError("the hub sent an event that this hubctl does not know");
  }
}

}  // namespace

absl::StatusOr<v1::SavedReceipt> Ask(v1::QueryService::StubInterface& hub,
                                     grpc::ClientContext& context,
                                     const v1::SignedQuery& signed_query, const AskEvents& events) {
  v1::AskRequest request;
  *request.mutable_signed_query() = signed_query;
  const auto reader = hub.Ask(&context, request);
  v1::SavedReceipt course;
  *course.mutable_signed_query() = signed_query;
  absl::Status taken;
  for (v1::AskResponse event; taken.ok() && reader->Read(&event); event.Clear()) {
    taken = TakeEvent(std::move(event), events, course);
  }
  if (!taken.ok()) context.TryCancel();
  const grpc::Status ended = reader->Finish();
  if (!taken.ok()) return taken;
  if (!ended.ok()) return rpc::FromGrpcStatus(ended, &context);
  if (!course.has_complete()) {
    return absl::InternalError("the hub ended the question without a completeness statement");
  }
  return course;
}

}  // namespace fusionhub::hubctl
