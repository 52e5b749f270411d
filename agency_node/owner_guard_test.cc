// I2, I3 and I7 at the owner's node: whatever the hub says, the node judges for itself.
#include "agency_node/owner_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agency_node/test_hub.h"
#include "base/status_matchers.h"
#include "query/test_query.h"
#include "query/timestamp.h"
#include "storage/memory_store.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::agency_node {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

absl::Time Now() { return TestQuestioner::Now(); }

// One node's memory of the hub, on disk, as it is after each start.
class Node {
 public:
  Node(TestQuestioner& world, const TestHistory& history, std::string agency = "slmpd",
       const std::string& name = "node")
      : world_(world),
        agency_(std::move(agency)),
        log_key_(history.files().vkey()),
        path_(history.files().folder() + "/" + name) {
    Restart();
  }

  void Restart() {
    guard_.reset();
    served_.reset();
    keeper_.reset();
    store_.reset();
    storage::RocksDbOptions options;
    options.path = path_;
    options.families = {std::string(audit::CheckpointKeeper::kFamily),
                        std::string(audit::ServedQueries::kFamily)};
    store_ = storage::OpenRocksDb(options).value();
    keeper_ = audit::CheckpointKeeper::Open({log_key_, std::string(audit::kTestOrigin),
                                             "spiffe://stl/agency/" + agency_ + "/node/n1",
                                             world_.Key(agency_, "checkpoints-1"), std::nullopt},
                                            *store_)
                  .value();
    served_.emplace(audit::ServedQueries::Open(*store_).value());
    guard_ = std::make_unique<OwnerGuard>(
        OwnerGuard::Parts{"stl", agency_, world_.policy(), world_.issuers(), *keeper_, *served_});
  }

  absl::Status See(const v1::CheckpointFrame& frame) {
    std::vector<audit::Digest> proof;
    for (const std::string& bytes : frame.consistency_proof()) {
      proof.push_back(crypto::DigestFromBytes(bytes).value());
    }
    return keeper_->Accept(frame.note(), proof, frame.from_size(), Now()).status();
  }
  // Brings the node to the newest checkpoint of `history`.
  absl::Status Follow(const TestHistory& history) { return See(history.FrameFrom(kept())); }

  absl::StatusOr<GuardedOrder> Judge(const v1::WorkOrder& order, absl::Time now = Now()) {
    return guard_->Judge(order, std::nullopt, now);
  }
  uint64_t kept() const { return keeper_->kept().size; }
  audit::ServedQueries& served() { return *served_; }

 private:
  TestQuestioner& world_;
  const std::string agency_;
  const audit::VerifierKey log_key_;
  const std::string path_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<audit::CheckpointKeeper> keeper_;
  std::optional<audit::ServedQueries> served_;
  std::unique_ptr<OwnerGuard> guard_;
};

// "released", "held", or "<check>: <what was seen>" of a refusal.
std::string Verdict(const absl::StatusOr<GuardedOrder>& guarded) {
  if (!guarded.ok()) return guarded.status().ToString();
  if (guarded->outcome == v1::ANSWER_OUTCOME_RELEASED) {
    return guarded->verified && guarded->decision.permitted() ? "released" : "released unverified";
  }
  EXPECT_FALSE(guarded->verified);
  if (guarded->outcome == v1::ANSWER_OUTCOME_HELD) return "held";
  std::string text;
  for (const v1::Failure& failure : guarded->explanation.failures()) {
    text += failure.check() + ": " + failure.clause() + " " + failure.seen() + "; ";
  }
  return text;
}

class OwnerGuardTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new TestQuestioner(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  static std::string TestName() {
    return ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }

  // Logs `query` for slmpd, shows the node the log, and has it judge the order.
  std::string AskNode(const v1::Query& query) {
    const v1::SignedQuery signed_query = world_->Sign(query);
    const audit::AppendedEntry intent = hub_.LogIntent(++queries_, signed_query);
    FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
    return Verdict(node_.Judge(hub_.Order(intent, signed_query)));
  }
  // A good order, of which the node keeps the checkpoint.
  v1::WorkOrder GoodOrder() {
    const v1::SignedQuery signed_query = world_->Ask();
    const audit::AppendedEntry intent = hub_.LogIntent(++queries_, signed_query);
    FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
    return hub_.Order(intent, signed_query);
  }

  static TestQuestioner* world_;
  TestHistory hub_{"owner_guard_" + TestName()};
  Node node_{*world_, hub_};
  uint64_t queries_ = 0;
};

