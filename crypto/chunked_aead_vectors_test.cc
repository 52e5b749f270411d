// Runs C2SP/wycheproof's Cobblestone-256 cases, where they are at hand.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/status_matchers.h"
#include "crypto/chunked_aead.h"
#include "crypto/digest.h"
#include "tests/vectors/vectors.h"

namespace fusionhub::crypto {
namespace {

constexpr size_t kMaxFileBytes = 4 << 20;
constexpr size_t kMaxCiphertextBytes = 16 << 20;

std::string Bytes(const nlohmann::json& hex) {
  return FromHex(hex.get<std::string>()).value_or("not hexadecimal");
}

// The ciphertexts are compressed in the file: some exceed 4 MiB.
std::string Inflate(const std::string& compressed) {
  std::string out(kMaxCiphertextBytes, '\0');
  uLongf size = out.size();
  const int result =
      uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                 reinterpret_cast<const Bytef*>(compressed.data()), compressed.size());
  EXPECT_EQ(result, Z_OK);
  out.resize(size);
  return out;
}

std::string Sha512Hex(const std::string& message) {
  std::string digest(64, '\0');
  EXPECT_EQ(EVP_Digest(message.data(), message.size(), reinterpret_cast<uint8_t*>(digest.data()),
                       nullptr, EVP_sha512(), nullptr),
            1);
  return ToHex(digest);
}

void ExpectResult(const nlohmann::json& vector) {
  const absl::StatusOr<std::string> opened =
      OpenChunked(Bytes(vector["key"]), Bytes(vector["ctx"]), Inflate(Bytes(vector["ct"])));
  const bool valid = vector["result"] == "valid";
  ASSERT_EQ(opened.ok(), valid) << opened.status();
  if (!valid) return;
  EXPECT_EQ(opened->size(), vector["msgLength"].get<size_t>());
  EXPECT_EQ(Sha512Hex(*opened), vector["msgSha512"].get<std::string>());
}

TEST(ChunkedAeadVectorsTest, AgreesWithWycheproof) {
  // Not among the vectors that every checkout has, so that its absence never fails.
  const std::optional<std::string> folder = FindVectors("chunked_encryption");
  if (!folder.has_value()) {
    GTEST_SKIP() << "no vectors 'chunked_encryption': set FUSIONHUB_VECTORS to their folder";
  }
  const absl::StatusOr<std::string> text =
      ReadFile(*folder + "/c2sp_chunked_encryption_aes_256_gcm_test.json", kMaxFileBytes);
  FUSIONHUB_ASSERT_OK(text);
  const nlohmann::json file = nlohmann::json::parse(*text);
  size_t count = 0;
  for (const nlohmann::json& group : file["testGroups"]) {
    for (const nlohmann::json& vector : group["tests"]) {
      SCOPED_TRACE(vector["tcId"].dump() + ": " + vector["comment"].get<std::string>());
      ExpectResult(vector);
      ++count;
    }
  }
  EXPECT_EQ(count, file["numberOfTests"].get<size_t>());
  EXPECT_GE(count, 35U);
}

}  // namespace
}  // namespace fusionhub::crypto
