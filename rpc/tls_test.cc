// TLS over real sockets: who gets in, which versions, and what a reload does.
#include "rpc/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "rpc/client_channel.h"
#include "rpc/test_region.h"
#include "rpc/tls13.h"

namespace fusionhub::rpc {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
 protected:
  void Serve(PeerJudge judge = [](const std::vector<std::string>&, absl::string_view) {
    return absl::OkStatus();
  }) {
    AsyncServerOptions options = region_.ServerOptions();
    options.credentials = *region_.hub().ServerCredentials(std::move(judge));
    server_ = std::make_unique<AsyncServer>(options);
    MethodOptions method;
    method.name = "fusionhub.v1.StatusService/GetStatus";
    server_->AddUnary(status_, &v1::StatusService::AsyncService::RequestGetStatus, method,
                      [](std::shared_ptr<Call> call, const v1::GetStatusRequest&,
                         UnaryDone<v1::GetStatusResponse> done) {
                        v1::GetStatusResponse response;
                        response.set_region(call->peer().spiffe_id);
                        done(std::move(response));
                      });
    FUSIONHUB_ASSERT_OK(server_->Start());
  }

  // One call over a new connection. Refusals come as UNAVAILABLE, mostly.
  grpc::Status CallOver(const std::shared_ptr<grpc::Channel>& channel) {
    v1::GetStatusResponse response;
    const auto context = ContextWithDeadline(absl::Seconds(5));
    return v1::StatusService::NewStub(channel)->GetStatus(context.get(), {}, &response);
  }
  grpc::Status CallAs(const TlsMaterial& material) {
    return CallOver(region_.Channel(server_->port(), material));
  }

  // What `openssl s_client` with `arguments` says.
  std::string OpenSslClient(const std::string& arguments) {
    const std::string command =
        absl::StrCat("openssl s_client -connect 127.0.0.1:", server_->port(), " ", arguments,
                     " </dev/null 2>&1");
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    char buffer[4096];
    while (const size_t size = fread(buffer, 1, sizeof(buffer), pipe)) output.append(buffer, size);
    pclose(pipe);
    return output;
  }

  TestRegion region_;
  v1::StatusService::AsyncService status_;
  std::unique_ptr<AsyncServer> server_;
};

