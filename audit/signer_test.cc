#include "audit/signer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "audit/test_log.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;
using Expect = CheckpointSigner::Expect;

class SignerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string folder = ::testing::TempDir() + "/signer_test";
    std::filesystem::remove_all(folder);
    options_.state_path = folder + "/state";
    for (uint64_t i = 0; i <= 20; ++i) {
      roots_.push_back(range_.Root());
      range_.Append(LeafHash(std::to_string(i)),
                    [this](int level, uint64_t index, const Digest& h) {
                      nodes_[{level, index}] = h;
                    });
    }
  }
  std::unique_ptr<CheckpointSigner> Open() {
    auto signer = CheckpointSigner::Open(options_, Expect::kNew);
    EXPECT_THAT(signer, IsOk());
    return *std::move(signer);
  }
  std::vector<Digest> Proof(uint64_t from, uint64_t to) {
    return MakeConsistencyProof(from, to,
                                [this](int level, uint64_t index) {
                                  return absl::StatusOr<Digest>(nodes_.at({level, index}));
                                })
        .value();
  }

  SeededRandom random_{1};
  CheckpointSigner::Options options_{"", "hub.test/log",
                                     crypto::Ed25519PrivateKey::Generate(random_).value()};
  CompactRange range_;
  std::vector<Digest> roots_;
  std::map<std::pair<int, uint64_t>, Digest> nodes_;
};

TEST_F(SignerTest, SignsWhatContinuesAndRemembersIt) {
  {
    auto signer = Open();
    const auto note = signer->Sign(5, roots_[5], {});
    FUSIONHUB_ASSERT_OK(note);
    const auto opened = OpenCheckpoint(SerialiseNote(*note), signer->verifier_key(), "");
    FUSIONHUB_ASSERT_OK(opened);
    EXPECT_EQ(opened->checkpoint.size, 5u);
    FUSIONHUB_ASSERT_OK(signer->Sign(12, roots_[12], Proof(5, 12)));
  }
  auto again = CheckpointSigner::Open(options_, Expect::kExisting);
  FUSIONHUB_ASSERT_OK(again);
  EXPECT_EQ((*again)->last().size, 12u);
  EXPECT_EQ((*again)->last().root, roots_[12]);
}

TEST_F(SignerTest, TheStateIsOnDiskWithTheSignature) {
  auto signer = Open();
  FUSIONHUB_ASSERT_OK(signer->Sign(5, roots_[5], {}));
  EXPECT_THAT(ReadWholeFile(options_.state_path), HasSubstr("hub.test/log\n5\n"));
}

TEST_F(SignerTest, ASmallerTreeIsNeverSigned) {
  auto signer = Open();
  FUSIONHUB_ASSERT_OK(signer->Sign(12, roots_[12], {}));
  EXPECT_THAT(signer->Sign(5, roots_[5], {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("will not sign")));
  EXPECT_EQ(signer->last().size, 12u);
}

TEST_F(SignerTest, AnotherTreeOfTheSameSizeIsNeverSigned) {
  auto signer = Open();
  FUSIONHUB_ASSERT_OK(signer->Sign(12, roots_[12], {}));
  EXPECT_EQ(signer->Sign(12, roots_[11], {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  FUSIONHUB_EXPECT_OK(signer->Sign(12, roots_[12], {}));
}

TEST_F(SignerTest, WithoutAValidProofNothingIsSigned) {
  auto signer = Open();
  FUSIONHUB_ASSERT_OK(signer->Sign(5, roots_[5], {}));
  EXPECT_FALSE(signer->Sign(12, roots_[12], {}).ok());
  EXPECT_FALSE(signer->Sign(12, roots_[13], Proof(5, 12)).ok());
  EXPECT_FALSE(signer->Sign(12, roots_[12], Proof(6, 12)).ok());
  EXPECT_THAT(ReadWholeFile(options_.state_path), HasSubstr("hub.test/log\n5\n"));
  FUSIONHUB_EXPECT_OK(signer->Sign(12, roots_[12], Proof(5, 12)));
}

TEST_F(SignerTest, AMissingStateIsRefusedWhereThereMustBeOne) {
  EXPECT_THAT(CheckpointSigner::Open(options_, Expect::kExisting),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("missing")));
}

TEST_F(SignerTest, ADamagedStateIsRefusedByteByByte) {
  FUSIONHUB_ASSERT_OK(Open()->Sign(5, roots_[5], {}));
  const std::string good = ReadWholeFile(options_.state_path);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    WriteWholeFile(options_.state_path, bad);
    EXPECT_FALSE(CheckpointSigner::Open(options_, Expect::kNew).ok()) << i;
  }
  WriteWholeFile(options_.state_path, "");
  EXPECT_EQ(CheckpointSigner::Open(options_, Expect::kNew).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(SignerTest, AnotherLogsStateIsRefused) {
  FUSIONHUB_ASSERT_OK(Open()->Sign(5, roots_[5], {}));
  options_.origin = "other.test/log";
  EXPECT_THAT(CheckpointSigner::Open(options_, Expect::kNew),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("belongs to")));
}

TEST_F(SignerTest, TwoSignersOnOneStateAreRefused) {
  auto first = Open();
  EXPECT_EQ(CheckpointSigner::Open(options_, Expect::kNew).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace fusionhub::audit
