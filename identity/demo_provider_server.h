// Serves the demonstration issuer on a Unix socket, one connection at a time. For demonstrations
// only.
#ifndef FUSIONHUB_IDENTITY_DEMO_PROVIDER_SERVER_H_
#define FUSIONHUB_IDENTITY_DEMO_PROVIDER_SERVER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "identity/demo_provider.h"
#include "identity/unix_lines.h"

namespace fusionhub::identity {

// Run() in one thread, Stop() from any.
class DemoProviderServer {
 public:
  // Listens at once. `issuer` and `clock` must outlive the server.
  static absl::StatusOr<std::unique_ptr<DemoProviderServer>> Create(const std::string& socket_path,
                                                                    DemoProvider& issuer,
                                                                    const Clock& clock);
  // Removes the socket.
  ~DemoProviderServer();

  // Serves until Stop(). A connection that is slow or sends rubbish is closed after two seconds.
  absl::Status Run();
  void Stop();

 private:
  DemoProviderServer(std::string path, OwnedFd listener, OwnedFd stop, DemoProvider& issuer,
                     const Clock& clock)
      : path_(std::move(path)),
        listener_(std::move(listener)),
        stop_(std::move(stop)),
        issuer_(issuer),
        clock_(clock) {}

  void Serve(int fd);

  const std::string path_;
  const OwnedFd listener_;
  const OwnedFd stop_;  // an eventfd
  DemoProvider& issuer_;
  const Clock& clock_;
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_DEMO_PROVIDER_SERVER_H_
