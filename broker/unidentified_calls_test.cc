// Calls without a person: refused, counted, and in the log without letting a flood grow it.
#include "broker/unidentified_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/entry.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"
#include "broker/test_course.h"
#include "query/error_detail.h"

namespace fusionhub::broker {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kClient[] = "spiffe://stl/agency/slmpd/client/analyst1";

class UnidentifiedCallsTest : public ::testing::Test {
 protected:
  static absl::Status Refusal() {
    return query::WithErrorDetail(absl::UnauthenticatedError("the assertion has expired"),
                                  "ASSERTION_EXPIRED", "", "sign in again");
  }
  // The answer to one call, when it has come.
  absl::Status Refuse(const std::string& client) {
    Mutex mu;
    CondVar changed;
    std::optional<absl::Status> answer;
    calls_.Refuse(client, Refusal(), [&](absl::Status status) {
      MutexLock lock(mu);
      answer = std::move(status);
      changed.NotifyAll();
    });
    MutexLock lock(mu);
    while (!answer) changed.WaitFor(mu, absl::Seconds(10));
    return *answer;
  }
  // "outcome count" of each entry.
  std::vector<std::string> Entries() {
    std::vector<std::string> out;
    for (uint64_t i = 0; i < hub_.log().LatestCheckpoint().size; ++i) {
      const audit::Entry entry = audit::ParseLeaf(hub_.log().Leaf(i).value()).value();
      EXPECT_EQ(entry.type, audit::EntryType::kRefusalSummary);
      out.push_back(absl::StrCat(entry.outcome, " ", entry.count));
    }
    return out;
  }
  // What Flush queues is in the log when this is.
  void Barrier() {
    audit::EntryDraft draft;
    draft.type = audit::EntryType::kRefusalSummary;
    draft.time = hub_.clock().Now();
    draft.count = 1;
    draft.outcome = "barrier";
    FUSIONHUB_EXPECT_OK(hub_.log().AppendAndWait(draft).status());
  }

  TestCourse hub_{"unidentified"};
  UnidentifiedCalls calls_{hub_.log(), hub_.clock(), hub_.metrics()};
};

TEST_F(UnidentifiedCallsTest, TheFirstIsLoggedBeforeItIsAnswered) {
  EXPECT_EQ(Refuse(kClient), Refusal());
  EXPECT_THAT(Entries(), ElementsAre("ASSERTION_EXPIRED 1"));
  const audit::Log::OpenedEntry opened = hub_.log().OpenEntry(0).value();
  EXPECT_EQ(audit::PayloadValue(opened.payload, "certificate").value(), kClient);
  EXPECT_THAT(hub_.log().Leaf(0).value(), Not(HasSubstr("analyst1")));
}

TEST_F(UnidentifiedCallsTest, AFloodIsOneEntryAndOneSummaryAMinute) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Refuse(kClient), Refusal());
  EXPECT_THAT(Entries(), ElementsAre("ASSERTION_EXPIRED 1"));
  calls_.Flush();  // the minute is not over
  hub_.clock().Advance(UnidentifiedCalls::kWindow);
  calls_.Flush();
  calls_.Flush();
  Barrier();
  EXPECT_THAT(Entries(), ElementsAre("ASSERTION_EXPIRED 1", "summary 49", "barrier 1"));
  EXPECT_EQ(Refuse(kClient), Refusal());  // a new minute, a new entry
  EXPECT_EQ(Entries().size(), 4u);
}

TEST_F(UnidentifiedCallsTest, CertificatesAreCountedApart) {
  EXPECT_EQ(Refuse(kClient), Refusal());
  EXPECT_EQ(Refuse("spiffe://stl/agency/slmpd/client/analyst2"), Refusal());
  EXPECT_THAT(Entries(), ElementsAre("ASSERTION_EXPIRED 1", "ASSERTION_EXPIRED 1"));
}

TEST_F(UnidentifiedCallsTest, PastTheBoundCertificatesShareOneCount) {
  for (size_t i = 0; i < UnidentifiedCalls::kMaxCertificates; ++i) {
    calls_.Refuse(absl::StrCat("client", i), Refusal(), [](const absl::Status&) {});
  }
  EXPECT_EQ(Refuse("one more"), Refusal());
  EXPECT_EQ(Refuse("and one more"), Refusal());
  Barrier();
  EXPECT_EQ(Entries().size(), UnidentifiedCalls::kMaxCertificates + 2);
  hub_.clock().Advance(UnidentifiedCalls::kWindow);
  calls_.Flush();
  Barrier();
  EXPECT_EQ(Entries()[UnidentifiedCalls::kMaxCertificates + 2], "summary 1");
}

TEST_F(UnidentifiedCallsTest, AnAnswerMayCallAgain) {
  // The answer runs outside the lock.
  calls_.Refuse(kClient, Refusal(), [](const absl::Status&) {});
  int answers = 0;
  calls_.Refuse(kClient, Refusal(), [&](const absl::Status&) {
    ++answers;
    calls_.Refuse(kClient, Refusal(), [&](const absl::Status&) { ++answers; });
  });
  EXPECT_EQ(answers, 2);
}

TEST(UnidentifiedCallsWithoutALogTest, SaysThatTheLogCannotBeWritten) {
  TestCourse hub("unidentified_no_log", /*log_queue=*/0);
  UnidentifiedCalls calls(hub.log(), hub.clock(), hub.metrics());
  absl::Status answer;
  calls.Refuse(kClient, absl::UnauthenticatedError("no"),
               [&](absl::Status status) { answer = std::move(status); });
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("audit log")));
}

}  // namespace
}  // namespace fusionhub::broker
