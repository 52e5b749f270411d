// Keeps held questions in the store, one row each.
#include "broker/hold_book.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::broker {
namespace {

using nlohmann::json;

std::string Encode(const HoldRecord& record) {
  json row = {{"owner", record.owner},
              {"requester_agency", record.requester_agency},
              {"question_digest", crypto::ToHex(crypto::View(record.question_digest))},
              {"question_index", record.question_index},
              {"held_at", absl::ToUnixMillis(record.held_at)},
              {"lapses_at", absl::ToUnixMillis(record.lapses_at)},
              {"state", record.state}};
  if (record.decision_index) row["decision_index"] = *record.decision_index;
  return row.dump();
}

absl::StatusOr<HoldRecord> Decode(absl::string_view id, absl::string_view row) {
  const auto broken = [&] {
    return absl::DataLossError(absl::StrCat("the stored hold ", id, " cannot be read"));
  };
  const json fields = json::parse(row.begin(), row.end(), nullptr, /*allow_exceptions=*/false);
  if (!fields.is_object()) return broken();
  try {
    HoldRecord record;
    record.hold_id = std::string(id);
    fields.at("owner").get_to(record.owner);
    fields.at("requester_agency").get_to(record.requester_agency);
    FUSIONHUB_ASSIGN_OR_RETURN(const std::string digest,
                               crypto::FromHex(fields.at("question_digest").get<std::string>()));
    FUSIONHUB_ASSIGN_OR_RETURN(record.question_digest, crypto::DigestFromBytes(digest));
    fields.at("question_index").get_to(record.question_index);
    record.held_at = absl::FromUnixMillis(fields.at("held_at").get<int64_t>());
    record.lapses_at = absl::FromUnixMillis(fields.at("lapses_at").get<int64_t>());
    fields.at("state").get_to(record.state);
    if (fields.contains("decision_index")) {
      record.decision_index = fields.at("decision_index").get<uint64_t>();
    }
    return record;
  } catch (const json::exception&) {
    return broken();
  }
}

}  // namespace

std::string HoldBook::NewId() { return absl::StrCat("H-", crypto::ToHex(random_.Bytes(8))); }

absl::Status HoldBook::Put(const HoldRecord& record) {
  storage::WriteBatch batch;
  batch.Put(kFamily, record.hold_id, Encode(record));
  return store_.Write(batch, storage::Sync::kYes);
}

absl::Status HoldBook::Add(const HoldRecord& record) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<HoldRecord> others,
                             OfOwner(record.owner, record.held_at));
  const auto waiting = std::count_if(others.begin(), others.end(), [](const HoldRecord& other) {
    return other.state == "waiting";
  });
  if (static_cast<size_t>(waiting) >= kMaxWaiting) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kMaxWaiting, " questions already wait for an approver of this owner"));
  }
  MutexLock lock(mu_);
  return Put(record);
}

absl::StatusOr<HoldRecord> HoldBook::Find(const std::string& hold_id) const {
  const absl::StatusOr<std::string> row = store_.Get(kFamily, hold_id);
  if (absl::IsNotFound(row.status())) return absl::NotFoundError("there is no such hold");
  FUSIONHUB_RETURN_IF_ERROR(row.status());
  return Decode(hold_id, *row);
}

absl::StatusOr<std::vector<HoldRecord>> HoldBook::OfOwner(const std::string& owner,
                                                          absl::Time now) const {
  std::vector<HoldRecord> holds;
  absl::Status broken;
  FUSIONHUB_RETURN_IF_ERROR(
      store_.Scan(kFamily, "", "", [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<HoldRecord> record = Decode(key, value);
        if (!record.ok()) {
          broken = record.status();
          return false;
        }
        if (record->owner == owner && now < record->lapses_at) {
          holds.push_back(*std::move(record));
        }
        return true;
      }));
  FUSIONHUB_RETURN_IF_ERROR(broken);
  std::sort(holds.begin(), holds.end(), [](const HoldRecord& a, const HoldRecord& b) {
    return std::tie(a.held_at, a.hold_id) < std::tie(b.held_at, b.hold_id);
  });
  return holds;
}

absl::Status HoldBook::Decide(const std::string& hold_id, const std::string& state,
                              uint64_t decision_index, absl::Time now) {
  MutexLock lock(mu_);
  FUSIONHUB_ASSIGN_OR_RETURN(HoldRecord record, Find(hold_id));
  if (now >= record.lapses_at) {
    return absl::FailedPreconditionError("the hold has lapsed; the question must be asked again");
  }
  if (record.state != "waiting") {
    return absl::FailedPreconditionError(absl::StrCat("the hold was already ", record.state));
  }
  record.state = state;
  record.decision_index = decision_index;
  return Put(record);
}

absl::StatusOr<size_t> HoldBook::Prune(absl::Time now) {
  MutexLock lock(mu_);
  storage::WriteBatch batch;
  FUSIONHUB_RETURN_IF_ERROR(
      store_.Scan(kFamily, "", "", [&](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<HoldRecord> record = Decode(key, value);
        if (record.ok() && now > record->lapses_at + absl::Hours(24)) batch.Delete(kFamily, key);
        return true;
      }));
  if (!batch.operations().empty()) {
    FUSIONHUB_RETURN_IF_ERROR(store_.Write(batch, storage::Sync::kYes));
  }
  return batch.operations().size();
}

}  // namespace fusionhub::broker
