// Step 8 of a query's way: what was found, reduced to what the decision lets out, as an answer to
// be signed.
#ifndef FUSIONHUB_AGENCY_NODE_ANSWER_WRITER_H_
#define FUSIONHUB_AGENCY_NODE_ANSWER_WRITER_H_

#include <string>

#include "absl/time/time.h"
#include "agency_node/data_service.h"
#include "base/random.h"
#include "fusionhub/v1/records.pb.h"
#include "policy/decision.h"

namespace fusionhub::agency_node {

// Who answers what.
struct AnswerHead {
  std::string query_id;
  std::string owner;
  std::string node;
  std::string policy_digest;
  absl::Time decided_at;
};

// Fields that the hub needs to do its part and never passes on.
inline constexpr absl::string_view kHubOnlyField = "score";

// An answer with the released fields of `found`, committed to with fresh salts (redaction happens
// here first: what the decision drops is not even sent to the hub, I5). Records with nothing to
// show are left out.
v1::Answer WriteRelease(const AnswerHead& head, const policy::Decision& decision, Found found,
                        Random& random);

// A refusal or hold.
v1::Answer WriteNoRelease(const AnswerHead& head, v1::AnswerOutcome outcome,
                          const v1::Explanation& why);

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_ANSWER_WRITER_H_
