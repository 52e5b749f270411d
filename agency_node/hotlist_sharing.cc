// Makes and takes shares of hotlists.
#include "agency_node/hotlist_sharing.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "policy/decide.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {
namespace {

// Lists are loaded daily at least (alpr.md); an older share may be a replay.
constexpr absl::Duration kMaxShareAge = absl::Hours(24 * 7);

}  // namespace

std::string ShareSignedText(const v1::HotlistShare& share) {
  return absl::StrCat("fusionhub/hotlist/v1\n", share.owner(), "\n", share.recipient(), "\n",
                      share.version(), "\n", share.generated_at().seconds(), "\n",
                      crypto::ToHex(crypto::View(crypto::Sha256(share.entries()))), "\n");
}

bool HotlistSharing::MayHold(const std::string& owner, const std::string& recipient,
                             const std::string& category, absl::Time now) const {
  policy::Request request;
  request.owner = owner;
  request.requester_agency = recipient;
  request.data = "hotlist_entries";
  request.action = "distribute";
  request.hotlist_category = category;
  request.standing_distribution = true;
  // A list is held for every purpose that its terms name; one that is permitted suffices.
  for (const std::string& purpose : parts_.policy.Purposes()) {
    request.purpose = purpose;
    if (policy::Decide(parts_.policy, request, now, policy::Side::kOwner).permitted()) return true;
  }
  return false;
}

std::optional<v1::HotlistShare> HotlistSharing::ShareFor(const std::string& recipient,
                                                         absl::Time now) const {
  const std::shared_ptr<const alpr_ingest::Hotlist> list = parts_.book.List(parts_.agency);
  if (list == nullptr || recipient == parts_.agency) return std::nullopt;
  std::map<std::string, bool> may_hold;  // by category: one decision each
  v1::SharedHotlistEntries entries;
  for (const alpr_ingest::HotlistEntry& entry : list->entries) {
    const auto [it, fresh] = may_hold.try_emplace(entry.category, false);
    if (fresh) it->second = MayHold(parts_.agency, recipient, entry.category, now);
    if (!it->second) continue;
    v1::SharedHotlistEntry& out = *entries.add_entries();
    out.set_entry_id(entry.entry_id);
    out.set_plate(entry.plate);
    out.set_state(entry.state);
    out.set_category(entry.category);
    *out.mutable_entered_at() = query::ToProto(entry.entered_at);
    *out.mutable_confirmed_at() = query::ToProto(entry.confirmed_at);
    out.set_vehicle(entry.vehicle);
  }
  v1::HotlistShare share;
  share.set_owner(parts_.agency);
  share.set_recipient(recipient);
  share.set_version(list->version);
  *share.mutable_generated_at() = query::ToProto(list->generated_at);
  share.set_entries(entries.SerializeAsString());
  share.set_key_id(parts_.key_id);
  share.set_signature(parts_.key.Sign(ShareSignedText(share)));
  return share;
}

absl::Status HotlistSharing::Take(const v1::HotlistShare& share, absl::Time now) const {
  if (share.recipient() != parts_.agency || share.owner() == parts_.agency) {
    return absl::InvalidArgumentError("a hotlist share for another agency");
  }
  const policy::Agency* owner = parts_.policy.FindAgency(share.owner());
  const policy::NodeKey* key = owner == nullptr ? nullptr : owner->FindNodeKey(share.key_id());
  if (key == nullptr || key->use != policy::NodeKey::Use::kAnswers) {
    return absl::UnauthenticatedError("a hotlist share signed with a key that is not the owner's");
  }
  FUSIONHUB_RETURN_IF_ERROR(key->key.Verify(ShareSignedText(share), share.signature()));
  v1::SharedHotlistEntries entries;
  if (!entries.ParseFromString(share.entries())) {
    return absl::InvalidArgumentError("the entries of a hotlist share cannot be read");
  }
  const std::shared_ptr<const alpr_ingest::Hotlist> present = parts_.book.List(share.owner());
  if (present != nullptr && present->version == share.version()) return absl::OkStatus();
  alpr_ingest::Hotlist list;
  list.owner = share.owner();
  list.version = share.version();
  list.max_age = parts_.max_age;
  FUSIONHUB_ASSIGN_OR_RETURN(list.generated_at, query::FromProto(share.generated_at()));
  if (absl::AbsDuration(now - list.generated_at) > kMaxShareAge) {
    return absl::FailedPreconditionError("a hotlist share that is old, or from the future");
  }
  std::map<std::string, bool> may_hold;  // by category: one decision each
  for (const v1::SharedHotlistEntry& entry : entries.entries()) {
    const auto [may, fresh] = may_hold.try_emplace(entry.category(), false);
    if (fresh) may->second = MayHold(share.owner(), parts_.agency, entry.category(), now);
    if (!may->second) {
      return absl::PermissionDeniedError(
          "a hotlist share with entries that the agreement does not let this agency hold");
    }
    alpr_ingest::HotlistEntry& out = list.entries.emplace_back();
    out.entry_id = entry.entry_id();
    out.plate = entry.plate();
    out.state = entry.state();
    out.category = entry.category();
    FUSIONHUB_ASSIGN_OR_RETURN(out.entered_at, query::FromProto(entry.entered_at()));
    FUSIONHUB_ASSIGN_OR_RETURN(out.confirmed_at, query::FromProto(entry.confirmed_at()));
    out.vehicle = entry.vehicle();
  }
  return parts_.book.Replace(std::move(list));
}

}  // namespace fusionhub::agency_node
