// The course of one question, from its INTENT to its CLOSE: steps 3 to 11 of a query's way
// (docs/life_of_a_query.md).
#ifndef FUSIONHUB_BROKER_QUERY_COURSE_H_
#define FUSIONHUB_BROKER_QUERY_COURSE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/timer.h"
#include "base/worker_pool.h"
#include "broker/answer_gate.h"
#include "broker/hold_book.h"
#include "broker/metrics.h"
#include "broker/node_registry.h"
#include "broker/planning.h"
#include "broker/question.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/analyst.pb.h"

namespace fusionhub::broker {

// Where a question's events go: Accepted first if at all, then Result per owner (maybe from several
// threads at once), then Complete or Failed, last. None may block.
class CourseSink {
 public:
  virtual ~CourseSink() = default;
  virtual void Accepted(v1::QueryAccepted accepted) = 0;
  virtual void Result(v1::OwnerResult result) = 0;
  virtual void Complete(v1::QueryComplete complete) = 0;
  // Nothing further will be answered: the log could not be written.
  virtual void Failed(absl::Status status) = 0;
};

// What a course works with; all of it outlives every course.
struct CourseParts {
  audit::Log& log;
  NodeRegistry& nodes;
  HoldBook& holds;
  WorkerPool& pool;
  TimerQueue& timers;
  const Clock& clock;
  const crypto::Ed25519PrivateKey& statement_key;
  BrokerMetrics& metrics;
  std::string test_mode_notice;  // empty unless the hub runs in test mode
};

// Thread-safe. Lives until its CLOSE is in the log, whether or not the requester still listens.
class QueryCourse : public std::enable_shared_from_this<QueryCourse> {
 public:
  // Begins. `refusal` set: the question is refused for everyone for this reason, whatever the plan
  // says, under the outcome code given.
  struct Refusal {
    std::string outcome;
    v1::Explanation why;
  };
  static std::shared_ptr<QueryCourse> Start(const CourseParts& parts, Question question,
                                            QueryPlan plan, std::shared_ptr<CourseSink> sink,
                                            std::optional<Refusal> refusal = std::nullopt);

  ~QueryCourse();
  QueryCourse(const QueryCourse&) = delete;
  QueryCourse& operator=(const QueryCourse&) = delete;

  // The requester has gone: owners who have not answered are no longer waited for.
  void RequesterLeft() FUSIONHUB_EXCLUDES(mu_);

 private:
  // One owner's part.
  struct Part {
    const OwnerPlan* plan = nullptr;
    std::shared_ptr<NodeLink> node;  // while an order is out
    enum class Phase { kWaiting, kLogging, kDone } phase = Phase::kWaiting;
    v1::OwnerResult result;
    std::vector<Scored> scores;
    int records = 0;
    std::optional<audit::AppendedEntry> entry;
  };

  QueryCourse(const CourseParts& parts, Question question, QueryPlan plan,
              std::shared_ptr<CourseSink> sink);

  // Opening (query_course_opening.cc): nobody is asked, or the INTENT is logged and the parts
  // begin.
  void EndForAll(const std::optional<Refusal>& refusal);
  v1::Explanation OutcomesForAll(const std::optional<Refusal>& refusal);
  void OnEndedForAll(audit::AppendedEntry entry);
  void MakeParts();
  void LogIntent();
  void OnIntentLogged(audit::AppendedEntry entry);
  void TellAccepted();
  void StartPart(Part& part);
  void AskOwner(Part& part);
  v1::WorkOrder OrderFor(const OwnerPlan& plan) const;

  // Owners' parts (query_course_parts.cc).
  void OnAnswer(Part& part, absl::StatusOr<v1::SignedAnswer> answer);
  void Release(Part& part, v1::SignedAnswer answer);
  void EndByOwner(Part& part, v1::SignedAnswer answer);
  void EndPart(Part& part, audit::EntryType type, v1::AnswerOutcome outcome,
               const v1::Explanation& why,
               std::optional<crypto::Digest> answer_digest = std::nullopt);
  void OnPartLogged(Part& part, audit::AppendedEntry entry) FUSIONHUB_EXCLUDES(mu_);
  void EndWaiting(v1::AnswerOutcome outcome) FUSIONHUB_EXCLUDES(mu_);
  // True for the one caller that may end the part.
  bool Claim(Part& part) FUSIONHUB_EXCLUDES(mu_);

  // Closing (query_course.cc).
  void Close();
  void OnClosed(const audit::AppendedEntry& entry, std::string statement);
  v1::QueryComplete CompleteEvent(const audit::AppendedEntry& close, std::string statement);
  absl::Status KeepHold(const std::string& owner, const std::string& hold_id,
                        const v1::Explanation& why);
  void CountEnd();
  void Fail(const absl::Status& status) FUSIONHUB_EXCLUDES(mu_);
  std::shared_ptr<CourseSink> Sink() FUSIONHUB_EXCLUDES(mu_);
  // Appends and goes on at `next` on the pool. A full queue is tried again for a while; any other
  // failure fails the course.
  using OnAppended = std::function<void(audit::AppendedEntry)>;
  void Append(const audit::EntryDraft& draft, OnAppended next);
  void TryAppend(std::shared_ptr<const audit::EntryDraft> draft, OnAppended next, int tries);

  const CourseParts parts_;
  const Question question_;
  const QueryPlan plan_;
  const absl::Time started_;

  Mutex mu_;
  std::shared_ptr<CourseSink> sink_ FUSIONHUB_GUARDED_BY(mu_);  // null once ended
  bool asking_ FUSIONHUB_GUARDED_BY(mu_) = false;               // INTENT is logged
  size_t open_parts_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  TimerQueue::Id deadline_timer_ FUSIONHUB_GUARDED_BY(mu_) = 0;

  // Fixed in number before the first owner is asked. A part's members belong to whoever has claimed
  // it; phase and node are guarded by mu_.
  std::vector<Part> owner_parts_;
  std::optional<audit::AppendedEntry> opening_;  // INTENT, or the entry that ended it for all
  std::vector<v1::OwnerOutcome> outcomes_;       // for the statement, in the order of the plan
  v1::Explanation explanation_for_all_;          // when nobody was asked
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_QUERY_COURSE_H_