TestQuestioner* OwnerGuardTest::world_ = nullptr;

TEST_F(OwnerGuardTest, ServesWhatIsLoggedAndPermitted) {
  EXPECT_EQ(AskNode(world_->Question()), "released");
  hub_.Grow(5, "slmpd");
  EXPECT_EQ(AskNode(world_->Question()), "released");
}

TEST_F(OwnerGuardTest, ServesATicketInAnOlderCheckpointThatItKeeps) {
  const v1::WorkOrder order = GoodOrder();
  hub_.Grow(3, "slmpd");
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_EQ(Verdict(node_.Judge(order)), "released");
}

TEST_F(OwnerGuardTest, I2_AHubThatPermitsEverythingGetsNothing) {
  // The hub logs and sends orders for questions that policy refuses: the order itself says nothing
  // of a decision, and the node's own is no.
  EXPECT_EQ(AskNode(world_->FaceQuestion()), "released");
  v1::Query no_identifier = world_->FaceQuestion();
  no_identifier.clear_identifier();
  EXPECT_THAT(AskNode(no_identifier), HasSubstr("identifier: SO#C.2 none"));
  v1::Query wrong_purpose = world_->Question();
  wrong_purpose.set_purpose("traffic_monitoring");
  EXPECT_THAT(AskNode(wrong_purpose), HasSubstr("purpose: "));
  v1::Query unknown_purpose = world_->Question();
  unknown_purpose.set_purpose("civil_lawsuit");
  EXPECT_THAT(AskNode(unknown_purpose), ::testing::Not(HasSubstr("released")));
  EXPECT_EQ(AskNode(world_->Question()), "released");  // the same hub, with a question that may be
}

TEST_F(OwnerGuardTest, I2_AHeldQuestionIsHeldWhateverTheHubSays) {
  v1::Query query = query::TestPlateIndex(Now());
  query.clear_facts();
  EXPECT_EQ(AskNode(query), "held");
  // An authorisation that nobody signed lifts nothing.
  const v1::SignedQuery signed_query = world_->Sign(query);
  const audit::AppendedEntry intent = hub_.LogIntent(++queries_, signed_query);
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  v1::WorkOrder order = hub_.Order(intent, signed_query);
  order.add_authorisations()->set_authorisation("invented by the hub");
  EXPECT_EQ(Verdict(node_.Judge(order)), "held");
}

TEST_F(OwnerGuardTest, I2_AChangedByteOfTheQuestionIsRefused) {
  const v1::WorkOrder good = GoodOrder();
  const std::string& bytes = good.signed_query().query();
  for (size_t i = 0; i < bytes.size(); ++i) {
    v1::WorkOrder order = good;
    (*order.mutable_signed_query()->mutable_query())[i] ^= 1;
    EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("person: ")) << "byte " << i;
  }
  EXPECT_EQ(Verdict(node_.Judge(good)), "released");
}

TEST_F(OwnerGuardTest, I2_AnAssertionOfAnotherPersonOrKeyIsRefused) {
  const v1::SignedQuery asked = world_->Ask();
  const auto with_assertion = [&](const std::string& assertion) {
    v1::SignedQuery spoilt = asked;
    spoilt.set_assertion(assertion);
    const audit::AppendedEntry intent = hub_.LogIntent(++queries_, spoilt);
    FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
    return Verdict(node_.Judge(hub_.Order(intent, spoilt)));
  };
  const crypto::Digest digest = crypto::Sha256(asked.query());
  identity::AssertionClaims other = world_->issuer().Claims(digest, Now());
  other.person.id = "u-0001";
  EXPECT_THAT(with_assertion(world_->issuer().Issue(other)),
              HasSubstr("person:  ASSERTION_OTHER_PERSON"));
  // The hub's own issuer, with the right names in it.
  const identity::TestIssuer forged("st_charles_pd", "stl");
  EXPECT_THAT(with_assertion(forged.Issue(digest, Now())), HasSubstr("person: "));
  EXPECT_THAT(with_assertion(world_->issuer().Issue(crypto::Sha256("another question"), Now())),
              HasSubstr("person: "));
  EXPECT_THAT(with_assertion(""), HasSubstr("person: "));
  EXPECT_EQ(with_assertion(world_->issuer().Issue(digest, Now())), "released");
}

TEST_F(OwnerGuardTest, I2_AnExpiredAssertionIsRefused) {
  v1::WorkOrder order = GoodOrder();
  const absl::Time later = Now() + absl::Minutes(10);
  *order.mutable_decided_at() = query::ToProto(later);
  EXPECT_THAT(Verdict(node_.Judge(order, later)), ::testing::StartsWith("person: "));
}

