// What a decision is about: who asks whom for what, and the facts known about it. All of it is
// input: the policy module looks up nothing and knows no clock.
#ifndef FUSIONHUB_POLICY_REQUEST_H_
#define FUSIONHUB_POLICY_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fusionhub::policy {

// The person at the keyboard, as the verified assertion of the agency's identity provider states.
// Whatever is absent counts as not so: a missing date is never "recent", a missing flag is never
// "true".
struct PersonFacts {
  std::string id;               // opaque id; never copied into a Decision
  std::string employer_agency;  // agency id of the assertion's issuer
  bool human = false;           // false for service accounts (SO-B4)
  bool commissioned = false;
  bool cjis_cleared = false;  // SMRT-2
  std::vector<std::string> roles;
  std::optional<absl::CivilDay> trained;  // day the training was completed
  std::optional<absl::CivilDay> vetted;   // day the agency vetted and approved the person (REJ-3B1)
  std::optional<absl::CivilDay>
      revalidated;  // day the agency's head last revalidated the person (EO-3.3)
};

// A typed case identifier (SO C.2).
struct Identifier {
  std::string kind;        // word of the vocabulary: complaint, cad_event, warrant, other_named
  std::string value;       // the number itself
  std::string other_name;  // name of the kind for other_named; required there, empty otherwise
};

// A named fact with a word of the vocabulary's `conditions`, e.g. person_status = suspect.
struct Fact {
  std::string name;
  std::string value;
};

// An approval whose signature over (query digest, owner, expiry) the caller has verified. The
// policy then checks that `key_id` is a key of the *owner's* Agency document that bears `role`, and
// that it has not expired.
struct VerifiedApproval {
  std::string authorisation_id;
  std::string role;    // e.g. "chief_or_designee"
  std::string key_id;  // id in the owner's Agency document, under `keys`
  absl::Time expires_at;
};

// One question to one owner.
struct Request {
  std::string owner;             // agency id
  std::string requester_agency;  // agency id; must be the person's employer
  PersonFacts person;
  std::string data;     // e.g. "mugshots"
  std::string action;   // e.g. "compare"
  std::string purpose;  // code of the vocabulary, never prose
  std::optional<Identifier> identifier;
  std::string reason;  // the officer's words
  // What the requester states. Names are unique; unknown names and words are refused.
  std::vector<Fact> facts;
  // What the deciding side took from its own signed records, never from the requester's word.
  // Conditions that the vocabulary marks `from: record` look only here.
  std::vector<Fact> recorded_facts;
  std::vector<VerifiedApproval> approvals;
  // The hotlist category of the entry, for alerts and hotlist distribution. Same as a stated fact
  // named "hotlist_category", but set from the entry, not by the requester.
  std::optional<std::string> hotlist_category;
  // The holding of a copy of another agency's hotlist, which no person asks for: the rules about
  // persons have nobody to judge; agreements, matrix and prohibitions decide. Set by code, never
  // from a question. Any action but "distribute", and data that only a person may ask for (SO-B4),
  // is refused.
  bool standing_distribution = false;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_REQUEST_H_
