// Properties that hold for every request: taking a fact away never helps, and the order of
// documents is nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "policy/decide.h"
#include "policy/stl_requests.h"

namespace fusionhub::policy {
namespace {

// Requests with random words of the vocabulary, many of them near to a permit.
class RequestMaker {
 public:
  explicit RequestMaker(uint64_t seed) : random_(seed) {}

  Request Make() {
    Request request =
        Pick<Request>({FaceRequest("slmpd"), FaceRequest("st_louis_county_pd"), IndexRequest(),
                       SlmpdIndex(), HotlistRequest(), AlertRequest()});
    request = By(Pick<std::string>({"st_charles_pd", "st_charles_pd", "slmpd", "boone_county_so",
                                    "stl_public_health"}),
                 request);
    request.purpose = Pick<std::string>({request.purpose, request.purpose, "crime", "REJ-4.5",
                                         "REJ-4.1", "felony_investigation", "civil_lawsuit"});
    request.facts.clear();
    MaybeFact(request, "targeting", {"true", "false"});
    MaybeFact(request, "investigation", {"active_criminal", "homeland_security", "closed"});
    MaybeFact(request, "person_status", {"suspect", "person_of_interest", "witness"});
    MaybeFact(request, "status_in_force", {"true", "false"});
    MaybeFact(request, "offence", {"violent", "other"});
    MaybeFact(request, "reasonable_suspicion", {"true", "false"});
    if (OneIn(6)) request.identifier.reset();
    if (OneIn(8)) request.person.trained = absl::CivilDay(2024, 3, 1);
    if (OneIn(8)) request.person.cjis_cleared = false;
    if (OneIn(3)) {
      request.approvals = {{"a", "chief_or_designee", "chief-demo", Now() + absl::Hours(1)}};
    }
    return request;
  }

  std::mt19937_64& random() { return random_; }

 private:
  bool OneIn(uint64_t n) { return random_() % n == 0; }
  template <typename T>
  T Pick(std::vector<T> from) {
    return from[random_() % from.size()];
  }
  void MaybeFact(Request& request, const std::string& name, std::vector<std::string> words) {
    if (!OneIn(4)) request.facts.push_back({name, Pick(std::move(words))});
  }
  std::mt19937_64 random_;
};

// Every request with one fact less.
std::vector<Request> WithOneFactLess(const Request& request) {
  std::vector<Request> all;
  const auto with = [&](const std::function<void(Request&)>& change) {
    all.push_back(request);
    change(all.back());
  };
  for (size_t i = 0; i < request.facts.size(); ++i) {
    with([i](Request& r) { r.facts.erase(r.facts.begin() + static_cast<long>(i)); });
  }
  with([](Request& r) { r.identifier.reset(); });
  with([](Request& r) { r.reason.clear(); });
  with([](Request& r) { r.purpose.clear(); });
  with([](Request& r) { r.approvals.clear(); });
  with([](Request& r) { r.hotlist_category.reset(); });
  with([](Request& r) { r.person.trained.reset(); });
  with([](Request& r) { r.person.vetted.reset(); });
  with([](Request& r) { r.person.revalidated.reset(); });
  with([](Request& r) { r.person.commissioned = false; });
  with([](Request& r) { r.person.cjis_cleared = false; });
  with([](Request& r) { r.person.human = false; });
  with([](Request& r) { r.person.id.clear(); });
  return all;
}

int Openness(Outcome outcome) {
  return outcome == Outcome::kPermit ? 2 : outcome == Outcome::kHold ? 1 : 0;
}

TEST(PropertyTest, OneFactLessNeverPermitsMore) {
  const auto policy = StlRegion().Compile();
  RequestMaker maker(20250310);
  int permits = 0;
  for (int i = 0; i < 3000; ++i) {
    const Request request = maker.Make();
    const int open = Openness(DecideNow(*policy, request).outcome);
    permits += open == 2;
    for (const Request& less : WithOneFactLess(request)) {
      ASSERT_LE(Openness(DecideNow(*policy, less).outcome), open) << request.purpose;
    }
  }
  EXPECT_GT(permits, 100) << "the requests are too far from a permit to show anything";
}

TEST(PropertyTest, OrderOfDocumentsMeansNothing) {
  const TestRegion region = StlRegion();
  const auto policy = region.Compile();
  RequestMaker maker(7);
  std::vector<Request> requests;
  for (int i = 0; i < 200; ++i) requests.push_back(maker.Make());
  for (int round = 0; round < 5; ++round) {
    std::vector<DocumentFile> files = region.Files();
    std::shuffle(files.begin(), files.end(), maker.random());
    const auto shuffled = Policy::Compile(std::move(files));
    ASSERT_TRUE(shuffled.ok());
    EXPECT_EQ((*shuffled)->digest(), policy->digest());
    for (const Request& request : requests) {
      const Decision a = DecideNow(*policy, request);
      const Decision b = DecideNow(**shuffled, request);
      ASSERT_EQ(a.outcome, b.outcome);
      ASSERT_EQ(a.cell, b.cell);
      ASSERT_EQ(a.fields, b.fields);
      ASSERT_EQ(ClausesOf(a), ClausesOf(b));
    }
  }
}

TEST(PropertyTest, OneSignatureLessNeverPermitsMore) {
  const auto policy = StlRegion().Compile();
  RequestMaker maker(11);
  std::vector<Request> requests;
  for (int i = 0; i < 200; ++i) requests.push_back(maker.Make());
  for (const std::string& path : StlRegion().Agreements()) {
    TestRegion region = StlRegion();
    region.Unsign(path);
    const auto less = region.Compile();
    EXPECT_NE(less->digest(), policy->digest());
    for (const Request& request : requests) {
      ASSERT_LE(Openness(DecideNow(*less, request).outcome),
                Openness(DecideNow(*policy, request).outcome))
          << path;
    }
  }
}

// Every clause that a decision cites is in the set, with a text.
TEST(PropertyTest, EveryCitationHasAText) {
  const auto policy = StlRegion().Compile();
  RequestMaker maker(13);
  for (int i = 0; i < 1000; ++i) {
    const Decision decision = DecideNow(*policy, maker.Make());
    for (const std::string& clause : ClausesOf(decision)) {
      ASSERT_FALSE(policy->ClauseText(clause).empty()) << clause;
    }
    for (const std::string& clause : decision.clauses_for) {
      ASSERT_FALSE(policy->ClauseText(clause).empty()) << clause;
    }
    ASSERT_EQ(decision.failures.empty(), decision.outcome != Outcome::kRefuse);
    ASSERT_EQ(decision.holds.empty(), decision.outcome != Outcome::kHold);
    if (!decision.permitted()) {
      ASSERT_TRUE(decision.fields.show.empty());
    }
  }
}

// Between now and valid_until nothing changes.
TEST(PropertyTest, DecisionsHoldUntilTheySayTheyMayChange) {
  const auto policy = StlRegion().Compile();
  RequestMaker maker(17);
  for (int i = 0; i < 500; ++i) {
    const Request request = maker.Make();
    const Decision decision = DecideNow(*policy, request);
    if (decision.valid_until == absl::InfiniteFuture()) continue;
    const Decision last =
        Decide(*policy, request, decision.valid_until - absl::Seconds(1), Side::kOwner);
    ASSERT_EQ(last.outcome, decision.outcome);
    ASSERT_EQ(ClausesOf(last), ClausesOf(decision));
  }
}

}  // namespace
}  // namespace fusionhub::policy
