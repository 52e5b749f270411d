// Turns a verified question into what policy decides on. Broker and node derive it here, from
// nothing but the signed bytes and the verified person, so both decide the same request (I2).
#ifndef FUSIONHUB_QUERY_POLICY_REQUEST_H_
#define FUSIONHUB_QUERY_POLICY_REQUEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fusionhub/v1/query.pb.h"
#include "identity/person.h"
#include "policy/request.h"

namespace fusionhub::query {

// The policy's word for the kind of data that is asked for: "hotlist_entries", "plate_reads",
// "mugshots" or "plate_alerts". Empty for a query without subject.
absl::string_view DataOf(const v1::Query& query);
// The policy's word for what is to be done with it: "check", "search", "view", "compare" or
// "alert".
absl::string_view ActionOf(const v1::Query& query);

// The request to one owner. The requester is the person's agency: VerifySignedQuery has checked
// that the query says the same. `approvals` are verified authorisations (query/authorisation.h).
// recorded_facts and hotlist_category stay empty: the deciding side sets them from its own records.
policy::Request BuildRequest(const v1::Query& query, const identity::Person& person,
                             absl::string_view owner,
                             std::vector<policy::VerifiedApproval> approvals);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_POLICY_REQUEST_H_
