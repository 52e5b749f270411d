// Asks and times.
#include "tests/bench/load.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

namespace fusionhub::bench {
namespace {

double ProcessCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// CPU seconds of all processes since the machine started, idle time left out.
double MachineCpuSeconds() {
  std::ifstream in("/proc/stat");
  std::string word;
  double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0;
  in >> word >> user >> nice >> system >> idle >> wait >> irq >> softirq;
  return (user + nice + system + irq + softirq) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Reads the stream to its end; the last response is handed to `each` too.
template <typename Each>
absl::Status Ask(v1::QueryService::Stub& stub, const v1::AskRequest& request, const Each& each) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto reader = stub.Ask(&context, request);
  v1::AskResponse response;
  while (reader->Read(&response)) each(response);
  const grpc::Status status = reader->Finish();
  return status.ok() ? absl::OkStatus()
                     : absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                                    status.error_message());
}

}  // namespace

void Sample::Add(const Sample& other) {
  latency_ms.insert(latency_ms.end(), other.latency_ms.begin(), other.latency_ms.end());
  wall_s += other.wall_s;
  cpu_s += other.cpu_s;
  others_s += other.others_s;
}

double Sample::Percentile(double share) const {
  if (latency_ms.empty()) return 0;
  std::vector<double> sorted = latency_ms;
  const auto at = static_cast<size_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
  return sorted[at];
}

bool IsComplete(const Transcript& transcript, int owners) {
  int released = 0;
  for (const v1::AskResponse& response : transcript.responses) {
    if (response.has_owner_result() &&
        response.owner_result().outcome() == v1::ANSWER_OUTCOME_RELEASED &&
        response.owner_result().answer().answer().records_size() == 1) {
      ++released;
    }
  }
  return released == owners;
}

Load::Load(BenchRegion& region, int port, int clients) : region_(region) {
  for (int i = 0; i < clients; ++i) {
    stubs_.push_back(v1::QueryService::NewStub(region_.ClientChannel(port)));
  }
}

Transcript Load::AskOnce() {
  Transcript transcript;
  *transcript.request.mutable_signed_query() = region_.Questions(1).front();
  CheckOk(Ask(*stubs_.front(), transcript.request,
              [&](const v1::AskResponse& r) { transcript.responses.push_back(r); }),
          "a question");
  return transcript;
}

Transcript Load::AwaitAllOwners() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    Transcript transcript = AskOnce();
    if (IsComplete(transcript, region_.owners())) return transcript;
    if (attempt == 99) {
      CheckOk(absl::UnavailableError(transcript.responses.back().ShortDebugString()),
              "not every owner answers");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return {};
}

Sample Load::Run(absl::Duration duration, std::vector<v1::SignedQuery> questions) {
  std::vector<v1::AskRequest> requests(questions.size());
  for (size_t i = 0; i < questions.size(); ++i) {
    *requests[i].mutable_signed_query() = std::move(questions[i]);
  }
  std::atomic<size_t> next{0};
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const auto begin = now();
  const auto end = begin + absl::ToChronoNanoseconds(duration);
  const double cpu = ProcessCpuSeconds();
  const double machine = MachineCpuSeconds();
  std::vector<std::vector<double>> latencies(stubs_.size());
  const auto analyst = [&](size_t self) {
    while (now() < end) {
      const size_t i = next++;
      if (i >= requests.size()) return;
      const auto asked = now();
      int released = 0;
      bool complete = false;
      CheckOk(Ask(*stubs_[self], requests[i],
                  [&](const v1::AskResponse& r) {
                    released += r.owner_result().outcome() == v1::ANSWER_OUTCOME_RELEASED ? 1 : 0;
                    complete = r.has_complete();
                  }),
              "a question under load");
      if (released != region_.owners() || !complete) {
        CheckOk(absl::InternalError("an owner did not release"), "a question under load");
      }
      latencies[self].push_back(std::chrono::duration<double, std::milli>(now() - asked).count());
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < stubs_.size(); ++i) threads.emplace_back(analyst, i);
  for (std::thread& thread : threads) thread.join();
  Sample sample;
  sample.wall_s = std::chrono::duration<double>(now() - begin).count();
  sample.cpu_s = ProcessCpuSeconds() - cpu;
  sample.others_s = std::max(0.0, MachineCpuSeconds() - machine - sample.cpu_s);
  for (const auto& l : latencies) {
    sample.latency_ms.insert(sample.latency_ms.end(), l.begin(), l.end());
  }
  return sample;
}

}  // namespace fusionhub::bench
