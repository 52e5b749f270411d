// Used assertion ids by expiry.
#include "identity/replay_guard.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "identity/reasons.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

// An expired assertion is refused anyway; the margin covers a clock that is set back a little.
constexpr absl::Duration kMargin = absl::Minutes(2);
constexpr absl::string_view kFix = "get a new assertion for every request";

}  // namespace

absl::Status ReplayGuard::Use(absl::string_view agency, absl::string_view assertion_id,
                              absl::Time expires_at, absl::Time now) {
  if (expires_at <= now) {
    return query::WithErrorDetail(absl::UnauthenticatedError("the assertion has expired"),
                                  kAssertionExpired, "", kFix);
  }
  MutexLock lock(mu_);
  DropExpired(now);
  return Insert(Key(agency, assertion_id), expires_at, now);
}

absl::Status ReplayGuard::Load(absl::string_view agency, absl::string_view assertion_id,
                               absl::Time expires_at, absl::Time now) {
  MutexLock lock(mu_);
  DropExpired(now);
  const absl::Status inserted = Insert(Key(agency, assertion_id), expires_at, now);
  return absl::IsAlreadyExists(inserted) ? absl::OkStatus() : inserted;
}

size_t ReplayGuard::size() const {
  MutexLock lock(mu_);
  return used_.size();
}

absl::Status ReplayGuard::Insert(Key key, absl::Time expires_at, absl::Time now) {
  if (used_.contains(key)) {
    return query::WithErrorDetail(
        absl::AlreadyExistsError("the assertion has been used before; each is for one request"),
        kAssertionReplayed, "", kFix);
  }
  const absl::Time until = expires_at + kMargin;
  if (until <= now) return absl::OkStatus();
  const auto count = per_agency_.find(key.first);
  if (used_.size() >= limits_.max_total ||
      (count != per_agency_.end() && count->second >= limits_.max_per_agency)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("too many assertions are in use (", used_.size(), "); ask again in a minute"));
  }
  ++per_agency_[key.first];
  by_expiry_.emplace(until, key);
  used_.insert(std::move(key));
  return absl::OkStatus();
}

void ReplayGuard::DropExpired(absl::Time now) {
  while (!by_expiry_.empty() && by_expiry_.begin()->first <= now) {
    const auto oldest = by_expiry_.begin();
    const auto count = per_agency_.find(oldest->second.first);
    if (--count->second == 0) per_agency_.erase(count);
    used_.erase(oldest->second);
    by_expiry_.erase(oldest);
  }
}

}  // namespace fusionhub::identity
