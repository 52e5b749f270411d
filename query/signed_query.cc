// Checks of the parts that every question has, and its digests.
#include "query/signed_query.h"

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "query/error_detail.h"
#include "query/strict_message.h"
#include "query/subject_checks.h"
#include "query/text_checks.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

constexpr size_t kNonceBytes = 16;
constexpr size_t kMaxReasonBytes = 2000;
constexpr size_t kMaxIdentifierBytes = 64;
constexpr uint32_t kMinDeadlineMs = 100;
constexpr uint32_t kMaxDeadlineMs = 30'000;

absl::Status CheckWho(const v1::Query& query) {
  FUSIONHUB_RETURN_IF_ERROR(CheckId("region", query.region()));
  FUSIONHUB_RETURN_IF_ERROR(CheckId("agency", query.agency()));
  FUSIONHUB_RETURN_IF_ERROR(CheckName("operator", query.operator_()));
  return CheckName("officer", query.officer());
}

absl::Status CheckOccasion(const v1::Query& query) {
  if (query.nonce().size() != kNonceBytes) return BadField("nonce", "16 random bytes");
  if (!query.has_asked_at() || !FromProto(query.asked_at()).ok()) {
    return BadField("asked_at", "the time of asking");
  }
  const uint32_t deadline = query.deadline_ms();
  if (deadline != 0 && (deadline < kMinDeadlineMs || deadline > kMaxDeadlineMs)) {
    return BadField("deadline_ms", "100 to 30000, or 0 for 5000");
  }
  return absl::OkStatus();
}

absl::Status CheckIdentifier(const v1::Query& query) {
  if (!query.has_identifier()) return absl::OkStatus();
  const v1::Identifier& identifier = query.identifier();
  FUSIONHUB_RETURN_IF_ERROR(CheckText("identifier.value", identifier.value(), kMaxIdentifierBytes));
  FUSIONHUB_RETURN_IF_ERROR(
      CheckText("identifier.other_name", identifier.other_name(), kMaxIdentifierBytes));
  if (identifier.kind() == v1::Identifier::KIND_UNSPECIFIED) {
    return BadField("identifier.kind", "stated when an identifier is given");
  }
  if (identifier.value().empty()) {
    return BadField("identifier.value", "given when a kind is stated");
  }
  const bool other = identifier.kind() == v1::Identifier::KIND_OTHER_NAMED;
  if (other == identifier.other_name().empty()) {
    return BadField("identifier.other_name", "given for KIND_OTHER_NAMED and only then");
  }
  return absl::OkStatus();
}

absl::Status CheckGrounds(const v1::Query& query, const QueryLimits& limits) {
  FUSIONHUB_RETURN_IF_ERROR(CheckWord("purpose", query.purpose()));
  FUSIONHUB_RETURN_IF_ERROR(CheckIdentifier(query));
  FUSIONHUB_RETURN_IF_ERROR(CheckText("reason", query.reason(), kMaxReasonBytes));
  FUSIONHUB_RETURN_IF_ERROR(
      CheckCount("facts", query.facts_size(), 0, static_cast<size_t>(limits.max_facts)));
  std::set<absl::string_view> names;
  for (const v1::StatedFact& fact : query.facts()) {
    FUSIONHUB_RETURN_IF_ERROR(CheckWord("facts.name", fact.name()));
    FUSIONHUB_RETURN_IF_ERROR(CheckWord("facts.value", fact.value()));
    if (!names.insert(fact.name()).second) {
      return BadField("facts.name", "different from every other fact's");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLists(const v1::Query& query, const QueryLimits& limits) {
  FUSIONHUB_RETURN_IF_ERROR(
      CheckCount("owners", query.owners_size(), 0, static_cast<size_t>(limits.max_owners)));
  std::set<absl::string_view> seen;
  for (const std::string& owner : query.owners()) {
    FUSIONHUB_RETURN_IF_ERROR(CheckId("owners", owner));
    if (!seen.insert(owner).second) return BadField("owners", "different from each other");
  }
  FUSIONHUB_RETURN_IF_ERROR(CheckCount("authorisations", query.authorisations_size(), 0,
                                       static_cast<size_t>(limits.max_authorisations)));
  seen.clear();
  for (const std::string& id : query.authorisations()) {
    FUSIONHUB_RETURN_IF_ERROR(CheckName("authorisations", id));
    if (!seen.insert(id).second) return BadField("authorisations", "different from each other");
  }
  return absl::OkStatus();
}

absl::Status CheckQuery(const v1::Query& query, const QueryLimits& limits) {
  FUSIONHUB_RETURN_IF_ERROR(CheckWho(query));
  FUSIONHUB_RETURN_IF_ERROR(CheckOccasion(query));
  FUSIONHUB_RETURN_IF_ERROR(CheckGrounds(query, limits));
  FUSIONHUB_RETURN_IF_ERROR(CheckLists(query, limits));
  return CheckSubject(query, limits);
}

absl::Status Malformed(const absl::Status& status) {
  return WithErrorDetail(
      absl::InvalidArgumentError(absl::StrCat("the query is malformed: ", status.message())),
      kQueryMalformed, "", "correct the field named and ask again");
}

std::string SerialiseInFieldOrder(const v1::Query& query) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    query.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<v1::Query> ParseQuery(const v1::SignedQuery& signed_query,
                                     const QueryLimits& limits) {
  const std::string& bytes = signed_query.query();
  if (bytes.empty() || bytes.size() > limits.max_query_bytes) {
    return Malformed(BadField("query", absl::StrCat("1 to ", limits.max_query_bytes, " bytes")));
  }
  v1::Query query;
  const absl::Status parsed = ParseStrictly(bytes, query);
  if (!parsed.ok()) return Malformed(parsed);
  const absl::Status checked = CheckQuery(query, limits);
  if (!checked.ok()) return Malformed(checked);
  return query;
}

absl::Status CheckAskedAt(const v1::Query& query, absl::Time now, absl::Duration max_skew) {
  const absl::StatusOr<absl::Time> asked_at = FromProto(query.asked_at());
  if (!asked_at.ok()) return Malformed(BadField("asked_at", "the time of asking"));
  if (absl::AbsDuration(now - *asked_at) <= max_skew) return absl::OkStatus();
  return WithErrorDetail(
      absl::FailedPreconditionError(absl::StrCat(
          "asked_at is ", absl::FormatDuration(absl::Trunc(now - *asked_at, absl::Seconds(1))),
          " before this machine's time; at most ", absl::FormatDuration(max_skew),
          " either way are allowed")),
      kQueryClock, "", "set the clocks by NTP and ask again");
}

crypto::Digest QueryDigest(absl::string_view query_bytes) { return crypto::Sha256(query_bytes); }

crypto::Digest QuestionDigest(const v1::Query& query) {
  v1::Query question = query;
  question.clear_nonce();
  question.clear_asked_at();
  question.clear_authorisations();
  question.clear_deadline_ms();
  question.clear_owners();
  return crypto::Sha256({"fusionhub/question/v1\n", SerialiseInFieldOrder(question)});
}

absl::Duration DeadlineOf(const v1::Query& query) {
  return query.deadline_ms() == 0 ? kDefaultDeadline : absl::Milliseconds(query.deadline_ms());
}

}  // namespace fusionhub::query
