// All hotlists that a node holds, compiled into one immutable table that is swapped as a whole.
#include "alpr_ingest/hotlist_index.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "query/plate.h"

namespace fusionhub::alpr_ingest {
namespace {

// Base 37 over A-Z and 0-9: 12 characters fit in 64 bits. 0 for what is not a normalised plate.
uint64_t Pack(absl::string_view plate) {
  if (plate.empty() || plate.size() > query::kMaxPlateLength) return 0;
  uint64_t packed = 0;
  for (const char c : plate) {
    uint64_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<uint64_t>(c - 'A') + 1;
    } else if (c >= '0' && c <= '9') {
      digit = static_cast<uint64_t>(c - '0') + 27;
    } else {
      return 0;
    }
    packed = packed * 37 + digit;
  }
  return packed;
}

// Fibonacci hashing with a fold: plates differ in their low digits.
size_t Hash(uint64_t packed) {
  const uint64_t product = packed * 0x9E3779B97F4A7C15u;
  return static_cast<size_t>(product ^ (product >> 32));
}

absl::Status CheckEntry(const Hotlist& list, const HotlistEntry& entry) {
  const absl::StatusOr<std::string> state = query::NormaliseState(entry.state);
  absl::string_view wrong;
  if (Pack(entry.plate) == 0) {
    wrong = "the plate is not in its normalised form";
  } else if (!state.ok() || *state != entry.state) {
    wrong = "the state is not a code of the table";
  } else if (!IsHotlistCategory(entry.category)) {
    wrong = "the category is not one known here";
  } else {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("hotlist of ", list.owner, " version ",
                                                 list.version, ", entry ", entry.entry_id, ": ",
                                                 wrong));
}

}  // namespace

HotlistIndex::HotlistIndex() : slots_(1) {}

absl::StatusOr<std::shared_ptr<const HotlistIndex>> HotlistIndex::Build(
    const std::vector<std::shared_ptr<const Hotlist>>& lists) {
  auto index = std::make_shared<HotlistIndex>();
  index->lists_ = lists;
  size_t total = 0;
  for (const auto& list : lists) total += list->entries.size();
  if (total > std::numeric_limits<uint32_t>::max() / 4) {
    return absl::InvalidArgumentError("the hotlists hold more entries than an index can");
  }
  index->rows_.reserve(total);
  for (uint32_t l = 0; l < lists.size(); ++l) {
    for (uint32_t e = 0; e < lists[l]->entries.size(); ++e) {
      const HotlistEntry& entry = lists[l]->entries[e];
      const absl::Status status = CheckEntry(*lists[l], entry);
      if (!status.ok()) return status;
      index->rows_.push_back({Pack(entry.plate), l, e});
    }
  }
  std::sort(index->rows_.begin(), index->rows_.end(), [&](const Row& a, const Row& b) {
    if (a.packed != b.packed) return a.packed < b.packed;
    const Hotlist &list_a = *lists[a.list], &list_b = *lists[b.list];
    return std::tie(list_a.owner, list_a.entries[a.entry].entry_id) <
           std::tie(list_b.owner, list_b.entries[b.entry].entry_id);
  });
  size_t slots = 16;
  while (slots < 2 * total) slots *= 2;
  index->slots_.assign(slots, Slot{});
  index->mask_ = slots - 1;
  for (uint32_t r = 0; r < index->rows_.size(); ++r) {
    const uint64_t packed = index->rows_[r].packed;
    if (r > 0 && index->rows_[r - 1].packed == packed) continue;
    size_t at = Hash(packed) & index->mask_;
    while (index->slots_[at].packed != 0) at = (at + 1) & index->mask_;
    index->slots_[at] = {packed, r};
  }
  return std::shared_ptr<const HotlistIndex>(std::move(index));
}

const HotlistIndex::Slot* HotlistIndex::Find(uint64_t packed) const {
  if (packed == 0) return nullptr;
  for (size_t at = Hash(packed) & mask_; slots_[at].packed != 0; at = (at + 1) & mask_) {
    if (slots_[at].packed == packed) return &slots_[at];
  }
  return nullptr;
}

bool HotlistIndex::Contains(absl::string_view plate) const { return Find(Pack(plate)) != nullptr; }

std::vector<HotlistMatch> HotlistIndex::Lookup(absl::string_view plate, absl::string_view state,
                                               absl::Time now) const {
  std::vector<HotlistMatch> matches;
  const Slot* const slot = Find(Pack(plate));
  if (slot == nullptr) return matches;
  size_t of_owner = 0;
  for (size_t r = slot->first; r < rows_.size() && rows_[r].packed == slot->packed; ++r) {
    const Hotlist& list = *lists_[rows_[r].list];
    of_owner = !matches.empty() && matches.back().owner == list.owner ? of_owner + 1 : 1;
    if (of_owner > kMaxMatchesPerOwner) continue;
    HotlistMatch match;
    match.owner = list.owner;
    match.list_version = list.version;
    match.entry = list.entries[rows_[r].entry];
    match.state = query::CompareStates(match.entry.state, state);
    match.age = now - match.entry.entered_at;
    match.confirmed_ago = now - match.entry.confirmed_at;
    match.stale = match.confirmed_ago > list.max_age || match.confirmed_ago < -kMaxConfirmedAhead;
    matches.push_back(std::move(match));
  }
  return matches;
}

HotlistBook::HotlistBook() : index_(std::make_shared<const HotlistIndex>()) {}

absl::Status HotlistBook::Replace(Hotlist list) {
  MutexLock update(update_mu_);
  Lists lists;
  {
    MutexLock lock(mu_);
    lists = lists_;
  }
  auto& place = lists[list.owner];
  if (place != nullptr && list.version <= place->version) {
    return absl::FailedPreconditionError(
        absl::StrCat("hotlist of ", list.owner, ": version ", list.version,
                     " is not above the present one, ", place->version));
  }
  place = std::make_shared<const Hotlist>(std::move(list));
  return Rebuild(std::move(lists));
}

absl::Status HotlistBook::Remove(absl::string_view owner) {
  MutexLock update(update_mu_);
  Lists lists;
  {
    MutexLock lock(mu_);
    lists = lists_;
  }
  const auto found = lists.find(owner);
  if (found == lists.end()) return absl::OkStatus();
  lists.erase(found);
  return Rebuild(std::move(lists));
}

absl::Status HotlistBook::Rebuild(Lists lists) {
  std::vector<std::shared_ptr<const Hotlist>> present;
  for (const auto& [owner, list] : lists) present.push_back(list);
  auto index = HotlistIndex::Build(present);
  if (!index.ok()) return index.status();
  // The old index dies outside the lock: freeing a million entries takes milliseconds.
  std::shared_ptr<const HotlistIndex> old = *std::move(index);
  MutexLock lock(mu_);
  lists_.swap(lists);
  index_.swap(old);
  return absl::OkStatus();
}

std::shared_ptr<const HotlistIndex> HotlistBook::Current() const {
  MutexLock lock(mu_);
  return index_;
}

std::shared_ptr<const Hotlist> HotlistBook::List(absl::string_view owner) const {
  MutexLock lock(mu_);
  const auto found = lists_.find(owner);
  return found == lists_.end() ? nullptr : found->second;
}

std::vector<std::string> HotlistBook::Owners() const {
  MutexLock lock(mu_);
  std::vector<std::string> owners;
  for (const auto& [owner, list] : lists_) owners.push_back(owner);
  return owners;
}

}  // namespace fusionhub::alpr_ingest
