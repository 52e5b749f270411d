// Unary echo over mutual TLS: one call at a time, and as many as the machine takes. Server and
// clients share the machine's cores.
#include <benchmark/benchmark.h>

#include <memory>

#include "fusionhub/v1/admin.grpc.pb.h"
#include "rpc/async_server.h"
#include "rpc/test_region.h"

namespace fusionhub::rpc {
namespace {

class EchoServer {
 public:
  EchoServer() : server_(region_.ServerOptions()) {
    MethodOptions method;
    method.name = "fusionhub.v1.StatusService/GetStatus";
    server_.AddUnary(service_, &v1::StatusService::AsyncService::RequestGetStatus, method,
                     [](std::shared_ptr<Call>, const v1::GetStatusRequest&,
                        UnaryDone<v1::GetStatusResponse> done) {
                       v1::GetStatusResponse response;
                       response.set_region(std::string(128, 'x'));
                       done(std::move(response));
                     });
    if (!server_.Start().ok()) std::abort();
  }
  std::unique_ptr<v1::StatusService::Stub> NewStub() {
    return v1::StatusService::NewStub(region_.Channel(server_.port()));
  }

 private:
  TestRegion region_;
  v1::StatusService::AsyncService service_;
  AsyncServer server_;
};

EchoServer& Server() {
  static EchoServer server;
  return server;
}

void BM_UnaryOverMutualTls(benchmark::State& state) {
  const auto stub = Server().NewStub();
  for (auto _ : state) {
    const auto context = ContextWithDeadline();
    v1::GetStatusResponse response;
    if (!stub->GetStatus(context.get(), {}, &response).ok()) state.SkipWithError("call failed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_UnaryOverMutualTls)->ThreadRange(1, 32)->UseRealTime();

void BM_NewConnection(benchmark::State& state) {
  for (auto _ : state) {
    const auto stub = Server().NewStub();
    const auto context = ContextWithDeadline();
    v1::GetStatusResponse response;
    if (!stub->GetStatus(context.get(), {}, &response).ok()) state.SkipWithError("call failed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_NewConnection)->UseRealTime();

}  // namespace
}  // namespace fusionhub::rpc
