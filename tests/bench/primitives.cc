// Measures primitives.
#include "tests/bench/primitives.h"

#include <chrono>
#include <ctime>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/entry_sealer.h"
#include "base/file.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "policy/decide.h"
#include "query/policy_issuers.h"
#include "query/policy_request.h"
#include "query/verified_query.h"
#include "rpc/async_server.h"
#include "storage/rocksdb_store.h"

namespace fusionhub::bench {
namespace {

double Milliseconds(clockid_t which) {
  timespec t{};
  clock_gettime(which, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

Cost Measure(int times, clockid_t cpu_of, const std::function<void()>& operation) {
  for (int i = 0; i < times / 10 + 1; ++i) operation();
  const double cpu = Milliseconds(cpu_of);
  const double wall = Milliseconds(CLOCK_MONOTONIC);
  for (int i = 0; i < times; ++i) operation();
  return {(Milliseconds(cpu_of) - cpu) / times, (Milliseconds(CLOCK_MONOTONIC) - wall) / times};
}

Cost Measure(int times, const std::function<void()>& operation) {
  return Measure(times, CLOCK_THREAD_CPUTIME_ID, operation);
}

query::QueryExpectations Expectations(const BenchRegion& region) {
  query::QueryExpectations expected;
  expected.region = kRegion;
  expected.peer_agency = kAsker;
  expected.client_certificate = region.client_certificate();
  expected.now = region.clock().Now();
  return expected;
}

void MeasureQuestion(BenchRegion& region, Primitives& out) {
  const identity::IssuerDirectory issuers =
      Must(query::IssuersOf(region.policy()->Agencies()), "issuers");
  const v1::SignedQuery question = region.Questions(1).front();
  const query::QueryExpectations expected = Expectations(region);
  out.assertion = Measure(2000, [&] {
    CheckOk(query::VerifySignedQuery(question, issuers, expected).status(), "a question");
  });
  const query::VerifiedQuery verified =
      Must(query::VerifySignedQuery(question, issuers, expected), "a question");
  out.decision = Measure(2000, [&] {
    const policy::Request request =
        query::BuildRequest(verified.query, verified.person, OwnerName(0), {});
    const bool permitted =
        policy::Decide(*region.policy(), request, expected.now, policy::Side::kOwner).permitted();
    CheckOk(permitted ? absl::OkStatus() : absl::InternalError("not permitted"), "a decision");
  });
}

void MeasureCrypto(BenchRegion& region, Primitives& out) {
  const crypto::Ed25519PrivateKey key = region.Key(OwnerName(0), "answers");
  const std::string text(150, 'x');
  const std::string signature = key.Sign(text);
  out.sign = Measure(2000, [&] { (void)key.Sign(text); });
  out.verify = Measure(2000, [&] { CheckOk(key.public_key().Verify(text, signature), "verify"); });
  const auto keks =
      Must(audit::KekFolder::Open(region.folder() + "/primitive_kek", region.random()), "KEKs");
  audit::EntryDraft draft;
  draft.type = audit::EntryType::kIntent;
  draft.query_id = std::string(16, 'q');
  draft.time = region.clock().Now();
  draft.expires = draft.time + absl::Minutes(1);
  draft.purpose = kPurpose;
  draft.data = "hotlist_entries";
  draft.action = "check";
  for (int i = 0; i < region.owners(); ++i) draft.owners.push_back(OwnerName(i));
  draft.query_digest = crypto::Sha256("q");
  // As long as what the broker seals: the question's bytes and assertion.
  const v1::SignedQuery question = region.Questions(1).front();
  draft.payload = {{"query", question.query()}, {"assertion", question.assertion()}};
  out.seal = Measure(
      2000, [&] { CheckOk(audit::SealEntry(draft, *keks, region.random()).status(), "sealing"); });
}

void SyncOnce(storage::Store& store, uint64_t number) {
  storage::WriteBatch batch;
  batch.Put("f", absl::StrCat("key", number), std::string(1024, 'v'));
  CheckOk(store.Write(batch, storage::Sync::kYes), "a synced write");
}

// Repeats `operation` for a while.
Cost MeasureFor(double milliseconds, const std::function<void()>& operation) {
  const double cpu = Milliseconds(CLOCK_THREAD_CPUTIME_ID);
  const double begin = Milliseconds(CLOCK_MONOTONIC);
  double now = begin;
  int times = 0;
  for (; now < begin + milliseconds; now = Milliseconds(CLOCK_MONOTONIC), ++times) operation();
  return {(Milliseconds(CLOCK_THREAD_CPUTIME_ID) - cpu) / times, (now - begin) / times};
}

Cost operator+(const Cost& a, const Cost& b) {
  return {a.cpu_ms + b.cpu_ms, a.wall_ms + b.wall_ms};
}

void MeasureRpc(BenchRegion& region, Primitives& out) {
  const auto tls = Must(rpc::TlsIdentity::Load(region.hub_tls(), region.clock()), "TLS");
  rpc::AsyncServerOptions options;
  options.credentials =
      Must(tls->ServerCredentials(
               [](const std::vector<std::string>&, absl::string_view) { return absl::OkStatus(); }),
           "server credentials");
  v1::StatusService::AsyncService service;
  rpc::AsyncServer server(std::move(options));
  rpc::MethodOptions method;
  method.name = "fusionhub.v1.StatusService/GetStatus";
  server.AddUnary(service, &v1::StatusService::AsyncService::RequestGetStatus, method,
                  [](std::shared_ptr<rpc::Call>, const v1::GetStatusRequest&,
                     rpc::UnaryDone<v1::GetStatusResponse> done) {
                    v1::GetStatusResponse response;
                    response.set_region(std::string(512, 'x'));
                    done(std::move(response));
                  });
  CheckOk(server.Start(), "server");
  const auto stub = v1::StatusService::NewStub(region.ClientChannel(server.port()));
  out.rpc = Measure(2000, CLOCK_PROCESS_CPUTIME_ID, [&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    v1::GetStatusResponse response;
    const bool good = stub->GetStatus(&context, {}, &response).ok();
    CheckOk(good ? absl::OkStatus() : absl::UnavailableError("failed"), "a unary call");
  });
  server.Shutdown(absl::ZeroDuration());
}

}  // namespace

SyncProbe::SyncProbe(BenchRegion& region) : path_(region.folder() + "/probe_file") {
  for (int i = 0; i < region.owners(); ++i) {
    stores_.push_back(
        Must(storage::OpenRocksDb(
                 {.path = absl::StrCat(region.folder(), "/probe_", i), .families = {"f"}}),
             "a store"));
  }
}

void SyncProbe::Round() {
  constexpr double kEachMs = 200;
  ++rounds_;
  sum_.store = sum_.store + MeasureFor(kEachMs, [&] { SyncOnce(*stores_.front(), number_++); });
  sum_.file =
      sum_.file + MeasureFor(kEachMs, [&] {
        CheckOk(WriteFileAtomically(path_, std::string(200, 'x'), 0600, Durability::kSynced),
                "a file");
      });
  const uint64_t before = number_;
  const double begin = Milliseconds(CLOCK_MONOTONIC);
  std::vector<std::thread> threads;
  for (const auto& store : stores_) {
    threads.emplace_back(
        [this, kEachMs, &own = *store] { MeasureFor(kEachMs, [&] { SyncOnce(own, number_++); }); });
  }
  for (std::thread& thread : threads) thread.join();
  sum_.parallel_per_second +=
      1000.0 * static_cast<double>(number_ - before) / (Milliseconds(CLOCK_MONOTONIC) - begin);
}

SyncCosts SyncProbe::Costs() const {
  const auto mean = [&](const Cost& c) { return Cost{c.cpu_ms / rounds_, c.wall_ms / rounds_}; };
  return {mean(sum_.store), mean(sum_.file), sum_.parallel_per_second / rounds_};
}

Primitives MeasurePrimitives(BenchRegion& region) {
  Primitives out;
  MeasureQuestion(region, out);
  MeasureCrypto(region, out);
  MeasureRpc(region, out);
  return out;
}

}  // namespace fusionhub::bench
