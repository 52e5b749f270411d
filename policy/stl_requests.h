// Requests in the St. Louis region that tests start from. Test only.
#ifndef FUSIONHUB_POLICY_STL_REQUESTS_H_
#define FUSIONHUB_POLICY_STL_REQUESTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "policy/decision.h"
#include "policy/policy.h"
#include "policy/request.h"
#include "policy/test_region.h"

namespace fusionhub::policy {

// The shipped set, all agreements signed at SignedAt().
TestRegion StlRegion();
absl::Time SignedAt();  // 2025-03-01 12:00 in St. Louis
absl::Time Now();       // 2025-03-10 12:00 in St. Louis
// "2025-03-10 12:00:00" in St. Louis.
absl::Time Local(const std::string& text);

// An officer in good standing of `agency`.
PersonFacts Officer(const std::string& agency);

// Each is permitted as it stands, except SlmpdIndex, which is held.
Request FaceRequest(const std::string& owner = "slmpd");  // by st_charles_pd
Request IndexRequest();                                   // of st_louis_county_pd by st_charles_pd
Request SlmpdIndex();
Request HotlistRequest(const std::string& owner = "slmpd");
Request AlertRequest();  // of st_louis_county_pd
// The same question by another agency's officer.
Request By(const std::string& agency, Request request);

Decision DecideNow(const Policy& policy, const Request& request);
std::vector<std::string> ClausesOf(const Decision& decision);  // of its failures
std::vector<std::string> ChecksOf(const Decision& decision);

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_STL_REQUESTS_H_
