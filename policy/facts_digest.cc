// A digest over a request.
#include "policy/facts_digest.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "crypto/digest.h"

namespace fusionhub::policy {
namespace {

class Serializer {
 public:
  void Text(absl::string_view text) { absl::StrAppend(&bytes_, text.size(), ":", text); }
  void Flag(bool flag) { bytes_ += flag ? '1' : '0'; }
  void Count(size_t count) { absl::StrAppend(&bytes_, count, "#"); }
  void Day(const std::optional<absl::CivilDay>& day) {
    Text(day.has_value() ? absl::FormatCivilTime(*day) : "");
  }
  void Facts(const std::vector<Fact>& facts) {
    Count(facts.size());
    for (const Fact& fact : facts) {
      Text(fact.name);
      Text(fact.value);
    }
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_ = "fusionhub/facts/v1\n";
};

void AddPerson(const PersonFacts& person, Serializer& out) {
  out.Text(person.id);
  out.Text(person.employer_agency);
  out.Flag(person.human);
  out.Flag(person.commissioned);
  out.Flag(person.cjis_cleared);
  out.Count(person.roles.size());
  for (const std::string& role : person.roles) out.Text(role);
  out.Day(person.trained);
  out.Day(person.vetted);
  out.Day(person.revalidated);
}

}  // namespace

std::string FactsDigest(const Request& request) {
  Serializer out;
  for (const std::string* text : {&request.owner, &request.requester_agency, &request.data,
                                  &request.action, &request.purpose, &request.reason}) {
    out.Text(*text);
  }
  AddPerson(request.person, out);
  out.Flag(request.identifier.has_value());
  if (request.identifier.has_value()) {
    out.Text(request.identifier->kind);
    out.Text(request.identifier->value);
    out.Text(request.identifier->other_name);
  }
  out.Facts(request.facts);
  out.Facts(request.recorded_facts);
  out.Count(request.approvals.size());
  for (const VerifiedApproval& approval : request.approvals) {
    out.Text(approval.authorisation_id);
    out.Text(approval.role);
    out.Text(approval.key_id);
    out.Text(absl::StrCat(absl::ToUnixNanos(approval.expires_at)));
  }
  out.Flag(request.hotlist_category.has_value());
  if (request.hotlist_category.has_value()) out.Text(*request.hotlist_category);
  out.Flag(request.standing_distribution);
  return crypto::ToString(crypto::Sha256(out.bytes()));
}

}  // namespace fusionhub::policy
