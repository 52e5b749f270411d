// Makes a region.
#include "tests/bench/bench_region.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "identity/certificate.h"
#include "query/signed_query.h"
#include "query/timestamp.h"
#include "rpc/client_channel.h"

namespace fusionhub::bench {
namespace {

constexpr char kPlate[] = "BCD 204";
// Entries beside the one that is found, so that a lookup is one.
constexpr int kOtherEntries = 10'000;

std::string HotlistText(absl::Time now) {
  const auto time = [](absl::Time t) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", t, absl::UTCTimeZone());
  };
  const std::string rest = absl::StrCat(",CO,stolen_vehicle,", time(now - absl::Hours(5)), ",",
                                        time(now - absl::Minutes(5)), ",red 2014 Mazda 3\n");
  std::string text = "entry_id,plate,state,category,entered_at,confirmed_at,vehicle\n";
  absl::StrAppend(&text, "e-hit,", kPlate, rest);
  for (int i = 0; i < kOtherEntries; ++i) absl::StrAppend(&text, "e-", i, ",ZZ", i, rest);
  return text;
}

}  // namespace

void CheckOk(const absl::Status& status, const std::string& what) {
  if (status.ok()) return;
  std::cerr << "fanout_benchmark: " << what << ": " << status << std::endl;
  std::_Exit(1);
}

BenchRegion::BenchRegion(const std::string& folder, int owners)
    : owners_(owners),
      folder_(folder),
      issuer_(kAsker, kRegion, "k1"),
      documents_(BenchDocuments(owners, issuer_.jwks(),
                                absl::FromCivil(absl::CivilDay(2025, 1, 2), absl::UTCTimeZone()))) {
  for (const std::string& mistake : documents_.Mistakes()) std::cerr << mistake << "\n";
  policy_ = documents_.Compile();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  hub_tls_ = rpc::WriteTestFiles(folder_ + "/hub_tls", ca_.Issue(std::string(kHubId)));
  for (int i = 0; i < owners_; ++i) {
    node_tls_.push_back(rpc::WriteTestFiles(
        absl::StrCat(folder_, "/node_tls_", i),
        ca_.Issue(absl::StrCat("spiffe://", kRegion, "/agency/", OwnerName(i), "/node/", kNode))));
  }
  const rpc::TlsMaterial client =
      ca_.Issue(absl::StrCat("spiffe://", kRegion, "/agency/", kAsker, "/client/bench"));
  client_certificate_ =
      Must(identity::ReadCertificate(client.certificate_chain), "client certificate").sha256;
  client_ =
      Must(rpc::TlsIdentity::Load(rpc::WriteTestFiles(folder_ + "/client_tls", client), clock_),
           "client TLS");
  hotlist_ = folder_ + "/hotlist.csv";
  std::ofstream(hotlist_) << HotlistText(clock_.Now());
}

std::shared_ptr<grpc::Channel> BenchRegion::ClientChannel(int port) const {
  return rpc::MakeClientChannel(
      absl::StrCat("127.0.0.1:", port),
      Must(client_->ChannelCredentials(rpc::RequireSpiffeId(kHubId)), "client credentials"));
}

std::vector<v1::SignedQuery> BenchRegion::Questions(int count) {
  std::vector<v1::SignedQuery> questions(static_cast<size_t>(count));
  for (v1::SignedQuery& question : questions) {
    const absl::Time now = clock_.Now();
    v1::Query query;
    query.set_region(kRegion);
    query.set_agency(kAsker);
    query.set_operator_("u-4471");
    query.set_officer("u-0815");
    query.set_nonce(random_.Bytes(16));
    *query.mutable_asked_at() = query::ToProto(now);
    query.set_purpose(kPurpose);
    query.mutable_identifier()->set_kind(v1::Identifier::KIND_COMPLAINT);
    query.mutable_identifier()->set_value("26-004411");
    query.set_reason("stolen sedan seen near the river bridge");
    query.set_deadline_ms(20'000);
    query.mutable_hotlist_check()->mutable_plate()->set_text(kPlate);
    query.mutable_hotlist_check()->mutable_plate()->set_state("CO");
    question.set_query(query.SerializeAsString());
    identity::AssertionClaims claims = issuer_.Claims(query::QueryDigest(question.query()), now);
    claims.client_certificate = client_certificate_;
    question.set_assertion(issuer_.Issue(claims));
  }
  return questions;
}

}  // namespace fusionhub::bench
