// How the files of this folder add their verbs to the command line.
#ifndef FUSIONHUB_HUBCTL_VERB_H_
#define FUSIONHUB_HUBCTL_VERB_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "hubctl/exit_code.h"
#include "hubctl/session.h"

namespace fusionhub::hubctl {

using Verb = std::function<ExitCode(Session&)>;

// Each adds one group of verbs. The verb that was typed is put into `chosen`; it owns its options.
void AddHotlistVerbs(CLI::App& app, Verb& chosen);
void AddPlateVerbs(CLI::App& app, Verb& chosen);
void AddFaceVerbs(CLI::App& app, Verb& chosen);
void AddAlertVerbs(CLI::App& app, Verb& chosen);
void AddApprovalVerbs(CLI::App& app, Verb& chosen);
void AddAuditVerbs(CLI::App& app, Verb& chosen);
void AddPolicyVerbs(CLI::App& app, Verb& chosen);
void AddStatusVerbs(CLI::App& app, Verb& chosen);
void AddCompletionVerb(CLI::App& app, Verb& chosen);

// A group such as "plate", which needs one of its verbs.
CLI::App& AddGroup(CLI::App& app, const char* name, const char* description);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_VERB_H_
