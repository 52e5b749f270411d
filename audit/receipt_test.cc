#include "audit/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "audit/answer_batcher.h"
#include "audit/answer_commitment.h"
#include "audit/cosignature.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

// A whole question as a hub with two owners carries it out: slmpd releases, st_charles_pd refuses.
class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest()
      : test_(std::string("receipt_") +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()),
        log_(test_.Open().value()),
        node_(crypto::Ed25519PrivateKey::Generate(test_.random()).value()),
        hub_(crypto::Ed25519PrivateKey::Generate(test_.random()).value()),
        trust_{.log_key = test_.vkey(),
               .origin = "",
               .statement_key = hub_.public_key(),
               .answer_key = [this](absl::string_view owner, absl::string_view key_id)
                   -> absl::StatusOr<crypto::Ed25519PublicKey> {
                 if (owner == "slmpd" && key_id == "k1") return node_.public_key();
                 return absl::NotFoundError("no such key");
               },
               .cosigners = {},
               .cosigners_needed = 0} {}

  static EntryDraft WithId(EntryDraft draft) {
    draft.query_id = TestId(1);
    return draft;
  }
  v1::LogProof Proof(uint64_t index, uint64_t size) {
    v1::LogProof proof;
    proof.set_index(index);
    proof.set_leaf(log_->Leaf(index).value());
    const auto hashes = log_->InclusionProof(index, size).value();
    for (const Digest& hash : hashes) proof.add_proof(crypto::ToString(hash));
    return proof;
  }
  v1::SignedAnswer MakeAnswer() {
    v1::Answer answer;
    answer.set_query_id(TestId(1));
    answer.set_owner("slmpd");
    answer.set_node("n1");
    answer.set_outcome(v1::ANSWER_OUTCOME_RELEASED);
    answer.mutable_decided_at()->set_seconds(1772461536);
    v1::Record& record = *answer.add_records();
    record.set_record_id("r1");
    for (const char* name : {"camera", "read_at", "state"}) {
      v1::Field& field = *record.add_fields();
      field.set_name(name);
      field.set_value("x");
    }
    CommitFields(answer, test_.random());
    v1::SignedAnswer result;
    AnswerBatcher batcher({.owner = "slmpd", .node = "n1", .key_id = "k1", .key = node_});
    Mutex mu;
    CondVar done;
    bool ready = false;
    EXPECT_THAT(batcher.Sign(std::move(answer),
                             [&](v1::SignedAnswer signed_answer) {
                               MutexLock lock(mu);
                               result = std::move(signed_answer);
                               ready = true;
                               done.NotifyOne();
                             }),
                IsOk());
    MutexLock lock(mu);
    while (!ready) done.Wait(mu);
    Withhold(*result.mutable_answer()->mutable_records(0)->mutable_fields(2));
    return result;
  }
  void AddResult(v1::SavedReceipt& receipt, const std::string& owner, v1::AnswerOutcome outcome,
                 uint64_t index) {
    v1::OwnerResult& result = *receipt.add_results();
    result.set_owner(owner);
    result.set_outcome(outcome);
    result.set_log_index(index);
  }
  void Close(v1::SavedReceipt& receipt, uint64_t opening, const std::string& query_salt) {
    v1::QueryComplete& complete = *receipt.mutable_complete();
    v1::CompletenessStatement statement;
    statement.set_query_id(TestId(1));
    statement.set_query_digest(crypto::ToString(crypto::Sha256(receipt.signed_query().query())));
    for (const v1::OwnerResult& result : receipt.results()) {
      v1::OwnerOutcome& outcome = *statement.add_outcomes();
      outcome.set_owner(result.owner());
      outcome.set_outcome(result.outcome());
      outcome.set_log_index(result.log_index());
      outcome.set_records(result.answer().answer().records_size());
    }
    complete.set_query_id(TestId(1));
    *complete.mutable_outcomes() = statement.outcomes();
    complete.set_statement(statement.SerializeAsString());
    complete.set_statement_signature(hub_.Sign(StatementSignedText(complete.statement())));
    EntryDraft close = CloseDraft(1, opening);
    close.answer_digest = crypto::Sha256(complete.statement());
    complete.set_statement_salt(log_->AppendAndWait(close)->answer_salt);
    complete.set_query_salt(query_salt);
    SetProofs(receipt);
  }
  void SetProofs(v1::SavedReceipt& receipt) {
    v1::QueryReceipt& proofs = *receipt.mutable_complete()->mutable_receipt();
    const PublishedCheckpoint latest = log_->LatestCheckpoint();
    proofs.set_checkpoint(latest.note);
    proofs.clear_entries();
    const auto indices = log_->EntriesOf(TestId(1)).value();
    for (const uint64_t index : indices) *proofs.add_entries() = Proof(index, latest.size);
  }
  v1::SavedReceipt Good() {
    v1::SavedReceipt receipt;
    receipt.mutable_signed_query()->set_query("the question");
    EntryDraft intent = IntentDraft(1, {"slmpd", "st_charles_pd"});
    intent.query_digest = crypto::Sha256("the question");
    const AppendedEntry opened = log_->AppendAndWait(intent).value();
    v1::QueryAccepted& accepted = *receipt.mutable_accepted();
    accepted.set_query_id(TestId(1));
    *accepted.mutable_intent() = Proof(opened.index, opened.checkpoint_size);
    accepted.mutable_intent()->set_checkpoint(log_->CheckpointAt(opened.checkpoint_size)->note);

    const v1::SignedAnswer answer = MakeAnswer();
    EntryDraft release = ReleaseDraft(1, opened.index, "slmpd");
    release.answer_digest = AnswerDigest(answer.answer());
    release.released_root = ReleasedRoot(answer.answer());
    FUSIONHUB_EXPECT_OK(log_->AppendAndWait(IntentDraft(77, {"other"})));
    const AppendedEntry released = log_->AppendAndWait(release).value();
    AddResult(receipt, "slmpd", v1::ANSWER_OUTCOME_RELEASED, released.index);
    *receipt.mutable_results(0)->mutable_answer() = answer;
    receipt.mutable_results(0)->set_answer_salt(released.answer_salt);
    const auto refused = log_->AppendAndWait(RefuseDraft(1, opened.index, "st_charles_pd")).value();
    AddResult(receipt, "st_charles_pd", v1::ANSWER_OUTCOME_REFUSED, refused.index);
    Close(receipt, opened.index, opened.query_salt);
    return receipt;
  }
  void ExpectFinding(const v1::SavedReceipt& receipt, const std::string& check) {
    EXPECT_THAT(VerifyReceipt(receipt, trust_).findings,
                Contains(Field(&ReceiptFinding::check, check)));
  }

  TestLog test_;
  std::unique_ptr<Log> log_;
  crypto::Ed25519PrivateKey node_;
  crypto::Ed25519PrivateKey hub_;
  ReceiptTrust trust_;
};

