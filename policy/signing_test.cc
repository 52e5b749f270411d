// Signature files: written, read back, verified, and refused.
#include "policy/signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

crypto::Ed25519PrivateKey Key(uint64_t seed) {
  SeededRandom random(seed);
  return *crypto::Ed25519PrivateKey::Generate(random);
}

TEST(SigningTest, RoundTrips) {
  const crypto::Ed25519PrivateKey key = Key(1);
  const absl::Time at = absl::FromUnixSeconds(1742000000);
  const absl::StatusOr<std::string> file = AddSignature(
      "", "x.sig", SignDocument("document", key, "chief", "slmpd", "Chief O'Hara", at));
  FUSIONHUB_ASSERT_OK(file);
  std::vector<Diagnostic> diagnostics;
  const std::vector<DocumentSignature> read = ParseSignatures(*file, "x.sig", diagnostics);
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].key, "chief");
  EXPECT_EQ(read[0].party, "slmpd");
  EXPECT_EQ(read[0].by, "Chief O'Hara");
  EXPECT_EQ(read[0].at, at);
  FUSIONHUB_EXPECT_OK(VerifySignature("document", read[0], key.public_key()));
  EXPECT_THAT(VerifySignature("document.", read[0], key.public_key()),
              StatusIs(absl::StatusCode::kUnauthenticated, ::testing::_));
  EXPECT_THAT(VerifySignature("document", read[0], Key(2).public_key()),
              StatusIs(absl::StatusCode::kUnauthenticated, ::testing::_));
}

TEST(SigningTest, AddsAnotherPartyAndReplacesTheSame) {
  const absl::Time at = absl::FromUnixSeconds(1742000000);
  std::string file = *AddSignature("", "x.sig", SignDocument("d", Key(1), "k", "a", "A", at));
  file = *AddSignature(file, "x.sig", SignDocument("d", Key(2), "k", "b", "B", at));
  file = *AddSignature(file, "x.sig", SignDocument("e", Key(1), "k", "a", "A", at));
  std::vector<Diagnostic> diagnostics;
  const auto read = ParseSignatures(file, "x.sig", diagnostics);
  ASSERT_THAT(read, SizeIs(2));
  FUSIONHUB_EXPECT_OK(VerifySignature("e", read[0], Key(1).public_key()));
}

TEST(SigningTest, ReportsMistakesWithTheirPlace) {
  const std::string bad =
      "- {key: k, party: a, by: A, at: 2025-03-01, ed25519: AAAA}\n- {key: k, partty: a}\n";
  std::vector<Diagnostic> diagnostics;
  EXPECT_THAT(ParseSignatures(bad, "x.sig", diagnostics), SizeIs(0));
  ASSERT_GE(diagnostics.size(), 4u);
  EXPECT_EQ(diagnostics[0].code, "P0304");
  EXPECT_EQ(diagnostics[0].at.column, 33);
  EXPECT_EQ(diagnostics[1].code, "P0310");
  EXPECT_THAT(
      AddSignature("a: b\n", "x.sig", {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a signature file is a list")));
}

}  // namespace
}  // namespace fusionhub::policy
