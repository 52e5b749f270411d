// The hub of the broker's tests. Values of StatusOr are taken unchecked: they abort on errors.
#include "broker/test_course.h"

#include <gtest/gtest.h>

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/answer_batcher.h"
#include "audit/answer_commitment.h"
#include "audit/entry.h"
#include "policy/decide.h"
#include "query/signed_query.h"
#include "query/timestamp.h"
#include "storage/memory_store.h"

namespace fusionhub::broker {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

std::unique_ptr<storage::Store> HoldStore() {
  std::unique_ptr<storage::Store> store = storage::NewMemoryStore();
  EXPECT_TRUE(store->CreateFamily(HoldBook::kFamily).ok());
  return store;
}

std::unique_ptr<audit::Log> OpenLog(audit::TestLog& files, size_t queue) {
  files.sequencer.queue_max = queue;
  return files.Open().value();
}

NodeFacts FactsOf(const std::string& agency, std::vector<std::string> data) {
  NodeFacts facts;
  facts.agency = agency;
  facts.node = agency + "-1";
  facts.spiffe_id = absl::StrCat("spiffe://stl/agency/", agency, "/node/", facts.node);
  facts.data = std::move(data);
  return facts;
}

}  // namespace

TestNode::TestNode(const std::string& agency, std::vector<std::string> data)
    : facts_(FactsOf(agency, std::move(data))) {}

absl::Status TestNode::SendOrder(v1::WorkOrder order, uint64_t, OnAnswer on_answer) {
  if (!trouble.ok()) return trouble;
  {
    MutexLock lock(mu_);
    order_ = order;
    on_answer_ = on_answer;
    changed_.NotifyAll();
  }
  if (answers) on_answer(answers(order));
  return absl::OkStatus();
}

void TestNode::Cancel(const std::string& query_id) {
  MutexLock lock(mu_);
  cancelled_.push_back(query_id);
}

v1::WorkOrder TestNode::TakeOrder() {
  MutexLock lock(mu_);
  const absl::Time until = absl::Now() + kPatience;
  while (!order_ && absl::Now() < until) changed_.WaitFor(mu_, until - absl::Now());
  if (!order_) ADD_FAILURE() << facts_.agency << " was not asked";
  return order_.value_or(v1::WorkOrder());
}

bool TestNode::WasAsked() const {
  MutexLock lock(mu_);
  return order_.has_value();
}

void TestNode::Answer(absl::StatusOr<v1::SignedAnswer> answer) {
  OnAnswer on_answer;
  {
    MutexLock lock(mu_);
    on_answer = on_answer_;
  }
  ASSERT_TRUE(on_answer);
  on_answer(std::move(answer));
}

std::vector<std::string> TestNode::cancelled() const {
  MutexLock lock(mu_);
  return cancelled_;
}

void TestSink::Await(const std::function<bool()>& condition) {
  const absl::Time until = absl::Now() + kPatience;
  while (!condition() && absl::Now() < until) changed_.WaitFor(mu_, until - absl::Now());
  if (!condition()) ADD_FAILURE() << "the requester waited in vain";
}

void TestSink::Accepted(v1::QueryAccepted accepted) {
  MutexLock lock(mu_);
  in_order_ = in_order_ && !accepted_ && results_.empty() && !complete_ && !failed_;
  accepted_ = std::move(accepted);
  changed_.NotifyAll();
}

void TestSink::Result(v1::OwnerResult result) {
  MutexLock lock(mu_);
  in_order_ = in_order_ && accepted_ && !complete_ && !failed_;
  results_.push_back(std::move(result));
  changed_.NotifyAll();
}

void TestSink::Complete(v1::QueryComplete complete) {
  MutexLock lock(mu_);
  in_order_ = in_order_ && !complete_ && !failed_;
  complete_ = std::move(complete);
  changed_.NotifyAll();
}

void TestSink::Failed(absl::Status status) {
  MutexLock lock(mu_);
  in_order_ = in_order_ && !complete_ && !failed_;
  failed_ = std::move(status);
  changed_.NotifyAll();
}

v1::QueryAccepted TestSink::AwaitAccepted() {
  MutexLock lock(mu_);
  Await([this] { return accepted_.has_value(); });
  return accepted_.value_or(v1::QueryAccepted());
}

v1::QueryComplete TestSink::AwaitComplete() {
  MutexLock lock(mu_);
  Await([this] { return complete_.has_value(); });
  return complete_.value_or(v1::QueryComplete());
}

absl::Status TestSink::AwaitFailed() {
  MutexLock lock(mu_);
  Await([this] { return failed_.has_value(); });
  return failed_.value_or(absl::OkStatus());
}

v1::OwnerResult TestSink::AwaitResult(const std::string& owner) {
  MutexLock lock(mu_);
  const auto find = [this, &owner] {
    auto it = results_.begin();
    while (it != results_.end() && it->owner() != owner) ++it;
    return it;
  };
  Await([&] { return find() != results_.end(); });
  return find() == results_.end() ? v1::OwnerResult() : *find();
}

