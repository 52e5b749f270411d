// After a restart, assertions that were used before it are known again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status_matchers.h"
#include "broker/log_entries.h"
#include "broker/recovery.h"
#include "broker/test_course.h"

namespace fusionhub::broker {
namespace {

class UsedAssertionsTest : public ::testing::Test {
 protected:
  absl::Status UseAgain(const Question& question, absl::Time now) {
    identity::ReplayGuard guard;
    FUSIONHUB_EXPECT_OK(LoadUsedAssertions(hub_.log(), now, guard));
    const identity::Person& person = question.verified.person;
    return guard.Use(person.agency, person.assertion_id, person.expires_at, now);
  }
  Question Ask() { return hub_.Admit(hub_.world().FaceQuestion()); }
  void Append(const audit::EntryDraft& draft) {
    FUSIONHUB_ASSERT_OK(hub_.log().AppendAndWait(draft).status());
  }
  TestCourse hub_{std::string("used_assertions_") +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(UsedAssertionsTest, KnowsThoseOfEveryKindOfOpeningEntry) {
  const absl::Time now = hub_.clock().Now();
  const Question asked = Ask();
  const Question refused = Ask();
  const Question held = Ask();
  const Question unused = Ask();
  Append(IntentDraft(asked, hub_.Plan(asked), now + absl::Minutes(1)));
  Append(EndAllDraft(refused, hub_.Plan(refused), audit::EntryType::kRefuse, "refused", {}));
  Append(EndAllDraft(held, hub_.Plan(held), audit::EntryType::kHold, "held", {}));
  Append(OwnerEndDraft(asked, 0, "slmpd", audit::EntryType::kRefuse, "refused", {}, now));
  for (const Question* used : {&asked, &refused, &held}) {
    EXPECT_THAT(UseAgain(*used, now), StatusIs(absl::StatusCode::kAlreadyExists, ::testing::_));
  }
  FUSIONHUB_EXPECT_OK(UseAgain(unused, now));
}

TEST_F(UsedAssertionsTest, ForgetsThoseThatHaveExpired) {
  const Question asked = Ask();
  Append(IntentDraft(asked, hub_.Plan(asked), hub_.clock().Now() + absl::Minutes(1)));
  identity::ReplayGuard guard;
  FUSIONHUB_EXPECT_OK(LoadUsedAssertions(hub_.log(), hub_.clock().Now() + absl::Hours(24), guard));
  EXPECT_EQ(guard.size(), 0u);
}

}  // namespace
}  // namespace fusionhub::broker
