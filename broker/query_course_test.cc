// A question's course with nodes that answer, refuse, hold, stay silent, lie, or go: whatever they
// do, the log has INTENT, one end per owner, then CLOSE.
#include "broker/query_course.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "audit/answer_commitment.h"
#include "audit/receipt.h"
#include "base/status_matchers.h"
#include "broker/test_course.h"
#include "query/explanation.h"
#include "query/test_query.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kIntent[] = "INTENT(slmpd,st_louis_county_pd:asked)";
constexpr char kClose[] = "CLOSE(:closed)";
constexpr char kSsn[] = "078-05-1120";
constexpr char kCounty[] = "st_louis_county_pd";

class QueryCourseTest : public ::testing::Test {
 protected:
  static std::string TestName() {
    return ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  void ConnectBoth() {
    city_ = hub_.Connect("slmpd", {"mugshots", "plate_reads"});
    county_ = hub_.Connect(kCounty, {"mugshots", "plate_reads"});
  }
  // A facial comparison, which both may answer.
  Question Ask(uint32_t deadline_ms = 0) {
    v1::Query query = hub_.world().FaceQuestion();
    query.set_deadline_ms(deadline_ms);
    return hub_.Admit(query);
  }
  v1::SignedAnswer Candidates(const Question& question, const std::string& owner,
                              const std::string& score) {
    return hub_.SignedBy(owner, hub_.Released(question, owner,
                                              {{{"booking_number", "B-" + score},
                                                {"image", "jpeg"},
                                                {"ssn", kSsn},
                                                {"score", score}}}));
  }
  static std::string Outcome(const v1::QueryComplete& complete, const std::string& owner) {
    for (const v1::OwnerOutcome& outcome : complete.outcomes()) {
      if (outcome.owner() == owner) return v1::AnswerOutcome_Name(outcome.outcome());
    }
    return "none";
  }
  audit::ReceiptReport Verify(const Question& question) {
    v1::SavedReceipt receipt;
    *receipt.mutable_signed_query() = question.signed_query;
    *receipt.mutable_accepted() = sink_->AwaitAccepted();
    for (const v1::OwnerResult& result : sink_->results()) *receipt.add_results() = result;
    *receipt.mutable_complete() = sink_->AwaitComplete();
    const auto answer_key =
        [&](absl::string_view owner,
            absl::string_view key_id) -> absl::StatusOr<crypto::Ed25519PublicKey> {
      return hub_.world().policy()->FindAgency(owner)->FindNodeKey(key_id)->key;
    };
    return audit::VerifyReceipt(receipt, {.log_key = hub_.log_files().vkey(),
                                          .origin = std::string(audit::kTestOrigin),
                                          .statement_key = hub_.statement_key(),
                                          .answer_key = answer_key,
                                          .cosigners = {}});
  }

  std::shared_ptr<TestSink> sink_ = std::make_shared<TestSink>();
  TestCourse hub_{"query_" + TestName()};
  std::shared_ptr<TestNode> city_;
  std::shared_ptr<TestNode> county_;
};

TEST_F(QueryCourseTest, AnswersOfAllOwnersWithAReceiptThatVerifies) {
  ConnectBoth();
  const Question question = Ask();
  hub_.Start(question, sink_);
  const v1::WorkOrder order = city_->TakeOrder();
  EXPECT_EQ(order.query_id(), question.query_id);
  EXPECT_EQ(order.signed_query().query(), question.signed_query.query());
  city_->Answer(Candidates(question, "slmpd", "5"));
  county_->TakeOrder();
  county_->Answer(Candidates(question, kCounty, "9"));
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_EQ(hub_.Entries(question).size(), 4u);
  EXPECT_EQ(hub_.Entries(question).front(), kIntent);
  EXPECT_EQ(hub_.Entries(question).back(), kClose);
  ASSERT_EQ(complete.ranking_size(), 2);
  EXPECT_EQ(complete.ranking(0).owner(), kCounty);  // the better score first
  EXPECT_THAT(complete.SerializeAsString(), Not(HasSubstr(kSsn)));
  for (const v1::OwnerResult& result : sink_->results()) {
    EXPECT_THAT(result.SerializeAsString(), Not(HasSubstr(kSsn)));
    for (const v1::Field& field : result.answer().answer().records(0).fields()) {
      EXPECT_EQ(field.name() == "score" && !audit::IsWithheld(field), false);
    }
  }
  EXPECT_TRUE(sink_->in_order());
  const audit::ReceiptReport report = Verify(question);
  for (const audit::ReceiptFinding& finding : report.findings) {
    ADD_FAILURE() << finding.check << ": " << finding.text;
  }
}

TEST_F(QueryCourseTest, I3_TheIntentIsInTheLogBeforeAnybodyIsAsked) {
  ConnectBoth();
  const Question question = Ask();
  std::vector<std::string> seen;
  city_->answers = [&](const v1::WorkOrder& order) -> absl::StatusOr<v1::SignedAnswer> {
    seen = hub_.Entries(question);
    EXPECT_EQ(hub_.log().Leaf(order.intent().index()).value(), order.intent().leaf());
    return Candidates(question, "slmpd", "1");
  };
  county_->answers = [&](const v1::WorkOrder&) { return Candidates(question, kCounty, "1"); };
  hub_.Start(question, sink_);
  sink_->AwaitComplete();
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.front(), kIntent);
}

