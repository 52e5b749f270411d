#include "audit/answer_commitment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "audit/answer_batcher.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

v1::Answer MakeAnswer(int query, int records, Random& random) {
  v1::Answer answer;
  answer.set_query_id(std::string(15, 'q') + static_cast<char>(query));
  answer.set_owner("slmpd");
  answer.set_node("n1");
  answer.set_outcome(v1::ANSWER_OUTCOME_RELEASED);
  for (int r = 0; r < records; ++r) {
    v1::Record& record = *answer.add_records();
    record.set_record_id("r" + std::to_string(r));
    for (const char* name : {"name", "charge", "booked_at"}) {
      v1::Field& field = *record.add_fields();
      field.set_name(name);
      field.set_value(std::string("value of ") + name);
    }
  }
  answer.add_labels("investigative_lead_only");
  answer.add_clauses("MOU#IV.B.1");
  answer.set_policy_digest(std::string(32, 'p'));
  answer.mutable_decided_at()->set_seconds(1772461536);
  CommitFields(answer, random);
  return answer;
}

// Signs one answer alone.
v1::SignedAnswer SignOne(v1::Answer answer, const crypto::Ed25519PrivateKey& key) {
  v1::SignedAnswer result;
  {
    AnswerBatcher batcher({.owner = "slmpd", .node = "n1", .key_id = "k1", .key = key});
    EXPECT_THAT(batcher.Sign(std::move(answer),
                             [&](v1::SignedAnswer signed_answer) { result = signed_answer; }),
                IsOk());
  }
  return result;
}

class AnswerTest : public ::testing::Test {
 protected:
  SeededRandom random_{1};
  crypto::Ed25519PrivateKey key_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  crypto::Ed25519PublicKey public_ = key_.public_key();
};

TEST_F(AnswerTest, ASignedAnswerVerifies) {
  const v1::SignedAnswer answer = SignOne(MakeAnswer(1, 3, random_), key_);
  EXPECT_EQ(answer.signature().key_id(), "k1");
  FUSIONHUB_EXPECT_OK(CheckAnswer(answer, public_));
}

TEST_F(AnswerTest, AnAnswerWithoutRecordsVerifies) {
  FUSIONHUB_EXPECT_OK(CheckAnswer(SignOne(MakeAnswer(1, 0, random_), key_), public_));
}

TEST_F(AnswerTest, AWithheldFieldChangesNoDigest) {
  v1::SignedAnswer answer = SignOne(MakeAnswer(1, 3, random_), key_);
  const Digest digest = AnswerDigest(answer.answer());
  const Digest released = ReleasedRoot(answer.answer());
  Withhold(*answer.mutable_answer()->mutable_records(1)->mutable_fields(0));
  EXPECT_EQ(AnswerDigest(answer.answer()), digest);
  EXPECT_NE(ReleasedRoot(answer.answer()), released);
  FUSIONHUB_EXPECT_OK(CheckAnswer(answer, public_));
}

