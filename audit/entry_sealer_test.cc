#include "audit/entry_sealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/commitment.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

class EntrySealerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = ::testing::TempDir() + "/sealer_test_kek";
    std::filesystem::remove_all(path);
    keks_ = KekFolder::Open(path, random_).value();
  }
  SeededRandom random_{1};
  std::unique_ptr<KekFolder> keks_;
};

TEST_F(EntrySealerTest, TheLeafHoldsNoFactInClear) {
  const auto sealed = SealEntry(IntentDraft(7, {"slmpd"}), *keks_, random_);
  FUSIONHUB_ASSERT_OK(sealed);
  for (const char* secret : {"badge 1234", "26-004711", "AB123C", "1234"}) {
    EXPECT_EQ(sealed->leaf.find(secret), std::string::npos) << secret;
    EXPECT_EQ(sealed->ciphertext.find(secret), std::string::npos) << secret;
  }
  const std::string digest = crypto::ToString(*IntentDraft(7, {"slmpd"}).query_digest);
  EXPECT_EQ(sealed->leaf.find(digest), std::string::npos);
}

TEST_F(EntrySealerTest, PublicTimesAreWholeHoursAndSealedOnesExact) {
  const auto sealed = SealEntry(IntentDraft(7, {"b", "a"}), *keks_, random_).value();
  const Entry entry = ParseLeaf(sealed.leaf).value();
  EXPECT_EQ(entry.time, FloorToHour(TestTime()));
  EXPECT_EQ(entry.expires, CeilToHour(TestTime() + absl::Minutes(2)));
  EXPECT_THAT(entry.owners, ::testing::ElementsAre("a", "b"));
  const std::string dek = UnwrapDek(sealed.wrap, entry.entry_id, *keks_).value();
  const Payload payload = OpenPayload(sealed.ciphertext, dek, entry.entry_id).value();
  EXPECT_EQ(PayloadValue(payload, "time").value(), "2026-03-02T14:25:36.000000Z");
  EXPECT_EQ(PayloadValue(payload, "expires").value(), "2026-03-02T14:27:36.000000Z");
  EXPECT_EQ(FieldsRoot(PayloadSecrets(dek), payload), entry.fields_root);
  EXPECT_EQ(crypto::Sha256(sealed.ciphertext), entry.ct_digest);
}

TEST_F(EntrySealerTest, SaltsOpenTheCommitments) {
  const EntryDraft intent = IntentDraft(7, {"slmpd"});
  const auto sealed = SealEntry(intent, *keks_, random_).value();
  EXPECT_TRUE(sealed.answer_salt.empty());
  FUSIONHUB_EXPECT_OK(CheckOpening(*ParseLeaf(sealed.leaf)->query_commitment, sealed.query_salt,
                                   kQueryCommitment, crypto::View(*intent.query_digest)));
  const EntryDraft release = ReleaseDraft(7, 0, "slmpd");
  const auto released = SealEntry(release, *keks_, random_).value();
  const Entry entry = ParseLeaf(released.leaf).value();
  FUSIONHUB_EXPECT_OK(CheckOpening(*entry.answer_commitment, released.answer_salt,
                                   kAnswerCommitment, crypto::View(*release.answer_digest)));
  FUSIONHUB_EXPECT_OK(CheckOpening(*entry.released_commitment, released.answer_salt,
                                   kReleasedCommitment, crypto::View(*release.released_root)));
}

TEST_F(EntrySealerTest, TheSameDraftTwiceIsTwoUnlinkableEntries) {
  const auto a = SealEntry(IntentDraft(7, {"slmpd"}), *keks_, random_).value();
  const auto b = SealEntry(IntentDraft(7, {"slmpd"}), *keks_, random_).value();
  const Entry x = ParseLeaf(a.leaf).value();
  const Entry y = ParseLeaf(b.leaf).value();
  EXPECT_NE(x.entry_id, y.entry_id);
  EXPECT_NE(*x.query_commitment, *y.query_commitment);
  EXPECT_NE(x.fields_root, y.fields_root);
}

TEST_F(EntrySealerTest, DraftsThatAreNoEntriesAreRefused) {
  EntryDraft draft = IntentDraft(7, {});
  EXPECT_FALSE(SealEntry(draft, *keks_, random_).ok());
  draft = IntentDraft(7, {"slmpd"});
  draft.purpose = "who killed JFK";
  EXPECT_FALSE(SealEntry(draft, *keks_, random_).ok());
  draft = IntentDraft(7, {"slmpd"});
  draft.payload.push_back({"time", "mine"});
  EXPECT_FALSE(SealEntry(draft, *keks_, random_).ok());
  draft = IntentDraft(7, {"slmpd", "slmpd"});
  EXPECT_FALSE(SealEntry(draft, *keks_, random_).ok());
}

}  // namespace
}  // namespace fusionhub::audit
