// What goes into a policy as bytes, and what compiling it finds beside mistakes.
#ifndef FUSIONHUB_POLICY_DOCUMENT_SET_H_
#define FUSIONHUB_POLICY_DOCUMENT_SET_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace fusionhub::policy {

// One document and its detached signatures, as bytes. `path` is relative to the policy folder with
// '/'
// ("agreements/fusion-slmpd.yaml"); `signature_bytes` is the content of "<path>.sig", empty if
// there is none.
struct DocumentFile {
  std::string path;
  std::string bytes;
  std::string signature_bytes;
};

// Something the documents say and this build does not do, with its place. Reported, never silently
// skipped.
struct UnenforcedRule {
  std::string file;
  int line = 0;
  std::string rule;  // e.g. "rate"
  std::string why;   // e.g. "quotas are not enforced"
};

// Something a person should look at though the set compiles: missing texts, documents not in hand,
// pending amendments, instruments that are not in force.
struct PolicyWarning {
  std::string file;
  int line = 0;
  std::string text;
};

// When an agreement is in force.
struct AgreementStatus {
  std::string id;
  std::string title;
  std::string owner;  // agency ids
  std::string recipient;
  bool signed_by_all = false;
  std::vector<std::string> missing_signatures;  // agency ids
  absl::Time from = absl::InfiniteFuture();     // in force in [from, to)
  absl::Time to = absl::InfiniteFuture();
  std::string ended_by;  // id of the Notice that ends it; empty if none
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_DOCUMENT_SET_H_
