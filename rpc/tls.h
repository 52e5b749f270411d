// TLS credentials from files that are checked before gRPC sees them and reloaded while running.
//
// gRPC 1.51 refuses every connection after a bad certificate push (it frees the old key before it
// has parsed the new one), so it never reads the files itself: TlsIdentity reads and validates them
// and passes the last good set to gRPC through memory files (memfd).
#ifndef FUSIONHUB_RPC_TLS_H_
#define FUSIONHUB_RPC_TLS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "rpc/peer_judge.h"
#include "rpc/tls_material.h"

namespace fusionhub::rpc {

// This process's certificate, key and CA bundle. Thread-safe. Must outlive the servers that use it.
class TlsIdentity {
 public:
  // Reads and validates. `clock` must outlive the identity.
  static absl::StatusOr<std::unique_ptr<TlsIdentity>> Load(const TlsFiles& files,
                                                           const Clock& clock);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  // Reads the files again. True when they have changed and are in use from now on (servers follow
  // within 2 s; connections that exist keep the old certificate). On error the last good set stays
  // in use.
  absl::StatusOr<bool> Reload() FUSIONHUB_EXCLUDES(mu_);

  // Calls Reload every `interval` on a thread of its own, until destroyed. `on_reload` (optional)
  // runs after each reload that changed something or failed, for the metric. Once.
  void Watch(absl::Duration interval, std::function<void(const absl::Status&)> on_reload);

  // What is in use now; not_after is for the expiry metric.
  TlsCertificateInfo certificate() const FUSIONHUB_EXCLUDES(mu_);

  // For AsyncServerOptions::credentials: TLS 1.3, client certificate required, follows reloads.
  // FAILED_PRECONDITION unless RequireTls13 (rpc/tls13.h) has succeeded in this process.
  absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(PeerJudge judge);

  // For one channel: the set in use now; make new credentials for each new channel.
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(PeerJudge judge);

 private:
  TlsIdentity(const TlsFiles& files, const Clock& clock, TlsMaterial material,
              TlsCertificateInfo info);
  absl::Status Publish() FUSIONHUB_REQUIRES(mu_);
  void WatchLoop(absl::Duration interval,
                 const std::function<void(const absl::Status&)>& on_reload);

  const TlsFiles files_;
  const Clock& clock_;
  mutable Mutex mu_;
  CondVar wake_;
  TlsMaterial material_ FUSIONHUB_GUARDED_BY(mu_);
  TlsCertificateInfo info_ FUSIONHUB_GUARDED_BY(mu_);
  // Memory files that gRPC's watcher reads as /proc/self/fd/<n>: certificate chain and key in one,
  // so that they change together, and the bundle. -1 until ServerCredentials.
  int identity_fd_ FUSIONHUB_GUARDED_BY(mu_) = -1;
  int bundle_fd_ FUSIONHUB_GUARDED_BY(mu_) = -1;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread watcher_;
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TLS_H_
