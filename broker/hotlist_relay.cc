// Relays hotlist shares.
#include "broker/hotlist_relay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace fusionhub::broker {
namespace {

constexpr absl::string_view kData = "hotlist_entries";
// Whoever reads plates matches lists.
constexpr absl::string_view kMatcher = "plate_reads";

}  // namespace

void HotlistRelay::OnConnected(const std::shared_ptr<NodeLink>& node) const {
  for (const std::shared_ptr<NodeLink>& other : parts_.nodes.All()) {
    if (other->facts().agency == node->facts().agency) continue;
    if (node->facts().Offers(kMatcher) && other->facts().Offers(kData)) {
      other->WantShare(node->facts().agency).IgnoreError();
    }
    if (node->facts().Offers(kData) && other->facts().Offers(kMatcher)) {
      node->WantShare(other->facts().agency).IgnoreError();
    }
  }
}

audit::EntryDraft HotlistRelay::Draft(const v1::HotlistShare& share) const {
  audit::EntryDraft draft;
  draft.type = audit::EntryType::kHotlistShare;
  draft.time = parts_.clock.Now();
  draft.owners = {share.owner()};
  const std::string& digest = parts_.policy.digest();
  std::copy(digest.begin(), digest.end(), draft.policy_digest.begin());
  draft.data = std::string(kData);
  draft.action = "distribute";
  draft.outcome = "released";
  draft.payload.push_back({"recipient", share.recipient()});
  draft.payload.push_back({"version", absl::StrCat(share.version())});
  draft.payload.push_back({"signature", share.signature()});
  return draft;
}

void HotlistRelay::OnShare(const std::shared_ptr<NodeLink>& node, v1::HotlistShare share) const {
  const std::shared_ptr<NodeLink> recipient =
      parts_.nodes.Find(share.recipient(), std::string(kMatcher));
  if (share.owner() != node->facts().agency || recipient == nullptr) return;
  const auto logged = [recipient, share](const absl::StatusOr<audit::AppendedEntry>& entry) {
    if (!entry.ok()) return;  // not in the log: not passed on
    const absl::Status sent = recipient->SendShare(share);
    if (!sent.ok()) {
      Log(LogLevel::kWarn, "share_not_sent", "a hotlist share could not be passed on",
          {{"agency", recipient->facts().agency}});
    }
  };
  const absl::Status queued = parts_.log.Append(Draft(share), logged);
  if (!queued.ok()) {
    Log(LogLevel::kError, "share_not_logged", "a hotlist share was not logged and not passed on",
        {{"agency", share.owner()}});
  }
}

}  // namespace fusionhub::broker
