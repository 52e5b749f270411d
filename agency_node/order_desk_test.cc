// Work orders through the desk: what is searched, what leaves, and that it is signed.
#include "agency_node/order_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agency_node/test_hub.h"
#include "audit/answer_commitment.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "query/timestamp.h"
#include "storage/memory_store.h"

namespace fusionhub::agency_node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kSecret[] = "never to leave this node";

// One record with fields that the terms show and one that they do not.
class TestData final : public DataService {
 public:
  absl::string_view data() const override { return "hotlist_entries"; }
  absl::StatusOr<Found> Search(const v1::Query&, const std::string&, absl::Time) const override {
    ++searches;
    if (on_search) on_search();
    if (!trouble.ok()) return trouble;
    Found found;
    found.records.push_back({{{"plate", "ABC123"},
                              {"state", "MO"},
                              {"category", "stolen_vehicle"},
                              {"owner_name", kSecret}},
                             {.recorded_at = TestQuestioner::Now() - absl::Hours(2)}});
    found.labels = {"engine_not_operational"};
    return found;
  }

  mutable std::atomic<int> searches = 0;
  std::function<void()> on_search;
  absl::Status trouble;
};

class OrderDeskTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new TestQuestioner(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  OrderDeskTest() { MakeDesk(64); }

  void MakeDesk(size_t queue) {
    desk_.reset();
    pool_ = std::make_unique<WorkerPool>("orders", 1, queue);
    desk_ = std::make_unique<OrderDesk>(
        OrderDesk::Parts{"slmpd",
                         "slmpd-1",
                         world_->policy()->digest(),
                         guard_,
                         {&data_},
                         batcher_,
                         *pool_,
                         clock_,
                         random_,
                         metrics_,
                         [this](std::string bytes) { return Sent(std::move(bytes)); },
                         [](const std::string&) { return std::nullopt; }});
  }

  absl::Status Sent(std::string bytes) {
    v1::SignedAnswer answer;
    EXPECT_TRUE(answer.ParseFromString(bytes));
    MutexLock lock(mu_);
    answers_.push_back(std::move(answer));
    changed_.NotifyAll();
    return tunnel_;
  }
  v1::SignedAnswer Answer() {
    MutexLock lock(mu_);
    const absl::Time until = absl::Now() + absl::Seconds(10);
    while (answers_.empty() && absl::Now() < until) changed_.WaitFor(mu_, until - absl::Now());
    if (answers_.empty()) {
      ADD_FAILURE() << "no answer came";
      return {};
    }
    v1::SignedAnswer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  size_t answers() {
    MutexLock lock(mu_);
    return answers_.size();
  }

  v1::WorkOrder Logged(const v1::Query& query) {
    const v1::SignedQuery signed_query = world_->Sign(query);
    const audit::AppendedEntry intent = hub_.LogIntent(++queries_, signed_query);
    const v1::CheckpointFrame frame = hub_.FrameFrom(keeper_->kept().size);
    std::vector<audit::Digest> proof;
    for (const std::string& bytes : frame.consistency_proof()) {
      proof.push_back(crypto::DigestFromBytes(bytes).value());
    }
    FUSIONHUB_EXPECT_OK(
        keeper_->Accept(frame.note(), proof, frame.from_size(), TestQuestioner::Now()));
    return hub_.Order(intent, signed_query);
  }
  v1::SignedAnswer Take(const v1::WorkOrder& order) {
    desk_->Take(order.SerializeAsString());
    return Answer();
  }

  static TestQuestioner* world_;
  TestHistory hub_{std::string("order_desk_") +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name()};
  SimulatedClock clock_{TestQuestioner::Now()};
  SeededRandom random_{7};
  Metrics registry_;
  NodeMetrics metrics_{registry_};
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<audit::CheckpointKeeper> keeper_ =
      audit::CheckpointKeeper::Open({hub_.files().vkey(), std::string(audit::kTestOrigin),
                                     "spiffe://stl/agency/slmpd/node/slmpd-1",
                                     world_->Key("slmpd", "checkpoints-1"), std::nullopt},
                                    *store_)
          .value();
  audit::ServedQueries served_ = audit::ServedQueries::Open(*store_).value();
  OwnerGuard guard_{{"stl", "slmpd", world_->policy(), world_->issuers(), *keeper_, served_}};
  TestData data_;
  Mutex mu_;
  CondVar changed_;
  std::deque<v1::SignedAnswer> answers_ FUSIONHUB_GUARDED_BY(mu_);
  absl::Status tunnel_;
  std::unique_ptr<OrderDesk> desk_;
  audit::AnswerBatcher batcher_{
      {"slmpd", "slmpd-1", "answers-1", world_->Key("slmpd", "answers-1")}};
  std::unique_ptr<WorkerPool> pool_;
  uint64_t queries_ = 0;
};

TestQuestioner* OrderDeskTest::world_ = nullptr;

TEST_F(OrderDeskTest, AnswersWithTheFieldsOfTheTermsAndSigns) {
  const v1::WorkOrder order = Logged(world_->Question());
  const v1::SignedAnswer answer = Take(order);
  FUSIONHUB_EXPECT_OK(audit::CheckAnswer(answer, world_->Key("slmpd", "answers-1").public_key()));
  const v1::Answer& body = answer.answer();
  EXPECT_EQ(body.outcome(), v1::ANSWER_OUTCOME_RELEASED);
  EXPECT_EQ(body.query_id(), order.query_id());
  EXPECT_EQ(body.owner(), "slmpd");
  EXPECT_EQ(body.node(), "slmpd-1");
  EXPECT_EQ(body.policy_digest(), world_->policy()->digest());
  EXPECT_THAT(body.labels(),
              UnorderedElementsAre("verify_before_action", "engine_not_operational"));
  EXPECT_THAT(body.clauses(), ::testing::Contains("PLATES#1"));
  ASSERT_EQ(body.records_size(), 1);
  std::vector<std::string> names;
  for (const v1::Field& field : body.records(0).fields()) names.push_back(field.name());
  EXPECT_THAT(names, ElementsAre("category", "plate", "state"));
  EXPECT_EQ(desk_->in_flight(), 0u);
}

TEST_F(OrderDeskTest, I5_WhatTheTermsDoNotShowIsNotEvenCommittedTo) {
  EXPECT_THAT(Take(Logged(world_->Question())).SerializeAsString(),
              ::testing::Not(HasSubstr(kSecret)));
}

TEST_F(OrderDeskTest, I2_ARefusedOrderIsNotSearched) {
  v1::Query query = world_->Question();
  query.set_purpose("traffic_monitoring");
  const v1::SignedAnswer answer = Take(Logged(query));
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().records_size(), 0);
  EXPECT_GT(answer.answer().explanation().failures_size(), 0);
  FUSIONHUB_EXPECT_OK(audit::CheckAnswer(answer, world_->Key("slmpd", "answers-1").public_key()));
  EXPECT_EQ(data_.searches, 0);
}