TEST_F(QueryCourseTest, ASilentOwnerIsNamedAndALateAnswerIsNobodys) {
  ConnectBoth();
  const Question question = Ask(/*deadline_ms=*/200);
  hub_.Start(question, sink_);
  county_->TakeOrder();
  county_->Answer(Candidates(question, kCounty, "1"));
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_EQ(Outcome(complete, "slmpd"), "ANSWER_OUTCOME_TIMED_OUT");
  EXPECT_EQ(Outcome(complete, kCounty), "ANSWER_OUTCOME_RELEASED");
  EXPECT_THAT(city_->cancelled(), ElementsAre(question.query_id));
  EXPECT_THAT(county_->cancelled(), IsEmpty());
  const std::vector<std::string> entries = hub_.Entries(question);
  EXPECT_THAT(entries, ElementsAre(kIntent, "RELEASE(st_louis_county_pd:released)",
                                   "TIMEOUT(slmpd:timed_out)", kClose));
  city_->Answer(Candidates(question, "slmpd", "1"));  // late
  const Question after = Ask();
  hub_.Start(after, std::make_shared<TestSink>());  // whatever it did is before this one's entries
  city_->TakeOrder();
  EXPECT_EQ(hub_.Entries(question), entries);
  EXPECT_THAT(sink_->results(), SizeIs(2));
  EXPECT_TRUE(Verify(question).ok());
}

TEST_F(QueryCourseTest, AnAnswerGivenTwiceCountsOnce) {
  ConnectBoth();
  const Question question = Ask();
  hub_.Start(question, sink_);
  city_->TakeOrder();
  city_->Answer(Candidates(question, "slmpd", "1"));
  city_->Answer(Candidates(question, "slmpd", "2"));
  county_->TakeOrder();
  county_->Answer(Candidates(question, kCounty, "1"));
  county_->Answer(absl::UnavailableError("gone"));
  sink_->AwaitComplete();
  EXPECT_THAT(hub_.Entries(question), SizeIs(4));
  EXPECT_THAT(sink_->results(), SizeIs(2));
  EXPECT_TRUE(sink_->in_order());
}

TEST_F(QueryCourseTest, OwnersThatCannotBeReachedAreOffline) {
  city_ = hub_.Connect("slmpd", {"mugshots"});  // the county has no node
  city_->trouble = absl::UnavailableError("the connection has ended");
  const Question question = Ask();
  hub_.Start(question, sink_);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_EQ(Outcome(complete, "slmpd"), "ANSWER_OUTCOME_OFFLINE");
  EXPECT_EQ(Outcome(complete, kCounty), "ANSWER_OUTCOME_OFFLINE");
  EXPECT_THAT(hub_.Entries(question), SizeIs(4));
  EXPECT_TRUE(Verify(question).ok());
}

TEST_F(QueryCourseTest, AConnectionThatEndsMeanwhileIsOffline) {
  ConnectBoth();
  const Question question = Ask();
  county_->answers = [&](const v1::WorkOrder&) { return Candidates(question, kCounty, "1"); };
  hub_.Start(question, sink_);
  city_->TakeOrder();
  city_->Answer(absl::UnavailableError("the node's connection ended before it answered"));
  EXPECT_EQ(Outcome(sink_->AwaitComplete(), "slmpd"), "ANSWER_OUTCOME_OFFLINE");
}

