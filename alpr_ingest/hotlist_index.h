// All hotlists that a node holds, compiled into one immutable table that is swapped as a whole.
#ifndef FUSIONHUB_ALPR_INGEST_HOTLIST_INDEX_H_
#define FUSIONHUB_ALPR_INGEST_HOTLIST_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist.h"
#include "alpr_ingest/plate_state.h"
#include "base/mutex.h"

namespace fusionhub::alpr_ingest {

// An entry that bears the plate asked for.
struct HotlistMatch {
  std::string owner;          // agency that owns the entry
  uint64_t list_version = 0;  // version of its list
  HotlistEntry entry;
  StateMatch state = StateMatch::kUnknown;
  absl::Duration age;            // since entered_at
  absl::Duration confirmed_ago;  // since confirmed_at
  // Confirmed longer ago than the list's max_age, or in the future: may be shown, never alerts
  //
  bool stale = false;
};

// Immutable: thread-safe. Exact lookups: no look-alike characters.
class HotlistIndex {
 public:
  HotlistIndex();
  // INVALID_ARGUMENT names the list and entry whose plate, state or category is not valid.
  static absl::StatusOr<std::shared_ptr<const HotlistIndex>> Build(
      const std::vector<std::shared_ptr<const Hotlist>>& lists);

  // True when some entry bears `plate` (normalised). The quick question for every read.
  bool Contains(absl::string_view plate) const;

  // Every entry that bears `plate`, of every state, in order of owner and entry id: StateMatch says
  // how the states compare, and the caller decides what
  // a different state means. At most kMaxMatchesPerOwner of each owner, so that no list can crowd
  // out another's.
  std::vector<HotlistMatch> Lookup(absl::string_view plate, absl::string_view state,
                                   absl::Time now) const;
  static constexpr size_t kMaxMatchesPerOwner = 100;
  // An entry confirmed further ahead of the clock counts as stale: else a wrong date would keep it
  // fresh for ever.
  static constexpr absl::Duration kMaxConfirmedAhead = absl::Minutes(5);

  size_t entries() const { return rows_.size(); }

 private:
  struct Row {  // one entry in few bytes
    uint64_t packed;
    uint32_t list;
    uint32_t entry;
  };
  struct Slot {           // of the open-addressing table
    uint64_t packed = 0;  // 0: empty
    uint32_t first = 0;   // position in rows_
  };
  std::vector<std::shared_ptr<const Hotlist>> lists_;
  std::vector<Row> rows_;    // by plate, then owner and entry id
  std::vector<Slot> slots_;  // at most half full
  size_t mask_ = 0;

  const Slot* Find(uint64_t packed) const;
};

// The lists a node holds, by owner, and the index compiled from them. Thread-safe; lookups never
// wait for a rebuild.
class HotlistBook {
 public:
  HotlistBook();

  // Takes in a list, replacing that owner's one, and swaps the index. FAILED_PRECONDITION unless
  // its version is above the present one; on any error nothing changes.
  absl::Status Replace(Hotlist list) FUSIONHUB_EXCLUDES(update_mu_, mu_);
  // Drops an owner's list (agreement ended). OK if there is none.
  absl::Status Remove(absl::string_view owner) FUSIONHUB_EXCLUDES(update_mu_, mu_);

  // The index as of now; stays as it is while held.
  std::shared_ptr<const HotlistIndex> Current() const FUSIONHUB_EXCLUDES(mu_);
  // The owner's list, nullptr if none.
  std::shared_ptr<const Hotlist> List(absl::string_view owner) const FUSIONHUB_EXCLUDES(mu_);
  std::vector<std::string> Owners() const FUSIONHUB_EXCLUDES(mu_);

 private:
  using Lists = std::map<std::string, std::shared_ptr<const Hotlist>, std::less<>>;
  absl::Status Rebuild(Lists lists) FUSIONHUB_REQUIRES(update_mu_) FUSIONHUB_EXCLUDES(mu_);

  Mutex update_mu_;  // one rebuild at a time; taken before mu_
  mutable Mutex mu_;
  Lists lists_ FUSIONHUB_GUARDED_BY(mu_);
  std::shared_ptr<const HotlistIndex> index_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_HOTLIST_INDEX_H_