TEST_F(OrderDeskTest, I3_AnOrderWithoutAKeptCheckpointIsNotSearched) {
  v1::WorkOrder order = Logged(world_->Question());
  order.set_checkpoint_size(order.checkpoint_size() + 1);
  const v1::SignedAnswer answer = Take(order);
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().explanation().failures(0).check(), "ticket");
  EXPECT_EQ(data_.searches, 0);
}

TEST_F(OrderDeskTest, I3_TheSameOrderIsSearchedOnce) {
  const v1::WorkOrder order = Logged(world_->Question());
  EXPECT_EQ(Take(order).answer().outcome(), v1::ANSWER_OUTCOME_RELEASED);
  const v1::SignedAnswer again = Take(order);
  EXPECT_EQ(again.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(again.answer().explanation().failures(0).check(), "served");
  EXPECT_EQ(data_.searches, 1);
}

TEST_F(OrderDeskTest, AnOrderSentTwiceWhileInHandIsAnsweredOnce) {
  const v1::WorkOrder order = Logged(world_->Question());
  data_.on_search = [&] { desk_->Take(order.SerializeAsString()); };
  EXPECT_EQ(Take(order).answer().outcome(), v1::ANSWER_OUTCOME_RELEASED);
  pool_->Shutdown();
  EXPECT_EQ(answers(), 0u);
  EXPECT_EQ(data_.searches, 1);
}

TEST_F(OrderDeskTest, BytesThatAreNoOrderAreDropped) {
  desk_->Take("\xff\xff\xff");
  EXPECT_EQ(desk_->in_flight(), 0u);
  EXPECT_EQ(Take(Logged(world_->Question())).answer().outcome(), v1::ANSWER_OUTCOME_RELEASED);
}

TEST_F(OrderDeskTest, ACancelledOrderIsNotAnswered) {
  const v1::WorkOrder first = Logged(world_->Question());
  const v1::WorkOrder second = Logged(world_->Question());
  std::promise<void> both_in_hand;
  data_.on_search = [&] {
    both_in_hand.get_future().wait();
    desk_->Cancel(first.query_id());
    desk_->Cancel(second.query_id());
    desk_->Cancel("an id of no order");
  };
  desk_->Take(first.SerializeAsString());
  desk_->Take(second.SerializeAsString());
  both_in_hand.set_value();
  pool_->Shutdown();
  EXPECT_EQ(answers(), 0u);
  EXPECT_EQ(data_.searches, 1);  // the second was not even begun
  EXPECT_EQ(desk_->in_flight(), 0u);
}

TEST_F(OrderDeskTest, AQuestionThatCannotBeAnsweredSaysWhy) {
  data_.trouble = absl::InvalidArgumentError("there is no face in the image");
  const v1::SignedAnswer answer = Take(Logged(world_->Question()));
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().explanation().failures(0).check(), "probe");
  EXPECT_EQ(answer.answer().explanation().failures(0).seen(), "there is no face in the image");
}

