#include "audit/checkpoint_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/cosignature.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "storage/memory_store.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

class CheckpointKeeperTest : public ::testing::Test {
 protected:
  CheckpointKeeperTest()
      : test_(std::string("keeper_") +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()),
        log_(test_.Open().value()),
        cosigner_(crypto::Ed25519PrivateKey::Generate(test_.random()).value()),
        store_(storage::NewMemoryStore()) {
    Reopen();
  }
  void Reopen(std::optional<Checkpoint> pinned = std::nullopt) {
    keeper_ = CheckpointKeeper::Open({.log_key = test_.vkey(),
                                      .origin = "",
                                      .cosigner_name = "n1.slmpd.test",
                                      .cosigner_key = cosigner_,
                                      .pinned = std::move(pinned)},
                                     *store_)
                  .value();
  }
  AppendedEntry Append(uint64_t query = 1) {
    return log_->AppendAndWait(IntentDraft(query, {"slmpd", "st_charles_pd"})).value();
  }
  // Brings the keeper to the log's newest checkpoint.
  absl::StatusOr<CheckpointKeeper::Cosigned> Follow() {
    const PublishedCheckpoint latest = log_->LatestCheckpoint();
    const uint64_t from = keeper_->kept().size;
    return keeper_->Accept(latest.note, log_->ConsistencyProof(from, latest.size).value(), from,
                           TestTime());
  }
  CheckpointKeeper::Ticket Ticket(const AppendedEntry& entry) {
    proof_ = log_->InclusionProof(entry.index, log_->LatestCheckpoint().size).value();
    leaf_ = entry.leaf;
    salt_ = entry.query_salt;
    query_id_ = TestId(1);
    return {.index = entry.index,
            .leaf = leaf_,
            .proof = proof_,
            .checkpoint_size = log_->LatestCheckpoint().size,
            .query_id = query_id_,
            .query_digest = crypto::Sha256(TestId(1)),
            .query_salt = salt_,
            .agency = "slmpd"};
  }
  std::string Reason(const absl::StatusOr<CheckpointKeeper::Cosigned>& result) {
    return CheckpointKeeper::RefusalReason(result.status());
  }

  TestLog test_;
  std::unique_ptr<Log> log_;
  crypto::Ed25519PrivateKey cosigner_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<CheckpointKeeper> keeper_;
  std::vector<Digest> proof_;
  std::string leaf_, salt_, query_id_;
};

TEST_F(CheckpointKeeperTest, FollowsTheLogAndCosigns) {
  for (int i = 0; i < 5; ++i) {
    Append();
    const auto cosigned = Follow();
    FUSIONHUB_ASSERT_OK(cosigned);
    EXPECT_EQ(cosigned->size, i + 1u);
    const auto signature = ParseSignatureLine(cosigned->line);
    FUSIONHUB_ASSERT_OK(signature);
    FUSIONHUB_EXPECT_OK(VerifyCosignature(ParseNote(log_->LatestCheckpoint().note)->text,
                                          *signature, keeper_->cosigner_verifier_key()));
  }
}

TEST_F(CheckpointKeeperTest, TheHubTakesTheCosignature) {
  FUSIONHUB_ASSERT_OK(log_->SetCosigners({keeper_->cosigner_verifier_key()}));
  Append();
  FUSIONHUB_ASSERT_OK(log_->AddCosignature(1, Follow()->line, "n1.slmpd.test"));
  EXPECT_THAT(log_->LatestCheckpoint().cosigners, ::testing::ElementsAre("n1.slmpd.test"));
}

TEST_F(CheckpointKeeperTest, TheSameCheckpointAgainIsCosignedAgain) {
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  FUSIONHUB_EXPECT_OK(Follow());
}

TEST_F(CheckpointKeeperTest, WhatIsKeptOutlivesARestart) {
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  const std::string old_note = log_->LatestCheckpoint().note;
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  Reopen();
  EXPECT_EQ(keeper_->kept().size, 2u);
  EXPECT_EQ(Reason(keeper_->Accept(old_note, {}, 0, TestTime())), "smaller");
}