TEST_F(OwnerGuardTest, I2_AQuestionIsNoSubscriptionBecauseTheHubNamesAHit) {
  // A standing subscription is valid as long as its assertion; a question must not become one.
  v1::WorkOrder order = GoodOrder();
  order.set_hit_id("h-1");
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("person: "));
}

TEST_F(OwnerGuardTest, I2_AnotherRegionsQuestionIsRefused) {
  v1::Query query = world_->Question();
  query.set_region("kc");
  EXPECT_THAT(AskNode(query), ::testing::StartsWith("person:  QUERY_MALFORMED"));
}

TEST_F(OwnerGuardTest, I2_AnotherAgencyThanTheAssertionsIsRefused) {
  v1::Query query = world_->Question();
  query.set_agency("st_louis_county_pd");
  EXPECT_THAT(AskNode(query), ::testing::StartsWith("person: "));
}

TEST_F(OwnerGuardTest, I3_NoTicketNoAnswer) {
  v1::WorkOrder order = GoodOrder();
  order.clear_intent();
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("ticket: "));
  order.clear_checkpoint_size();
  EXPECT_THAT(node_.Judge(order), StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(OwnerGuardTest, I3_ATicketThatWasNeverLoggedIsRefused) {
  // A leaf of the right form that is in no tree, with an honest proof of another leaf.
  TestHistory elsewhere("owner_guard_elsewhere");
  elsewhere.Grow(3, "slmpd");
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry unlogged = elsewhere.LogIntent(77, asked);
  hub_.Grow(4, "slmpd");
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  ASSERT_EQ(hub_.size(), elsewhere.size());
  EXPECT_THAT(Verdict(node_.Judge(elsewhere.Order(unlogged, asked))),
              ::testing::StartsWith("ticket: "));
}

TEST_F(OwnerGuardTest, I3_ACheckpointThatTheNodeHasNotSeenIsNotBelieved) {
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = hub_.LogIntent(1, asked);
  const v1::WorkOrder order = hub_.Order(intent, asked);
  EXPECT_THAT(node_.Judge(order), StatusIs(absl::StatusCode::kNotFound, _));
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_EQ(Verdict(node_.Judge(order)), "released");
}

TEST_F(OwnerGuardTest, I3_ATicketForAnotherAgencyIsRefused) {
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = hub_.LogIntent(1, asked, {"st_louis_county_pd", "slmpd2"});
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_THAT(Verdict(node_.Judge(hub_.Order(intent, asked))),
              HasSubstr("does not name this agency"));
}

TEST_F(OwnerGuardTest, I3_ATicketForAnotherQuestionIsRefused) {
  const v1::WorkOrder first = GoodOrder();
  v1::Query other = world_->Question();
  other.mutable_hotlist_check()->mutable_plate()->set_text("XYZ 789");
  v1::WorkOrder order = first;
  *order.mutable_signed_query() = world_->Sign(other);
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("does not commit to the question"));
  order = first;
  order.set_query_salt(std::string(32, 's'));
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("does not commit to the question"));
  order = first;
  order.set_query_salt("");
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("does not commit to the question"));
  order = first;
  order.set_query_id(audit::TestId(999));
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("another query's"));
  EXPECT_EQ(Verdict(node_.Judge(first)), "released");
}

TEST_F(OwnerGuardTest, I3_OnlyAnIntentIsATicket) {
  const v1::WorkOrder good = GoodOrder();
  const audit::AppendedEntry close = hub_.LogIntent(
      1, good.signed_query(), {},
      [&](audit::EntryDraft& draft) { draft = audit::CloseDraft(1, good.intent().index()); });
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_THAT(Verdict(node_.Judge(hub_.Order(close, good.signed_query()))), HasSubstr("no INTENT"));
}

TEST_F(OwnerGuardTest, I3_ATicketBuysDataOnceAlsoAfterARestart) {
  const v1::WorkOrder order = GoodOrder();
  EXPECT_EQ(Verdict(node_.Judge(order)), "released");
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("served: "));
  node_.Restart();
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("served: "));
  // The node forgets served ids only after their tickets have expired.
  ASSERT_EQ(node_.served().Prune(Now()).value(), 0u);
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("served: "));
}

