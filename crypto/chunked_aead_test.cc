// Tests Cobblestone-256 against answers of an independent implementation, and that damage never
// opens.
#include "crypto/chunked_aead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/status_matchers.h"
#include "crypto/digest.h"

namespace fusionhub::crypto {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

constexpr absl::string_view kContext = "audit entry 7";
constexpr size_t kChunk = 16384;
constexpr size_t kSealedChunk = kChunk + 16;
constexpr size_t kHeader = 56;

// Fills with 100, 101, ...
class CountingRandom final : public Random {
 public:
  void Fill(absl::Span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = next_++;
  }

 private:
  uint8_t next_ = 100;
};

std::string Key() {
  std::string key(32, '\0');
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(i);
  return key;
}

std::string Message(size_t size) {
  std::string message(size, '\0');
  for (size_t i = 0; i < size; ++i) message[i] = static_cast<char>((i * 7 + 3) % 251);
  return message;
}

std::string Sealed(size_t size) {
  CountingRandom random;
  return SealChunked(Key(), kContext, Message(size), random).value_or("cannot seal");
}

::testing::AssertionResult Opens(absl::string_view ciphertext) {
  const absl::StatusOr<std::string> opened = OpenChunked(Key(), kContext, ciphertext);
  if (opened.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << opened.status();
}

struct KnownAnswer {
  size_t size;
  const char* sha256;  // of the ciphertext
};

class KnownAnswerTest : public ::testing::TestWithParam<KnownAnswer> {};

// Made with Python's hmac and cryptography packages from the specification; that script derives the
// keys, nonces and commitments of all 25 Wycheproof cases that state them.
INSTANTIATE_TEST_SUITE_P(
    ChunkedAead, KnownAnswerTest,
    ::testing::Values(
        KnownAnswer{0, "e6d90dc36a80faa8cef23397f6f58311fc62a8db93117e7e2995e1cd81909dcf"},
        KnownAnswer{1, "9a63b3bd5eda506725e2f47f8301c1f696c2d22da33d9ca848bea4d57014b335"},
        KnownAnswer{16383, "ff4f5d29f035caf59f306c53702d60687e3d77458108bbf1c02e988e5f10ef6e"},
        KnownAnswer{16384, "d4f37edb16b09a3422bb19f340b74c8dfdec8ad765313cc445488ce803a8f4b6"},
        KnownAnswer{16385, "a70f80659ce604577616fb2f30de8df737c94cdf1a162a823bd3371cc0934d33"},
        KnownAnswer{40000, "d0f6e4660218fa735c212a6355aff10303a1d74381854288325771a9f0ff9272"}));

TEST_P(KnownAnswerTest, SealsToTheSameBytesAndOpens) {
  const std::string sealed = Sealed(GetParam().size);
  EXPECT_EQ(ToHex(View(Sha256(sealed))), GetParam().sha256);
  const absl::StatusOr<std::string> opened = OpenChunked(Key(), kContext, sealed);
  FUSIONHUB_ASSERT_OK(opened);
  EXPECT_EQ(*opened, Message(GetParam().size));
}

TEST(ChunkedAeadTest, CountsChunksPastOneByte) {
  const size_t size = 300 * kChunk + 5;
  const absl::StatusOr<std::string> opened = OpenChunked(Key(), kContext, Sealed(size));
  FUSIONHUB_ASSERT_OK(opened);
  EXPECT_EQ(*opened, Message(size));
}

TEST(ChunkedAeadTest, EverySealingDiffers) {
  SeededRandom random(1);
  const absl::StatusOr<std::string> first = SealChunked(Key(), "", "same", random);
  const absl::StatusOr<std::string> second = SealChunked(Key(), "", "same", random);
  FUSIONHUB_ASSERT_OK(first);
  FUSIONHUB_ASSERT_OK(second);
  EXPECT_NE(first->substr(0, kHeader), second->substr(0, kHeader));
}

TEST(ChunkedAeadTest, RefusesEveryFlippedByte) {
  const std::string sealed = Sealed(5);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x80);
    EXPECT_THAT(OpenChunked(Key(), kContext, damaged),
                StatusIs(absl::StatusCode::kUnauthenticated, _))
        << i;
  }
}

