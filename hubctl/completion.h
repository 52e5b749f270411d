// Shell completion made from the command line's own definition.
#ifndef FUSIONHUB_HUBCTL_COMPLETION_H_
#define FUSIONHUB_HUBCTL_COMPLETION_H_

#include <string>

#include "CLI/CLI.hpp"

namespace fusionhub::hubctl {

// A bash script that completes verbs and flags of `app`, and file names everywhere else.
std::string BashCompletion(const CLI::App& app);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_COMPLETION_H_