TEST_F(QueryCourseTest, AnswersThatDoNotFitAreNotPassedOn) {
  ConnectBoth();
  const Question question = Ask();
  const Question other = Ask();
  hub_.Start(question, sink_);
  city_->TakeOrder();
  city_->Answer(Candidates(other, "slmpd", "1"));
  county_->TakeOrder();
  v1::SignedAnswer unsigned_answer = Candidates(question, kCounty, "1");
  unsigned_answer.clear_signature();
  county_->Answer(unsigned_answer);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_EQ(Outcome(complete, "slmpd"), "ANSWER_OUTCOME_INVALID");
  EXPECT_EQ(Outcome(complete, kCounty), "ANSWER_OUTCOME_INVALID");
  for (const v1::OwnerResult& result : sink_->results()) EXPECT_FALSE(result.has_answer());
  EXPECT_THAT(hub_.Entries(question),
              UnorderedElementsAre(kIntent, "TIMEOUT(slmpd:invalid)",
                                   "TIMEOUT(st_louis_county_pd:invalid)", kClose));
  EXPECT_THAT(hub_.registry().Text(), HasSubstr("reason=\"other_query\""));
  EXPECT_THAT(hub_.registry().Text(), HasSubstr("reason=\"unknown_key\""));
}

TEST_F(QueryCourseTest, AnOwnersRefusalIsLoggedWithWhatItSigned) {
  ConnectBoth();
  const Question question = Ask();
  hub_.Start(question, sink_);
  city_->TakeOrder();
  city_->Answer(
      hub_.SignedBy("slmpd", hub_.NotReleased(question, "slmpd", v1::ANSWER_OUTCOME_REFUSED)));
  county_->TakeOrder();
  county_->Answer(Candidates(question, kCounty, "1"));
  EXPECT_EQ(Outcome(sink_->AwaitComplete(), "slmpd"), "ANSWER_OUTCOME_REFUSED");
  EXPECT_EQ(sink_->AwaitResult("slmpd").explanation().failures(0).check(), "probe");
  EXPECT_TRUE(Verify(question).ok());
}

TEST_F(QueryCourseTest, HeldByOneAnsweredByTheOther) {
  ConnectBoth();
  v1::Query query = query::TestPlateIndex(query::TestQuestioner::Now());
  query.clear_facts();
  const Question question = hub_.Admit(query);
  county_->answers = [&](const v1::WorkOrder&) {
    return hub_.SignedBy(kCounty, hub_.Released(question, kCounty, {{{"count", "2"}}}));
  };
  hub_.Start(question, sink_);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_FALSE(city_->WasAsked());
  EXPECT_EQ(Outcome(complete, "slmpd"), "ANSWER_OUTCOME_HELD");
  const std::string hold_id = sink_->AwaitResult("slmpd").hold_id();
  const absl::StatusOr<HoldRecord> hold = hub_.holds().Find(hold_id);
  FUSIONHUB_ASSERT_OK(hold);
  EXPECT_EQ(hold->owner, "slmpd");
  EXPECT_EQ(hold->question_digest, question.verified.question_digest);
  EXPECT_THAT(hub_.Entries(question),
              UnorderedElementsAre("INTENT(st_louis_county_pd:asked)", "HOLD(slmpd:held)",
                                   "RELEASE(st_louis_county_pd:released)", kClose));
}

TEST_F(QueryCourseTest, HeldForAllIsOneHoldAndAClose) {
  ConnectBoth();
  v1::Query query = query::TestPlateIndex(query::TestQuestioner::Now());
  query.clear_facts();
  query.add_owners("slmpd");
  const Question question = hub_.Admit(query);
  hub_.Start(question, sink_);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_THAT(hub_.Entries(question), ElementsAre("HOLD(slmpd:held)", kClose));
  FUSIONHUB_EXPECT_OK(hub_.holds().Find(complete.outcomes(0).hold_id()));
  EXPECT_FALSE(city_->WasAsked());
}

TEST_F(QueryCourseTest, RefusedForAllIsOneRefusalAndAClose) {
  ConnectBoth();
  v1::Query query = hub_.world().FaceQuestion();
  query.clear_identifier();
  const Question question = hub_.Admit(query);
  hub_.Start(question, sink_);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_THAT(hub_.Entries(question),
              ElementsAre("REFUSE(slmpd,st_louis_county_pd:refused)", kClose));
  EXPECT_EQ(query::LeadClause(complete.explanation()), "SO#C.2");
  EXPECT_THAT(sink_->results(), IsEmpty());
  EXPECT_FALSE(city_->WasAsked() || county_->WasAsked());
}

TEST_F(QueryCourseTest, AUsedAssertionIsRefusedWhateverThePlanSays) {
  ConnectBoth();
  const Question question = Ask();
  hub_.Start(question, sink_,
             QueryCourse::Refusal{"assertion_replayed",
                                  query::OneFailure("assertion", "SO#B.4", "used before",
                                                    "a new assertion", "requester")});
  EXPECT_EQ(Outcome(sink_->AwaitComplete(), "slmpd"), "ANSWER_OUTCOME_REFUSED");
  EXPECT_THAT(hub_.Entries(question),
              ElementsAre("REFUSE(slmpd,st_louis_county_pd:assertion_replayed)", kClose));
  EXPECT_FALSE(city_->WasAsked() || county_->WasAsked());
}

