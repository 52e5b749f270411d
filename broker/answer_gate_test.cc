// What a node may not get past the hub: answers to other questions, of others, unsigned, too large,
// and fields that the hub's own decision does not release.
#include "broker/answer_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "audit/answer_commitment.h"
#include "base/status_matchers.h"
#include "broker/test_course.h"
#include "query/test_query.h"

namespace fusionhub::broker {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AnswerGateTest : public ::testing::Test {
 protected:
  OwnerPlan PlanOf(const std::string& owner, const Question& question) {
    for (OwnerPlan& plan : hub_.Plan(question).owners) {
      if (plan.owner == owner) return plan;
    }
    ADD_FAILURE() << owner << " is not in the plan";
    return {};
  }
  absl::Status Fits(const v1::SignedAnswer& answer) {
    return CheckAnswerFits(question_, plan_, answer);
  }
  // A good answer with one thing changed before it is signed.
  absl::Status FitsWith(const std::function<void(v1::Answer&)>& change) {
    v1::Answer answer = hub_.Released(question_, "slmpd", {{{"plate", "ABC123"}}});
    change(answer);
    return Fits(hub_.SignedBy("slmpd", answer));
  }
  v1::SignedAnswer Good() {
    return hub_.SignedBy("slmpd", hub_.Released(question_, "slmpd", {{{"plate", "ABC123"}}}));
  }

