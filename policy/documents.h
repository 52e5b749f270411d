// The documents of a policy as plain data, one struct per kind. Loaders fill them; nothing else
// changes them.
#ifndef FUSIONHUB_POLICY_DOCUMENTS_H_
#define FUSIONHUB_POLICY_DOCUMENTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/yaml.h"
#include "policy/cell.h"
#include "policy/pattern.h"

namespace fusionhub::policy {

struct DocumentHead {
  std::string id;
  std::string file;
  SourcePosition at;
  std::string digest_hex;  // SHA-256 of the file's bytes
};

// A governing document: what it says, what its status is, whom it binds.
struct Authority {
  DocumentHead head;  // id is the citation's document word, e.g. "MOU"
  std::string title;
  std::string status;  // in_force, as_submitted, draft, excerpt
  std::map<std::string, std::string> clauses;
  std::vector<std::string> missing_text;  // clauses known to exist whose text is not in hand
  std::vector<std::string> covers;        // data that its clauses may be cited for; empty: any
  struct Binding {
    std::string agency;
    absl::Time from = absl::InfinitePast();
    absl::Time to = absl::InfiniteFuture();
    std::string basis;
  };
  std::vector<Binding> binds;
  struct RequiredDocument {
    std::string title;
    std::string clause;
    bool in_hand = false;
    SourcePosition at;
  };
  std::vector<RequiredDocument> required_documents;

  bool Binds(absl::string_view agency, absl::Time t) const;
};

// One-sided rules of an authority for the agencies that it binds.
struct Order {
  DocumentHead head;
  std::string authority;
  bool narrows_only = false;  // `effect: narrow`: its rows open nothing by themselves
  bool binds_owner = true;    // `side`
  bool binds_requester = false;
  std::vector<std::string> exhaustive_for;  // classes that get nothing but what their rows list
  std::string
      default_clause;  // refuses classes that no row names, for the data that some row lists
  std::vector<Cell> cells;
};

// An agreement between an owner and a recipient (or the hub, for all who participate), or between
// the provider of a software and an agency that uses it.
struct Agreement {
  DocumentHead head;
  std::string title;
  std::string owner;      // or provider
  std::string recipient;  // or user
  bool is_use_agreement = false;
  std::string timezone_name;
  absl::TimeZone timezone;
  std::optional<absl::Time> effective_date;  // absent: on the last signature
  absl::Time ends = absl::InfiniteFuture();
  std::string term_clause;
  int notice_days = 0;
  bool mutual_immediate = false;
  std::string terminate_clause;
  std::map<std::string, std::string> clauses;  // short texts, by clause id
  std::map<std::string, std::vector<std::string>>
      signatories;  // party -> key ids; absent: its signatory keys
  std::vector<Cell> cells;
  std::vector<std::string> pending_amendments;

  // Set by linking signatures and notices: in force in [from, to).
  absl::Time from = absl::InfiniteFuture();
  absl::Time to = absl::InfiniteFuture();
  std::vector<std::string> missing_signatures;
  std::string ended_by;

  bool InForce(absl::Time t) const { return t >= from && t < to; }
};

// Who may use the data, as the agency's own audit rules demand. Clauses: per check, else the
// document's.
struct UserRules {
  std::optional<int> training_days;
  std::optional<int> revalidated_days;
  std::optional<int> vetted_days;
  bool vetted = false;
  bool commissioned = false;
  bool cjis_cleared = false;
  std::map<std::string, std::string> clauses;
};

struct AuditRules {
  DocumentHead head;
  std::string agency;
  std::string clause;
  std::vector<std::string> data;  // empty: all data
  std::vector<std::string> identifier_any_of;
  std::string identifier_clause;
  struct NumberPattern {
    std::string check;  // "complaint_number"
    std::string kind;   // applies to this kind of identifier
    Pattern pattern;
    std::string clause;
  };
  std::vector<NumberPattern> patterns;
  struct ReasonText {
    int min_content_words = 0;
    std::vector<std::string> refuse;
    std::string clause;
  };
  std::optional<ReasonText> reason;
  UserRules users;
  std::vector<std::string> human_initiated_data;
  std::string human_initiated_clause;

  bool AppliesTo(absl::string_view data_word) const;
};

struct Prohibition {
  std::string id;         // "<document>/<rule>"
  std::string authority;  // only where it binds the owner or the requester; empty: everywhere
  std::vector<std::string> purposes, data, actions, to;  // each empty: any
  std::string clause;
  SourcePosition at;
};

struct Notice {
  DocumentHead head;
  std::string agreement;
  std::string by;
  bool mutual = false;
  absl::CivilDay received;
};

struct Release {
  DocumentHead head;
  uint64_t revision = 0;
  absl::Time activate_at = absl::InfinitePast();
  absl::Time expires = absl::InfiniteFuture();
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_DOCUMENTS_H_
