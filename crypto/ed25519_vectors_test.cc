// Holds the accept set to what OpenSSL 3.0 accepts of C2SP/CCTV's edge cases, so that hub, node and
// every foreign verifier agree.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "tests/vectors/vectors.h"

namespace fusionhub::crypto {
namespace {

constexpr size_t kMaxFileBytes = 4 << 20;

bool Accepts(const nlohmann::json& vector) {
  const auto bytes = [&vector](const char* field) {
    return FromHex(vector[field].get<std::string>()).value_or("not hexadecimal");
  };
  const absl::StatusOr<Ed25519PublicKey> key = Ed25519PublicKey::FromRaw(bytes("key"));
  return key.ok() && key->Verify(vector["msg"].get<std::string>(), bytes("sig")).ok();
}

// What ref10 and OpenSSL reject: a non-canonical R, and a low-order part that does not cancel out.
// The flags do not settle the cases that were signed over re-encoded points.
bool FlagsSettle(const nlohmann::json& vector, bool accepts) {
  if (vector["flags"].is_null()) return accepts;
  const auto flags = vector["flags"].get<std::set<std::string>>();
  if (flags.contains("reencoded_k")) return true;
  return accepts == (!flags.contains("non_canonical_R") && !flags.contains("low_order_residue"));
}

TEST(Ed25519VectorsTest, AcceptsTheSame208Of914AsOpenSsl) {
  std::string folder;
  FUSIONHUB_FIND_VECTORS_OR_SKIP(folder, "ed25519");
  const absl::StatusOr<std::string> text = ReadFile(folder + "/ed25519vectors.json", kMaxFileBytes);
  FUSIONHUB_ASSERT_OK(text);
  const nlohmann::json vectors = nlohmann::json::parse(*text);
  size_t accepted = 0;
  std::string numbers;
  for (const nlohmann::json& vector : vectors) {
    const bool accepts = Accepts(vector);
    EXPECT_TRUE(FlagsSettle(vector, accepts)) << vector["number"] << vector["flags"];
    if (!accepts) continue;
    ++accepted;
    absl::StrAppend(&numbers, vector["number"].get<int>(), ",");
  }
  EXPECT_EQ(vectors.size(), 914U);
  EXPECT_EQ(accepted, 208U);
  // Which ones: the same as Node's crypto.verify accepts (tried with OpenSSL 3.0.19).
  EXPECT_EQ(ToHex(View(Sha256(numbers))),
            "3f1a161cb592f78f02c6f9ef95981a888ecba20f43022d1fc7a4ce87f3e403fa");
}

}  // namespace
}  // namespace fusionhub::crypto
