// A closed loop: so many analysts, each asking the next question when the last is answered.
#ifndef FUSIONHUB_TESTS_BENCH_LOAD_H_
#define FUSIONHUB_TESTS_BENCH_LOAD_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "tests/bench/bench_region.h"

namespace fusionhub::bench {

// What came back for one question.
struct Transcript {
  v1::AskRequest request;
  std::vector<v1::AskResponse> responses;  // accepted, one result per owner, complete
};

// One cell of the table; rounds are added up.
struct Sample {
  std::vector<double> latency_ms;
  double wall_s = 0;
  double cpu_s = 0;     // of the whole process: clients, hub and nodes
  double others_s = 0;  // CPU that other processes took meanwhile
  void Add(const Sample& other);
  double Rate() const { return static_cast<double>(latency_ms.size()) / wall_s; }
  double CpuMs() const { return 1000 * cpu_s / static_cast<double>(latency_ms.size()); }
  double Percentile(double share) const;
};

// Analysts with a connection each.
class Load {
 public:
  Load(BenchRegion& region, int port, int clients);
  // Asks one question and gives back everything; fails unless every owner released one record.
  Transcript AskOnce();
  // Waits until all nodes are connected: asks until every owner answers.
  Transcript AwaitAllOwners();
  // `questions` must suffice; when they run out the round ends early.
  Sample Run(absl::Duration duration, std::vector<v1::SignedQuery> questions);

 private:
  BenchRegion& region_;
  std::vector<std::unique_ptr<v1::QueryService::Stub>> stubs_;
};

// True when all owners of the region released a record.
bool IsComplete(const Transcript& transcript, int owners);

}  // namespace fusionhub::bench

#endif  // FUSIONHUB_TESTS_BENCH_LOAD_H_