TEST_F(ReceiptTest, AnHonestReceiptHolds) {
  const ReceiptReport report = VerifyReceipt(Good(), trust_);
  for (const ReceiptFinding& finding : report.findings) ADD_FAILURE() << finding.text;
  EXPECT_EQ(report.entries.size(), 4u);
}

TEST_F(ReceiptTest, ARefusalForEveryoneHolds) {
  v1::SavedReceipt receipt;
  receipt.mutable_signed_query()->set_query("the question");
  EntryDraft refuse = RefuseDraft(1, 0, "");
  refuse.reference.reset();
  refuse.owners = {};
  refuse.query_digest = crypto::Sha256("the question");
  const auto refused = log_->AppendAndWait(refuse).value();
  AddResult(receipt, "slmpd", v1::ANSWER_OUTCOME_REFUSED, refused.index);
  Close(receipt, refused.index, refused.query_salt);
  receipt.clear_results();
  const ReceiptReport report = VerifyReceipt(receipt, trust_);
  for (const ReceiptFinding& finding : report.findings) ADD_FAILURE() << finding.text;
}

TEST_F(ReceiptTest, EveryChangeToAReceiptIsFound) {
  const v1::SavedReceipt good = Good();
  struct Change {
    const char* check;
    std::function<void(v1::SavedReceipt&)> make;
  };
  const std::vector<Change> changes = {
      {"query", [](auto& r) { r.mutable_signed_query()->set_query("another question"); }},
      {"query", [](auto& r) { r.mutable_complete()->set_query_salt(std::string(32, 's')); }},
      {"checkpoint", [](auto& r) { r.mutable_complete()->mutable_receipt()->clear_checkpoint(); }},
      {"inclusion",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries(1)->mutable_leaf()->at(60) ^= 1;
       }},
      {"inclusion",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries(1)->mutable_proof()->RemoveLast();
       }},
      {"inclusion",
       [](auto& r) {
         auto& proofs = *r.mutable_complete()->mutable_receipt();
         *proofs.add_entries() = proofs.entries(1);
       }},
      {"intent",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries()->DeleteSubrange(0, 1);
       }},
      {"closer",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries()->DeleteSubrange(1, 1);
       }},
      {"closer",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries()->DeleteSubrange(2, 1);
       }},
      {"close",
       [](auto& r) {
         r.mutable_complete()->mutable_receipt()->mutable_entries()->DeleteSubrange(3, 1);
       }},
      {"close", [](auto& r) { r.mutable_complete()->set_statement_salt(std::string(32, 's')); }},
      {"intent", [](auto& r) { r.clear_accepted(); }},
      {"inclusion", [](auto& r) { r.mutable_accepted()->mutable_intent()->set_index(1); }},
      {"checkpoint", [](auto& r) { r.mutable_accepted()->mutable_intent()->set_checkpoint("x"); }},
      {"answer", [](auto& r) { r.mutable_results(0)->clear_answer(); }},
      {"answer",
       [](auto& r) {
         r.mutable_results(0)
             ->mutable_answer()
             ->mutable_answer()
             ->mutable_records(0)
             ->mutable_fields(0)
             ->set_value("y");
       }},
      {"answer",
       [](auto& r) {
         r.mutable_results(0)->mutable_answer()->mutable_signature()->set_key_id("k2");
       }},
      {"release", [](auto& r) { r.mutable_results(0)->set_answer_salt(std::string(32, 's')); }},
      {"release",
       [](auto& r) {
         Withhold(*r.mutable_results(0)
                       ->mutable_answer()
                       ->mutable_answer()
                       ->mutable_records(0)
                       ->mutable_fields(0));
       }},
      {"result", [](auto& r) { r.mutable_results(1)->set_outcome(v1::ANSWER_OUTCOME_HELD); }},
      {"result", [](auto& r) { r.mutable_results(1)->set_log_index(0); }},
      {"result", [](auto& r) { r.mutable_results(1)->set_log_index(99); }},
      {"result", [](auto& r) { r.mutable_results(1)->set_owner("slmpd"); }},
      {"result", [](auto& r) { r.mutable_results()->DeleteSubrange(0, 1); }},
      {"statement", [](auto& r) { r.mutable_complete()->clear_statement_signature(); }},
      {"statement", [](auto& r) { r.mutable_complete()->mutable_statement()->append("x"); }},
      {"statement", [](auto& r) { r.mutable_complete()->mutable_outcomes(0)->set_records(9); }},
      {"statement", [](auto& r) { r.mutable_complete()->mutable_outcomes()->RemoveLast(); }},
  };
  EXPECT_TRUE(VerifyReceipt(good, trust_).ok());
  for (size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(i);
    v1::SavedReceipt receipt = good;
    changes[i].make(receipt);
    ExpectFinding(receipt, changes[i].check);
  }
}

