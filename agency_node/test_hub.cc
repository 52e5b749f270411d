// The hub of the node's tests. Values of StatusOr are taken unchecked: they abort on errors.
#include "agency_node/test_hub.h"

#include <algorithm>
#include <utility>

#include "audit/entry.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {

TestHistory::TestHistory(const std::string& name)
    : files_("history_" + name), log_(files_.Open().value()) {}

audit::AppendedEntry TestHistory::LogIntent(uint64_t query, const v1::SignedQuery& signed_query,
                                            std::vector<std::string> owners,
                                            const std::function<void(audit::EntryDraft&)>& change) {
  audit::EntryDraft draft = audit::IntentDraft(query, std::move(owners));
  draft.time = TestQuestioner::Now();
  draft.expires = draft.time + absl::Minutes(1);
  draft.query_digest = query::QueryDigest(signed_query.query());
  if (change) change(draft);
  return log_->AppendAndWait(draft).value();
}

void TestHistory::Grow(int entries, const std::string& owner) {
  for (int i = 0; i < entries; ++i) {
    log_->AppendAndWait(audit::IntentDraft(filler_++, {owner})).value();
  }
}

v1::CheckpointFrame TestHistory::FrameFrom(uint64_t from) const {
  const audit::PublishedCheckpoint newest = log_->LatestCheckpoint();
  v1::CheckpointFrame frame;
  frame.set_note(newest.note);
  frame.set_from_size(from);
  const std::vector<audit::Digest> proof =
      log_->ConsistencyProof(std::min(from, newest.size), newest.size).value();
  for (const audit::Digest& digest : proof) {
    frame.add_consistency_proof(crypto::ToString(digest));
  }
  return frame;
}

v1::WorkOrder TestHistory::Order(const audit::AppendedEntry& intent,
                                 const v1::SignedQuery& signed_query, absl::Time now) const {
  v1::WorkOrder order;
  order.set_query_id(audit::ParseLeaf(intent.leaf).value().query_id);
  *order.mutable_signed_query() = signed_query;
  order.mutable_intent()->set_index(intent.index);
  order.mutable_intent()->set_leaf(intent.leaf);
  const std::vector<audit::Digest> proof = log_->InclusionProof(intent.index, size()).value();
  for (const audit::Digest& digest : proof) {
    order.mutable_intent()->add_proof(crypto::ToString(digest));
  }
  order.set_checkpoint_size(size());
  order.set_query_salt(intent.query_salt);
  *order.mutable_decided_at() = query::ToProto(now);
  order.set_deadline_ms(5000);
  return order;
}

}  // namespace fusionhub::agency_node
