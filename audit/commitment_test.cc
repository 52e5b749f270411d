#include "audit/commitment.h"

#include <gtest/gtest.h>

#include <string>

namespace fusionhub::audit {
namespace {

TEST(CommitmentTest, OpensToItsValueOnly) {
  const std::string salt(kSaltSize, 's');
  const crypto::Digest commitment = Commit(salt, "plate", "AB123");
  EXPECT_TRUE(CheckOpening(commitment, salt, "plate", "AB123").ok());
  EXPECT_FALSE(CheckOpening(commitment, salt, "plate", "AB124").ok());
  EXPECT_FALSE(CheckOpening(commitment, salt, "plat", std::string("e\0AB123", 7)).ok());
  EXPECT_FALSE(CheckOpening(commitment, std::string(kSaltSize, 't'), "plate", "AB123").ok());
}

TEST(CommitmentTest, AShortSaltOpensNothing) {
  EXPECT_FALSE(CheckOpening(Commit("", "plate", "AB123"), "", "plate", "AB123").ok());
}

}  // namespace
}  // namespace fusionhub::audit
