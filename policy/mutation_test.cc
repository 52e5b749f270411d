// Damaged documents: compiling never crashes, and no damage to a signed agreement goes unnoticed.
#include <gtest/gtest.h>

#include <random>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

constexpr int kRounds = 400;

// One byte changed, removed or doubled, or a stretch cut out.
void Damage(std::string& bytes, std::mt19937_64& random) {
  if (bytes.empty()) return;
  const size_t at = random() % bytes.size();
  static constexpr char kBytes[] = "{}[]:,-#'\"\n @&*!|>%0aA\t\x80";
  switch (random() % 4) {
    case 0:
      bytes[at] = kBytes[random() % (sizeof(kBytes) - 1)];
      return;
    case 1:
      bytes.erase(at, 1);
      return;
    case 2:
      bytes.insert(at, 1, bytes[at]);
      return;
    default:
      bytes.erase(at, random() % 40);
  }
}

TEST(MutationTest, CompilingDamagedDocumentsNeverCrashes) {
  const std::vector<DocumentFile> files = StlRegion().Files();
  std::mt19937_64 random(1);
  int refused = 0;
  for (int i = 0; i < kRounds; ++i) {
    std::vector<DocumentFile> damaged = files;
    DocumentFile& file = damaged[random() % damaged.size()];
    Damage(random() % 8 == 0 ? file.signature_bytes : file.bytes, random);
    const auto policy = Policy::Compile(std::move(damaged));
    if (!policy.ok()) {
      ++refused;
      EXPECT_FALSE(policy.status().message().empty());
      continue;
    }
    Decide(**policy, FaceRequest(), Now(), Side::kOwner);
  }
  EXPECT_GT(refused, kRounds / 4);
}

TEST(MutationTest, DamageToASignedAgreementIsNoticed) {
  const TestRegion region = StlRegion();
  std::mt19937_64 random(2);
  for (int i = 0; i < kRounds; ++i) {
    std::vector<DocumentFile> damaged = region.Files();
    std::vector<DocumentFile*> agreements;
    for (DocumentFile& file : damaged) {
      if (!file.signature_bytes.empty()) agreements.push_back(&file);
    }
    DocumentFile& file = *agreements[random() % agreements.size()];
    const std::string before = file.bytes;
    Damage(file.bytes, random);
    if (file.bytes == before) continue;
    ASSERT_FALSE(Policy::Compile(std::move(damaged)).ok()) << before;
  }
}

}  // namespace
}  // namespace fusionhub::policy
