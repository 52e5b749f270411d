// The product as it is deployed, in one process: a broker and a node for every owner, with real
// sockets, mutual TLS and files that are synced. Benchmark only.
#ifndef FUSIONHUB_TESTS_BENCH_HUB_UNDER_TEST_H_
#define FUSIONHUB_TESTS_BENCH_HUB_UNDER_TEST_H_

#include <memory>
#include <vector>

#include "agency_node/node.h"
#include "broker/server.h"
#include "tests/bench/bench_region.h"

namespace fusionhub::bench {

class HubUnderTest {
 public:
  explicit HubUnderTest(BenchRegion& region);
  int port() const { return server_->grpc_port(); }

 private:
  void StartBroker();
  void StartNode(int owner);

  BenchRegion& region_;
  std::unique_ptr<broker::Server> server_;
  std::vector<std::unique_ptr<agency_node::Node>> nodes_;  // stop before the broker
};

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_HUB_UNDER_TEST_H_
