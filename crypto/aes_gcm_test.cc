// Tests values encrypted with AES-GCM: what was sealed opens, and nothing else does.
#include "crypto/aes_gcm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"
#include "crypto/digest.h"
#include "crypto/gcm_cipher.h"

namespace fusionhub::crypto {
namespace {

using ::testing::_;

const std::string kKey(32, 'k');

std::string Sealed(absl::string_view plaintext, absl::string_view associated = "row 7") {
  SeededRandom random(1);
  const absl::StatusOr<std::string> sealed = SealAesGcm(kKey, associated, plaintext, random);
  return sealed.value_or("cannot seal");
}

TEST(AesGcmTest, OpensWhatItSealed) {
  for (const size_t size : {0, 1, 15, 16, 17, 100000}) {
    const std::string plaintext(size, 'p');
    const absl::StatusOr<std::string> opened = OpenAesGcm(kKey, "row 7", Sealed(plaintext));
    FUSIONHUB_ASSERT_OK(opened) << size;
    EXPECT_EQ(*opened, plaintext);
    EXPECT_EQ(Sealed(plaintext).size(), size + 28);
  }
}

TEST(AesGcmTest, EverySealingTakesANewNonce) {
  SeededRandom random(1);
  const absl::StatusOr<std::string> first = SealAesGcm(kKey, "", "same", random);
  const absl::StatusOr<std::string> second = SealAesGcm(kKey, "", "same", random);
  FUSIONHUB_ASSERT_OK(first);
  FUSIONHUB_ASSERT_OK(second);
  EXPECT_NE(*first, *second);
  EXPECT_NE(first->substr(0, 12), second->substr(0, 12));
}

TEST(AesGcmTest, RefusesEveryFlippedBit) {
  const std::string sealed = Sealed("plate");
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string damaged = sealed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(OpenAesGcm(kKey, "row 7", damaged), StatusIs(absl::StatusCode::kUnauthenticated, _))
        << bit;
  }
}

TEST(AesGcmTest, RefusesEveryOtherLength) {
  const std::string sealed = Sealed("plate");
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THAT(OpenAesGcm(kKey, "row 7", sealed.substr(0, size)),
                StatusIs(absl::StatusCode::kUnauthenticated, _))
        << size;
  }
  EXPECT_THAT(OpenAesGcm(kKey, "row 7", sealed + "x"),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST(AesGcmTest, RefusesAnotherKeyOrAssociatedData) {
  EXPECT_THAT(OpenAesGcm(std::string(32, 'x'), "row 7", Sealed("v")),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  EXPECT_THAT(OpenAesGcm(kKey, "row 8", Sealed("v")),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  EXPECT_THAT(OpenAesGcm(kKey, "", Sealed("v")), StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST(AesGcmTest, RefusesAKeyOfAnotherSize) {
  SeededRandom random(1);
  for (const size_t size : {0, 16, 31, 33}) {
    const std::string key(size, 'k');
    EXPECT_THAT(SealAesGcm(key, "", "v", random), StatusIs(absl::StatusCode::kInvalidArgument, _));
    EXPECT_THAT(OpenAesGcm(key, "", Sealed("v")), StatusIs(absl::StatusCode::kInvalidArgument, _));
  }
}

// Test case 16 of the GCM specification (McGrew and Viega).
TEST(GcmCipherTest, MatchesTheSpecification) {
  const auto bytes = [](absl::string_view hex) { return FromHex(hex).value_or(""); };
  absl::StatusOr<GcmCipher> cipher =
      GcmCipher::Create(bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
  FUSIONHUB_ASSERT_OK(cipher);
  std::string out = "kept";
  FUSIONHUB_ASSERT_OK(cipher->Seal(
      bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c959568095"
            "32fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
      out));
  EXPECT_EQ(ToHex(out.substr(4)),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
            "8b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(GcmCipherTest, AFailedOpeningLeavesTheOutputAsItWas) {
  absl::StatusOr<GcmCipher> cipher = GcmCipher::Create(kKey);
  FUSIONHUB_ASSERT_OK(cipher);
  std::string out = "kept";
  EXPECT_THAT(cipher->Open(std::string(12, 'n'), "", std::string(40, 'x'), out),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  EXPECT_EQ(out, "kept");
}

TEST(GcmCipherTest, RefusesANonceOfAnotherSize) {
  absl::StatusOr<GcmCipher> cipher = GcmCipher::Create(kKey);
  FUSIONHUB_ASSERT_OK(cipher);
  std::string out;
  EXPECT_THAT(cipher->Seal("short", "", "v", out), StatusIs(absl::StatusCode::kInternal, _));
}

}  // namespace
}  // namespace fusionhub::crypto