TEST_F(QueryCourseTest, AnUnknownOwnerIsRefusedBesideTheOthers) {
  ConnectBoth();
  v1::Query query = hub_.world().FaceQuestion();
  query.add_owners("slmpd");
  query.add_owners("nowhere_pd");
  const Question question = hub_.Admit(query);
  city_->answers = [&](const v1::WorkOrder&) { return Candidates(question, "slmpd", "1"); };
  hub_.Start(question, sink_);
  const v1::QueryComplete complete = sink_->AwaitComplete();
  EXPECT_EQ(Outcome(complete, "nowhere_pd"), "ANSWER_OUTCOME_REFUSED");
  EXPECT_EQ(Outcome(complete, "slmpd"), "ANSWER_OUTCOME_RELEASED");
  EXPECT_THAT(hub_.Entries(question), SizeIs(4));
}

TEST_F(QueryCourseTest, ARequesterWhoLeavesIsNoLongerWaitedFor) {
  ConnectBoth();
  const Question question = Ask(/*deadline_ms=*/30000);
  const std::shared_ptr<QueryCourse> course = hub_.Start(question, sink_);
  city_->TakeOrder();
  city_->Answer(Candidates(question, "slmpd", "1"));
  sink_->AwaitResult("slmpd");
  county_->TakeOrder();
  course->RequesterLeft();
  const absl::Time until = absl::Now() + absl::Seconds(10);
  while (hub_.Entries(question).size() < 4 && absl::Now() < until) std::this_thread::yield();
  EXPECT_THAT(hub_.Entries(question), ElementsAre(kIntent, "RELEASE(slmpd:released)",
                                                  "TIMEOUT(st_louis_county_pd:timed_out)", kClose));
  EXPECT_THAT(county_->cancelled(), ElementsAre(question.query_id));
  EXPECT_FALSE(sink_->complete());
  EXPECT_THAT(sink_->results(), SizeIs(1));
}

TEST_F(QueryCourseTest, WhateverNodesDoTheGrammarHolds) {
  ConnectBoth();
  std::mt19937 dice(20250310);
  for (int round = 0; round < 40; ++round) {
    const Question question = Ask(/*deadline_ms=*/100);
    const auto behave = [&](const std::shared_ptr<TestNode>& node, const std::string& owner) {
      node->trouble = dice() % 6 == 0 ? absl::UnavailableError("gone") : absl::OkStatus();
      node->answers = nullptr;
      const uint32_t kind = dice() % 5;
      if (kind == 4) return;  // silence
      node->answers = [this, &question, owner,
                       kind](const v1::WorkOrder&) -> absl::StatusOr<v1::SignedAnswer> {
        if (kind == 0) return absl::UnavailableError("gone");
        if (kind == 1) return v1::SignedAnswer();
        if (kind == 2) {
          return hub_.SignedBy(owner,
                               hub_.NotReleased(question, owner, v1::ANSWER_OUTCOME_REFUSED));
        }
        return Candidates(question, owner, "1");
      };
    };
    behave(city_, "slmpd");
    behave(county_, kCounty);
    const auto sink = std::make_shared<TestSink>();
    hub_.Start(question, sink);
    sink->AwaitComplete();
    const std::vector<std::string> entries = hub_.Entries(question);
    ASSERT_EQ(entries.size(), 4u) << round;
    EXPECT_EQ(entries.front(), kIntent);
    EXPECT_EQ(entries.back(), kClose);
    EXPECT_NE(absl::StrContains(entries[1], "(slmpd:"), absl::StrContains(entries[2], "(slmpd:"));
    EXPECT_THAT(sink->results(), SizeIs(2));
    EXPECT_TRUE(sink->in_order());
  }
}

TEST(QueryCourseWithoutALogTest, WithoutALogNobodyIsAskedAndNothingAnswered) {
  const auto sink = std::make_shared<TestSink>();
  TestCourse hub("query_no_log", /*log_queue=*/0);
  const std::shared_ptr<TestNode> city = hub.Connect("slmpd", {"mugshots"});
  hub.Start(hub.Admit(hub.world().FaceQuestion()), sink);
  EXPECT_THAT(sink->AwaitFailed(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("audit log cannot be written")));
  EXPECT_FALSE(city->WasAsked());
  EXPECT_FALSE(sink->complete());
}

}  // namespace
}  // namespace fusionhub::broker
