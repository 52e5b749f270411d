// The compiled policy: all documents of one revision as one immutable object.
#ifndef FUSIONHUB_POLICY_POLICY_H_
#define FUSIONHUB_POLICY_POLICY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/yaml.h"
#include "policy/agency.h"
#include "policy/document_set.h"

namespace fusionhub::policy {

struct CompiledPolicy;  // policy/compiled_policy.h, for the stages of Decide

// Immutable and thread-safe; hold it as shared_ptr<const Policy>. A request pins one Policy once.
class Policy {
 public:
  // Compiles a document set. INVALID_ARGUMENT with every mistake of the whole set, rendered with
  // file, line and column. The order of `files` does not matter.
  static absl::StatusOr<std::shared_ptr<const Policy>> Compile(std::vector<DocumentFile> files);
  // The same for tools: null when `diagnostics` (appended to, sorted by file and position) is not
  // empty.
  static std::shared_ptr<const Policy> Compile(std::vector<DocumentFile> files,
                                               std::vector<Diagnostic>& diagnostics);
  ~Policy();
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  // SHA-256 (32 bytes) over "fusionhub/policy/v1\n" and one line "<sha256 in hex>  <path>\n" per
  // document and per signature file, sorted by path: the same for the same folder, wherever it is
  // loaded.
  const std::string& digest() const;
  // From the Release document.
  uint64_t revision() const;
  absl::Time release_expires() const;  // InfiniteFuture if the Release states none

  // Words of the vocabulary.
  bool IsData(absl::string_view word) const;
  bool IsAction(absl::string_view word) const;
  bool IsPurpose(absl::string_view word) const;
  // True when `value` is a word of the stated or recorded fact `name`.
  bool IsFact(absl::string_view name, absl::string_view value) const;
  // Kind of a field of a data category: "text", "time", "number", "jpeg", "date"; nullopt if
  // unknown.
  std::optional<std::string> FieldKind(absl::string_view data, absl::string_view field) const;
  // Names of the fields of a data category, sorted.
  std::vector<std::string> FieldNames(absl::string_view data) const;
  // Purpose codes that are in use (not off), sorted.
  std::vector<std::string> Purposes() const;
  // Title of a purpose, action, data, class, label or field word for people; the word itself if
  // unknown.
  std::string Title(absl::string_view word) const;

  // Null if there is no such agency.
  const Agency* FindAgency(absl::string_view id) const;
  // Sorted by id.
  const std::vector<Agency>& Agencies() const;
  // Ids of the agencies that contribute this kind of data, sorted.
  std::vector<std::string> OwnersOf(absl::string_view data) const;

  // Short text of a clause ("MOU#IV.B.1"); empty if it is not in the set.
  std::string ClauseText(absl::string_view citation) const;
  // Recorded status of a governing document ("MOU"): "in_force", "as_submitted", "draft",
  // "excerpt"; empty if unknown.
  std::string AuthorityStatus(absl::string_view document) const;

  std::vector<AgreementStatus> Agreements() const;
  const std::vector<UnenforcedRule>& UnenforcedRules() const;
  const std::vector<PolicyWarning>& Warnings() const;

  // For the stages of Decide only.
  const CompiledPolicy& compiled() const { return *compiled_; }

 private:
  explicit Policy(std::unique_ptr<const CompiledPolicy> compiled);
  const std::unique_ptr<const CompiledPolicy> compiled_;
};

}  // namespace fusionhub::policy

#endif  // FUSIONHUB_POLICY_POLICY_H_
