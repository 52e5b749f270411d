// The words of queries as the words of policy.
#include "query/policy_request.h"

#include <optional>
#include <utility>

namespace fusionhub::query {
namespace {

policy::PersonFacts FactsOf(const identity::Person& person) {
  return {.id = person.id,
          .employer_agency = person.agency,
          .human = true,  // VerifyAssertion refuses service accounts
          .commissioned = person.commissioned,
          .cjis_cleared = person.cjis_cleared,
          .roles = person.roles,
          .trained = person.trained,
          .vetted = person.vetted,
          .revalidated = person.revalidated};
}

absl::string_view KindWord(v1::Identifier::Kind kind) {
  switch (kind) {
    case v1::Identifier::KIND_COMPLAINT:
      return "complaint";
    case v1::Identifier::KIND_CAD_EVENT:
      return "cad_event";
    case v1::Identifier::KIND_WARRANT:
      return "warrant";
    case v1::Identifier::KIND_OTHER_NAMED:
      return "other_named";
    default:
      return "";  // ParseQuery refuses it; policy would too
  }
}

std::optional<policy::Identifier> IdentifierOf(const v1::Query& query) {
  if (!query.has_identifier()) return std::nullopt;
  const v1::Identifier& identifier = query.identifier();
  return policy::Identifier{.kind = std::string(KindWord(identifier.kind())),
                            .value = identifier.value(),
                            .other_name = identifier.other_name()};
}

}  // namespace

absl::string_view DataOf(const v1::Query& query) {
  switch (query.subject_case()) {
    case v1::Query::kHotlistCheck:
      return "hotlist_entries";
    case v1::Query::kPlateIndex:
    case v1::Query::kPlateDetail:
      return "plate_reads";
    case v1::Query::kFaceComparison:
      return "mugshots";
    case v1::Query::kAlertSubscription:
      return "plate_alerts";
    case v1::Query::kApprovalReview:  // not a question to policy
    case v1::Query::SUBJECT_NOT_SET:
      break;
  }
  return "";
}

absl::string_view ActionOf(const v1::Query& query) {
  switch (query.subject_case()) {
    case v1::Query::kHotlistCheck:
      return "check";
    case v1::Query::kPlateIndex:
      return "search";
    case v1::Query::kPlateDetail:
      return "view";
    case v1::Query::kFaceComparison:
      return "compare";
    case v1::Query::kAlertSubscription:
      return "alert";
    case v1::Query::kApprovalReview:
    case v1::Query::SUBJECT_NOT_SET:
      break;
  }
  return "";
}

policy::Request BuildRequest(const v1::Query& query, const identity::Person& person,
                             absl::string_view owner,
                             std::vector<policy::VerifiedApproval> approvals) {
  policy::Request request;
  request.owner = std::string(owner);
  request.requester_agency = person.agency;
  request.person = FactsOf(person);
  request.data = std::string(DataOf(query));
  request.action = std::string(ActionOf(query));
  request.purpose = query.purpose();
  request.identifier = IdentifierOf(query);
  request.reason = query.reason();
  for (const v1::StatedFact& fact : query.facts()) {
    request.facts.push_back({.name = fact.name(), .value = fact.value()});
  }
  request.approvals = std::move(approvals);
  return request;
}

}  // namespace fusionhub::query
