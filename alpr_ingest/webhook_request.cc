// One request to the webhook server: what of it is gathered, and the JSON of its reply.
#include "alpr_ingest/webhook_request.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace fusionhub::alpr_ingest {
namespace {

absl::string_view KindWord(FeedAccepted::Kind kind) {
  switch (kind) {
    case FeedAccepted::Kind::kDuplicate:
      return "duplicate";
    case FeedAccepted::Kind::kHeartbeat:
      return "heartbeat";
    case FeedAccepted::Kind::kPreview:
      return "preview";
    case FeedAccepted::Kind::kStored:
      break;
  }
  return "stored";
}

// Replaces what is not UTF-8, so that it never throws.
std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

WebhookReply ErrorReply(int status, absl::string_view error, absl::string_view where,
                        absl::string_view what) {
  const nlohmann::json json = {
      {"error", std::string(error)}, {"where", std::string(where)}, {"what", std::string(what)}};
  return {status, Dump(json)};
}

WebhookReply ErrorReply(const FeedError& error) {
  return ErrorReply(RejectReasonHttpStatus(error.reason), RejectReasonWord(error.reason),
                    error.where, error.what);
}

WebhookReply ReplyFor(const FeedReply& reply) {
  if (const auto* error = std::get_if<FeedError>(&reply)) return ErrorReply(*error);
  const auto& accepted = std::get<FeedAccepted>(reply);
  nlohmann::json json = {{"status", std::string(KindWord(accepted.kind))}};
  if (!accepted.warnings.empty()) json["warnings"] = accepted.warnings;
  return {200, Dump(json)};
}

bool BodyBudget::Take(size_t bytes) {
  const size_t before = used_.fetch_add(bytes);
  if (before + bytes <= limit_) return true;
  used_.fetch_sub(bytes);
  return false;
}

BodyCollector::~BodyCollector() { budget_.GiveBack(body_.size()); }

void BodyCollector::Drop() {
  budget_.GiveBack(body_.size());
  std::string().swap(body_);
}

void BodyCollector::Add(absl::string_view piece) {
  if (!too_large_ && !no_room_) {
    too_large_ = piece.size() > max_bytes_ - body_.size();
    no_room_ = !too_large_ && !budget_.Take(piece.size());
    if (!too_large_ && !no_room_) {
      body_.append(piece.data(), piece.size());
      return;
    }
    Drop();
  }
  discarded_ += piece.size();
}

}  // namespace fusionhub::alpr_ingest
