// Wires configuration, TLS, identity provider and hub together for one run.
#include "hubctl/session.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "hubctl/terminal_text.h"
#include "identity/certificate.h"
#include "identity/issuer_client.h"
#include "policy/folder.h"
#include "query/error_detail.h"
#include "query/signed_query.h"
#include "rpc/client_channel.h"

namespace fusionhub::hubctl {
namespace {

constexpr absl::Duration kIssuerTimeout = absl::Seconds(10);
// What a call may take beyond the time that owners are given: connecting, logging, signing.
constexpr absl::Duration kCallMargin = absl::Seconds(10);
// Answers carry images: 50 candidates of at most a few hundred KiB each.
constexpr int kMaxMessageBytes = 64 << 20;
constexpr size_t kMaxPemBytes = 1 << 20;

ExitCode ExitCodeOfStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kBadProof;
    default:
      return ExitCode::kError;
  }
}

}  // namespace

Session::Session(const GlobalFlags& flags, Output& output, const Clock& clock, Random& random)
    : flags_(flags), output_(output), clock_(clock), random_(random) {}

absl::StatusOr<const Config*> Session::LoadedConfig() {
  if (config_ != nullptr) return config_.get();
  if (!HasConfig()) {
    return absl::FailedPreconditionError(
        "no configuration: name it with --config FILE or FUSIONHUB_CONFIG");
  }
  absl::StatusOr<Config> config = hubctl::LoadConfig(flags_.config);
  if (!config.ok()) return own_error_ = config.status();
  config_ = std::make_unique<Config>(*std::move(config));
  return config_.get();
}

absl::StatusOr<std::string> Session::Person() {
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, LoadedConfig());
  return flags_.person.empty() ? config->operator_id : flags_.person;
}

absl::StatusOr<std::shared_ptr<const policy::Policy>> Session::LoadedPolicy() {
  if (policy_ == nullptr) {
    FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, LoadedConfig());
    absl::StatusOr<std::shared_ptr<const policy::Policy>> policy =
        policy::LoadPolicyFolder(config->policy_dir);
    if (!policy.ok()) return own_error_ = policy.status();
    policy_ = *std::move(policy);
  }
  return policy_;
}

absl::Duration Session::question_deadline() const {
  return absl::Milliseconds(static_cast<int64_t>(flags_.timeout_seconds * 1000));
}

void Session::SetDeadline(grpc::ClientContext& context, absl::Duration owners_wait) const {
  context.set_deadline(absl::ToChronoTime(clock_.Now() + owners_wait + kCallMargin));
}

absl::Status Session::LoadTls() {
  if (tls_ != nullptr) return absl::OkStatus();
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, LoadedConfig());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string pem,
                             ReadFile(config->tls.certificate, kMaxPemBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(const identity::CertificateFacts facts,
                             identity::ReadCertificate(pem));
  certificate_sha256_ = facts.sha256;
  FUSIONHUB_ASSIGN_OR_RETURN(tls_,
                             rpc::TlsIdentity::Load({.certificate_chain = config->tls.certificate,
                                                     .private_key = config->tls.key,
                                                     .ca_bundle = config->tls.ca},
                                                    clock_));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Session::Connect() {
  if (channel_ != nullptr) return channel_;
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, LoadedConfig());
  FUSIONHUB_RETURN_IF_ERROR(LoadTls());
  FUSIONHUB_ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ChannelCredentials> credentials,
      tls_->ChannelCredentials(rpc::RequireSpiffeId(config->broker.spiffe_id)));
  channel_ = rpc::MakeClientChannel(config->broker.address, credentials,
                                    {.max_message_bytes = kMaxMessageBytes});
  return channel_;
}

absl::StatusOr<v1::SignedQuery> Session::Sign(const v1::Query& query) {
  FUSIONHUB_ASSIGN_OR_RETURN(const Config* config, LoadedConfig());
  FUSIONHUB_RETURN_IF_ERROR(LoadTls());
  v1::SignedQuery signed_query;
  signed_query.set_query(query.SerializeAsString());
  FUSIONHUB_ASSIGN_OR_RETURN(
      *signed_query.mutable_assertion(),
      identity::RequestAssertion(config->issuer_socket,
                                 {.person = query.operator_(),
                                  .request_digest = query::QueryDigest(signed_query.query()),
                                  .client_certificate = certificate_sha256_},
                                 kIssuerTimeout));
  return signed_query;
}

ExitCode Session::Report(const absl::Status& status, ExitCode code) {
  const std::optional<v1::ErrorDetail> detail = query::ErrorDetailOf(status);
  output_.ClearProgress();
  const std::string message(status.message());
  // Mistakes in the user's own files are shown line by line; everything else may be a peer's text.
  const bool own = status == own_error_;
  output_.ErrorLine(absl::StrCat("hubctl: ", own ? message : TerminalText(message)));
  if (detail.has_value()) {
    output_.ErrorLine(absl::StrCat("  reason ", TerminalText(detail->reason()),
                                   detail->clause().empty() ? "" : "   clause ",
                                   TerminalText(detail->clause())));
    if (!detail->fix().empty()) {
      output_.ErrorLine(absl::StrCat("  what to do: ", TerminalText(detail->fix())));
    }
  }
  if (output_.json()) {
    Json error{{"code", absl::StatusCodeToString(status.code())}, {"message", message}};
    if (detail.has_value()) {
      error["reason"] = detail->reason();
      error["clause"] = detail->clause();
      error["fix"] = detail->fix();
    }
    output_.WriteJson(Json{{"error", error}, {"exit_code", static_cast<int>(code)}});
  }
  return code;
}

ExitCode Session::Fail(const absl::Status& status) {
  return Report(status, ExitCodeOfStatus(status));
}

ExitCode Session::FailUsage(const absl::Status& status) { return Report(status, ExitCode::kUsage); }

}  // namespace fusionhub::hubctl
