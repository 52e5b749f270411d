// Tests digests against published values (FIPS 180-4, RFC 4231) and the byte helpers.
#include "crypto/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/status_matchers.h"

namespace fusionhub::crypto {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

std::string Hex(const Digest& digest) { return ToHex(View(digest)); }

TEST(Sha256Test, MatchesFips180) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PartsAreHashedOneAfterTheOther) {
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
  EXPECT_EQ(Sha256({}), Sha256(""));
  EXPECT_NE(Sha256({"a", "b"}), Sha256({"b", "a"}));
}

TEST(Sha256Test, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      const std::string text(t, 'x');
      const Digest expected = Sha256(text);
      for (int i = 0; i < 1000; ++i) wrong[t] += Sha256(text) == expected ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(0));
}

TEST(HmacSha256Test, MatchesRfc4231) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'), {"Hi ", "There"})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(HmacSha256("Jefe", {"what do ya want for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'),
                           {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256Test, TakesAnEmptyKeyAndAnEmptyMessage) {
  const std::string empty = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  EXPECT_EQ(Hex(HmacSha256("", {})), empty);
  EXPECT_EQ(Hex(HmacSha256(absl::string_view(), {absl::string_view()})), empty);
}

TEST(DigestFromBytesTest, TakesExactly32Bytes) {
  const Digest digest = Sha256("abc");
  const absl::StatusOr<Digest> again = DigestFromBytes(ToString(digest));
  FUSIONHUB_ASSERT_OK(again);
  EXPECT_EQ(*again, digest);
  for (const size_t size : {0, 31, 33}) {
    EXPECT_THAT(DigestFromBytes(std::string(size, 'x')),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
  }
}

TEST(HexTest, GoesThereAndBack) {
  EXPECT_EQ(ToHex(std::string("\x00\xff\x1a", 3)), "00ff1a");
  const absl::StatusOr<std::string> bytes = FromHex("00FF1a");
  FUSIONHUB_ASSERT_OK(bytes);
  EXPECT_EQ(*bytes, std::string("\x00\xff\x1a", 3));
}

TEST(HexTest, RefusesWhatIsNotHexadecimal) {
  for (const absl::string_view text : {"0", "0g", "0x00", " 00", "00 "}) {
    EXPECT_THAT(FromHex(text), StatusIs(absl::StatusCode::kInvalidArgument, _)) << text;
  }
}

TEST(ConstantTimeEqualsTest, ComparesContentAndLength) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("secret", "secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secreT"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secret1"));
  EXPECT_FALSE(ConstantTimeEquals("", "x"));
}

TEST(CleanseTest, OverwritesTheBytes) {
  std::string secret = "a key";
  Cleanse(secret);
  EXPECT_EQ(secret, std::string(5, '\0'));
}

}  // namespace
}  // namespace fusionhub::crypto
