// A question together with the person who asked it, both verified: the one door through which
// broker and node take in what an analyst signed.
#ifndef FUSIONHUB_QUERY_VERIFIED_QUERY_H_
#define FUSIONHUB_QUERY_VERIFIED_QUERY_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "fusionhub/v1/query.pb.h"
#include "identity/issuer_keys.h"
#include "identity/person.h"
#include "query/signed_query.h"

namespace fusionhub::query {

// What the verifier knows by itself.
struct QueryExpectations {
  std::string region;
  // Broker only: the agency and certificate of the TLS connection that brought the query. A node
  // has neither; it takes the agency from the query and relies on the assertion's signature.
  std::optional<std::string> peer_agency;
  std::optional<crypto::Digest> client_certificate;
  absl::Time now;
  // True for a subscription that stands since earlier: asked_at and the assertion's age are then
  // judged by the assertion's expiry alone. Refused for every other subject.
  bool standing = false;
  QueryLimits limits;
};

struct VerifiedQuery {
  v1::Query query;
  identity::Person person;
  crypto::Digest digest;           // of the bytes
  crypto::Digest question_digest;  // of the question (QuestionDigest)
};

// Parses the query, finds the issuer keys of its agency, verifies the assertion over exactly these
// bytes, and checks that region, agency and operator are the assertion's and that the clocks agree.
// Errors carry a reason. Replays are for identity::ReplayGuard (broker) and the served-ids set
// (node).
absl::StatusOr<VerifiedQuery> VerifySignedQuery(const v1::SignedQuery& signed_query,
                                                const identity::IssuerDirectory& issuers,
                                                const QueryExpectations& expected);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_VERIFIED_QUERY_H_
