// How many entries a second the log takes, with RocksDB and fsync. Print hardware and load beside
// every figure.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "audit/log.h"
#include "base/mutex.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::audit {
namespace {

// TEST_TMPDIR or the working folder: /tmp may be a memory file system, where fsync costs nothing.
std::string Folder() {
  const char* base = std::getenv("TEST_TMPDIR");
  return std::string(base == nullptr ? "." : base) + "/log_benchmark_data";
}

EntryDraft Draft() {
  EntryDraft draft;
  draft.type = EntryType::kIntent;
  draft.query_id = std::string(16, 'q');
  draft.time = absl::FromUnixSeconds(1772461536);
  draft.expires = draft.time + absl::Minutes(1);
  draft.purpose = "REJ-4.2";
  draft.data = "plate_reads";
  draft.action = "search";
  draft.owners = {"slmpd", "st_charles_pd", "st_louis_county_pd"};
  draft.query_digest = crypto::Sha256("q");
  draft.payload = {{"operator", "badge 1234"}, {"case", "26-004711"}, {"plate", "MO AB123C"}};
  return draft;
}

struct Bench {
  Bench() {
    std::filesystem::remove_all(Folder());
    store =
        storage::OpenRocksDb({.path = Folder() + "/db", .families = Log::StoreFamilies()}).value();
    log = Log::Open({.folder = Folder() + "/tiles",
                     .signer_state_path = Folder() + "/signer/state",
                     .kek_folder = Folder() + "/kek",
                     .origin = "bench.test/log",
                     .key = crypto::Ed25519PrivateKey::Generate(random).value(),
                     .cosigners = {},
                     .sequencer = {}},
                    *store, random)
              .value();
  }
  ~Bench() {
    log.reset();
    store.reset();
    std::filesystem::remove_all(Folder());
  }
  SystemRandom random;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<Log> log;
};

// Keeps `in_flight` entries on their way, as that many queries at once would.
void BM_AppendManyAtOnce(benchmark::State& state) {
  Bench bench;
  Mutex mu;
  CondVar changed;
  int64_t waiting = 0;
  const EntryDraft draft = Draft();
  for (auto _ : state) {
    {
      MutexLock lock(mu);
      while (waiting >= state.range(0)) changed.Wait(mu);
      ++waiting;
    }
    const absl::Status status = bench.log->Append(draft, [&](absl::StatusOr<AppendedEntry>) {
      MutexLock lock(mu);
      --waiting;
      changed.NotifyOne();
    });
    if (!status.ok()) state.SkipWithError(std::string(status.message()).c_str());
  }
  {
    MutexLock lock(mu);
    while (waiting > 0) changed.Wait(mu);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_AppendManyAtOnce)->Arg(1)->Arg(8)->Arg(64)->Arg(512)->Arg(2048)->UseRealTime();

// The caller's share: sealing one entry.
void BM_Seal(benchmark::State& state) {
  Bench bench;
  const EntryDraft draft = Draft();
  for (auto _ : state) {
    benchmark::DoNotOptimize(SealEntry(draft, bench.log->keks(), bench.random));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Seal);

// An inclusion proof in a log of 10,000 entries.
void BM_InclusionProof(benchmark::State& state) {
  Bench bench;
  for (int i = 0; i < 10'000; ++i) {
    while (!bench.log->Append(Draft(), [](absl::StatusOr<AppendedEntry>) {}).ok()) {
    }
  }
  (void)bench.log->AppendAndWait(Draft());
  uint64_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.log->InclusionProof(index, 10'000));
    index = (index + 7919) % 10'000;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_InclusionProof);

}  // namespace
}  // namespace fusionhub::audit