  TestCourse hub_{"answer_gate"};
  const Question question_ = hub_.Admit(hub_.world().Question());
  const OwnerPlan plan_ = PlanOf("slmpd", question_);
};

absl::Status Refused(absl::string_view word) { return absl::InvalidArgumentError(word); }
absl::Status NotTheirs(absl::string_view word) { return absl::UnauthenticatedError(word); }

TEST_F(AnswerGateTest, TakesWhatWasAskedFor) {
  FUSIONHUB_EXPECT_OK(Fits(Good()));
  for (const auto outcome : {v1::ANSWER_OUTCOME_REFUSED, v1::ANSWER_OUTCOME_HELD}) {
    FUSIONHUB_EXPECT_OK(
        Fits(hub_.SignedBy("slmpd", hub_.NotReleased(question_, "slmpd", outcome))));
  }
}

TEST_F(AnswerGateTest, RefusesAnAnswerToAnotherQuestion) {
  EXPECT_EQ(FitsWith([](v1::Answer& answer) { answer.set_query_id(std::string(16, 'x')); }),
            Refused("other_query"));
}

TEST_F(AnswerGateTest, RefusesAnotherOwner) {
  const v1::SignedAnswer other =
      hub_.SignedBy("st_louis_county_pd",
                    hub_.Released(question_, "st_louis_county_pd", {{{"plate", "ABC123"}}}));
  EXPECT_EQ(Fits(other), Refused("other_owner"));
}

TEST_F(AnswerGateTest, RefusesOutcomesThatAreNotANodesToGive) {
  for (const auto outcome :
       {v1::ANSWER_OUTCOME_UNSPECIFIED, v1::ANSWER_OUTCOME_TIMED_OUT, v1::ANSWER_OUTCOME_OFFLINE,
        v1::ANSWER_OUTCOME_INVALID, v1::ANSWER_OUTCOME_NOTHING_RELEASED}) {
    v1::SignedAnswer answer = Good();
    answer.mutable_answer()->set_outcome(outcome);
    EXPECT_EQ(Fits(answer), Refused("wrong_outcome")) << outcome;
  }
}

TEST_F(AnswerGateTest, RefusesRecordsBesideARefusal) {
  // They would pass by the second gate and leave without a RELEASE entry.
  for (const auto outcome : {v1::ANSWER_OUTCOME_REFUSED, v1::ANSWER_OUTCOME_HELD}) {
    v1::SignedAnswer answer = Good();
    answer.mutable_answer()->set_outcome(outcome);
    EXPECT_EQ(Fits(answer), NotTheirs("bad_signature"));
  }
}

TEST_F(AnswerGateTest, RefusesUnsignedAnswersAndOthersKeys) {
  v1::SignedAnswer unsigned_answer = Good();
  unsigned_answer.clear_signature();
  EXPECT_EQ(Fits(unsigned_answer), NotTheirs("unknown_key"));
  v1::SignedAnswer other_use = Good();
  other_use.mutable_signature()->set_key_id("checkpoints-1");
  EXPECT_EQ(Fits(other_use), NotTheirs("unknown_key"));
  v1::SignedAnswer officer = Good();
  officer.mutable_signature()->set_key_id("chief-demo");
  EXPECT_EQ(Fits(officer), NotTheirs("unknown_key"));
  EXPECT_EQ(FitsWith([](v1::Answer& answer) { answer.set_node("slmpd-2"); }),
            NotTheirs("unknown_key"));
  // The county's key under the same id.
  EXPECT_EQ(Fits(hub_.SignedBy("st_louis_county_pd",
                               hub_.Released(question_, "slmpd", {{{"plate", "ABC123"}}}))),
            NotTheirs("bad_signature"));
}

TEST_F(AnswerGateTest, RefusesAnswersChangedAfterSigning) {
  v1::SignedAnswer value = Good();
  value.mutable_answer()->mutable_records(0)->mutable_fields(0)->set_value("XYZ789");
  EXPECT_EQ(Fits(value), NotTheirs("bad_signature"));
  v1::SignedAnswer label = Good();
  label.mutable_answer()->add_labels("verified");
  EXPECT_EQ(Fits(label), NotTheirs("bad_signature"));
  v1::SignedAnswer dropped = Good();
  dropped.mutable_answer()->clear_records();
  EXPECT_EQ(Fits(dropped), NotTheirs("bad_signature"));
  v1::SignedAnswer byte = Good();
  (*byte.mutable_signature()->mutable_signature())[0] ^= 1;
  EXPECT_EQ(Fits(byte), NotTheirs("bad_signature"));
}

TEST_F(AnswerGateTest, RefusesMoreCandidatesThanAskedFor) {
  v1::Query query = hub_.world().FaceQuestion();
  query.mutable_face_comparison()->set_max_candidates(2);
  const Question question = hub_.Admit(query);
  const OwnerPlan plan = PlanOf("slmpd", question);
  const auto with = [&](int records) {
    return CheckAnswerFits(
        question, plan,
        hub_.SignedBy("slmpd", hub_.Released(question, "slmpd",
                                             {static_cast<size_t>(records), {{"score", "1"}}})));
  };
  FUSIONHUB_EXPECT_OK(with(2));
  EXPECT_EQ(with(3), Refused("too_many_records"));
}

TEST_F(AnswerGateTest, RefusesASecondReadBesideTheOneAskedFor) {
  v1::Query query = query::TestPlateDetail(query::TestQuestioner::Now());
  query.clear_facts();
  const Question question = hub_.Admit(query);
  const OwnerPlan plan = PlanOf("st_louis_county_pd", question);
  EXPECT_EQ(CheckAnswerFits(
                question, plan,
                hub_.SignedBy("st_louis_county_pd", hub_.Released(question, "st_louis_county_pd",
                                                                  {2, {{"plate", "ABC123"}}}))),
            Refused("too_many_records"));
}

TEST_F(AnswerGateTest, I5_WithholdsWhatTheHubsDecisionDoesNotRelease) {
  v1::SignedAnswer answer = hub_.SignedBy(
      "slmpd", hub_.Released(question_, "slmpd",
                             {{{"plate", "ABC123"}, {"owner_name", "Jane Roe"}, {"score", "7"}},
                              {{"owner_name", "John Roe"}}}));
  FUSIONHUB_ASSERT_OK(Fits(answer));
  const audit::Digest before = audit::AnswerDigest(answer.answer());
  const Gated gated = GateAnswer(question_, plan_, hub_.clock().Now(), answer);
  EXPECT_EQ(gated.records_released, 1);
  EXPECT_THAT(answer.SerializeAsString(), HasSubstr("ABC123"));
  EXPECT_THAT(answer.SerializeAsString(), Not(HasSubstr("Roe")));
  ASSERT_EQ(gated.scores.size(), 1u);
  EXPECT_EQ(gated.scores[0].score, 7);
  for (const v1::Field& field : answer.answer().records(0).fields()) {
    EXPECT_EQ(audit::IsWithheld(field), field.name() != "plate") << field.name();
  }
  // The owner's signature still holds over what is left.
  EXPECT_EQ(audit::AnswerDigest(answer.answer()), before);
  FUSIONHUB_EXPECT_OK(Fits(answer));
}

TEST_F(AnswerGateTest, WithholdsRecordsPastTheAgeThatTheTermsAllow) {
  v1::Query query = query::TestPlateIndex(query::TestQuestioner::Now());
  query.clear_facts();
  const Question question = hub_.Admit(query);
  const OwnerPlan plan = PlanOf("st_louis_county_pd", question);
  ASSERT_EQ(plan.decision.records.max_age_days, 90);
  v1::SignedAnswer answer = hub_.SignedBy(
      "st_louis_county_pd",
      hub_.Released(question, "st_louis_county_pd",
                    {{{"captured_at", "2025-03-09T10:00:00+00:00"}, {"count", "2"}},
                     {{"captured_at", "2024-11-09T10:00:00+00:00"}, {"count", "777"}}}));
  const Gated gated = GateAnswer(question, plan, hub_.clock().Now(), answer);
  EXPECT_EQ(gated.records_released, 1);
  EXPECT_THAT(answer.SerializeAsString(), Not(HasSubstr("777")));
}

TEST_F(AnswerGateTest, ScoresThatAreNoNumbersAreNoScores) {
  v1::SignedAnswer answer = hub_.SignedBy(
      "slmpd",
      hub_.Released(question_, "slmpd",
                    {{{"plate", "A"}, {"score", "1e9"}}, {{"plate", "B"}, {"score", ""}}}));
  EXPECT_TRUE(GateAnswer(question_, plan_, hub_.clock().Now(), answer).scores.empty());
}

}  // namespace
}  // namespace fusionhub::broker
