// Counts and logs calls that were refused for want of a valid person.
#include "broker/unidentified_calls.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "query/error_detail.h"

namespace fusionhub::broker {

audit::EntryDraft UnidentifiedCalls::Draft(const std::string& spiffe_id, uint32_t count,
                                           absl::string_view reason) {
  audit::EntryDraft draft;
  draft.type = audit::EntryType::kRefusalSummary;
  draft.time = clock_.Now();
  draft.count = count;
  draft.outcome = std::string(reason.empty() ? "summary" : reason);
  draft.payload.push_back({"certificate", spiffe_id});
  return draft;
}

void UnidentifiedCalls::Refuse(const std::string& spiffe_id, absl::Status refusal,
                               std::function<void(absl::Status)> done) {
  const std::string reason = query::ReasonOf(refusal);
  metrics_.NotAPerson(reason);
  bool first = false;
  {
    MutexLock lock(mu_);
    const bool known = counts_.count(spiffe_id) > 0 || counts_.size() < kMaxCertificates;
    const auto [it, fresh] = counts_.try_emplace(known ? spiffe_id : "others");
    first = fresh;
    if (first) {
      it->second.window_start = clock_.Now();
    } else {
      ++it->second.unlogged;
    }
  }
  if (!first) return done(std::move(refusal));
  const auto logged = [refusal = std::move(refusal),
                       done](const absl::StatusOr<audit::AppendedEntry>& entry) {
    done(entry.ok() ? refusal
                    : absl::UnavailableError("the audit log cannot be written; ask again later"));
  };
  const absl::Status queued = log_.Append(Draft(spiffe_id, 1, reason), logged);
  if (!queued.ok()) logged(queued);
}

void UnidentifiedCalls::Flush() {
  const absl::Time now = clock_.Now();
  std::vector<std::pair<std::string, uint32_t>> due;
  {
    MutexLock lock(mu_);
    for (auto it = counts_.begin(); it != counts_.end();) {
      if (now - it->second.window_start < kWindow) {
        ++it;
        continue;
      }
      if (it->second.unlogged > 0) due.emplace_back(it->first, it->second.unlogged);
      it = counts_.erase(it);
    }
  }
  for (const auto& [spiffe_id, count] : due) {
    const absl::Status queued = log_.Append(Draft(spiffe_id, count, ""),
                                            [](const absl::StatusOr<audit::AppendedEntry>&) {});
    if (!queued.ok()) Log(LogLevel::kError, "summary_lost", "a refusal summary was not logged");
  }
}

}  // namespace fusionhub::broker
