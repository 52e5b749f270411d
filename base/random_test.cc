// Tests that seeded bytes repeat and the system's do not.
#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace fusionhub {
namespace {

TEST(SeededRandomTest, RepeatsWithItsSeed) {
  EXPECT_EQ(SeededRandom(7).Bytes(100), SeededRandom(7).Bytes(100));
  EXPECT_NE(SeededRandom(7).Bytes(100), SeededRandom(8).Bytes(100));
}

TEST(SeededRandomTest, DoesNotDependOnHowRequestsAreDivided) {
  SeededRandom random(7);
  std::string parts = random.Bytes(1);
  parts += random.Bytes(2);
  parts += random.Bytes(5);
  EXPECT_EQ(parts, SeededRandom(7).Bytes(8));
}

TEST(SystemRandomTest, NeverRepeats) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Bytes(16));
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(SystemRandomTest, FillsAnySize) {
  SystemRandom random;
  EXPECT_EQ(random.Bytes(0), "");
  EXPECT_EQ(random.Bytes(100000).size(), 100000U);
}

}  // namespace
}  // namespace fusionhub
