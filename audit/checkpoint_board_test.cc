#include "audit/checkpoint_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/cosignature.h"
#include "audit/test_log.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CheckpointBoardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    FUSIONHUB_ASSERT_OK(board_.SetCosigners({VKey("w1", w1_), VKey("w2", w2_)}));
    Post(5);
  }
  static VerifierKey VKey(const std::string& name, const crypto::Ed25519PrivateKey& key) {
    return VerifierKey::Create(name, KeyType::kCosignature, key.public_key()).value();
  }
  Note MakeNote(uint64_t size) {
    Note note{.text = CheckpointBody({.origin = "log", .size = size, .root = {}, .extensions = {}}),
              .signatures = {}};
    note.signatures.push_back(SignNote(note.text, "log", w1_));
    return note;
  }
  void Post(uint64_t size) {
    board_.Post({.origin = "log", .size = size, .root = {}, .extensions = {}}, MakeNote(size));
  }
  std::string Line(uint64_t size, const std::string& name, const crypto::Ed25519PrivateKey& key) {
    return SignatureLine(Cosign(MakeNote(size).text, name, key, TestTime()));
  }
  SeededRandom random_{1};
  crypto::Ed25519PrivateKey w1_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  crypto::Ed25519PrivateKey w2_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  CheckpointBoard board_;
};

TEST_F(CheckpointBoardTest, CosignaturesComeUnderTheNote) {
  FUSIONHUB_ASSERT_OK(board_.AddCosignature(5, Line(5, "w2", w2_), "w2"));
  FUSIONHUB_ASSERT_OK(board_.AddCosignature(5, Line(5, "w1", w1_), ""));
  FUSIONHUB_ASSERT_OK(board_.AddCosignature(5, Line(5, "w1", w1_), ""));
  const PublishedCheckpoint latest = board_.Latest();
  EXPECT_THAT(latest.cosigners, ElementsAre("w1", "w2"));
  const auto note = ParseNote(latest.note);
  FUSIONHUB_ASSERT_OK(note);
  EXPECT_EQ(note->signatures.size(), 3u);
}

TEST_F(CheckpointBoardTest, OnlyVerifiedLinesOfKnownCosignersAreTaken) {
  EXPECT_EQ(board_.AddCosignature(5, Line(5, "w3", w1_), "").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(board_.AddCosignature(5, Line(5, "w1", w2_), "").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(board_.AddCosignature(5, Line(5, "w1", w1_), "w2").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(board_.AddCosignature(5, Line(6, "w1", w1_), "").code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(board_.AddCosignature(6, Line(6, "w1", w1_), "").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(board_.AddCosignature(5, "rubbish", "").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(board_.Latest().cosigners.empty());
}

TEST_F(CheckpointBoardTest, TheNewestSixtyFourAreKept) {
  for (uint64_t size = 6; size < 80; ++size) Post(size);
  EXPECT_EQ(board_.LatestSize(), 79u);
  FUSIONHUB_EXPECT_OK(board_.At(16));
  EXPECT_TRUE(absl::IsNotFound(board_.At(15).status()));
}

TEST_F(CheckpointBoardTest, CosignersHaveCosigningKeysAndUniqueNames) {
  EXPECT_FALSE(board_.SetCosigners({VKey("w1", w1_), VKey("w1", w2_)}).ok());
  EXPECT_THAT(
      board_.SetCosigners({VerifierKey::Create("w1", KeyType::kEd25519, w1_.public_key()).value()}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0x04")));
}

}  // namespace
}  // namespace fusionhub::audit
