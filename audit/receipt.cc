#include "audit/receipt.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/answer_commitment.h"
#include "audit/checkpoint.h"
#include "audit/commitment.h"
#include "audit/cosignature.h"
#include "audit/merkle.h"
#include "crypto/digest.h"

namespace fusionhub::audit {
namespace {

constexpr int kMaxEntries = 1024;

bool IsCloser(EntryType type) {
  return type == EntryType::kRelease || type == EntryType::kRefuse || type == EntryType::kHold ||
         type == EntryType::kTimeout;
}

// Whether a result of this outcome may stand on an entry of this type.
bool TypeFits(v1::AnswerOutcome outcome, EntryType type) {
  switch (outcome) {
    case v1::ANSWER_OUTCOME_RELEASED:
      return type == EntryType::kRelease;
    case v1::ANSWER_OUTCOME_REFUSED:
      return type == EntryType::kRefuse;
    case v1::ANSWER_OUTCOME_HELD:
      return type == EntryType::kHold;
    case v1::ANSWER_OUTCOME_TIMED_OUT:
    case v1::ANSWER_OUTCOME_OFFLINE:
      return type == EntryType::kTimeout;
    case v1::ANSWER_OUTCOME_INVALID:
      return type == EntryType::kRefuse || type == EntryType::kTimeout;
    case v1::ANSWER_OUTCOME_NOTHING_RELEASED:  // hides which one it was
      return IsCloser(type);
    default:
      return false;
  }
}

class Checker {
 public:
  Checker(const v1::SavedReceipt& receipt, const ReceiptTrust& trust)
      : receipt_(receipt), complete_(receipt.complete()), trust_(trust) {}

  ReceiptReport Run();

 private:
  using CheckedEntry = ReceiptReport::CheckedEntry;

  void Find(absl::string_view check, absl::string_view text) {
    report_.findings.push_back({std::string(check), std::string(text)});
  }
  bool ReadCheckpoint();
  void CheckCosignatures(const Note& note);
  void ReadEntries();
  // The entry of `proof` when it is in the tree (size, root); a finding otherwise.
  std::optional<CheckedEntry> ReadEntry(const v1::LogProof& proof, uint64_t size,
                                        const Digest& root);
  void FindOpening();
  void CheckAccepted();
  void CheckClosers();
  void CheckClose();
  void CheckResults();
  void CheckResult(const v1::OwnerResult& result);
  void CheckResultAnswer(const v1::OwnerResult& result, const Entry& entry);
  void CheckCommitments(const v1::OwnerResult& result, const Entry& entry);
  void CheckStatement();
  void CheckOutcome(const v1::OwnerOutcome& outcome);
  const Entry* EntryAt(uint64_t index) const;

