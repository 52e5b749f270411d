// After a kill, questions that were open are ended in the log.
#include "broker/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/entry.h"
#include "audit/sealed_payload.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "broker/log_entries.h"
#include "fusionhub/v1/analyst.pb.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecoveryTest : public ::testing::Test {
 protected:
  static audit::EntryDraft Intent(uint64_t query, std::vector<std::string> owners) {
    audit::EntryDraft draft = audit::IntentDraft(query, std::move(owners));
    draft.payload.push_back({std::string(kFieldQuery), "query"});
    return draft;
  }
  void Append(const audit::EntryDraft& draft) {
    FUSIONHUB_ASSERT_OK(log_->AppendAndWait(draft).status());
  }
  int EndInterrupted() {
    const absl::StatusOr<int> ended = EndInterruptedQuestions(*log_, audit::TestTime());
    FUSIONHUB_EXPECT_OK(ended);
    return ended.value_or(-1);
  }
  // Entries of a question as "TYPE(owners:outcome)".
  std::vector<std::string> Entries(uint64_t query) {
    std::vector<std::string> out;
    const std::vector<uint64_t> indices = log_->EntriesOf(audit::TestId(query)).value();
    for (const uint64_t index : indices) {
      const audit::Entry entry = audit::ParseLeaf(log_->Leaf(index).value()).value();
      out.push_back(absl::StrCat(audit::EntryTypeName(entry.type), "(",
                                 absl::StrJoin(entry.owners, ","), ":", entry.outcome, ")"));
    }
    return out;
  }

  audit::TestLog files_{std::string("recovery_") +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::unique_ptr<audit::Log> log_ = files_.Open().value();
};

TEST_F(RecoveryTest, ClosedQuestionsAreLeftAlone) {
  EXPECT_EQ(EndInterrupted(), 0);
  Append(Intent(1, {"slmpd"}));
  Append(audit::ReleaseDraft(1, 0, "slmpd"));
  Append(audit::CloseDraft(1, 0));
  EXPECT_EQ(EndInterrupted(), 0);
  EXPECT_EQ(log_->LatestCheckpoint().size, 3u);
}

TEST_F(RecoveryTest, OpenQuestionGetsAnEndForEachOwnerAndOneClose) {
  Append(Intent(1, {"slmpd", "st_charles_pd", "st_louis_county_pd"}));
  Append(audit::RefuseDraft(1, 0, "st_charles_pd"));
  EXPECT_EQ(EndInterrupted(), 1);
  EXPECT_THAT(Entries(1),
              ElementsAre("INTENT(slmpd,st_charles_pd,st_louis_county_pd:)",
                          "REFUSE(st_charles_pd:refused)", "TIMEOUT(slmpd:interrupted)",
                          "TIMEOUT(st_louis_county_pd:interrupted)", "CLOSE(:interrupted)"));
  EXPECT_EQ(EndInterrupted(), 0);
}

TEST_F(RecoveryTest, AnAllEndedQuestionOnlyCloses) {
  Append(Intent(1, {"slmpd"}));
  Append(audit::ReleaseDraft(1, 0, "slmpd"));
  EXPECT_EQ(EndInterrupted(), 1);
  EXPECT_EQ(Entries(1).back(), "CLOSE(:interrupted)");
  EXPECT_EQ(Entries(1).size(), 3u);
}

TEST_F(RecoveryTest, ARefusalForAllOnlyCloses) {
  audit::EntryDraft refusal = audit::RefuseDraft(1, 0, "slmpd");
  refusal.reference = std::nullopt;
  refusal.query_digest = crypto::Sha256("query");
  refusal.payload.push_back({std::string(kFieldQuery), "query"});
  Append(refusal);
  EXPECT_EQ(EndInterrupted(), 1);
  EXPECT_THAT(Entries(1), ElementsAre("REFUSE(slmpd:refused)", "CLOSE(:interrupted)"));
  EXPECT_EQ(EndInterrupted(), 0);
}

TEST_F(RecoveryTest, EndsEveryOpenQuestionAlsoAcrossManyEntries) {
  for (uint64_t query = 0; query < 300; ++query) {
    Append(Intent(query, {"slmpd"}));
    if (query % 3 != 0) continue;
    Append(audit::RefuseDraft(query, log_->LatestCheckpoint().size - 1, "slmpd"));
    Append(audit::CloseDraft(query, log_->LatestCheckpoint().size - 2));
  }
  EXPECT_EQ(EndInterrupted(), 200);
  EXPECT_EQ(EndInterrupted(), 0);
  EXPECT_THAT(Entries(1),
              ElementsAre("INTENT(slmpd:)", "TIMEOUT(slmpd:interrupted)", "CLOSE(:interrupted)"));
  EXPECT_EQ(Entries(0).size(), 3u);
}

TEST_F(RecoveryTest, TheEndsAreThereAfterTheNextStartToo) {
  Append(Intent(1, {"slmpd"}));
  log_ = nullptr;
  log_ = files_.Open().value();
  EXPECT_EQ(EndInterrupted(), 1);
  log_ = nullptr;
  log_ = files_.Open().value();
  EXPECT_EQ(EndInterrupted(), 0);
  EXPECT_EQ(Entries(1).size(), 3u);
}

TEST_F(RecoveryTest, CloseCarriesTheStatementOfWhatTheLogSays) {
  Append(Intent(1, {"slmpd", "st_charles_pd"}));
  Append(audit::RefuseDraft(1, 0, "st_charles_pd"));
  EXPECT_EQ(EndInterrupted(), 1);
  const audit::Log::OpenedEntry close = log_->OpenEntry(log_->LatestCheckpoint().size - 1).value();
  ASSERT_EQ(close.entry.type, audit::EntryType::kClose);
  const std::string bytes = audit::PayloadValue(close.payload, "statement").value();
  v1::CompletenessStatement statement;
  ASSERT_TRUE(statement.ParseFromString(bytes));
  EXPECT_EQ(statement.query_id(), audit::TestId(1));
  ASSERT_EQ(statement.outcomes_size(), 2);
  EXPECT_EQ(statement.outcomes(0).owner(), "slmpd");
  EXPECT_EQ(statement.outcomes(0).outcome(), v1::ANSWER_OUTCOME_TIMED_OUT);
  EXPECT_EQ(statement.outcomes(0).log_index(), 2u);
  EXPECT_EQ(statement.outcomes(1).owner(), "st_charles_pd");
  EXPECT_EQ(statement.outcomes(1).outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(statement.outcomes(1).log_index(), 1u);
}

}  // namespace
}  // namespace fusionhub::broker