TEST_F(CheckpointKeeperTest, ASmallerCheckpointIsRefused) {
  Append();
  const std::string old_note = log_->LatestCheckpoint().note;
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  EXPECT_EQ(Reason(keeper_->Accept(old_note, {}, 0, TestTime())), "smaller");
  EXPECT_EQ(keeper_->kept().size, 2u);
}

TEST_F(CheckpointKeeperTest, AForkIsRefused) {
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  // The hub keeps a second log under the same key and name.
  TestLog fork("keeper_fork");
  const auto other = fork.Open().value();
  FUSIONHUB_ASSERT_OK(other->AppendAndWait(IntentDraft(66, {"slmpd"})));
  EXPECT_EQ(Reason(keeper_->Accept(other->LatestCheckpoint().note, {}, 0, TestTime())),
            "different_root");
  FUSIONHUB_ASSERT_OK(other->AppendAndWait(IntentDraft(67, {"slmpd"})));
  EXPECT_EQ(Reason(keeper_->Accept(other->LatestCheckpoint().note,
                                   other->ConsistencyProof(1, 2).value(), 1, TestTime())),
            "bad_proof");
  EXPECT_EQ(keeper_->kept().root, log_->LatestCheckpoint().root);
}

TEST_F(CheckpointKeeperTest, AProofThatIsWrongOrStartsElsewhereIsRefused) {
  Append();
  FUSIONHUB_ASSERT_OK(Follow());
  Append();
  Append();
  const std::string note = log_->LatestCheckpoint().note;
  std::vector<Digest> proof = log_->ConsistencyProof(1, 3).value();
  EXPECT_EQ(Reason(keeper_->Accept(note, proof, 2, TestTime())), "bad_proof");
  EXPECT_EQ(Reason(keeper_->Accept(note, {}, 1, TestTime())), "bad_proof");
  EXPECT_EQ(Reason(keeper_->Accept(note, {}, 0, TestTime())), "bad_proof");
  proof[0][0] ^= 1;
  EXPECT_EQ(Reason(keeper_->Accept(note, proof, 1, TestTime())), "bad_proof");
  FUSIONHUB_EXPECT_OK(Follow());
}

TEST_F(CheckpointKeeperTest, AnotherKeysCheckpointIsRefused) {
  Append();
  const PublishedCheckpoint latest = log_->LatestCheckpoint();
  Note note = ParseNote(latest.note).value();
  note.signatures = {SignNote(note.text, kTestOrigin, cosigner_)};
  EXPECT_EQ(Reason(keeper_->Accept(SerialiseNote(note), {}, 0, TestTime())), "bad_signature");
  EXPECT_EQ(Reason(keeper_->Accept("rubbish", {}, 0, TestTime())), "bad_signature");
}

TEST_F(CheckpointKeeperTest, ThePinOfTheJoinTokenMustBeContinued) {
  Append();
  const Checkpoint pinned = {.origin = std::string(kTestOrigin),
                             .size = 1,
                             .root = log_->LatestCheckpoint().root,
                             .extensions = {}};
  Append();
  Reopen(pinned);
  EXPECT_EQ(keeper_->kept().size, 1u);
  FUSIONHUB_EXPECT_OK(Follow());
  store_ = storage::NewMemoryStore();
  Reopen(Checkpoint{
      .origin = std::string(kTestOrigin), .size = 1, .root = LeafHash("x"), .extensions = {}});
  EXPECT_EQ(Reason(Follow()), "bad_proof");
}

TEST_F(CheckpointKeeperTest, AnIntentInTheKeptTreeIsBelieved) {
  Append(9);
  const AppendedEntry intent = Append();
  Append(10);
  FUSIONHUB_ASSERT_OK(Follow());
  const auto entry = keeper_->VerifyIntent(Ticket(intent), TestTime());
  FUSIONHUB_ASSERT_OK(entry);
  EXPECT_EQ(entry->query_id, TestId(1));
}