TEST(ChunkedAeadTest, RefusesEveryTruncation) {
  const std::string sealed = Sealed(2 * kChunk);
  ASSERT_TRUE(Opens(sealed));
  for (const size_t size : {size_t{0}, size_t{23}, kHeader - 1, kHeader, kHeader + 15, kHeader + 16,
                            kHeader + kSealedChunk - 1, kHeader + kSealedChunk,
                            kHeader + 2 * kSealedChunk, sealed.size() - 1}) {
    EXPECT_FALSE(Opens(sealed.substr(0, size))) << size;
  }
  EXPECT_FALSE(Opens(sealed + "x"));
}

TEST(ChunkedAeadTest, RefusesReorderedRepeatedAndMissingChunks) {
  const std::string sealed = Sealed(2 * kChunk + 9);
  const std::string header = sealed.substr(0, kHeader);
  const std::string first = sealed.substr(kHeader, kSealedChunk);
  const std::string second = sealed.substr(kHeader + kSealedChunk, kSealedChunk);
  const std::string last = sealed.substr(kHeader + 2 * kSealedChunk);
  ASSERT_TRUE(Opens(header + first + second + last));
  EXPECT_FALSE(Opens(header + second + first + last));
  EXPECT_FALSE(Opens(header + first + first + last));
  EXPECT_FALSE(Opens(header + first + last));
  EXPECT_FALSE(Opens(header + first + second + last + last));
}

TEST(ChunkedAeadTest, RefusesAnotherKeyOrContextBeforeAnyChunk) {
  const std::string sealed = Sealed(5);
  EXPECT_THAT(OpenChunked(std::string(32, 'x'), kContext, sealed),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("key or context")));
  EXPECT_THAT(OpenChunked(Key(), "audit entry 8", sealed),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("key or context")));
}

TEST(ChunkedAeadTest, RefusesAKeyOfAnotherSize) {
  CountingRandom random;
  for (const size_t size : {0, 16, 31, 33}) {
    const std::string key(size, 'k');
    EXPECT_THAT(SealChunked(key, kContext, "m", random),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
    EXPECT_THAT(OpenChunked(key, kContext, Sealed(1)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
  }
}

TEST(ChunkedAeadTest, TakesContextsUpToItsBound) {
  CountingRandom random;
  const std::string longest(kMaxChunkedContext, 'c');
  const absl::StatusOr<std::string> sealed = SealChunked(Key(), longest, "m", random);
  FUSIONHUB_ASSERT_OK(sealed);
  FUSIONHUB_EXPECT_OK(OpenChunked(Key(), longest, *sealed));
  EXPECT_THAT(SealChunked(Key(), longest + "c", "m", random),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("context")));
  EXPECT_THAT(OpenChunked(Key(), longest + "c", *sealed),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("context")));
}

TEST(ChunkedAeadTest, TakesMessagesUpToItsBound) {
  const std::string largest(kMaxChunkedPlaintext, 'm');
  CountingRandom random;
  const absl::StatusOr<std::string> sealed = SealChunked(Key(), kContext, largest, random);
  FUSIONHUB_ASSERT_OK(sealed);
  const absl::StatusOr<std::string> opened = OpenChunked(Key(), kContext, *sealed);
  FUSIONHUB_ASSERT_OK(opened);
  EXPECT_TRUE(*opened == largest);
  EXPECT_THAT(SealChunked(Key(), kContext, largest + "m", random),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most")));
  EXPECT_THAT(OpenChunked(Key(), kContext, *sealed + "m"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most")));
}

}  // namespace
}  // namespace fusionhub::crypto
