// Whole nodes (real files, real sockets, mutual TLS) against a hub that lies: it forks its log,
// shows different nodes different trees, replays, and invents. It gets no data, also after the node
// restarts (I2, I3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agency_node/node.h"
#include "agency_node/test_hub.h"
#include "audit/answer_commitment.h"
#include "audit/note.h"
#include "base/file.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "base/timer.h"
#include "fusionhub/v1/node.grpc.pb.h"
#include "query/timestamp.h"
#include "rpc/async_server.h"
#include "rpc/test_region.h"
#include "rpc/tunnel_session.h"

namespace fusionhub::agency_node {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHotlist[] =
    "entry_id,plate,state,category,entered_at,confirmed_at,vehicle\n"
    "e-1,ABC 123,MO,stolen_vehicle,2025-03-10T10:00:00Z,2025-03-10T16:00:00Z,grey 2019 Kia\n";

// Takes every node in and says what the test wants it to say.
class LyingHub {
 public:
  LyingHub(rpc::TestRegion& region, const Clock& clock) : clock_(clock) {
    options_.timers = &timers_;
    server_ = std::make_unique<rpc::AsyncServer>(region.ServerOptions());
    server_->AddBidiStream(service_, &v1::NodeTunnelService::AsyncService::RequestConnect,
                           rpc::LongStreamOptions("fusionhub.v1.NodeTunnelService/Connect", 8),
                           [this](std::shared_ptr<rpc::NodeStream> stream) {
                             rpc::TunnelSession::Attach(std::move(stream), options_, Callbacks());
                           });
    const absl::Status started = server_->Start();
    EXPECT_TRUE(started.ok()) << started;
  }
  ~LyingHub() { server_->Shutdown(absl::ZeroDuration()); }
  int port() const { return server_->port(); }

