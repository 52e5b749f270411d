// How fast reads become durable, hotlists are looked up, compiled and parsed, and a plate is found
// again.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "alpr_ingest/hotlist_file.h"
#include "alpr_ingest/hotlist_index.h"
#include "alpr_ingest/ingest.h"
#include "alpr_ingest/rekor_webhook.h"
#include "base/random.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::alpr_ingest {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225602);

// Plates that look like Missouri's: AB1C2D.
std::string Plate(uint64_t n) {
  n *= 0x9E3779B97F4A7C15u;
  std::string plate(6, ' ');
  for (size_t i = 0; i < 6; ++i, n /= 29) plate[i] = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"[n % 33];
  return plate;
}

Hotlist BigList(size_t entries) {
  Hotlist list;
  list.owner = "slmpd";
  list.version = 1;
  for (size_t i = 0; i < entries; ++i) {
    list.entries.push_back(
        {absl::StrCat(i), Plate(i), "MO", "stolen_vehicle", kNow - absl::Hours(9), kNow, ""});
  }
  return list;
}

std::string Body(uint64_t n, size_t image_bytes) {
  return absl::StrFormat(
      R"({"data_type":"alpr_group","version":3,"epoch_start":%d,"camera_id":7,"agent_uid":"A",)"
      R"("best_uuid":"A-7-%d","best_plate_number":"%s","best_region":"us-mo","best_confidence":91.2,)"
      R"("best_region_confidence":84.0,"is_preview":false,"vehicle_crop_jpeg":"/9j/%s"})",
      absl::ToUnixMillis(kNow), n, Plate(n), std::string(image_bytes * 4 / 3 / 4 * 4, 'A'));
}

// A whole node's plate side over a RocksDB in /tmp.
struct Node {
  Node() {
    std::filesystem::remove_all(folder);
    store = storage::OpenRocksDb({.path = folder + "/db", .families = {}}).value();
    ReadStoreOptions options;
    options.keys_folder = folder + "/keys";
    options.kek_folder = folder + "/kek";
    reads = ReadStore::Open(options, *store, random, kNow).value();
    (void)book.Replace(BigList(100'000));
    IngestOptions ingest_options;
    ingest_options.rekor.cameras["7"] = {"north-7", 38.6, -90.2, 0};
    ingest =
        std::make_unique<Ingest>(ingest_options, matcher, book, *reads, random, counters, nullptr);
  }
  ~Node() {
    reads.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }
  const std::string folder = std::filesystem::temp_directory_path() / "alpr_ingest_benchmark";
  SystemRandom random;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<ReadStore> reads;
  HotlistBook book;
  HitMatcher matcher = HitMatcher::Create({}).value();
  IngestCounters counters;
  std::unique_ptr<Ingest> ingest;
};

std::unique_ptr<Node> node;
std::atomic<uint64_t> next_read{0};

// Parse, match, encrypt, index, sync: one call a read, as the webhook does it. Argument: image
// bytes.
void BM_DurableIngest(benchmark::State& state) {
  if (state.thread_index() == 0) node = std::make_unique<Node>();
  for (auto _ : state) {
    const FeedReply reply =
        node->ingest->HandleRekor(Body(next_read++, static_cast<size_t>(state.range(0))), kNow);
    if (!std::holds_alternative<FeedAccepted>(reply)) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) node.reset();
}
BENCHMARK(BM_DurableIngest)->Arg(300)->Threads(1)->Threads(8)->Threads(64)->UseRealTime();
BENCHMARK(BM_DurableIngest)->Arg(12'000)->Threads(64)->UseRealTime();

void BM_ParseRekor(benchmark::State& state) {
  RekorOptions options;
  options.allow_unregistered_cameras = true;
  const std::string body = Body(1, static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(ParseRekorGroup(body, options, kNow));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ParseRekor)->Arg(300)->Arg(12'000);

// Plates that are mostly not listed, as on the street.
void BM_HotlistContains(benchmark::State& state) {
  HotlistBook book;
  (void)book.Replace(BigList(static_cast<size_t>(state.range(0))));
  const auto index = book.Current();
  std::vector<std::string> plates;
  for (uint64_t i = 0; i < 4096; ++i) plates.push_back(Plate(1'000'000'007 * i));
  size_t at = 0;
  for (auto _ : state) benchmark::DoNotOptimize(index->Contains(plates[at++ & 4095]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_HotlistContains)->Arg(100'000)->Arg(1'000'000);

void BM_HotlistCompile(benchmark::State& state) {
  const auto list = std::make_shared<const Hotlist>(BigList(static_cast<size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(HotlistIndex::Build({list}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_HotlistCompile)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_HotlistParse(benchmark::State& state) {
  std::string file = absl::StrCat(kHotlistHeader, "\n");
  for (int64_t i = 0; i < state.range(0); ++i) {
    absl::StrAppend(&file, "E", i, ",", Plate(static_cast<uint64_t>(i)),
                    ",MO,stolen_vehicle,2025-12-01T08:00:00Z,2026-01-01T00:00:00Z,red pickup\n");
  }
  for (auto _ : state) benchmark::DoNotOptimize(ParseHotlistFile(file, {}, kNow));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_HotlistParse)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// Step one over 30 days of 2,000 reads each.
void BM_IndexLookup(benchmark::State& state) {
  node = std::make_unique<Node>();
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([t] {
      for (int i = t; i < 60'000; i += 16) {
        PlateRead read;
        read.read_ref = absl::StrFormat("%032x", i);
        read.plate = Plate(static_cast<uint64_t>(i / 4));
        read.captured_at = kNow - absl::Hours(24) * (i % 30) - absl::Seconds(i % 80'000) * 0.01;
        (void)node->reads->Append(read, {}, kNow);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  uint64_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        node->reads->Index(Plate(at++ % 15'000), "MO", kNow - absl::Hours(24 * 30), kNow, kNow));
  }
  node.reset();
}
BENCHMARK(BM_IndexLookup)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fusionhub::alpr_ingest
