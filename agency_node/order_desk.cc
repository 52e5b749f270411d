// Serves work orders.
#include "agency_node/order_desk.h"

#include <utility>

#include "base/log.h"
#include "query/explanation.h"
#include "query/policy_request.h"

namespace fusionhub::agency_node {
namespace {

absl::string_view OutcomeWord(v1::AnswerOutcome outcome) {
  switch (outcome) {
    case v1::ANSWER_OUTCOME_RELEASED:
      return "released";
    case v1::ANSWER_OUTCOME_HELD:
      return "held";
    default:
      return "refused";
  }
}

}  // namespace

AnswerHead OrderDesk::HeadOf(const v1::WorkOrder& order) const {
  return {order.query_id(), parts_.agency, parts_.node, parts_.policy_digest, parts_.clock.Now()};
}

void OrderDesk::Take(const std::string& bytes) {
  auto order = std::make_shared<v1::WorkOrder>();
  if (!order->ParseFromString(bytes)) {
    Log(LogLevel::kWarn, "bad_order", "the hub sent bytes that are not a work order");
    return;
  }
  {
    MutexLock lock(mu_);
    if (!open_.insert(order->query_id()).second) return;  // sent twice while in hand
  }
  ++in_flight_;
  const absl::Time arrived = parts_.clock.Now();
  const absl::Status queued =
      parts_.pool.Submit([this, order, arrived] { Serve(*order, arrived); });
  if (queued.ok()) return;
  SignAndSend(WriteNoRelease(HeadOf(*order), v1::ANSWER_OUTCOME_REFUSED,
                             query::OneFailure("busy", "", "too many orders at once",
                                               "ask again in a moment", "requester")),
              "", arrived);
}

void OrderDesk::Cancel(const std::string& query_id) {
  MutexLock lock(mu_);
  if (open_.count(query_id) > 0) cancelled_.insert(query_id);
}

bool OrderDesk::Cancelled(const std::string& query_id) {
  MutexLock lock(mu_);
  return cancelled_.count(query_id) > 0;
}

void OrderDesk::Serve(const v1::WorkOrder& order, absl::Time arrived) {
  v1::Answer answer;
  if (Cancelled(order.query_id())) {
    answer.set_query_id(order.query_id());  // never sent: SignAndSend drops what was cancelled
  } else {
    answer = AnswerTo(order);
  }
  v1::Query query;
  const bool parsed = query.ParseFromString(order.signed_query().query());
  SignAndSend(std::move(answer), parsed ? query::DataOf(query) : "", arrived);
}

v1::Answer OrderDesk::AnswerTo(const v1::WorkOrder& order) {
  const AnswerHead head = HeadOf(order);
  std::optional<std::string> category;
  if (!order.hit_id().empty()) category = parts_.hit_category(order.hit_id());
  absl::StatusOr<GuardedOrder> guarded = parts_.guard.Judge(order, category, head.decided_at);
  if (absl::IsNotFound(guarded.status())) {
    return WriteNoRelease(
        head, v1::ANSWER_OUTCOME_REFUSED,
        query::OneFailure("ticket", "", "a checkpoint that this node does not keep",
                          "a ticket in a checkpoint that this node has cosigned", "nobody"));
  }
  if (!guarded.ok()) Fatal("store_failed", "the node's store failed; served orders cannot be kept");
  if (guarded->outcome != v1::ANSWER_OUTCOME_RELEASED) {
    return WriteNoRelease(head, guarded->outcome, guarded->explanation);
  }
  return SearchFor(order, *guarded, head);
}

v1::Answer OrderDesk::SearchFor(const v1::WorkOrder& order, const GuardedOrder& guarded,
                                const AnswerHead& head) {
  const v1::Query& query = guarded.verified->query;
  for (const DataService* service : parts_.services) {
    if (service->data() != query::DataOf(query)) continue;
    absl::StatusOr<Found> found = service->Search(query, order.hit_id(), head.decided_at);
    if (found.ok()) return WriteRelease(head, guarded.decision, *std::move(found), parts_.random);
    if (absl::IsInvalidArgument(found.status())) {
      return WriteNoRelease(
          head, v1::ANSWER_OUTCOME_REFUSED,
          query::OneFailure("probe", "", std::string(found.status().message()),
                            "a question that this agency's data can answer", "requester"));
    }
    Log(LogLevel::kError, "search_failed", "a search failed; the order was refused");
    return WriteNoRelease(head, v1::ANSWER_OUTCOME_REFUSED,
                          query::OneFailure("search", "", "the owner's node could not search",
                                            "the owner's IT must look at its node", "owner"));
  }
  return WriteNoRelease(head, v1::ANSWER_OUTCOME_REFUSED,
                        query::OneFailure("data", "", "this node does not have such data",
                                          "a kind of data that the owner's node offers", "nobody"));
}

void OrderDesk::SignAndSend(v1::Answer answer, absl::string_view data, absl::Time arrived) {
  const std::string query_id = answer.query_id();
  const std::string kind(data);
  absl::string_view word = OutcomeWord(answer.outcome());
  if (Cancelled(query_id)) {
    word = "cancelled";
  } else {
    const absl::Status queued =
        parts_.batcher.Sign(std::move(answer), [this](const v1::SignedAnswer& signed_answer) {
          // A tunnel that is gone takes the answer with it; the hub has told the requester already.
          parts_.send(signed_answer.SerializeAsString()).IgnoreError();
        });
    if (!queued.ok()) {
      Log(LogLevel::kError, "answer_not_signed", "an answer could not be signed");
      word = "failed";
    }
  }
  parts_.metrics.OrderEnded(kind, word, parts_.clock.Now() - arrived);
  --in_flight_;
  MutexLock lock(mu_);
  open_.erase(query_id);
  cancelled_.erase(query_id);
}

}  // namespace fusionhub::agency_node