  // The node's connection; waits for it.
  std::shared_ptr<rpc::TunnelSession> SessionOf(const std::string& agency) {
    MutexLock lock(mu_);
    Wait([&]() FUSIONHUB_REQUIRES(mu_) { return sessions_.count(agency) > 0; });
    return sessions_[agency];
  }
  void AwaitGone(const std::string& agency) {
    MutexLock lock(mu_);
    Wait([&]() FUSIONHUB_REQUIRES(mu_) { return sessions_.count(agency) == 0; });
  }
  uint64_t log_size_of(const std::string& agency) {
    MutexLock lock(mu_);
    return hello_sizes_[agency];
  }
  // "cosigned N" or "refused: why": the node's word on a checkpoint.
  std::string Checkpoint(const std::string& agency, const v1::CheckpointFrame& checkpoint) {
    v1::ConnectResponse frame;
    *frame.mutable_checkpoint() = checkpoint;
    FUSIONHUB_EXPECT_OK(SessionOf(agency)->SendControl(std::move(frame)));
    MutexLock lock(mu_);
    Wait([&]() FUSIONHUB_REQUIRES(mu_) { return !words_.empty(); });
    if (words_.empty()) return "silence";
    std::string word = std::move(words_.front());
    words_.pop_front();
    return word;
  }
  v1::SignedAnswer Order(const std::string& agency, const v1::WorkOrder& order) {
    FUSIONHUB_EXPECT_OK(
        SessionOf(agency)->Send(v1::CHUNK_KIND_WORK_ORDER, order.SerializeAsString()).status());
    MutexLock lock(mu_);
    Wait([&]() FUSIONHUB_REQUIRES(mu_) { return !answers_.empty(); });
    if (answers_.empty()) return {};
    v1::SignedAnswer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

 private:
  template <typename Condition>
  void Wait(const Condition& condition) FUSIONHUB_REQUIRES(mu_) {
    const absl::Time until = absl::Now() + absl::Seconds(20);
    while (!condition() && absl::Now() < until) changed_.WaitFor(mu_, until - absl::Now());
    if (!condition()) ADD_FAILURE() << "nothing came from the node";
  }
  static std::string AgencyOf(const rpc::TunnelSession& session) {
    return std::string(
        absl::StrContains(session.peer().spiffe_id, "/slmpd/") ? "slmpd" : "st_louis_county_pd");
  }

  rpc::TunnelSessionCallbacks Callbacks() {
    rpc::TunnelSessionCallbacks callbacks;
    callbacks.on_hello = [this](const std::shared_ptr<rpc::TunnelSession>& session,
                                const v1::NodeHello& hello) -> absl::StatusOr<v1::HubWelcome> {
      MutexLock lock(mu_);
      sessions_[AgencyOf(*session)] = session;
      hello_sizes_[AgencyOf(*session)] = hello.log_size();
      changed_.NotifyAll();
      v1::HubWelcome welcome;
      *welcome.mutable_now() = query::ToProto(clock_.Now());
      return welcome;
    };
    callbacks.on_message = [this](const std::shared_ptr<rpc::TunnelSession>&,
                                  rpc::TunnelMessage message) {
      if (message.kind != v1::CHUNK_KIND_ANSWER) return;
      v1::SignedAnswer answer;
      EXPECT_TRUE(answer.ParseFromString(message.bytes));
      MutexLock lock(mu_);
      answers_.push_back(std::move(answer));
      changed_.NotifyAll();
    };
    callbacks.on_frame = [this](const std::shared_ptr<rpc::TunnelSession>&,
                                const v1::ConnectRequest& frame) {
      MutexLock lock(mu_);
      if (frame.has_cosignature()) {
        words_.push_back(absl::StrCat("cosigned ", frame.cosignature().log_size()));
      } else if (frame.has_checkpoint_refused()) {
        words_.push_back(absl::StrCat("refused: ", frame.checkpoint_refused().reason()));
      }
      changed_.NotifyAll();
    };
    callbacks.on_closed = [this](const std::shared_ptr<rpc::TunnelSession>& session) {
      MutexLock lock(mu_);
      const auto it = sessions_.find(AgencyOf(*session));
      if (it != sessions_.end() && it->second == session) sessions_.erase(it);
      changed_.NotifyAll();
    };
    return callbacks;
  }

  const Clock& clock_;
  TimerQueue timers_;
  rpc::TunnelSessionOptions options_;
  v1::NodeTunnelService::AsyncService service_;
  std::unique_ptr<rpc::AsyncServer> server_;
  Mutex mu_;
  CondVar changed_;
  std::map<std::string, std::shared_ptr<rpc::TunnelSession>> sessions_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<std::string, uint64_t> hello_sizes_ FUSIONHUB_GUARDED_BY(mu_);
  std::deque<std::string> words_ FUSIONHUB_GUARDED_BY(mu_);
  std::deque<v1::SignedAnswer> answers_ FUSIONHUB_GUARDED_BY(mu_);
};

class HostileHubTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new TestQuestioner(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  HostileHubTest() {
    FUSIONHUB_EXPECT_OK(MakeDirectories(folder_));
    std::filesystem::remove_all(folder_);
    FUSIONHUB_EXPECT_OK(MakeDirectories(folder_));
    audit::WriteWholeFile(folder_ + "/hotlist.csv", kHotlist);
  }
  ~HostileHubTest() override { nodes_.clear(); }

  Config ConfigOf(const std::string& agency, const std::string& node) {
    const std::string id = absl::StrCat("spiffe://stl/agency/", agency, "/node/", node);
    rpc::TestCertificateOptions certificate;
    certificate.uri_sans = {id};
    // Valid on the simulated day and, for TLS, today.
    certificate.not_before = TestQuestioner::Now() - absl::Hours(24);
    const rpc::TlsFiles tls = rpc::WriteTestFiles(absl::StrCat(folder_, "/tls_", agency),
                                                  tls_region_.ca().Issue(certificate));
    Config config;
    config.region = "stl";
    config.agency = agency;
    config.node = node;
    config.data_dir = absl::StrCat(folder_, "/", agency);
    config.metrics = "127.0.0.1:0";
    config.broker = {absl::StrCat("127.0.0.1:", hub_.port()), rpc::kTestHubId};
    config.tls = {tls.certificate_chain, tls.private_key, tls.ca_bundle};
    config.log = {std::string(audit::kTestOrigin), honest_.files().vkey().ToText()};
    config.answer_key = {"answers-1", ""};
    config.checkpoint_key = {"checkpoints-1", ""};
    config.hotlist = {folder_ + "/hotlist.csv", absl::Hours(24), {"stolen_vehicle"}};
    return config;
  }

  void Start(const std::string& agency, const std::string& node) {
    NodeInputs inputs;
    inputs.policy = world_->policy();
    inputs.issuers = std::make_unique<identity::IssuerDirectory>(world_->issuer().directory());
    inputs.answer_key =
        std::make_unique<crypto::Ed25519PrivateKey>(world_->Key(agency, "answers-1"));
    inputs.checkpoint_key =
        std::make_unique<crypto::Ed25519PrivateKey>(world_->Key(agency, "checkpoints-1"));
    auto started = Node::Start(ConfigOf(agency, node), std::move(inputs), clock_);
    FUSIONHUB_ASSERT_OK(started);
    nodes_[agency] = *std::move(started);
    hub_.SessionOf(agency);
  }
  void Stop(const std::string& agency) {
    nodes_.erase(agency);
    hub_.AwaitGone(agency);
  }
  void StartCity() { Start("slmpd", "slmpd-1"); }
  void RestartCity() {
    Stop("slmpd");
    StartCity();
  }

  // What the hub got: "data", or why not.
  std::string Got(const v1::SignedAnswer& answer) {
    const std::string& owner = answer.answer().owner();
    FUSIONHUB_EXPECT_OK(audit::CheckAnswer(answer, world_->Key(owner, "answers-1").public_key()));
    if (answer.answer().outcome() == v1::ANSWER_OUTCOME_RELEASED) {
      EXPECT_EQ(answer.answer().records_size(), 1);
      EXPECT_THAT(answer.SerializeAsString(), HasSubstr("ABC123"));
      return "data";
    }
    EXPECT_EQ(answer.answer().records_size(), 0);
    EXPECT_THAT(answer.SerializeAsString(), Not(HasSubstr("ABC123")));
    return answer.answer().explanation().failures(0).check();
  }
  std::string Ask(const std::string& agency, const v1::WorkOrder& order) {
    return Got(hub_.Order(agency, order));
  }
  // The honest way: logged, shown, ordered.
  v1::WorkOrder HonestOrder() {
    const v1::SignedQuery asked = world_->Ask();
    const uint64_t from = honest_.size();
    const audit::AppendedEntry intent =
        honest_.LogIntent(++queries_, asked, {"slmpd", "st_louis_county_pd"});
    EXPECT_EQ(hub_.Checkpoint("slmpd", honest_.FrameFrom(from)),
              absl::StrCat("cosigned ", honest_.size()));
    return honest_.Order(intent, asked);
  }

  static TestQuestioner* world_;
  const std::string name_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string folder_ = ::testing::TempDir() + "/hostile_" + name_;
  SimulatedClock clock_{TestQuestioner::Now()};
  rpc::TestRegion tls_region_;
  TestHistory honest_{"hostile_" + name_};
  LyingHub hub_{tls_region_, clock_};
  std::map<std::string, std::unique_ptr<Node>> nodes_;
  uint64_t queries_ = 0;
};

TestQuestioner* HostileHubTest::world_ = nullptr;

TEST_F(HostileHubTest, AnHonestHubGetsDataAlsoAfterTheNodeRestarts) {
  StartCity();
  EXPECT_EQ(Ask("slmpd", HonestOrder()), "data");
  RestartCity();
  EXPECT_EQ(hub_.log_size_of("slmpd"), honest_.size());
  EXPECT_EQ(Ask("slmpd", HonestOrder()), "data");
}

TEST_F(HostileHubTest, AHubThatForksWhileTheNodeIsDownGetsNothing) {
  StartCity();
  EXPECT_EQ(Ask("slmpd", HonestOrder()), "data");
  Stop("slmpd");
  // The same signing key, another past; and larger than what the node keeps.
  TestHistory fork("hostile_fork");
  fork.Grow(6, "st_charles_pd");
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = fork.LogIntent(50, asked);
  for (int round = 0; round < 2; ++round) {
    StartCity();
    EXPECT_EQ(hub_.Checkpoint("slmpd", fork.FrameFrom(honest_.size())), "refused: bad_proof");
    EXPECT_EQ(hub_.Checkpoint("slmpd", fork.FrameFrom(0)), "refused: bad_proof");
    EXPECT_EQ(Ask("slmpd", fork.Order(intent, asked)), "ticket");
    Stop("slmpd");
  }
  StartCity();
  EXPECT_EQ(Ask("slmpd", HonestOrder()), "data");  // what it kept was not harmed
}

TEST_F(HostileHubTest, AHubThatShowsTwoNodesDifferentTreesGetsNothingFromTheOther) {
  StartCity();
  Start("st_louis_county_pd", "st-louis-county-pd-1");
  honest_.Grow(3, "slmpd");
  for (const char* agency : {"slmpd", "st_louis_county_pd"}) {
    EXPECT_EQ(hub_.Checkpoint(agency, honest_.FrameFrom(0)), "cosigned 3");
  }
  // One node goes on in the tree that both know; the other is shown a second one, with the
  // question.
  TestHistory second("hostile_second");
  second.Grow(3, "st_charles_pd");
  const v1::CheckpointFrame same_size = second.FrameFrom(0);
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = second.LogIntent(50, asked, {"slmpd", "st_louis_county_pd"});
  EXPECT_EQ(Ask("slmpd", HonestOrder()), "data");
  const std::string county = "st_louis_county_pd";
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(hub_.Checkpoint(county, same_size), "refused: different_root");
    EXPECT_EQ(hub_.Checkpoint(county, second.FrameFrom(3)), "refused: bad_proof");
    EXPECT_EQ(Ask(county, second.Order(intent, asked)), "ticket");
    EXPECT_EQ(Ask("slmpd", second.Order(intent, asked)), "ticket");
    RestartCity();
    Stop(county);
    Start(county, "st-louis-county-pd-1");
    EXPECT_EQ(hub_.log_size_of(county), 3u);
  }
}

TEST_F(HostileHubTest, NodesThatWereNewWhenTheHubForkedNeverTakeEachOthersTree) {
  // Each trusts the tree that it saw first. The hub can never bring the two together again: what it
  // gets from one is in a tree that the other, or anybody who compares, holds against it.
  StartCity();
  Start("st_louis_county_pd", "st-louis-county-pd-1");
  TestHistory second("hostile_second_new");
  second.Grow(7, "st_charles_pd");
  honest_.Grow(4, "slmpd");
  EXPECT_EQ(hub_.Checkpoint("slmpd", honest_.FrameFrom(0)), "cosigned 4");
  EXPECT_EQ(hub_.Checkpoint("st_louis_county_pd", second.FrameFrom(0)), "cosigned 7");
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = second.LogIntent(50, asked);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(hub_.Checkpoint("slmpd", second.FrameFrom(4)), "refused: bad_proof");
    EXPECT_EQ(hub_.Checkpoint("st_louis_county_pd", honest_.FrameFrom(4)), "refused: smaller");
    EXPECT_EQ(Ask("slmpd", second.Order(intent, asked)), "ticket");
    RestartCity();
  }
}

