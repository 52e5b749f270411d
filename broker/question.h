// One admitted question: what the pipeline knows about it from the moment it has an id.
#ifndef FUSIONHUB_BROKER_QUESTION_H_
#define FUSIONHUB_BROKER_QUESTION_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "fusionhub/v1/query.pb.h"
#include "policy/policy.h"
#include "query/verified_query.h"

namespace fusionhub::broker {

inline constexpr size_t kQueryIdSize = 16;

// Immutable once made. A question pins one policy for its whole course.
struct Question {
  std::string query_id;           // kQueryIdSize random bytes
  v1::SignedQuery signed_query;   // exactly as the client sent it
  query::VerifiedQuery verified;  // the same, parsed and tied to a person
  absl::Time decided_at;          // the order's time: when the hub decides
  std::shared_ptr<const policy::Policy> policy;
  std::string hit_id;  // alerts only: the hit that it is about
  // The client's place among its open questions; given back when the course ends, not when the
  // client leaves.
  std::shared_ptr<void> place;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_QUESTION_H_
