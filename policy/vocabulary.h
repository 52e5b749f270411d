// The closed words of a region: what may be asked, of what, by whom, why, and with which facts.
#ifndef FUSIONHUB_POLICY_VOCABULARY_H_
#define FUSIONHUB_POLICY_VOCABULARY_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/agency.h"

namespace fusionhub::policy {

// Classes that every region has: the owner itself, and the agency that runs the hub.
inline constexpr absl::string_view kOwnerClass = "owner";
inline constexpr absl::string_view kHubClass = "hub";

struct DataField {
  std::string kind;  // text, time, date, number, jpeg
  std::string title;
};

struct DataCategory {
  std::string title;
  // Categories that its use amounts to: comparing mugshots uses biometric data, so what excludes
  // biometric data excludes that too.
  std::vector<std::string> uses;
  std::map<std::string, DataField> fields;
};

struct Purpose {
  std::string title;
  std::string clause;
  std::set<std::string>
      counts_as;     // codes of other instruments that this one satisfies; not transitive
  bool off = false;  // known, and refused until an amendment turns it on
};

// A fact that a condition looks at.
struct FactWord {
  // Whose word counts: the requester's statement, the deciding side's own record, an approval
  // signed at the owner, or the hotlist entry itself.
  enum class From { kRequester, kRecord, kApproval, kEntry };
  std::string title;
  From from = From::kRequester;
  std::string role;  // kApproval: the approver's
  std::vector<std::string> words;
};

struct Region {
  std::string title;
  std::vector<Jurisdiction> members;
};

// True when `place` lies in a member of `region`. An independent city matches as a city; a county
// matches every place in it, with its state.
bool Covers(const Region& region, const Jurisdiction& place);

struct Vocabulary {
  std::string file;
  std::map<std::string, std::string> classes;  // word -> title, here and below
  std::map<std::string, DataCategory> data;
  std::map<std::string, std::string> actions;
  std::map<std::string, Purpose> purposes;
  std::map<std::string, FactWord> facts;
  std::map<std::string, std::string> identifiers;
  std::vector<std::string> identifier_order;  // as the document lists them
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> roles;
  std::map<std::string, std::string> usage_policies;
  std::map<std::string, Region> regions;
  std::set<std::string> empty_words;  // words that say nothing in a reason
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_VOCABULARY_H_
