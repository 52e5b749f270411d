// What a question's course works with, around a temporary log, with nodes and a requester that the
// test plays. Test only.
#ifndef FUSIONHUB_BROKER_TEST_COURSE_H_
#define FUSIONHUB_BROKER_TEST_COURSE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/log.h"
#include "audit/test_log.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/timer.h"
#include "base/worker_pool.h"
#include "broker/hold_book.h"
#include "broker/metrics.h"
#include "broker/node_link.h"
#include "broker/node_registry.h"
#include "broker/planning.h"
#include "broker/query_course.h"
#include "broker/question.h"
#include "query/test_questioner.h"

namespace fusionhub::broker {

// A node whose answers the test gives.
class TestNode final : public NodeLink {
 public:
  TestNode(const std::string& agency, std::vector<std::string> data);

  const NodeFacts& facts() const override { return facts_; }
  absl::Status SendOrder(v1::WorkOrder order, uint64_t intent_index, OnAnswer on_answer) override;
  void Cancel(const std::string& query_id) override;
  absl::Status SendShare(const v1::HotlistShare&) override { return absl::OkStatus(); }
  absl::Status WantShare(const std::string&) override { return absl::OkStatus(); }
  absl::Status ConfirmHit(const std::string&) override { return absl::OkStatus(); }
  void Close(absl::string_view, absl::Duration) override {}
  uint64_t cosigned_size() const override { return 0; }

  // When set, SendOrder fails with it.
  absl::Status trouble;
  // When set, answers every order at once.
  std::function<absl::StatusOr<v1::SignedAnswer>(const v1::WorkOrder&)> answers;

  // Waits for the order.
  v1::WorkOrder TakeOrder() FUSIONHUB_EXCLUDES(mu_);
  bool WasAsked() const FUSIONHUB_EXCLUDES(mu_);
  // Gives an answer to whoever asked, as often as the test likes, also after a cancel.
  void Answer(absl::StatusOr<v1::SignedAnswer> answer) FUSIONHUB_EXCLUDES(mu_);
  std::vector<std::string> cancelled() const FUSIONHUB_EXCLUDES(mu_);

 private:
  const NodeFacts facts_;
  mutable Mutex mu_;
  CondVar changed_;
  std::optional<v1::WorkOrder> order_ FUSIONHUB_GUARDED_BY(mu_);
  OnAnswer on_answer_ FUSIONHUB_GUARDED_BY(mu_);
  std::vector<std::string> cancelled_ FUSIONHUB_GUARDED_BY(mu_);
};

// What a requester saw.
class TestSink final : public CourseSink {
 public:
  void Accepted(v1::QueryAccepted accepted) override FUSIONHUB_EXCLUDES(mu_);
  void Result(v1::OwnerResult result) override FUSIONHUB_EXCLUDES(mu_);
  void Complete(v1::QueryComplete complete) override FUSIONHUB_EXCLUDES(mu_);
  void Failed(absl::Status status) override FUSIONHUB_EXCLUDES(mu_);

  // Wait for the event; fail the test after 10 s.
  v1::QueryAccepted AwaitAccepted() FUSIONHUB_EXCLUDES(mu_);
  v1::QueryComplete AwaitComplete() FUSIONHUB_EXCLUDES(mu_);
  absl::Status AwaitFailed() FUSIONHUB_EXCLUDES(mu_);
  v1::OwnerResult AwaitResult(const std::string& owner) FUSIONHUB_EXCLUDES(mu_);

  std::vector<v1::OwnerResult> results() const FUSIONHUB_EXCLUDES(mu_);
  bool complete() const FUSIONHUB_EXCLUDES(mu_);
  // Accepted, then results, then the end, each at most once.
  bool in_order() const FUSIONHUB_EXCLUDES(mu_);

 private:
  void Await(const std::function<bool()>& condition) FUSIONHUB_REQUIRES(mu_);

  mutable Mutex mu_;
  CondVar changed_;
  std::optional<v1::QueryAccepted> accepted_ FUSIONHUB_GUARDED_BY(mu_);
  std::vector<v1::OwnerResult> results_ FUSIONHUB_GUARDED_BY(mu_);
  std::optional<v1::QueryComplete> complete_ FUSIONHUB_GUARDED_BY(mu_);
  std::optional<absl::Status> failed_ FUSIONHUB_GUARDED_BY(mu_);
  bool in_order_ FUSIONHUB_GUARDED_BY(mu_) = true;
};

// The hub's parts. Destroy courses' sinks after it.
class TestCourse {
 public:
  // `log_queue` 0: nothing can be logged.
  explicit TestCourse(const std::string& name, size_t log_queue = 1024);
  ~TestCourse();

  query::TestQuestioner& world() { return world_; }
  audit::Log& log() { return *log_; }
  audit::TestLog& log_files() { return log_files_; }
  HoldBook& holds() { return holds_; }
  SimulatedClock& clock() { return clock_; }
  Metrics& registry() { return registry_; }
  BrokerMetrics& metrics() { return metrics_; }
  NodeRegistry& nodes() { return nodes_; }
  const CourseParts& parts() { return parts_; }
  crypto::Ed25519PublicKey statement_key() const { return statement_key_.public_key(); }

  // Admitted at the clock's time under a fresh id.
  Question Admit(const v1::Query& query);
  QueryPlan Plan(const Question& question) const;
  std::shared_ptr<TestNode> Connect(const std::string& agency, std::vector<std::string> data);
  std::shared_ptr<QueryCourse> Start(const Question& question, std::shared_ptr<CourseSink> sink,
                                     std::optional<QueryCourse::Refusal> refusal = std::nullopt);

  // An answer to `question` of `owner` as its node would sign it; `change` may spoil it before.
  v1::SignedAnswer SignedBy(const std::string& owner, v1::Answer answer);
  v1::Answer Released(const Question& question, const std::string& owner,
                      const std::vector<std::vector<std::pair<std::string, std::string>>>& records);
  v1::Answer NotReleased(const Question& question, const std::string& owner,
                         v1::AnswerOutcome outcome);

  // "INTENT(slmpd,st_louis_county_pd:asked)" and so on, of one question in the log's order.
  std::vector<std::string> Entries(const Question& question);

 private:
  query::TestQuestioner world_;
  SimulatedClock clock_{query::TestQuestioner::Now()};
  SeededRandom random_{11};
  audit::TestLog log_files_;
  std::unique_ptr<audit::Log> log_;
  std::unique_ptr<storage::Store> store_;
  HoldBook holds_;
  Metrics registry_;
  BrokerMetrics metrics_;
  NodeRegistry nodes_;  // its nodes may hold the last reference to a course, which counts its end
  crypto::Ed25519PrivateKey statement_key_;
  TimerQueue timers_;
  WorkerPool pool_{"test", 4, 64};
  CourseParts parts_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_TEST_COURSE_H_
