// The same fan-out with nothing but RPC: the same server class, TLS, tunnels and message sizes, but
// no policy, no log, no signatures and no data. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_BARE_FAN_OUT_H_
#define FUSIONHUB_TESTS_BENCH_BARE_FAN_OUT_H_

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/timer.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "fusionhub/v1/node.grpc.pb.h"
#include "rpc/async_server.h"
#include "rpc/tunnel_client.h"
#include "rpc/tunnel_session.h"
#include "tests/bench/bench_region.h"
#include "tests/bench/load.h"

namespace fusionhub::bench {

class BareFanOut {
 public:
  // Sends messages as long as those of `model`, a question that the hub answered.
  BareFanOut(BenchRegion& region, const Transcript& model);
  ~BareFanOut();
  int port() const { return server_->port(); }

 private:
  using Stream = std::shared_ptr<rpc::ResponseStream<v1::AskResponse>>;
  struct Course {
    Stream stream;
    size_t open = 0;
  };
  // A node: its identity, and a tunnel that answers every order with the model's answer.
  struct Echo {
    std::unique_ptr<rpc::TlsIdentity> tls;
    std::unique_ptr<rpc::TunnelClient> tunnel;
  };

  void StartServer();
  void StartNode(int owner, std::string answer);
  void Ask(const Stream& stream, const v1::AskRequest& request) FUSIONHUB_EXCLUDES(mu_);
  void OnAnswer(const std::string& bytes) FUSIONHUB_EXCLUDES(mu_);

  BenchRegion& region_;
  v1::AskResponse accepted_;
  v1::OwnerResult result_;  // without its answer
  v1::AskResponse complete_;
  v1::WorkOrder order_;  // without its question
  TimerQueue timers_;
  v1::QueryService::AsyncService queries_;
  v1::NodeTunnelService::AsyncService tunnels_;
  std::unique_ptr<rpc::TlsIdentity> tls_;
  Mutex mu_;
  std::vector<std::shared_ptr<rpc::TunnelSession>> sessions_ FUSIONHUB_GUARDED_BY(mu_);
  std::map<std::string, Course> courses_ FUSIONHUB_GUARDED_BY(mu_);
  uint64_t next_id_ FUSIONHUB_GUARDED_BY(mu_) = 0;
  std::unique_ptr<rpc::AsyncServer> server_;
  std::vector<Echo> nodes_;
};

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_BARE_FAN_OUT_H_
