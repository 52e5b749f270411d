// Turns options into a Query.
#include "hubctl/question.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "query/plate.h"
#include "query/timestamp.h"

namespace fusionhub::hubctl {
namespace {

constexpr size_t kNonceSize = 16;

absl::StatusOr<std::pair<std::string, std::string>> SplitPair(const std::string& text,
                                                              const char* flag) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.first.empty() || parts.second.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(flag, " wants NAME=VALUE"));
  }
  return parts;
}

absl::Status SetIdentifier(const CaseOptions& options, v1::Query& query) {
  const auto set = [&](v1::Identifier::Kind kind, const std::string& value) {
    query.mutable_identifier()->set_kind(kind);
    query.mutable_identifier()->set_value(value);
  };
  if (!options.complaint.empty()) set(v1::Identifier::KIND_COMPLAINT, options.complaint);
  if (!options.cad.empty()) set(v1::Identifier::KIND_CAD_EVENT, options.cad);
  if (!options.warrant.empty()) set(v1::Identifier::KIND_WARRANT, options.warrant);
  if (options.other.empty()) return absl::OkStatus();
  FUSIONHUB_ASSIGN_OR_RETURN(const auto pair, SplitPair(options.other, "--other"));
  set(v1::Identifier::KIND_OTHER_NAMED, pair.second);
  query.mutable_identifier()->set_other_name(pair.first);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Query> BuildQuery(const CaseOptions& options, const QuestionContext& context,
                                     Random& random) {
  v1::Query query;
  query.set_region(context.region);
  query.set_agency(context.agency);
  query.set_operator_(context.person);
  query.set_officer(options.officer.empty() ? context.person : options.officer);
  query.set_nonce(random.Bytes(kNonceSize));
  *query.mutable_asked_at() = query::ToProto(context.now);
  query.set_purpose(options.purpose);
  query.set_reason(options.reason);
  FUSIONHUB_RETURN_IF_ERROR(SetIdentifier(options, query));
  for (const std::string& fact : options.facts) {
    FUSIONHUB_ASSIGN_OR_RETURN(const auto pair, SplitPair(fact, "--fact"));
    v1::StatedFact& stated = *query.add_facts();
    stated.set_name(pair.first);
    stated.set_value(pair.second);
  }
  for (const std::string& owner : options.owners) query.add_owners(owner);
  for (const std::string& id : options.authorisations) query.add_authorisations(id);
  return query;
}

absl::Status SetPlate(const std::string& text, const std::string& state, v1::Plate& plate) {
  FUSIONHUB_RETURN_IF_ERROR(query::NormalisePlateText(text).status());
  FUSIONHUB_RETURN_IF_ERROR(query::NormaliseState(state).status());
  plate.set_text(text);
  plate.set_state(state);
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> ParseTimeFlag(const std::string& text, const std::string& flag) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      absl::ParseTime("%Y-%m-%d", text, &time, &error)) {
    return time;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " wants a time like 2025-03-21T14:00:00-05:00 or a day like 2025-03-21"));
}

}  // namespace fusionhub::hubctl
