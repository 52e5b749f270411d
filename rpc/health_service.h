// grpc.health.v1 on an AsyncServer. gRPC 1.51's built-in one is a callback service, which stalls
// when idle.
#ifndef FUSIONHUB_RPC_HEALTH_SERVICE_H_
#define FUSIONHUB_RPC_HEALTH_SERVICE_H_

#include <memory>
#include <set>
#include <string>

#include "base/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "rpc/async_unary.h"
#include "rpc/response_stream.h"

namespace fusionhub::rpc {

// One state for the whole server: it serves, or it does not. Thread-safe after the last AddService.
class HealthService {
 public:
  using Request = ::grpc::health::v1::HealthCheckRequest;
  using Response = ::grpc::health::v1::HealthCheckResponse;
  using Stream = ResponseStream<Response>;

  // A service that may be asked for by its full name. The server as a whole ("") may be always.
  void AddService(std::string name) { known_.insert(std::move(name)); }

  void SetServing(bool serving) FUSIONHUB_EXCLUDES(mu_);
  // Says NOT_SERVING and ends every Watch.
  void Stop() FUSIONHUB_EXCLUDES(mu_);

  // Handlers.
  void Check(const Request& request, const UnaryDone<Response>& done);
  void Watch(std::shared_ptr<Stream> stream, const Request& request) FUSIONHUB_EXCLUDES(mu_);

  ::grpc::health::v1::Health::AsyncService& service() { return service_; }

 private:
  Response State() const FUSIONHUB_REQUIRES(mu_);
  void Tell() FUSIONHUB_REQUIRES(mu_);

  ::grpc::health::v1::Health::AsyncService service_;
  std::set<std::string> known_ = {""};
  Mutex mu_;
  bool serving_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool stopped_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::set<std::shared_ptr<Stream>> watchers_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_HEALTH_SERVICE_H_
