// Runs the 196 proof vectors of transparency-dev/merkle.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "audit/merkle.h"
#include "tests/vectors/vectors.h"

namespace fusionhub::audit {
namespace {

using nlohmann::json;

std::string Decode(const json& base64) {
  std::string bytes;
  if (base64.is_string()) absl::Base64Unescape(base64.get<std::string>(), &bytes);
  return bytes;
}

// Some vectors have roots of other lengths, which our type cannot hold: a digest stands for them,
// so that equal ones stay equal and others differ.
Digest DecodeRoot(const json& base64) {
  const std::string bytes = Decode(base64);
  return crypto::DigestFromBytes(bytes).value_or(crypto::Sha256(bytes));
}

absl::StatusOr<std::vector<Digest>> DecodeProof(const json& hashes) {
  std::vector<std::string> proof;
  for (const json& hash : hashes) proof.push_back(Decode(hash));
  return ParseProof(proof);
}

absl::Status Inclusion(const json& v) {
  const auto leaf = crypto::DigestFromBytes(Decode(v["leafHash"]));
  const auto proof = DecodeProof(v["proof"]);
  if (!leaf.ok()) return leaf.status();
  if (!proof.ok()) return proof.status();
  return VerifyInclusion(v["leafIdx"], v["treeSize"], *leaf, *proof, DecodeRoot(v["root"]));
}

absl::Status Consistency(const json& v) {
  const auto proof = DecodeProof(v["proof"]);
  if (!proof.ok()) return proof.status();
  return VerifyConsistency(v["size1"], v["size2"], *proof, DecodeRoot(v["root1"]),
                           DecodeRoot(v["root2"]));
}

// Returns how many vectors the folder holds.
int RunFolder(const std::string& folder, absl::Status (*verify)(const json&)) {
  int count = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    std::ifstream stream(file.path());
    const json vector = json::parse(stream);
    const absl::Status status = verify(vector);
    EXPECT_EQ(!status.ok(), vector["wantErr"].get<bool>()) << file.path() << ": " << status;
    ++count;
  }
  return count;
}

TEST(MerkleVectorsTest, AllProofsAreJudgedAsTheVectorsSay) {
  std::string folder;
  FUSIONHUB_FIND_VECTORS_OR_SKIP(folder, "merkle");
  EXPECT_EQ(RunFolder(folder + "/testdata/inclusion", Inclusion) +
                RunFolder(folder + "/testdata/consistency", Consistency),
            196);
}

}  // namespace
}  // namespace fusionhub::audit
