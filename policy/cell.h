// One cell of a sharing matrix: who may do what with which data, when, and under which terms.
#ifndef FUSIONHUB_POLICY_CELL_H_
#define FUSIONHUB_POLICY_CELL_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "policy/decision.h"

namespace fusionhub::policy {

// A named condition with its parameters; there is no expression language.
struct Condition {
  enum class Kind {
    kFact,              // a stated or recorded fact has one of `words`
    kIfTargeting,       // unless the fact targeting is false, all of `nested`
    kRegion,            // the requester lies in the region named by words[0]
    kIdentifier,        // an identifier is given; its kind is one of `words` if any
    kSharingAgreement,  // an agreement between owner and requester is in force for this data and
                        // action
    kUseAgreement,      // so is the requester's agreement with the provider of the software
    kParticipates,      // the requester contributes this data under an agreement with the same hub
    kUsagePolicy,       // the requester has an internal usage policy for words[0] on file
  };
  Kind kind = Kind::kFact;
  std::string name;
  std::vector<std::string> words;
  std::vector<Condition> nested;
  std::string clause;  // the cell's, or the one that `cite` gives for it
};

struct HoldTerms {
  std::string role;
  int expires_hours = 0;
};

struct Cell {
  std::string id;
  std::vector<std::string> to;        // requester classes; empty only in a software use agreement
  std::vector<std::string> never_to;  // beats `to`
  std::vector<std::string> data;
  std::vector<std::string> actions;
  std::vector<std::string> purposes;  // empty: the cell says nothing about purposes
  std::vector<Condition> when;        // all of them
  std::vector<std::string>
      never_with;                    // data that this row's requesters never get, nor what uses it
  std::optional<FieldTerms> fields;  // absent: the cell says nothing about fields
  std::optional<RecordTerms> records;
  std::optional<int> retain_days;
  std::vector<std::string> labels;
  std::vector<Obligation> obligations;
  std::optional<HoldTerms> hold;
  std::string clause;
  std::string purpose_clause;  // `cite: {purpose: ...}`, else `clause`
  SourcePosition at;

  bool Lists(const std::vector<std::string>& list, absl::string_view word) const;
  // Whether it is about this data and action, whoever asks.
  bool IsAbout(absl::string_view data_word, absl::string_view action) const;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_CELL_H_
