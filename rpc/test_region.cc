// The hub of a test, and channels to it.
#include "rpc/test_region.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "rpc/client_channel.h"
#include "rpc/tls13.h"

namespace fusionhub::rpc {
namespace {

void CheckOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << "\n";
  std::abort();
}

}  // namespace

TestRegion::TestRegion() {
  CheckOk(RequireTls13());
  static int regions = 0;
  folder_ = absl::StrCat(::testing::TempDir(), "/region_", getpid(), "_", regions++);
  hub_files_ = WriteTestFiles(folder_, ca_.Issue(kTestHubId));
  auto hub = TlsIdentity::Load(hub_files_, clock_);
  CheckOk(hub.status());
  hub_ = *std::move(hub);
}

AsyncServerOptions TestRegion::ServerOptions() {
  AsyncServerOptions options;
  auto credentials = hub_->ServerCredentials(
      [](const std::vector<std::string>&, absl::string_view) { return absl::OkStatus(); });
  CheckOk(credentials.status());
  options.credentials = *std::move(credentials);
  options.completion_queues = 2;
  return options;
}

std::shared_ptr<grpc::ChannelCredentials> TestRegion::Credentials(const TlsMaterial& material,
                                                                  PeerJudge judge) {
  std::vector<grpc::experimental::IdentityKeyCertPair> pairs;
  if (!material.private_key.empty()) {
    pairs.push_back({material.private_key, material.certificate_chain});
  }
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<grpc::experimental::StaticDataCertificateProvider>(material.ca_bundle,
                                                                          pairs));
  options.watch_root_certs();
  if (!pairs.empty()) options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(MakeVerifier(std::move(judge)));
  options.set_check_call_host(false);
  return grpc::experimental::TlsCredentials(options);
}

std::shared_ptr<grpc::Channel> TestRegion::Channel(int port, const TlsMaterial& material) {
  return MakeClientChannel(absl::StrCat("127.0.0.1:", port), Credentials(material));
}

std::shared_ptr<grpc::Channel> TestRegion::Channel(int port, const std::string& spiffe_id) {
  return Channel(port, ca_.Issue(spiffe_id));
}

std::unique_ptr<grpc::ClientContext> ContextWithDeadline(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  return context;
}

}  // namespace fusionhub::rpc
