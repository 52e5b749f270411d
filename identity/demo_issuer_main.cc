// The demonstration assertion issuer: makes a key, issues one assertion, or serves a Unix socket
// for hubctl.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "identity/certificate.h"
#include "identity/demo_provider.h"
#include "identity/demo_provider_server.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;

struct Arguments {
  std::string key;
  std::string out;
  std::string jwks_out;
  std::string kid = "demo-1";
  std::string agency;
  std::string region;
  std::string issuer;
  std::string person;  // FILE#ID
  std::string persons;
  std::string subject;
  std::string client_certificate;
  std::string request_digest;
  std::string socket;
  int lifetime_seconds = 300;
};

absl::Status NewKey(const Arguments& arguments) {
  FUSIONHUB_ASSIGN_OR_RETURN(const IssuerPrivateKey key, IssuerPrivateKey::Generate(arguments.kid));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string secret, key.ToJwk());
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string jwks, key.ToPublicJwks());
  FUSIONHUB_RETURN_IF_ERROR(
      WriteFileAtomically(arguments.out, absl::StrCat(secret, "\n"), 0600, Durability::kSynced));
  return WriteFileAtomically(arguments.jwks_out, absl::StrCat(jwks, "\n"), 0644,
                             Durability::kSynced);
}

absl::StatusOr<DemoProvider> LoadIssuer(const Arguments& arguments, const std::string& persons_file,
                                        Random& random) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string jwk, ReadFile(arguments.key, kMaxFileBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(IssuerPrivateKey key, IssuerPrivateKey::FromJwk(jwk));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string yaml, ReadFile(persons_file, kMaxFileBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(DemoPersons persons, ParseDemoPersons(yaml, persons_file));
  const DemoProviderOptions options{
      .region = arguments.region,
      .agency = arguments.agency,
      .issuer = arguments.issuer.empty() ? arguments.agency : arguments.issuer,
      .lifetime = absl::Seconds(arguments.lifetime_seconds)};
  return DemoProvider(options, std::move(persons), std::move(key), random);
}

absl::Status Issue(const Arguments& arguments) {
  const std::pair<std::string, std::string> person =
      absl::StrSplit(arguments.person, absl::MaxSplits('#', 1));
  SystemRandom random;
  FUSIONHUB_ASSIGN_OR_RETURN(DemoProvider issuer, LoadIssuer(arguments, person.first, random));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string pem,
                             ReadFile(arguments.client_certificate, kMaxFileBytes));
  FUSIONHUB_ASSIGN_OR_RETURN(const CertificateFacts certificate, ReadCertificate(pem));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string digest, crypto::FromHex(arguments.request_digest));
  AssertionWish wish;
  wish.person = arguments.subject.empty() ? person.second : arguments.subject;
  FUSIONHUB_ASSIGN_OR_RETURN(wish.request_digest, crypto::DigestFromBytes(digest));
  wish.client_certificate = certificate.sha256;
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string token, issuer.Issue(wish, SystemClock().Now()));
  std::cout << token << "\n";
  return absl::OkStatus();
}

// Ends on SIGTERM or SIGINT, which must be blocked in every thread.
absl::Status Serve(const Arguments& arguments) {
  SystemRandom random;
  const SystemClock clock;
  FUSIONHUB_ASSIGN_OR_RETURN(DemoProvider issuer, LoadIssuer(arguments, arguments.persons, random));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  FUSIONHUB_ASSIGN_OR_RETURN(const auto server,
                             DemoProviderServer::Create(arguments.socket, issuer, clock));
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    server->Stop();
  });
  Log(LogLevel::kInfo, "demo_issuer_serving", "serving; for demonstrations only");
  const absl::Status status = server->Run();
  if (!status.ok()) pthread_kill(waiter.native_handle(), SIGTERM);
  waiter.join();
  return status;
}

void AddIssuerOptions(CLI::App& command, Arguments& arguments) {
  command.add_option("--key", arguments.key, "private JWK made by new-key")->required();
  command.add_option("--agency", arguments.agency, "agency id, e.g. slmpd")->required();
  command.add_option("--region", arguments.region, "region id, e.g. stl")->required();
  command.add_option("--issuer", arguments.issuer,
                     "issuer name in the Agency document; default: the agency id");
  command.add_option("--lifetime", arguments.lifetime_seconds, "seconds until expiry")
      ->check(CLI::Range(1, 900));
}

int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::cerr << "demo_issuer: " << status.message() << "\n";
  return 1;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{std::string(kDemoIssuerWarning), "demo_issuer"};
  app.require_subcommand(1);
  CLI::App* new_key = app.add_subcommand("new-key", "Make a signing key and its public key set");
  new_key->add_option("--out", arguments.out, "file for the private JWK (mode 0600)")->required();
  new_key->add_option("--jwks-out", arguments.jwks_out, "file for the public key set")->required();
  new_key->add_option("--kid", arguments.kid, "the key's id");
  CLI::App* issue = app.add_subcommand("issue", "Print one assertion");
  AddIssuerOptions(*issue, arguments);
  issue->add_option("--person", arguments.person, "FILE#ID: file of persons and id")->required();
  issue->add_option("--subject", arguments.subject, "id, instead of the one after '#'");
  issue->add_option("--client-cert", arguments.client_certificate, "PEM certificate")->required();
  issue->add_option("--request-digest", arguments.request_digest, "SHA-256, hexadecimal")
      ->required();
  CLI::App* serve = app.add_subcommand("serve", "Serve assertions on a Unix socket for hubctl");
  AddIssuerOptions(*serve, arguments);
  serve->add_option("--persons", arguments.persons, "file of persons")->required();
  serve->add_option("--socket", arguments.socket, "path of the socket (mode 0600)")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::cerr << kDemoIssuerWarning << "\n";
  SetLogComponent("demo_issuer");
  if (new_key->parsed()) return Report(NewKey(arguments));
  return Report(issue->parsed() ? Issue(arguments) : Serve(arguments));
}

}  // namespace
}  // namespace fusionhub::identity

int main(int argc, char** argv) { return fusionhub::identity::Main(argc, argv); }