TEST_F(AnswerTest, TheHubCanChangeNothing) {
  const v1::SignedAnswer good = SignOne(MakeAnswer(1, 3, random_), key_);
  const std::vector<std::function<void(v1::SignedAnswer&)>> changes = {
      [](auto& a) {
        a.mutable_answer()->mutable_records(0)->mutable_fields(0)->set_value("other");
      },
      [](auto& a) { a.mutable_answer()->mutable_records(0)->mutable_fields(0)->clear_value(); },
      [](auto& a) { a.mutable_answer()->mutable_records(0)->mutable_fields(0)->clear_salt(); },
      [](auto& a) { a.mutable_answer()->mutable_records(0)->mutable_fields(0)->set_name("aaa"); },
      [](auto& a) {
        v1::Field& field = *a.mutable_answer()->mutable_records(0)->mutable_fields(0);
        Withhold(field);
        field.set_name("aaa");
      },
      [](auto& a) { a.mutable_answer()->mutable_records(0)->mutable_fields()->RemoveLast(); },
      [](auto& a) { a.mutable_answer()->mutable_records(0)->set_record_id("other"); },
      [](auto& a) { a.mutable_answer()->mutable_records()->RemoveLast(); },
      [](auto& a) { a.mutable_answer()->mutable_records()->SwapElements(0, 1); },
      [](auto& a) { a.mutable_answer()->mutable_query_id()->front() = 'x'; },
      [](auto& a) { a.mutable_answer()->set_owner("st_charles_pd"); },
      [](auto& a) { a.mutable_answer()->set_node("n2"); },
      [](auto& a) {
        a.mutable_answer()->clear_records();
        a.mutable_answer()->set_outcome(v1::ANSWER_OUTCOME_REFUSED);
      },
      [](auto& a) { a.mutable_answer()->clear_labels(); },
      [](auto& a) { a.mutable_answer()->set_clauses(0, "MOU#IV.B.2"); },
      [](auto& a) { a.mutable_answer()->add_clauses("X"); },
      [](auto& a) { a.mutable_answer()->set_policy_digest(std::string(32, 'x')); },
      [](auto& a) { a.mutable_answer()->mutable_decided_at()->set_nanos(1); },
      [](auto& a) { a.mutable_answer()->set_engine("BETTER"); },
      [](auto& a) { a.mutable_answer()->mutable_explanation()->add_failures()->set_check("x"); },
      [](auto& a) { a.mutable_answer()->mutable_explanation()->add_holds(); },
      [](auto& a) { a.mutable_signature()->set_index(1); },
      [](auto& a) { a.mutable_signature()->set_batch_size(2); },
      [](auto& a) { a.mutable_signature()->set_batch_root(std::string(32, 'r')); },
      [](auto& a) { a.mutable_signature()->add_proof(std::string(32, 'r')); },
      [](auto& a) { a.mutable_signature()->mutable_signature()->front() ^= 1; },
      [](auto& a) { a.clear_signature(); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    v1::SignedAnswer answer = good;
    changes[i](answer);
    EXPECT_FALSE(CheckAnswer(answer, public_).ok()) << i;
  }
  FUSIONHUB_EXPECT_OK(CheckAnswer(good, public_));
}

TEST_F(AnswerTest, AnotherKeysSignatureIsRefused) {
  const auto other = crypto::Ed25519PrivateKey::Generate(random_).value();
  EXPECT_EQ(CheckAnswer(SignOne(MakeAnswer(1, 1, random_), other), public_).code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(AnswerTest, AnswersOfAWrongFormAreRefused) {
  const v1::Answer good = MakeAnswer(1, 2, random_);
  const std::vector<std::function<void(v1::Answer&)>> faults = {
      [](auto& a) { a.set_query_id("short"); },
      [](auto& a) { a.clear_owner(); },
      [](auto& a) { a.clear_node(); },
      [](auto& a) { a.set_outcome(v1::ANSWER_OUTCOME_UNSPECIFIED); },
      [](auto& a) { a.set_outcome(static_cast<v1::AnswerOutcome>(77)); },
      [](auto& a) { a.set_outcome(v1::ANSWER_OUTCOME_HELD); },
      [](auto& a) { a.clear_decided_at(); },
      [](auto& a) { a.mutable_records(1)->set_record_id("r0"); },
      [](auto& a) { a.mutable_records(1)->clear_record_id(); },
      [](auto& a) { a.mutable_records(0)->mutable_fields()->SwapElements(0, 1); },
      [](auto& a) { *a.mutable_records(0)->add_fields() = a.records(0).fields(2); },
      [](auto& a) { a.mutable_records(0)->mutable_fields(0)->set_name(std::string("a\0b", 3)); },
      [](auto& a) { a.mutable_records(0)->mutable_fields(0)->set_commitment("short"); },
      [](auto& a) {
        for (int i = 0; i < 200; ++i) a.mutable_records(0)->add_fields();
      },
  };
  FUSIONHUB_EXPECT_OK(CheckAnswerForm(good));
  for (size_t i = 0; i < faults.size(); ++i) {
    v1::Answer answer = good;
    faults[i](answer);
    EXPECT_EQ(CheckAnswerForm(answer).code(), absl::StatusCode::kInvalidArgument) << i;
  }
}

TEST_F(AnswerTest, EqualValuesHaveUnlinkableCommitments) {
  const v1::Answer answer = MakeAnswer(1, 2, random_);
  EXPECT_NE(answer.records(0).fields(0).commitment(), answer.records(1).fields(0).commitment());
}

TEST_F(AnswerTest, TheReleasedRootSaysExactlyWhatLeft) {
  v1::Answer a = MakeAnswer(1, 2, random_);
  v1::Answer b = a;
  Withhold(*a.mutable_records(0)->mutable_fields(1));
  Withhold(*b.mutable_records(1)->mutable_fields(1));
  EXPECT_NE(ReleasedRoot(a), ReleasedRoot(b));
  for (v1::Record& record : *a.mutable_records()) {
    for (v1::Field& field : *record.mutable_fields()) Withhold(field);
  }
  EXPECT_EQ(ReleasedRoot(a), EmptyRoot());
}

TEST(AnswerBatcherTest, ManyAnswersShareSignaturesAndAllVerify) {
  SeededRandom random(1);
  const auto key = crypto::Ed25519PrivateKey::Generate(random).value();
  Mutex mu;
  std::vector<v1::SignedAnswer> answers;
  {
    AnswerBatcher batcher(
        {.owner = "slmpd", .node = "n1", .key_id = "k1", .key = key, .batch_max = 16});
    for (int i = 0; i < 100; ++i) {
      FUSIONHUB_ASSERT_OK(batcher.Sign(MakeAnswer(i, 1, random), [&](v1::SignedAnswer answer) {
        MutexLock lock(mu);
        answers.push_back(std::move(answer));
      }));
    }
  }
  ASSERT_EQ(answers.size(), 100u);
  for (const v1::SignedAnswer& answer : answers) {
    EXPECT_LE(answer.signature().batch_size(), 16u);
    FUSIONHUB_EXPECT_OK(CheckAnswer(answer, key.public_key()));
  }
}

TEST(AnswerBatcherTest, AnswersOfOthersAreNotSigned) {
  SeededRandom random(1);
  AnswerBatcher batcher({.owner = "slmpd",
                         .node = "n2",
                         .key_id = "k1",
                         .key = crypto::Ed25519PrivateKey::Generate(random).value()});
  EXPECT_THAT(batcher.Sign(MakeAnswer(1, 1, random), [](auto) { FAIL(); }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("owner and node")));
}

TEST(AnswerBatcherTest, TooManyWaitingAnswersAreRefused) {
  SeededRandom random(1);
  Mutex gate;
  AnswerBatcher batcher({.owner = "slmpd",
                         .node = "n1",
                         .key_id = "k1",
                         .key = crypto::Ed25519PrivateKey::Generate(random).value(),
                         .queue_max = 2});
  MutexLock closed(gate);
  const auto wait = [&](v1::SignedAnswer) { MutexLock lock(gate); };
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    refused += batcher.Sign(MakeAnswer(i, 1, random), wait).ok() ? 0 : 1;
  }
  EXPECT_GE(refused, 5);
}

}  // namespace
}  // namespace fusionhub::audit
