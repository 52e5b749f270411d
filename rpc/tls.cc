// TLS credentials that follow their files.
#include "rpc/tls.h"

#include <fcntl.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "rpc/tls13.h"

namespace fusionhub::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using grpc::experimental::StaticDataCertificateProvider;

absl::Status MemoryFileError() {
  return absl::InternalError(absl::StrCat("cannot hold TLS files in memory: ", strerror(errno)));
}

bool WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Makes `fd` a memory file with `content`; one that exists is replaced in one step, under its
// number.
absl::Status PublishMemoryFile(absl::string_view content, int& fd) {
  const int fresh = memfd_create("fusionhub_tls", MFD_CLOEXEC);
  if (fresh < 0) return MemoryFileError();
  bool good = WriteAll(fresh, content);
  if (good && fd < 0) {
    fd = fresh;
    return absl::OkStatus();
  }
  good = good && dup3(fresh, fd, O_CLOEXEC) >= 0;
  const absl::Status status = good ? absl::OkStatus() : MemoryFileError();
  close(fresh);
  return status;
}

std::string PathOf(int fd) { return absl::StrCat("/proc/self/fd/", fd); }

}  // namespace

absl::StatusOr<std::unique_ptr<TlsIdentity>> TlsIdentity::Load(const TlsFiles& files,
                                                               const Clock& clock) {
  FUSIONHUB_ASSIGN_OR_RETURN(TlsMaterial material, ReadTlsFiles(files));
  absl::StatusOr<TlsCertificateInfo> info = ValidateTlsMaterial(material, clock.Now());
  if (!info.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(files.certificate_chain, ": ", info.status().message()));
  }
  return std::unique_ptr<TlsIdentity>(
      new TlsIdentity(files, clock, std::move(material), *std::move(info)));
}

TlsIdentity::TlsIdentity(const TlsFiles& files, const Clock& clock, TlsMaterial material,
                         TlsCertificateInfo info)
    : files_(files), clock_(clock), material_(std::move(material)), info_(std::move(info)) {}

TlsIdentity::~TlsIdentity() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  if (watcher_.joinable()) watcher_.join();
  MutexLock lock(mu_);
  if (identity_fd_ >= 0) close(identity_fd_);
  if (bundle_fd_ >= 0) close(bundle_fd_);
}

absl::StatusOr<bool> TlsIdentity::Reload() {
  FUSIONHUB_ASSIGN_OR_RETURN(TlsMaterial material, ReadTlsFiles(files_));
  MutexLock lock(mu_);
  if (material == material_) return false;
  absl::StatusOr<TlsCertificateInfo> info = ValidateTlsMaterial(material, clock_.Now());
  if (!info.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(files_.certificate_chain, ": ",
                                                      info.status().message(),
                                                      " (the last good one stays in use)"));
  }
  if (info->spiffe_id != info_.spiffe_id) {
    return absl::FailedPreconditionError(
        absl::StrCat(files_.certificate_chain, ": names ", info->spiffe_id, " where it named ",
                     info_.spiffe_id, "; restart to change who this process is"));
  }
  std::swap(material_, material);
  if (identity_fd_ >= 0) {
    if (absl::Status published = Publish(); !published.ok()) {
      std::swap(material_, material);
      return published;
    }
  }
  info_ = *std::move(info);
  return true;
}

absl::Status TlsIdentity::Publish() {
  // The key and its chain in one file: they can never be read in two versions.
  FUSIONHUB_RETURN_IF_ERROR(PublishMemoryFile(
      absl::StrCat(material_.private_key, "\n", material_.certificate_chain), identity_fd_));
  return PublishMemoryFile(material_.ca_bundle, bundle_fd_);
}

void TlsIdentity::Watch(absl::Duration interval,
                        std::function<void(const absl::Status&)> on_reload) {
  watcher_ = std::thread(
      [this, interval, callback = std::move(on_reload)] { WatchLoop(interval, callback); });
}

void TlsIdentity::WatchLoop(absl::Duration interval,
                            const std::function<void(const absl::Status&)>& on_reload) {
  while (true) {
    {
      MutexLock lock(mu_);
      // A spurious wake-up makes one look at the files early: no harm.
      if (!stopping_) wake_.WaitFor(mu_, interval);
      if (stopping_) return;
    }
    const absl::StatusOr<bool> changed = Reload();
    if (on_reload && (!changed.ok() || *changed)) on_reload(changed.status());
  }
}

TlsCertificateInfo TlsIdentity::certificate() const {
  MutexLock lock(mu_);
  return info_;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsIdentity::ServerCredentials(
    PeerJudge judge) {
  FUSIONHUB_RETURN_IF_ERROR(CheckTls13());
  MutexLock lock(mu_);
  if (identity_fd_ < 0) FUSIONHUB_RETURN_IF_ERROR(Publish());
  auto provider = std::make_shared<FileWatcherCertificateProvider>(
      PathOf(identity_fd_), PathOf(identity_fd_), PathOf(bundle_fd_), /*refresh_interval_sec=*/1);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.set_certificate_verifier(MakeVerifier(std::move(judge)));
  options.set_check_call_host(false);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> TlsIdentity::ChannelCredentials(
    PeerJudge judge) {
  FUSIONHUB_RETURN_IF_ERROR(CheckTls13());
  MutexLock lock(mu_);
  const std::vector<grpc::experimental::IdentityKeyCertPair> pairs = {
      {material_.private_key, material_.certificate_chain}};
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<StaticDataCertificateProvider>(material_.ca_bundle, pairs));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(MakeVerifier(std::move(judge)));
  options.set_check_call_host(false);
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace fusionhub::rpc
