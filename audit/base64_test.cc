#include "audit/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

TEST(Base64Test, CanonicalTextIsDecoded) {
  EXPECT_EQ(StrictBase64Decode("aGVsbG8=").value(), "hello");
  EXPECT_EQ(StrictBase64Decode("").value(), "");
}

TEST(Base64Test, EverySecondSpellingIsRefused) {
  for (const char* text :
       {"aGVsbG8", "aGVs bG8=", "aGVsbG8=\n", "aGVsbG9=", "aGVsbG8==", "a", "-_8="}) {
    EXPECT_FALSE(StrictBase64Decode(text).ok()) << text;
  }
}

}  // namespace
}  // namespace fusionhub::audit
