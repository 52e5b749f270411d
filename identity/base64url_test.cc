// Tests of canonical base64url.
#include "identity/base64url.h"

#include <gtest/gtest.h>

namespace fusionhub::identity {
namespace {

TEST(Base64UrlTest, ReadsWhatItWrites) {
  for (size_t size = 0; size < 70; ++size) {
    const std::string bytes(size, static_cast<char>(0xF0 + size));
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
  }
}

TEST(Base64UrlTest, UsesTheUrlAlphabetWithoutPadding) {
  EXPECT_EQ(EncodeBase64Url("\xFB\xEF\xFF\xFE"), "--___g");
}

TEST(Base64UrlTest, RefusesEveryOtherSpelling) {
  // "QQ" is "A": padding, white space, the other alphabet and bits that must be zero.
  for (const char* text : {"QQ==", "QQ=", "Q Q", "QQ\n", " QQ", "QR", "Q", "+/8", "Q?", "Q\xC3"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
  EXPECT_EQ(DecodeBase64Url("QQ"), "A");
}

}  // namespace
}  // namespace fusionhub::identity
