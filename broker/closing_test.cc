// The end of a question: ranking, statement, proofs.
#include "broker/closing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Lines(const std::vector<v1::RankedCandidate>& ranking) {
  std::vector<std::string> lines;
  for (const v1::RankedCandidate& line : ranking) {
    lines.push_back(std::to_string(line.rank()) + " " + line.owner() + " " + line.record_id());
  }
  return lines;
}

TEST(RankTest, BestFirstAcrossOwners) {
  EXPECT_THAT(Lines(Rank({{"slmpd", {{"a", 5}, {"b", -2}}}, {"county", {{"c", 9}, {"d", 0}}}}, 10)),
              ElementsAre("1 county c", "2 slmpd a", "3 county d", "4 slmpd b"));
  EXPECT_THAT(Lines(Rank({{"slmpd", {{"a", 5}, {"b", 4}}}, {"county", {{"c", 9}}}}, 2)),
              ElementsAre("1 county c", "2 slmpd a"));
  EXPECT_THAT(Rank({}, 10), IsEmpty());
  EXPECT_THAT(Rank({{"slmpd", {{"a", 5}}}}, 0), IsEmpty());
}

TEST(RankTest, NeverDependsOnWhoAnsweredFirst) {
  std::vector<OwnerScores> owners = {
      {"c", {{"r2", 5}, {"r1", 5}}}, {"a", {{"r9", 5}, {"r3", 7}}}, {"b", {{"r1", 5}, {"r0", 7}}}};
  const std::vector<std::string> expected = Lines(Rank(owners, 4));
  EXPECT_THAT(expected, ElementsAre("1 a r3", "2 b r0", "3 a r9", "4 b r1"));
  std::mt19937 shuffle(1);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(owners.begin(), owners.end(), shuffle);
    for (OwnerScores& owner : owners) {
      std::shuffle(owner.scores.begin(), owner.scores.end(), shuffle);
    }
    EXPECT_EQ(Lines(Rank(owners, 4)), expected);
  }
}

TEST(StatementTest, HasALinePerOwnerAndNamesTheQuestion) {
  Question question;
  question.query_id = std::string(16, 'q');
  question.verified.digest = crypto::Sha256("the query's bytes");
  std::vector<v1::OwnerOutcome> outcomes(2);
  outcomes[0].set_owner("slmpd");
  outcomes[0].set_outcome(v1::ANSWER_OUTCOME_RELEASED);
  outcomes[0].set_records(3);
  outcomes[1].set_owner("st_louis_county_pd");
  outcomes[1].set_outcome(v1::ANSWER_OUTCOME_OFFLINE);
  v1::CompletenessStatement statement;
  ASSERT_TRUE(statement.ParseFromString(StatementBytes(question, outcomes, audit::TestTime())));
  EXPECT_EQ(statement.query_id(), question.query_id);
  EXPECT_EQ(statement.query_digest(), crypto::ToString(question.verified.digest));
  EXPECT_EQ(query::FromProto(statement.closed_at()).value(), audit::TestTime());
  ASSERT_EQ(statement.outcomes_size(), 2);
  EXPECT_EQ(statement.outcomes(0).records(), 3u);
  EXPECT_EQ(statement.outcomes(1).outcome(), v1::ANSWER_OUTCOME_OFFLINE);
}

class ReceiptTest : public ::testing::Test {
 protected:
  audit::AppendedEntry Append(const audit::EntryDraft& draft) {
    return log_->AppendAndWait(draft).value();
  }
  // The proof holds under the checkpoint that comes with it.
  void ExpectHolds(const v1::LogProof& proof, const std::string& checkpoint) {
    const auto opened = audit::OpenCheckpoint(checkpoint, files_.vkey(), audit::kTestOrigin);
    FUSIONHUB_ASSERT_OK(opened);
    std::vector<audit::Digest> path;
    for (const std::string& bytes : proof.proof()) {
      path.push_back(crypto::DigestFromBytes(bytes).value());
    }
    FUSIONHUB_EXPECT_OK(audit::VerifyInclusion(proof.index(), opened->checkpoint.size,
                                               audit::LeafHash(proof.leaf()), path,
                                               opened->checkpoint.root));
  }

  audit::TestLog files_{"closing_receipt"};
  std::unique_ptr<audit::Log> log_ = files_.Open().value();
};

TEST_F(ReceiptTest, ProvesEveryEntryUnderOneCheckpoint) {
  std::vector<audit::AppendedEntry> entries;
  entries.push_back(Append(audit::IntentDraft(1, {"slmpd"})));
  Append(audit::IntentDraft(2, {"slmpd"}));
  entries.push_back(Append(audit::RefuseDraft(1, 0, "slmpd")));
  entries.push_back(Append(audit::CloseDraft(1, 0)));
  const absl::StatusOr<v1::QueryReceipt> receipt = BuildReceipt(*log_, entries);
  FUSIONHUB_ASSERT_OK(receipt);
  ASSERT_EQ(receipt->entries_size(), 3);
  for (const v1::LogProof& proof : receipt->entries()) ExpectHolds(proof, receipt->checkpoint());
  EXPECT_EQ(receipt->entries(1).index(), 2u);

  const absl::StatusOr<v1::LogProof> one = ProveEntry(*log_, entries[0]);
  FUSIONHUB_ASSERT_OK(one);
  ExpectHolds(*one, one->checkpoint());
}

TEST_F(ReceiptTest, ProvesNothingThatIsNotInTheLog) {
  audit::AppendedEntry entry = Append(audit::IntentDraft(1, {"slmpd"}));
  entry.index = 7;
  EXPECT_FALSE(BuildReceipt(*log_, {entry}).ok());
  EXPECT_FALSE(ProveEntry(*log_, entry).ok());
}

}  // namespace
}  // namespace fusionhub::broker