TEST_F(ReceiptTest, ASecondCloserOfAnOwnerIsFound) {
  v1::SavedReceipt receipt = Good();
  FUSIONHUB_ASSERT_OK(log_->AppendAndWait(RefuseDraft(1, 0, "slmpd")));
  SetProofs(receipt);
  ExpectFinding(receipt, "closer");
  ExpectFinding(receipt, "close");
}

TEST_F(ReceiptTest, ASecondIntentIsFound) {
  v1::SavedReceipt receipt = Good();
  FUSIONHUB_ASSERT_OK(log_->AppendAndWait(IntentDraft(1, {"slmpd"})));
  SetProofs(receipt);
  ExpectFinding(receipt, "intent");
}

TEST_F(ReceiptTest, AReleaseOfAnOwnerWhoWasNotAskedIsFound) {
  v1::SavedReceipt receipt = Good();
  FUSIONHUB_ASSERT_OK(log_->AppendAndWait(ReleaseDraft(1, 0, "boone_county_so")));
  SetProofs(receipt);
  ExpectFinding(receipt, "closer");
}

TEST_F(ReceiptTest, AnotherLogsReceiptIsFound) {
  const v1::SavedReceipt receipt = Good();
  trust_.origin = "other.test/log";
  ExpectFinding(receipt, "checkpoint");
}

TEST_F(ReceiptTest, CosignaturesAreCountedWhenTheyAreNeeded) {
  const auto key = crypto::Ed25519PrivateKey::Generate(test_.random()).value();
  const auto vkey = VerifierKey::Create("n1", KeyType::kCosignature, key.public_key()).value();
  v1::SavedReceipt receipt = Good();
  trust_.cosigners = {vkey};
  trust_.cosigners_needed = 1;
  ExpectFinding(receipt, "cosignatures");
  std::string& note = *receipt.mutable_complete()->mutable_receipt()->mutable_checkpoint();
  note += SignatureLine(Cosign(ParseNote(note)->text, "n1", key, TestTime()));
  const ReceiptReport report = VerifyReceipt(receipt, trust_);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_THAT(report.cosigned_by, ElementsAre("n1"));
}

TEST_F(ReceiptTest, AnEmptyReceiptIsFound) {
  EXPECT_FALSE(VerifyReceipt(v1::SavedReceipt(), trust_).ok());
}

}  // namespace
}  // namespace fusionhub::audit