TEST_F(HostileHubTest, AHubThatReplaysLastWeeksTicketGetsNothing) {
  StartCity();
  const v1::WorkOrder order = HonestOrder();
  EXPECT_EQ(Ask("slmpd", order), "data");
  EXPECT_EQ(Ask("slmpd", order), "served");  // at once
  RestartCity();
  EXPECT_EQ(Ask("slmpd", order), "served");  // after a restart
  clock_.Advance(absl::Hours(24 * 7));
  RestartCity();
  EXPECT_EQ(Ask("slmpd", order), "order");  // a week later
  v1::WorkOrder redated = order;
  *redated.mutable_decided_at() = query::ToProto(clock_.Now());
  EXPECT_EQ(Ask("slmpd", redated), "person");
  // With an accomplice who signs a new question of the same content: the ticket is another's.
  v1::Query again = world_->Question();
  *again.mutable_asked_at() = query::ToProto(clock_.Now());
  *redated.mutable_signed_query() = world_->Sign(again, clock_.Now());
  EXPECT_EQ(Ask("slmpd", redated), "ticket");
}

TEST_F(HostileHubTest, AnAccomplicesQuestionWithATicketOfLastWeekGetsNothing) {
  // Hub and analyst agree on the question's bytes a week ahead, so that the log shows an old time.
  StartCity();
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent =
      honest_.LogIntent(1, asked, {"slmpd"}, [](audit::EntryDraft& draft) {
        draft.time -= absl::Hours(24 * 7);
        draft.expires = draft.time + absl::Minutes(1);
      });
  EXPECT_EQ(hub_.Checkpoint("slmpd", honest_.FrameFrom(0)), "cosigned 1");
  EXPECT_EQ(Ask("slmpd", honest_.Order(intent, asked)), "ticket");
  RestartCity();
  EXPECT_EQ(Ask("slmpd", honest_.Order(intent, asked)), "ticket");
}