  const v1::SavedReceipt& receipt_;
  const v1::QueryComplete& complete_;
  const ReceiptTrust& trust_;
  ReceiptReport report_;
  Digest root_{};
  Digest query_digest_{};
  std::optional<CheckedEntry> opening_;  // the INTENT, or what was decided for everyone without one
};

const Entry* Checker::EntryAt(uint64_t index) const {
  for (const CheckedEntry& checked : report_.entries) {
    if (checked.index == index) return &checked.entry;
  }
  return nullptr;
}

void Checker::CheckCosignatures(const Note& note) {
  for (const VerifierKey& key : trust_.cosigners) {
    for (const NoteSignature& signature : note.signatures) {
      if (!VerifyCosignature(note.text, signature, key).ok()) continue;
      report_.cosigned_by.push_back(key.name());
      break;
    }
  }
  if (report_.cosigned_by.size() < trust_.cosigners_needed) {
    Find("cosignatures", absl::StrCat(report_.cosigned_by.size(), " of ", trust_.cosigners_needed,
                                      " needed cosignatures are under the checkpoint"));
  }
}

bool Checker::ReadCheckpoint() {
  const auto opened =
      OpenCheckpoint(complete_.receipt().checkpoint(), trust_.log_key, trust_.origin);
  if (!opened.ok()) {
    Find("checkpoint", opened.status().message());
    return false;
  }
  report_.checkpoint_size = opened->checkpoint.size;
  root_ = opened->checkpoint.root;
  CheckCosignatures(opened->note);
  return true;
}

std::optional<Checker::CheckedEntry> Checker::ReadEntry(const v1::LogProof& proof, uint64_t size,
                                                        const Digest& root) {
  const auto hashes = ParseProof(proof.proof());
  const absl::Status included =
      hashes.ok() ? VerifyInclusion(proof.index(), size, LeafHash(proof.leaf()), *hashes, root)
                  : hashes.status();
  if (!included.ok()) {
    Find("inclusion", absl::StrCat("entry ", proof.index(), ": ", included.message()));
    return std::nullopt;
  }
  absl::StatusOr<Entry> entry = ParseLeaf(proof.leaf());
  if (!entry.ok()) {
    Find("leaf", absl::StrCat("entry ", proof.index(), ": ", entry.status().message()));
    return std::nullopt;
  }
  return CheckedEntry{proof.index(), *std::move(entry)};
}

void Checker::ReadEntries() {
  if (complete_.receipt().entries_size() > kMaxEntries) {
    Find("inclusion", "more than 1,024 entries; no question has so many");
    return;
  }
  std::set<uint64_t> seen;
  for (const v1::LogProof& proof : complete_.receipt().entries()) {
    if (!seen.insert(proof.index()).second) {
      Find("inclusion", absl::StrCat("entry ", proof.index(), " is listed twice"));
      continue;
    }
    std::optional<CheckedEntry> checked = ReadEntry(proof, report_.checkpoint_size, root_);
    if (!checked.has_value()) continue;
    if (checked->entry.query_id != complete_.query_id()) {
      Find("leaf", absl::StrCat("entry ", proof.index(), " is another query's"));
      continue;
    }
    report_.entries.push_back(*std::move(checked));
  }
}

void Checker::FindOpening() {
  for (const CheckedEntry& checked : report_.entries) {
    const bool opens = checked.entry.type == EntryType::kIntent ||
                       (IsCloser(checked.entry.type) && !checked.entry.reference.has_value());
    if (!opens) continue;
    if (opening_.has_value()) {
      Find("intent", "more than one entry opens the question");
      return;
    }
    opening_ = checked;
  }
  if (!opening_.has_value()) {
    Find("intent", "no INTENT, and no REFUSE or HOLD for everyone");
    return;
  }
  if (!CheckOpening(*opening_->entry.query_commitment, complete_.query_salt(), kQueryCommitment,
                    crypto::View(query_digest_))
           .ok()) {
    Find("query", "the log does not commit to the question that was asked");
  }
}

// What the hub said when it accepted must be what it still says.
void Checker::CheckAccepted() {
  if (!opening_.has_value()) return;
  const bool intent = opening_->entry.type == EntryType::kIntent;
  if (receipt_.has_accepted() != intent) {
    Find("intent", intent ? "the hub never told that it accepted the question"
                          : "the question was accepted, but has no INTENT");
    return;
  }
  if (!intent) return;
  const v1::LogProof& proof = receipt_.accepted().intent();
  const auto opened = OpenCheckpoint(proof.checkpoint(), trust_.log_key, trust_.origin);
  if (!opened.ok()) {
    Find("checkpoint", absl::StrCat("of acceptance: ", opened.status().message()));
    return;
  }
  const auto checked = ReadEntry(proof, opened->checkpoint.size, opened->checkpoint.root);
  if (checked.has_value() &&
      (checked->index != opening_->index || checked->entry.entry_id != opening_->entry.entry_id)) {
    Find("intent", "the INTENT of acceptance is another one than the receipt's");
  }
}

void Checker::CheckClosers() {
  if (!opening_.has_value() || opening_->entry.type != EntryType::kIntent) return;
  const std::vector<std::string>& asked = opening_->entry.owners;
  std::map<std::string, int> closers;
  for (const CheckedEntry& checked : report_.entries) {
    if (!IsCloser(checked.entry.type) || checked.entry.owners.empty()) continue;
    const std::string& owner = checked.entry.owners.front();
    ++closers[owner];
    if (checked.entry.reference != opening_->index || checked.index <= opening_->index) {
      Find("closer", absl::StrCat("entry ", checked.index, " does not follow the INTENT"));
    }
    if (checked.entry.type == EntryType::kRelease &&
        !std::binary_search(asked.begin(), asked.end(), owner)) {
      Find("closer", absl::StrCat(owner, " released without being named in the INTENT"));
    }
  }
  for (const std::string& owner : asked) closers.emplace(owner, 0);
  for (const auto& [owner, count] : closers) {
    if (count != 1) {
      Find("closer", absl::StrCat(owner, " has ", count,
                                  " of RELEASE, REFUSE, HOLD and TIMEOUT instead of one"));
    }
  }
}

void Checker::CheckClose() {
  const CheckedEntry* close = nullptr;
  uint64_t last = 0;
  for (const CheckedEntry& checked : report_.entries) {
    last = std::max(last, checked.index);
    if (checked.entry.type != EntryType::kClose) continue;
    if (close != nullptr) Find("close", "more than one CLOSE");
    close = &checked;
  }
  if (close == nullptr) {
    Find("close", "no CLOSE");
    return;
  }
  if (close->index != last) Find("close", "entries follow the CLOSE");
  if (opening_.has_value() && close->entry.reference != opening_->index) {
    Find("close", "the CLOSE closes another question");
  }
  const Digest statement = crypto::Sha256(complete_.statement());
  if (!CheckOpening(*close->entry.answer_commitment, complete_.statement_salt(), kAnswerCommitment,
                    crypto::View(statement))
           .ok()) {
    Find("close", "the CLOSE does not commit to this completeness statement");
  }
}

void Checker::CheckCommitments(const v1::OwnerResult& result, const Entry& entry) {
  const v1::Answer& answer = result.answer().answer();
  const Digest digest = AnswerDigest(answer);
  if (entry.answer_commitment.has_value() &&
      !CheckOpening(*entry.answer_commitment, result.answer_salt(), kAnswerCommitment,
                    crypto::View(digest))
           .ok()) {
    Find("release", absl::StrCat(result.owner(), ": the log commits to another answer"));
  }
  const Digest released = ReleasedRoot(answer);
  if (entry.released_commitment.has_value() &&
      !CheckOpening(*entry.released_commitment, result.answer_salt(), kReleasedCommitment,
                    crypto::View(released))
           .ok()) {
    Find("release",
         absl::StrCat(result.owner(), ": other fields were received than the log says left"));
  }
}

void Checker::CheckResultAnswer(const v1::OwnerResult& result, const Entry& entry) {
  if (!result.has_answer()) {
    if (entry.type == EntryType::kRelease) {
      Find("answer", absl::StrCat(result.owner(), ": released, but no answer was received"));
    }
    return;
  }
  const v1::SignedAnswer& answer = result.answer();
  if (answer.answer().owner() != result.owner() ||
      answer.answer().query_id() != complete_.query_id()) {
    Find("answer", absl::StrCat(result.owner(), ": the answer is another owner's or query's"));
  }
  if (answer.answer().outcome() != result.outcome() &&
      result.outcome() == v1::ANSWER_OUTCOME_RELEASED) {
    Find("answer", absl::StrCat(result.owner(), ": the owner did not release"));
  }
  const auto key = trust_.answer_key(result.owner(), answer.signature().key_id());
  const absl::Status checked = key.ok() ? CheckAnswer(answer, *key) : key.status();
  if (!checked.ok()) {
    Find("answer", absl::StrCat(result.owner(), ": ", checked.message()));
    return;
  }
  CheckCommitments(result, entry);
}

void Checker::CheckResult(const v1::OwnerResult& result) {
  const Entry* entry = EntryAt(result.log_index());
  if (entry == nullptr || !IsCloser(entry->type)) {
    Find("result", absl::StrCat(result.owner(), ": no log entry stands behind the result"));
    return;
  }
  const bool for_everyone = !entry->reference.has_value();
  if (!for_everyone && entry->owners.front() != result.owner()) {
    Find("result", absl::StrCat(result.owner(), ": its log entry is another owner's"));
    return;
  }
  if (!TypeFits(result.outcome(), entry->type)) {
    Find("result", absl::StrCat(result.owner(), ": the log says ", EntryTypeName(entry->type)));
  }
  CheckResultAnswer(result, *entry);
}

void Checker::CheckResults() {
  std::set<std::string> owners;
  for (const v1::OwnerResult& result : receipt_.results()) {
    if (!owners.insert(result.owner()).second) {
      Find("result", absl::StrCat(result.owner(), " has two results"));
    }
    CheckResult(result);
  }
  for (const CheckedEntry& checked : report_.entries) {
    if (checked.entry.type == EntryType::kRelease &&
        owners.count(checked.entry.owners.front()) == 0) {
      Find("result", absl::StrCat(checked.entry.owners.front(),
                                  ": the log says RELEASE, but nothing was received"));
    }
  }
}

void Checker::CheckOutcome(const v1::OwnerOutcome& outcome) {
  const auto result =
      std::find_if(receipt_.results().begin(), receipt_.results().end(),
                   [&](const v1::OwnerResult& r) { return r.owner() == outcome.owner(); });
  if (result != receipt_.results().end()) {
    if (result->outcome() != outcome.outcome() || result->log_index() != outcome.log_index() ||
        static_cast<uint32_t>(result->answer().answer().records_size()) != outcome.records()) {
      Find("statement", absl::StrCat(outcome.owner(), ": the statement differs from the result"));
    }
    return;
  }
  const Entry* entry = EntryAt(outcome.log_index());
  if (entry == nullptr || !TypeFits(outcome.outcome(), entry->type)) {
    Find("statement", absl::StrCat(outcome.owner(), ": no log entry stands behind its outcome"));
  }
}

void Checker::CheckStatement() {
  if (!trust_.statement_key
           .Verify(StatementSignedText(complete_.statement()), complete_.statement_signature())
           .ok()) {
    Find("statement", "the completeness statement is not signed by the hub");
  }
  v1::CompletenessStatement statement;
  if (!statement.ParseFromString(complete_.statement())) {
    Find("statement", "the completeness statement cannot be read");
    return;
  }
  if (statement.query_id() != complete_.query_id() ||
      statement.query_digest() != crypto::View(query_digest_)) {
    Find("statement", "the completeness statement is another question's");
  }
  std::set<std::string> owners;
  for (const v1::OwnerOutcome& outcome : statement.outcomes()) {
    if (!owners.insert(outcome.owner()).second) {
      Find("statement", absl::StrCat(outcome.owner(), " is stated twice"));
    }
    CheckOutcome(outcome);
  }
  for (const v1::OwnerResult& result : receipt_.results()) {
    if (owners.count(result.owner()) == 0) {
      Find("statement", absl::StrCat(result.owner(), " has a result but is not stated"));
    }
  }
  for (const CheckedEntry& checked : report_.entries) {
    for (const std::string& owner : checked.entry.owners) {
      if (owners.count(owner) == 0) {
        Find("statement", absl::StrCat(owner, " is in the log but not stated"));
      }
    }
  }
  const auto same = google::protobuf::util::MessageDifferencer::Equals;
  v1::CompletenessStatement shown = statement;
  *shown.mutable_outcomes() = complete_.outcomes();
  if (!same(shown, statement)) {
    Find("statement", "the outcomes that were shown are not those that were signed");
  }
}

ReceiptReport Checker::Run() {
  query_digest_ = crypto::Sha256(receipt_.signed_query().query());
  if (ReadCheckpoint()) {
    ReadEntries();
    FindOpening();
    CheckAccepted();
    CheckClosers();
    CheckClose();
    CheckResults();
  }
  CheckStatement();
  return std::move(report_);
}

}  // namespace

std::string StatementSignedText(absl::string_view statement) {
  return absl::StrCat("fusionhub/statement/v1\n", statement);
}

ReceiptReport VerifyReceipt(const v1::SavedReceipt& receipt, const ReceiptTrust& trust) {
  return Checker(receipt, trust).Run();
}

}  // namespace fusionhub::audit
