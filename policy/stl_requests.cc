// Requests in the St. Louis region that tests start from.
#include "policy/stl_requests.h"

#include <cstdlib>
#include <utility>

#include "policy/decide.h"

namespace fusionhub::policy {

TestRegion StlRegion() { return TestRegion::LoadSigned("deploy/region-stl/policy", SignedAt()); }

absl::Time Local(const std::string& text) {
  absl::TimeZone zone;
  absl::Time time;
  std::string error;
  const bool ok = absl::LoadTimeZone("America/Chicago", &zone) &&
                  absl::ParseTime("%Y-%m-%d %H:%M:%S", text, zone, &time, &error);
  if (!ok) std::abort();
  return time;
}

absl::Time SignedAt() { return Local("2025-03-01 12:00:00"); }

absl::Time Now() { return Local("2025-03-10 12:00:00"); }

PersonFacts Officer(const std::string& agency) {
  PersonFacts person;
  person.id = "u-4471";
  person.employer_agency = agency;
  person.human = true;
  person.commissioned = true;
  person.cjis_cleared = true;
  person.trained = absl::CivilDay(2024, 11, 1);
  person.vetted = absl::CivilDay(2024, 11, 1);
  person.revalidated = absl::CivilDay(2024, 11, 1);
  return person;
}

Request By(const std::string& agency, Request request) {
  request.requester_agency = agency;
  request.person = Officer(agency);
  return request;
}

Request FaceRequest(const std::string& owner) {
  Request request;
  request.owner = owner;
  request.data = "mugshots";
  request.action = "compare";
  request.purpose = "REJ-4.2";
  request.identifier = Identifier{"complaint", "25-004411", ""};
  request.reason = "robbery suspect filmed at counter, masked below eyes";
  request.facts = {{"person_status", "suspect"}, {"investigation", "active_criminal"}};
  return By("st_charles_pd", std::move(request));
}

Request IndexRequest() {
  Request request = FaceRequest("st_louis_county_pd");
  request.data = "plate_reads";
  request.action = "search";
  request.purpose = "felony_investigation";
  request.facts.clear();
  return request;
}

Request SlmpdIndex() {
  Request request = IndexRequest();
  request.owner = "slmpd";
  return request;
}

Request HotlistRequest(const std::string& owner) {
  Request request = IndexRequest();
  request.owner = owner;
  request.data = "hotlist_entries";
  request.action = "check";
  return request;
}

Request AlertRequest() {
  Request request = IndexRequest();
  request.data = "plate_alerts";
  request.action = "alert";
  request.hotlist_category = "stolen_vehicle";
  return request;
}

Decision DecideNow(const Policy& policy, const Request& request) {
  return Decide(policy, request, Now(), Side::kOwner);
}

std::vector<std::string> ClausesOf(const Decision& decision) {
  std::vector<std::string> clauses;
  for (const Failure& failure : decision.failures) clauses.push_back(failure.clause);
  return clauses;
}

std::vector<std::string> ChecksOf(const Decision& decision) {
  std::vector<std::string> checks;
  for (const Failure& failure : decision.failures) checks.push_back(failure.check);
  return checks;
}

}  // namespace fusionhub::policy
