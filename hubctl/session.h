// One run of hubctl: its flags, configuration, connection to the hub and way to sign questions.
#ifndef FUSIONHUB_HUBCTL_SESSION_H_
#define FUSIONHUB_HUBCTL_SESSION_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "fusionhub/v1/query.pb.h"
#include "hubctl/config.h"
#include "hubctl/exit_code.h"
#include "hubctl/output.h"
#include "policy/policy.h"
#include "rpc/tls.h"

namespace fusionhub::hubctl {

// Flags that stand before or after any verb.
struct GlobalFlags {
  std::string config;  // --config or FUSIONHUB_CONFIG
  bool json = false;
  std::string person;          // empty: the configuration's operator
  double timeout_seconds = 0;  // 0: the hub's default
};

// Loads what a verb asks for when it asks, so that offline verbs need no configuration. Not
// thread-safe.
class Session {
 public:
  // All must outlive the session.
  Session(const GlobalFlags& flags, Output& output, const Clock& clock, Random& random);

  Output& output() { return output_; }
  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  const GlobalFlags& flags() const { return flags_; }

  bool HasConfig() const { return !flags_.config.empty(); }
  // FAILED_PRECONDITION when no file is named.
  absl::StatusOr<const Config*> LoadedConfig();
  // The person at the keyboard.
  absl::StatusOr<std::string> Person();
  // The region's documents.
  absl::StatusOr<std::shared_ptr<const policy::Policy>> LoadedPolicy();

  // How long to wait for owners: zero is the hub's default.
  absl::Duration question_deadline() const;
  // Time limit for a call that waits for `owners_wait` at the hub.
  void SetDeadline(grpc::ClientContext& context, absl::Duration owners_wait) const;

  // A channel to the hub, whose certificate must carry the configured name. Connects when first
  // used.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect();
  // Serialises the query once and has the agency's identity provider assert exactly these bytes.
  absl::StatusOr<v1::SignedQuery> Sign(const v1::Query& query);

  // Reports an error on stderr, and as a JSON object with --json. Returns the exit code for it.
  ExitCode Fail(const absl::Status& status);
  // The same for what was typed wrongly.
  ExitCode FailUsage(const absl::Status& status);

 private:
  absl::Status LoadTls();
  ExitCode Report(const absl::Status& status, ExitCode code);

  const GlobalFlags& flags_;
  Output& output_;
  const Clock& clock_;
  Random& random_;
  std::unique_ptr<Config> config_;
  absl::Status own_error_;  // about a file of the user's
  std::shared_ptr<const policy::Policy> policy_;
  std::unique_ptr<rpc::TlsIdentity> tls_;
  crypto::Digest certificate_sha256_{};
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_SESSION_H_