TEST_F(TlsTest, LetsAMemberIn) {
  Serve();
  const grpc::Status status = CallAs(region_.ca().Issue(kTestClientId));
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(TlsTest, RefusesAClientWithoutCertificate) {
  Serve();
  TlsMaterial material = region_.ca().Issue();
  material.certificate_chain.clear();
  material.private_key.clear();
  EXPECT_FALSE(CallAs(material).ok());
}

TEST_F(TlsTest, RefusesACertificateOfAnotherAuthority) {
  Serve();
  TlsMaterial material = TestCa().Issue(kTestClientId);
  material.ca_bundle = region_.ca().Pem();  // it trusts the hub; the hub does not trust it
  EXPECT_FALSE(CallAs(material).ok());
}

TEST_F(TlsTest, RefusesExpiredAndFutureCertificates) {
  Serve();
  TestCertificateOptions options;
  options.not_after = absl::Now() - absl::Minutes(1);
  EXPECT_FALSE(CallAs(region_.ca().Issue(options)).ok());
  options.not_before = absl::Now() + absl::Hours(1);
  options.not_after = absl::Now() + absl::Hours(2);
  EXPECT_FALSE(CallAs(region_.ca().Issue(options)).ok());
}

TEST_F(TlsTest, RefusesCertificatesWithNoUriNameOrTwo) {
  std::atomic<int> judged = 0;
  Serve([&](const std::vector<std::string>&, absl::string_view) {
    ++judged;
    return absl::OkStatus();
  });
  TestCertificateOptions options;
  options.uri_sans = {};
  EXPECT_FALSE(CallAs(region_.ca().Issue(options)).ok());
  options.uri_sans = {"spiffe://stl/agency/a/node/x", "spiffe://stl/agency/b/node/y"};
  EXPECT_FALSE(CallAs(region_.ca().Issue(options)).ok());
  EXPECT_EQ(judged, 0);
}

TEST_F(TlsTest, AsksTheJudgeAboutEveryPeer) {
  Serve([](const std::vector<std::string>& names, absl::string_view pem) -> absl::Status {
    EXPECT_THAT(std::string(pem), HasSubstr("BEGIN CERTIFICATE"));
    if (names[0] == kTestNodeId) return absl::UnauthenticatedError("revoked");
    return absl::OkStatus();
  });
  EXPECT_TRUE(CallAs(region_.ca().Issue(kTestClientId)).ok());
  EXPECT_FALSE(CallAs(region_.ca().Issue(kTestNodeId)).ok());
}

TEST_F(TlsTest, AClientRefusesAServerWithAnotherName) {
  Serve();
  const auto credentials = region_.Credentials(
      region_.ca().Issue(kTestClientId), RequireSpiffeId("spiffe://stl/agency/hub/hub/other"));
  const grpc::Status status =
      CallOver(MakeClientChannel(absl::StrCat("127.0.0.1:", server_->port()), credentials));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, ATlsIdentityServesClientsToo) {
  Serve();
  SystemClock clock;
  const auto identity = TlsIdentity::Load(
      WriteTestFiles(::testing::TempDir() + "/client", region_.ca().Issue(kTestClientId)), clock);
  FUSIONHUB_ASSERT_OK(identity);
  const auto credentials = (*identity)->ChannelCredentials(RequireSpiffeId(kTestHubId));
  FUSIONHUB_ASSERT_OK(credentials);
  EXPECT_TRUE(
      CallOver(MakeClientChannel(absl::StrCat("127.0.0.1:", server_->port()), *credentials)).ok());
}

TEST_F(TlsTest, SpeaksTls13Only) {
  Serve();
  const TlsFiles files =
      WriteTestFiles(::testing::TempDir() + "/s_client", region_.ca().Issue(kTestClientId));
  const std::string identity =
      absl::StrCat(" -cert ", files.certificate_chain, " -key ", files.private_key);
  // gRPC's server closes the connection without an alert.
  EXPECT_THAT(OpenSslClient("-tls1_2" + identity), HasSubstr("New, (NONE), Cipher is (NONE)"));
  EXPECT_THAT(OpenSslClient("-tls1_3" + identity), HasSubstr("New, TLSv1.3, Cipher is TLS_"));
}

TEST_F(TlsTest, AClientOfThisProcessRefusesTls12Servers) {
  // What gRPC's client would make.
  SSL_CTX* context = SSL_CTX_new(TLS_method());
  EXPECT_NE(SSL_CTX_get_options(context) & SSL_OP_NO_TLSv1_2, 0u);
  SSL_CTX_free(context);
  FUSIONHUB_EXPECT_OK(RequireTls13());
  FUSIONHUB_EXPECT_OK(CheckTls13());
}

TEST_F(TlsTest, NewConnectionsGetTheReloadedCertificate) {
  Serve();
  TestCertificateOptions options;
  options.uri_sans = {kTestHubId};
  options.not_after = absl::Now() + absl::Hours(48);
  const absl::Time before = region_.hub().certificate().not_after;
  const TlsMaterial renewed = region_.ca().Issue(options);
  std::ofstream(region_.hub_files().private_key) << renewed.private_key;
  std::ofstream(region_.hub_files().certificate_chain) << renewed.certificate_chain;
  const auto changed = region_.hub().Reload();
  FUSIONHUB_ASSERT_OK(changed);
  EXPECT_TRUE(*changed);
  EXPECT_GT(region_.hub().certificate().not_after, before);
  const auto unchanged = region_.hub().Reload();
  FUSIONHUB_ASSERT_OK(unchanged);
  EXPECT_FALSE(*unchanged);

  // gRPC looks once a second. The judge of a client sees which certificate the server shows.
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string shown;
    const auto credentials =
        region_.Credentials(region_.ca().Issue(kTestClientId),
                            [&shown](const std::vector<std::string>&, absl::string_view pem) {
                              shown = std::string(pem);
                              return absl::OkStatus();
                            });
    auto channel = MakeClientChannel(absl::StrCat("127.0.0.1:", server_->port()), credentials);
    EXPECT_TRUE(CallOver(channel).ok());
    channel.reset();
    if (shown == renewed.certificate_chain) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  FAIL() << "the server still shows the old certificate";
}

TEST_F(TlsTest, ABadPushLeavesTheLastGoodSetInUse) {
  Serve();
  const std::string good_key = region_.ca().Issue(kTestHubId).private_key;
  std::ofstream(region_.hub_files().private_key) << good_key;  // of another certificate
  EXPECT_THAT(region_.hub().Reload(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("stays in use")));
  std::ofstream(region_.hub_files().certificate_chain) << "garbage";
  EXPECT_THAT(region_.hub().Reload(), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  std::remove(region_.hub_files().ca_bundle.c_str());
  EXPECT_THAT(region_.hub().Reload(), StatusIs(absl::StatusCode::kNotFound, _));
  std::this_thread::sleep_for(std::chrono::milliseconds(2200));  // gRPC looks once a second
  EXPECT_TRUE(CallAs(region_.ca().Issue(kTestClientId)).ok());
}

TEST_F(TlsTest, AReloadCannotChangeWhoTheProcessIs) {
  const TlsMaterial other = region_.ca().Issue("spiffe://stl/agency/hub/hub/other");
  std::ofstream(region_.hub_files().private_key) << other.private_key;
  std::ofstream(region_.hub_files().certificate_chain) << other.certificate_chain;
  EXPECT_THAT(region_.hub().Reload(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("restart")));
}

TEST_F(TlsTest, WatchesItsFiles) {
  std::atomic<int> good = 0, bad = 0;
  region_.hub().Watch(absl::Milliseconds(10),
                      [&](const absl::Status& status) { (status.ok() ? good : bad) += 1; });
  const TlsMaterial renewed = region_.ca().Issue(kTestHubId);
  std::ofstream(region_.hub_files().private_key) << renewed.private_key;
  while (bad == 0) std::this_thread::yield();
  std::ofstream(region_.hub_files().certificate_chain) << renewed.certificate_chain;
  while (good == 0) std::this_thread::yield();
  // What the watcher took in is what the files hold: nothing is left to reload.
  const absl::StatusOr<bool> changed = region_.hub().Reload();
  ASSERT_TRUE(changed.ok());
  EXPECT_FALSE(*changed);
}

TEST_F(TlsTest, DoesNotResumeSessions) {
  Serve();
  const TlsFiles files =
      WriteTestFiles(::testing::TempDir() + "/resume", region_.ca().Issue(kTestClientId));
  const std::string output = OpenSslClient(absl::StrCat(
      "-tls1_3 -reconnect -cert ", files.certificate_chain, " -key ", files.private_key));
  EXPECT_THAT(output, HasSubstr("New, TLSv1.3"));
  EXPECT_THAT(output, ::testing::Not(HasSubstr("Reused,")));
}

}  // namespace
}  // namespace fusionhub::rpc