TEST_F(OwnerGuardTest, I3_LastWeeksTicketIsRefused) {
  // Logged in time for a question whose bytes were agreed on with an analyst a week before: only
  // the ticket is old.
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent =
      hub_.LogIntent(1, asked, {"slmpd"}, [](audit::EntryDraft& draft) {
        draft.time = Now() - absl::Hours(24 * 7);
        draft.expires = draft.time + absl::Minutes(1);
      });
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_THAT(Verdict(node_.Judge(hub_.Order(intent, asked))), HasSubstr("has expired"));
}

TEST_F(OwnerGuardTest, I3_LastWeeksOrderIsRefusedHoweverItIsDated) {
  v1::WorkOrder order = GoodOrder();
  const absl::Time later = Now() + absl::Hours(24 * 7);
  EXPECT_THAT(Verdict(node_.Judge(order, later)), ::testing::StartsWith("order: "));
  *order.mutable_decided_at() = query::ToProto(later);
  EXPECT_THAT(Verdict(node_.Judge(order, later)), ::testing::StartsWith("person: "));
  order.mutable_signed_query()->set_assertion(
      world_->issuer().Issue(crypto::Sha256(order.signed_query().query()), later));
  EXPECT_THAT(Verdict(node_.Judge(order, later)), ::testing::StartsWith("person:  QUERY_CLOCK"));
}

TEST_F(OwnerGuardTest, I3_AForkedLogIsRefusedAlsoAfterARestart) {
  hub_.Grow(5, "slmpd");
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  TestHistory fork("owner_guard_fork");
  fork.Grow(9, "st_charles_pd");
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = fork.LogIntent(1, asked);
  const v1::WorkOrder order = fork.Order(intent, asked);
  for (int round = 0; round < 2; ++round) {
    const absl::Status refused = node_.Follow(fork);
    EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(refused), "bad_proof");
    EXPECT_THAT(node_.Judge(order), StatusIs(absl::StatusCode::kNotFound, _));
    EXPECT_EQ(node_.kept(), 5u);
    node_.Restart();
  }
  // The honest log goes on where it was.
  EXPECT_EQ(Verdict(node_.Judge(GoodOrder())), "released");
}

TEST_F(OwnerGuardTest, I3_TwoTreesOfOneSizeAreRefused) {
  hub_.Grow(4, "slmpd");
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  TestHistory other("owner_guard_other");
  other.Grow(3, "st_charles_pd");
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = other.LogIntent(1, asked);
  EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(node_.Follow(other)), "different_root");
  // The order's proof is good in the other tree, whose size is the one kept.
  EXPECT_THAT(Verdict(node_.Judge(other.Order(intent, asked))), ::testing::StartsWith("ticket: "));
  node_.Restart();
  EXPECT_THAT(Verdict(node_.Judge(other.Order(intent, asked))), ::testing::StartsWith("ticket: "));
}

TEST_F(OwnerGuardTest, I3_ARolledBackLogIsRefused) {
  hub_.Grow(2, "slmpd");
  const v1::CheckpointFrame old = hub_.FrameFrom(0);
  hub_.Grow(3, "slmpd");
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(node_.See(old)), "smaller");
  node_.Restart();
  EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(node_.See(old)), "smaller");
}

TEST_F(OwnerGuardTest, I3_TwoNodesShownTwoTreesKeepApartForGood) {
  // Each keeps what it was shown first. From then on the hub has to lie to each for ever: neither
  // takes the other's tree, also after restarts, and a ticket of one buys nothing at the other.
  TestHistory second("owner_guard_second");
  Node county(*world_, hub_, "st_louis_county_pd", "county");
  const v1::SignedQuery asked = world_->Ask();
  hub_.Grow(2, "slmpd");
  second.Grow(5, "slmpd");
  const std::vector<std::string> both = {"slmpd", "st_louis_county_pd"};
  const audit::AppendedEntry here = hub_.LogIntent(1, asked, both);
  const audit::AppendedEntry there = second.LogIntent(1, asked, both);
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  FUSIONHUB_EXPECT_OK(county.Follow(second));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(node_.Follow(second)), "bad_proof");
    EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(county.Follow(hub_)), "smaller");
    EXPECT_THAT(node_.Judge(second.Order(there, asked)), StatusIs(absl::StatusCode::kNotFound, _));
    EXPECT_THAT(county.Judge(hub_.Order(here, asked)), StatusIs(absl::StatusCode::kNotFound, _));
    node_.Restart();
    county.Restart();
  }
}

