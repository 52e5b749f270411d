// hubctl: the command line for analysts, administrators, auditors and agency IT.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "CLI/CLI.hpp"
#include "base/clock.h"
#include "base/random.h"
#include "hubctl/exit_code.h"
#include "hubctl/output.h"
#include "hubctl/session.h"
#include "hubctl/verb.h"
#include "rpc/tls13.h"

namespace fusionhub::hubctl {
namespace {

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  app.add_option("--config", flags.config, "Configuration file")->envname("FUSIONHUB_CONFIG");
  app.add_flag("--json", flags.json, "One JSON object instead of text");
  app.add_option("--person", flags.person, "Who is at the keyboard (the configuration's operator)");
  app.add_option("--timeout", flags.timeout_seconds, "Seconds to wait for owners, 0.1 to 30 (5)")
      ->check(CLI::Range(0.1, 30.0));
}

int Run(int argc, char** argv) {
  GlobalFlags flags;
  Verb verb;
  CLI::App app{
      "Asks agencies of a region for data they agreed to share, and checks what they answer."};
  app.name("hubctl");
  app.require_subcommand(1);
  app.fallthrough();  // global flags may stand after the verb
  AddGlobalFlags(app, flags);
  AddHotlistVerbs(app, verb);
  AddPlateVerbs(app, verb);
  AddFaceVerbs(app, verb);
  AddAlertVerbs(app, verb);
  AddApprovalVerbs(app, verb);
  AddAuditVerbs(app, verb);
  AddPolicyVerbs(app, verb);
  AddStatusVerbs(app, verb);
  AddCompletionVerb(app, verb);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? static_cast<int>(ExitCode::kDone)
                                : static_cast<int>(ExitCode::kUsage);
  }
  Output output(std::cout, std::cerr, isatty(STDERR_FILENO) == 1 && !flags.json);
  if (flags.json) output.UseJson();
  SystemClock clock;
  SystemRandom random;
  Session session(flags, output, clock, random);
  const absl::Status tls13 = rpc::RequireTls13();
  if (!tls13.ok()) return static_cast<int>(session.Fail(tls13));
  return static_cast<int>(verb(session));
}

}  // namespace

}  // namespace fusionhub::hubctl

int main(int argc, char** argv) { return fusionhub::hubctl::Run(argc, argv); }
