#include "audit/cosignature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

constexpr char kBody[] = "log\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

class CosignatureTest : public ::testing::Test {
 protected:
  SeededRandom random_{1};
  crypto::Ed25519PrivateKey key_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  VerifierKey vkey_ = VerifierKey::Create("w1", KeyType::kCosignature, key_.public_key()).value();
  absl::Time time_ = absl::FromUnixSeconds(1679315147);
};

TEST_F(CosignatureTest, ACosignatureTellsItsTime) {
  const NoteSignature signature = Cosign(kBody, "w1", key_, time_ + absl::Milliseconds(900));
  const auto verified = VerifyCosignature(kBody, signature, vkey_);
  FUSIONHUB_ASSERT_OK(verified);
  EXPECT_EQ(*verified, time_);
}

TEST_F(CosignatureTest, TheSignedMessageIsTheSpecifications) {
  const NoteSignature signature = Cosign(kBody, "w1", key_, time_);
  ASSERT_EQ(signature.signature.size(), 72u);
  EXPECT_EQ(signature.signature.substr(0, 8), std::string("\0\0\0\0\x64\x18\x50\xcb", 8));
  FUSIONHUB_EXPECT_OK(key_.public_key().Verify(
      std::string("cosignature/v1\ntime 1679315147\n") + kBody, signature.signature.substr(8)));
}

TEST_F(CosignatureTest, AnythingAlteredIsRefused) {
  const NoteSignature good = Cosign(kBody, "w1", key_, time_);
  for (size_t i = 0; i < good.signature.size(); ++i) {
    NoteSignature bad = good;
    bad.signature[i] = static_cast<char>(bad.signature[i] ^ 1);
    EXPECT_FALSE(VerifyCosignature(kBody, bad, vkey_).ok()) << i;
  }
  EXPECT_FALSE(VerifyCosignature(std::string(kBody) + "x\n", good, vkey_).ok());
  NoteSignature cut = good;
  cut.signature.pop_back();
  EXPECT_FALSE(VerifyCosignature(kBody, cut, vkey_).ok());
}

TEST_F(CosignatureTest, ALogsSignatureIsNoCosignature) {
  const auto log_key = VerifierKey::Create("w1", KeyType::kEd25519, key_.public_key()).value();
  EXPECT_FALSE(VerifyCosignature(kBody, Cosign(kBody, "w1", key_, time_), log_key).ok());
  EXPECT_FALSE(VerifyCosignature(kBody, SignNote(kBody, "w1", key_), vkey_).ok());
}

}  // namespace
}  // namespace fusionhub::audit