std::vector<v1::OwnerResult> TestSink::results() const {
  MutexLock lock(mu_);
  return results_;
}

bool TestSink::complete() const {
  MutexLock lock(mu_);
  return complete_.has_value();
}

bool TestSink::in_order() const {
  MutexLock lock(mu_);
  return in_order_;
}

TestCourse::TestCourse(const std::string& name, size_t log_queue)
    : log_files_("course_" + name),
      log_(OpenLog(log_files_, log_queue)),
      store_(HoldStore()),
      holds_(*store_, random_),
      metrics_(registry_, {"slmpd", "st_charles_pd", "st_louis_county_pd"}),
      statement_key_(crypto::Ed25519PrivateKey::Generate(random_).value()),
      parts_{*log_, nodes_, holds_, pool_, timers_, clock_, statement_key_, metrics_, ""} {}

TestCourse::~TestCourse() {
  // As the server drains.
  pool_.Shutdown();
  timers_.Shutdown();
  log_ = nullptr;
}

Question TestCourse::Admit(const v1::Query& query) {
  Question question;
  question.query_id = random_.Bytes(kQueryIdSize);
  question.signed_query = world_.Sign(query, clock_.Now());
  query::QueryExpectations expected;
  expected.region = "stl";
  expected.now = clock_.Now();
  question.verified =
      query::VerifySignedQuery(question.signed_query, world_.issuers(), expected).value();
  question.decided_at = clock_.Now();
  question.policy = world_.policy();
  return question;
}

QueryPlan TestCourse::Plan(const Question& question) const {
  return PlanQuery(
      question, [](const std::string&) { return CitedApprovals(); }, policy::Decide);
}

std::shared_ptr<TestNode> TestCourse::Connect(const std::string& agency,
                                              std::vector<std::string> data) {
  auto node = std::make_shared<TestNode>(agency, std::move(data));
  nodes_.Attach(node);
  return node;
}

std::shared_ptr<QueryCourse> TestCourse::Start(const Question& question,
                                               std::shared_ptr<CourseSink> sink,
                                               std::optional<QueryCourse::Refusal> refusal) {
  return QueryCourse::Start(parts_, question, Plan(question), std::move(sink), std::move(refusal));
}

v1::SignedAnswer TestCourse::SignedBy(const std::string& owner, v1::Answer answer) {
  std::promise<v1::SignedAnswer> out;
  audit::AnswerBatcher batcher(
      {answer.owner(), answer.node(), "answers-1", world_.Key(owner, "answers-1")});
  const absl::Status queued = batcher.Sign(
      std::move(answer), [&](v1::SignedAnswer done) { out.set_value(std::move(done)); });
  EXPECT_TRUE(queued.ok()) << queued;
  return queued.ok() ? out.get_future().get() : v1::SignedAnswer();
}

v1::Answer TestCourse::NotReleased(const Question& question, const std::string& owner,
                                   v1::AnswerOutcome outcome) {
  v1::Answer answer;
  answer.set_query_id(question.query_id);
  answer.set_owner(owner);
  answer.set_node(world_.policy()->FindAgency(owner)->nodes.front());
  answer.set_outcome(outcome);
  answer.set_policy_digest(world_.policy()->digest());
  *answer.mutable_decided_at() = query::ToProto(clock_.Now());
  if (outcome == v1::ANSWER_OUTCOME_REFUSED) {
    answer.mutable_explanation()->add_failures()->set_check("probe");
  }
  return answer;
}

v1::Answer TestCourse::Released(
    const Question& question, const std::string& owner,
    const std::vector<std::vector<std::pair<std::string, std::string>>>& records) {
  v1::Answer answer = NotReleased(question, owner, v1::ANSWER_OUTCOME_RELEASED);
  for (const auto& fields : records) {
    v1::Record& record = *answer.add_records();
    record.set_record_id(absl::StrCat("r-", answer.records_size()));
    for (const auto& [name, value] : fields) {
      v1::Field& field = *record.add_fields();
      field.set_name(name);
      field.set_value(value);
    }
  }
  audit::CommitFields(answer, random_);
  return answer;
}

std::vector<std::string> TestCourse::Entries(const Question& question) {
  std::vector<std::string> out;
  const std::vector<uint64_t> indices = log_->EntriesOf(question.query_id).value();
  for (const uint64_t index : indices) {
    const audit::Entry entry = audit::ParseLeaf(log_->Leaf(index).value()).value();
    EXPECT_TRUE(entry.type == audit::EntryType::kIntent || indices.front() == index ||
                entry.reference == indices.front());
    out.push_back(absl::StrCat(audit::EntryTypeName(entry.type), "(",
                               absl::StrJoin(entry.owners, ","), ":", entry.outcome, ")"));
  }
  return out;
}

}  // namespace fusionhub::broker
