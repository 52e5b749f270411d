// A hub that logs for real and lies when told to, for tests of the node's last word. Test only.
#ifndef FUSIONHUB_AGENCY_NODE_TEST_HUB_H_
#define FUSIONHUB_AGENCY_NODE_TEST_HUB_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "audit/log.h"
#include "audit/test_log.h"
#include "fusionhub/v1/node.pb.h"
#include "fusionhub/v1/query.pb.h"
#include "query/test_questioner.h"

namespace fusionhub::agency_node {

using query::TestQuestioner;

// One history of the hub. Two of different names are two trees under one signing key: what a hub
// that forks its log holds.
class TestHistory {
 public:
  explicit TestHistory(const std::string& name);

  // Logs an INTENT for exactly this question; `change` may spoil it before.
  audit::AppendedEntry LogIntent(uint64_t query, const v1::SignedQuery& signed_query,
                                 std::vector<std::string> owners = {"slmpd"},
                                 const std::function<void(audit::EntryDraft&)>& change = {});
  // Entries of no interest, so that histories differ and grow.
  void Grow(int entries, const std::string& owner);

  uint64_t size() const { return log_->LatestCheckpoint().size; }
  // What would bring a node from `from` to the newest checkpoint. Past the end of this history, the
  // proof is that from its newest size.
  v1::CheckpointFrame FrameFrom(uint64_t from) const;
  // The order for `intent`, its ticket in the newest checkpoint, decided at `now`.
  v1::WorkOrder Order(const audit::AppendedEntry& intent, const v1::SignedQuery& signed_query,
                      absl::Time now = TestQuestioner::Now()) const;

  const audit::TestLog& files() const { return files_; }

 private:
  audit::TestLog files_;
  std::unique_ptr<audit::Log> log_;
  uint64_t filler_ = 1'000'000;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_TEST_HUB_H_