TEST_F(CheckpointKeeperTest, ATicketUnderASlightlyOlderCheckpointIsBelieved) {
  const AppendedEntry intent = Append();
  FUSIONHUB_ASSERT_OK(Follow());
  const auto ticket = Ticket(intent);
  Append(9);
  FUSIONHUB_ASSERT_OK(Follow());
  FUSIONHUB_EXPECT_OK(keeper_->VerifyIntent(ticket, TestTime()));
  Reopen();
  FUSIONHUB_EXPECT_OK(keeper_->VerifyIntent(ticket, TestTime()));
}

TEST_F(CheckpointKeeperTest, OnlyTheNewestSixtyFourSizesAreKept) {
  const AppendedEntry intent = Append();
  FUSIONHUB_ASSERT_OK(Follow());
  const auto ticket = Ticket(intent);
  for (int i = 0; i < 64; ++i) {
    Append(9);
    FUSIONHUB_ASSERT_OK(Follow());
  }
  EXPECT_EQ(keeper_->VerifyIntent(ticket, TestTime()).status().code(), absl::StatusCode::kNotFound);
  Reopen();
  EXPECT_EQ(keeper_->VerifyIntent(ticket, TestTime()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CheckpointKeeperTest, ATicketWithoutAKeptCheckpointIsRefused) {
  const AppendedEntry intent = Append();
  EXPECT_EQ(keeper_->VerifyIntent(Ticket(intent), TestTime()).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(CheckpointKeeperTest, EveryClaimOfATicketIsChecked) {
  Append(9);
  const AppendedEntry intent = Append();
  FUSIONHUB_ASSERT_OK(Follow());
  const auto good = Ticket(intent);
  const std::string other_id = TestId(2);
  const std::string other_salt(32, 's');
  std::string other_leaf = leaf_;
  other_leaf[200] = static_cast<char>(other_leaf[200] ^ 1);
  auto refused = [&](CheckpointKeeper::Ticket ticket, absl::Time now, absl::string_view why) {
    EXPECT_THAT(keeper_->VerifyIntent(ticket, now),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(std::string(why))));
  };
  auto bad = good;
  bad.index = 0;
  refused(bad, TestTime(), "another root");
  bad = good;
  bad.leaf = other_leaf;
  refused(bad, TestTime(), "another root");
  bad = good;
  bad.proof = {};
  refused(bad, TestTime(), "shorter");
  bad = good;
  bad.query_id = other_id;
  refused(bad, TestTime(), "another query's");
  bad = good;
  bad.agency = "boone_county_so";
  refused(bad, TestTime(), "does not name this agency");
  bad = good;
  bad.agency = "slmp";
  refused(bad, TestTime(), "does not name this agency");
  bad = good;
  bad.query_digest = crypto::Sha256("another question");
  refused(bad, TestTime(), "does not commit");
  bad = good;
  bad.query_salt = other_salt;
  refused(bad, TestTime(), "does not commit");
  refused(good, TestTime() + absl::Hours(1), "expired");
  FUSIONHUB_EXPECT_OK(keeper_->VerifyIntent(good, TestTime()));
}

TEST_F(CheckpointKeeperTest, AnEntryOfAnotherTypeIsNoTicket) {
  Append();
  const AppendedEntry refuse = log_->AppendAndWait(RefuseDraft(1, 0, "slmpd")).value();
  FUSIONHUB_ASSERT_OK(Follow());
  EXPECT_THAT(keeper_->VerifyIntent(Ticket(refuse), TestTime()),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("no INTENT")));
}

TEST_F(CheckpointKeeperTest, DamagedStateIsRefused) {
  storage::WriteBatch batch;
  batch.Put(CheckpointKeeper::kFamily, "odd", "value");
  FUSIONHUB_ASSERT_OK(store_->Write(batch, storage::Sync::kYes));
  EXPECT_EQ(CheckpointKeeper::Open({.log_key = test_.vkey(),
                                    .origin = "",
                                    .cosigner_name = "n1",
                                    .cosigner_key = cosigner_,
                                    .pinned = {}},
                                   *store_)
                .status()
                .code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace fusionhub::audit
