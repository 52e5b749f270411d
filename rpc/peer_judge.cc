// The judge as gRPC's external certificate verifier.
#include "rpc/peer_judge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rpc/tsan.h"

namespace fusionhub::rpc {
namespace {

using grpc::experimental::ExternalCertificateVerifier;
using grpc::experimental::TlsCustomVerificationCheckRequest;

class JudgingVerifier final : public ExternalCertificateVerifier {
 public:
  explicit JudgingVerifier(PeerJudge judge) : judge_(std::move(judge)) { TsanRelease(this); }
  ~JudgingVerifier() override { TsanAcquire(this); }

  bool Verify(TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    TsanAcquire(this);
    const absl::Status verdict = Judge(*request);
    // To gRPC's log on a server, to the caller's status on a client: never over the wire.
    *sync_status = verdict.ok() ? grpc::Status::OK
                                : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                               std::string(verdict.message()));
    TsanRelease(this);
    return true;
  }
  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  absl::Status Judge(const TlsCustomVerificationCheckRequest& request) const {
    std::vector<std::string> names;
    for (const grpc::string_ref& name : request.uri_names()) {
      names.emplace_back(name.data(), name.size());
    }
    if (names.size() != 1) {
      return absl::UnauthenticatedError(absl::StrCat("the peer's certificate has ", names.size(),
                                                     " URI names; it must have exactly one"));
    }
    const grpc::string_ref pem = request.peer_cert();
    return judge_(names, absl::string_view(pem.data(), pem.size()));
  }

  const PeerJudge judge_;
};

}  // namespace

PeerJudge RequireSpiffeId(std::string spiffe_id) {
  return
      [wanted = std::move(spiffe_id)](const std::vector<std::string>& uri_sans, absl::string_view) {
        if (uri_sans.size() == 1 && uri_sans[0] == wanted) return absl::OkStatus();
        return absl::UnauthenticatedError(absl::StrCat(
            "the server is not ", wanted, "; check its address and its configured id"));
      };
}

std::shared_ptr<grpc::experimental::CertificateVerifier> MakeVerifier(PeerJudge judge) {
  return ExternalCertificateVerifier::Create<JudgingVerifier>(std::move(judge));
}

}  // namespace fusionhub::rpc
