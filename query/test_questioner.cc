// The questioner of tests.
#include "query/test_questioner.h"

#include <atomic>
#include <string>

#include "absl/strings/str_format.h"
#include "query/signed_query.h"
#include "query/test_query.h"

namespace fusionhub::query {

TestQuestioner::TestQuestioner()
    : issuers_(issuer_.directory()),
      region_(
          policy::TestRegion::LoadSigned("deploy/region-stl/policy", Now() - absl::Hours(24 * 9))),
      policy_(region_.Compile()) {}

absl::Time TestQuestioner::Now() {
  return absl::FromCivil(absl::CivilHour(2025, 3, 10, 17), absl::UTCTimeZone());
}

namespace {

// A node serves the same bytes once: every question has a nonce of its own.
std::string FreshNonce() {
  static std::atomic<int> counter{0};
  return absl::StrFormat("%016d", ++counter);
}

}  // namespace

v1::Query TestQuestioner::Question() const {
  v1::Query query = TestHotlistCheck(Now());
  query.set_nonce(FreshNonce());
  query.clear_facts();
  return query;
}

v1::Query TestQuestioner::FaceQuestion() const {
  v1::Query query = TestFaceComparison(Now());
  query.set_nonce(FreshNonce());
  query.set_purpose("REJ-4.2");
  query.mutable_identifier()->set_value("25-004411");
  query.set_reason("robbery suspect filmed at counter, masked below eyes");
  v1::StatedFact* fact = query.add_facts();
  fact->set_name("person_status");
  fact->set_value("suspect");
  return query;
}

v1::SignedQuery TestQuestioner::Sign(const v1::Query& query, absl::Time now) const {
  v1::SignedQuery signed_query = Unsigned(query);
  signed_query.set_assertion(issuer_.Issue(QueryDigest(signed_query.query()), now));
  return signed_query;
}

}  // namespace fusionhub::query
