// Query and assertion together.
#include "query/verified_query.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "identity/assertion.h"
#include "identity/reasons.h"
#include "query/error_detail.h"

namespace fusionhub::query {
namespace {

absl::Status CheckParties(const v1::Query& query, const QueryExpectations& expected) {
  if (query.region() != expected.region) {
    return WithErrorDetail(absl::InvalidArgumentError(absl::StrCat(
                               "the query is for another region; this is '", expected.region, "'")),
                           kQueryMalformed, "", "ask the hub of the region that the query names");
  }
  if (expected.peer_agency && query.agency() != *expected.peer_agency) {
    return WithErrorDetail(
        absl::UnauthenticatedError("the query names another agency than the client certificate"),
        identity::kAssertionOtherAgency, "", "ask with a certificate of the agency that asks");
  }
  return absl::OkStatus();
}

absl::Status CheckOccasion(const v1::Query& query, const QueryExpectations& expected) {
  if (!expected.standing) return CheckAskedAt(query, expected.now);
  if (query.subject_case() == v1::Query::kAlertSubscription) return absl::OkStatus();
  return absl::InvalidArgumentError("only a subscription can stand; this is a question");
}

identity::AssertionExpectations AssertionExpectationsFor(const v1::Query& query,
                                                         const crypto::Digest& digest,
                                                         const QueryExpectations& expected) {
  identity::AssertionExpectations out;
  out.region = expected.region;
  out.agency = query.agency();
  out.request_digest = digest;
  out.client_certificate = expected.client_certificate;
  out.now = expected.now;
  if (expected.standing) out.max_age = out.max_lifetime;
  return out;
}

}  // namespace

absl::StatusOr<VerifiedQuery> VerifySignedQuery(const v1::SignedQuery& signed_query,
                                                const identity::IssuerDirectory& issuers,
                                                const QueryExpectations& expected) {
  VerifiedQuery out;
  FUSIONHUB_ASSIGN_OR_RETURN(out.query, ParseQuery(signed_query, expected.limits));
  FUSIONHUB_RETURN_IF_ERROR(CheckParties(out.query, expected));
  const identity::IssuerKeys* keys = issuers.Find(out.query.agency());
  if (keys == nullptr) {
    return WithErrorDetail(
        absl::UnauthenticatedError("the asking agency has no identity provider in the policy"),
        identity::kAssertionOtherAgency, "",
        "the agency's document must name its identity provider and keys");
  }
  out.digest = QueryDigest(signed_query.query());
  FUSIONHUB_ASSIGN_OR_RETURN(
      out.person,
      identity::VerifyAssertion(signed_query.assertion(), *keys,
                                AssertionExpectationsFor(out.query, out.digest, expected)));
  if (out.person.id != out.query.operator_()) {
    return WithErrorDetail(
        absl::UnauthenticatedError("the assertion is of another person than the query's operator"),
        identity::kAssertionOtherPerson, "", "sign in as the operator that the query names");
  }
  FUSIONHUB_RETURN_IF_ERROR(CheckOccasion(out.query, expected));
  out.question_digest = QuestionDigest(out.query);
  return out;
}

}  // namespace fusionhub::query