TEST_F(OrderDeskTest, I11_ItsOwnTroubleIsNotShown) {
  data_.trouble = absl::DataLossError(kSecret);
  const v1::SignedAnswer answer = Take(Logged(world_->Question()));
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().explanation().failures(0).check(), "search");
  EXPECT_THAT(answer.SerializeAsString(), ::testing::Not(HasSubstr(kSecret)));
}

TEST_F(OrderDeskTest, DataThatTheNodeDoesNotHaveIsRefused) {
  const v1::SignedAnswer answer = Take(Logged(world_->FaceQuestion()));
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().explanation().failures(0).check(), "data");
  EXPECT_EQ(data_.searches, 0);
}

TEST_F(OrderDeskTest, PastItsBoundOrdersAreRefusedAsBusy) {
  MakeDesk(0);  // nothing may wait
  const v1::SignedAnswer answer = Take(Logged(world_->Question()));
  EXPECT_EQ(answer.answer().outcome(), v1::ANSWER_OUTCOME_REFUSED);
  EXPECT_EQ(answer.answer().explanation().failures(0).check(), "busy");
  EXPECT_EQ(data_.searches, 0);
  EXPECT_EQ(desk_->in_flight(), 0u);
}

TEST_F(OrderDeskTest, I11_MetricsNameNoPlateOrPerson) {
  Take(Logged(world_->Question()));
  v1::Query query = world_->Question();
  query.set_purpose("traffic_monitoring");
  Take(Logged(query));
  pool_->Shutdown();
  const std::string text = registry_.Text();
  for (const char* personal : {"ABC", "u-4471", "26-004411", "robbery"}) {
    EXPECT_THAT(text, ::testing::Not(HasSubstr(personal)));
  }
  EXPECT_THAT(text, HasSubstr("released"));
  EXPECT_THAT(text, HasSubstr("refused"));
}

}  // namespace
}  // namespace fusionhub::agency_node