TEST_F(OwnerGuardTest, I3_AnotherLogsKeyIsRefused) {
  SeededRandom random(99);
  audit::LogOptions options = hub_.files().Options();
  options.key = crypto::Ed25519PrivateKey::Generate(random).value();
  options.folder += "_other";
  options.signer_state_path += "_other";
  const std::unique_ptr<storage::Store> store = storage::NewMemoryStore();
  const auto other = audit::Log::Open(options, *store, random).value();
  other->AppendAndWait(audit::IntentDraft(1, {"slmpd"})).value();
  v1::CheckpointFrame frame;
  frame.set_note(other->LatestCheckpoint().note);
  EXPECT_EQ(audit::CheckpointKeeper::RefusalReason(node_.See(frame)), "bad_signature");
}

TEST_F(OwnerGuardTest, I7_MissingFactsRefuse) {
  const auto claims_without = [&](const std::function<void(identity::Person&)>& drop) {
    v1::SignedQuery asked = query::Unsigned(world_->FaceQuestion());
    identity::AssertionClaims claims =
        world_->issuer().Claims(crypto::Sha256(asked.query()), Now());
    drop(claims.person);
    asked.set_assertion(world_->issuer().Issue(claims));
    const audit::AppendedEntry intent = hub_.LogIntent(++queries_, asked);
    FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
    return Verdict(node_.Judge(hub_.Order(intent, asked)));
  };
  EXPECT_EQ(claims_without([](identity::Person&) {}), "released");
  EXPECT_THAT(claims_without([](identity::Person& person) { person.trained.reset(); }),
              HasSubstr("training"));
  EXPECT_NE(claims_without([](identity::Person& person) { person.cjis_cleared = false; }),
            "released");
  EXPECT_NE(claims_without([](identity::Person& person) { person.commissioned = false; }),
            "released");
  v1::Query query = world_->FaceQuestion();
  query.clear_reason();
  EXPECT_THAT(AskNode(query), HasSubstr("reason_text: "));
  query = world_->FaceQuestion();
  query.clear_facts();
  EXPECT_NE(AskNode(query), "released");
}

TEST_F(OwnerGuardTest, I7_AnAlertWithoutItsHitIsRefused) {
  v1::Query query = query::TestSubscription(Now());
  query.clear_facts();
  const v1::SignedQuery asked = world_->Sign(query);
  const audit::AppendedEntry intent = hub_.LogIntent(1, asked);
  FUSIONHUB_EXPECT_OK(node_.Follow(hub_));
  v1::WorkOrder order = hub_.Order(intent, asked);
  order.set_hit_id("no such hit");
  EXPECT_NE(Verdict(node_.Judge(order)), "released");  // no category is known for it
}

TEST_F(OwnerGuardTest, I7_AnOlderPolicyThanTheHubsRefuses) {
  v1::WorkOrder order = GoodOrder();
  order.set_min_policy_revision(world_->policy()->revision() + 1);
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("policy is revision"));
  order.set_min_policy_revision(world_->policy()->revision());
  EXPECT_EQ(Verdict(node_.Judge(order)), "released");
}

TEST_F(OwnerGuardTest, I7_ClocksThatAreApartRefuse) {
  const v1::WorkOrder good = GoodOrder();
  for (const absl::Duration off : {absl::Seconds(31), -absl::Seconds(61), absl::Hours(-24 * 7)}) {
    v1::WorkOrder order = good;
    *order.mutable_decided_at() = query::ToProto(Now() + off);
    EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("clocks")) << off;
  }
  v1::WorkOrder order = good;
  order.clear_decided_at();
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("order: "));
  order = good;
  *order.mutable_decided_at() = query::ToProto(Now() - absl::Seconds(29));
  EXPECT_EQ(Verdict(node_.Judge(order)), "released");
}

TEST_F(OwnerGuardTest, RefusesOrdersOfAnUnlawfulForm) {
  v1::WorkOrder order = GoodOrder();
  order.set_query_id("short");
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("no valid query id"));
  order = GoodOrder();
  for (int i = 0; i < 65; ++i) order.add_authorisations();
  EXPECT_THAT(Verdict(node_.Judge(order)), HasSubstr("too many authorisations"));
  order = GoodOrder();
  order.mutable_intent()->add_proof("not a digest");
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("ticket: "));
  order = GoodOrder();
  order.mutable_intent()->set_leaf("not a leaf");
  EXPECT_THAT(Verdict(node_.Judge(order)), ::testing::StartsWith("ticket: "));
}

}  // namespace
}  // namespace fusionhub::agency_node