TEST_F(HostileHubTest, AHubThatPermitsEverythingGetsNothing) {
  StartCity();
  v1::Query query = world_->Question();
  query.set_purpose("traffic_monitoring");
  const v1::SignedQuery asked = world_->Sign(query);
  const audit::AppendedEntry intent = honest_.LogIntent(1, asked);
  EXPECT_EQ(hub_.Checkpoint("slmpd", honest_.FrameFrom(0)), "cosigned 1");
  EXPECT_THAT(Ask("slmpd", honest_.Order(intent, asked)), AnyOf("purpose", "agreement", "matrix"));
  v1::WorkOrder changed = HonestOrder();
  // The plate of somebody else, under the same signature.
  std::string* bytes = changed.mutable_signed_query()->mutable_query();
  const size_t at = bytes->find("ABC 123");
  ASSERT_NE(at, std::string::npos);
  bytes->replace(at, 7, "XYZ 789");
  EXPECT_EQ(Ask("slmpd", changed), "person");
}

TEST_F(HostileHubTest, AHubThatOrdersBeforeItShowsTheLogGetsNothing) {
  StartCity();
  const v1::SignedQuery asked = world_->Ask();
  const audit::AppendedEntry intent = honest_.LogIntent(1, asked);
  EXPECT_EQ(Ask("slmpd", honest_.Order(intent, asked)), "ticket");
  v1::WorkOrder unlogged = honest_.Order(intent, asked);
  unlogged.clear_intent();
  EXPECT_EQ(Ask("slmpd", unlogged), "ticket");
}

}  // namespace
}  // namespace fusionhub::agency_node
