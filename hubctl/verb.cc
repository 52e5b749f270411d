// What the verb groups share.
#include "hubctl/verb.h"

namespace fusionhub::hubctl {

CLI::App& AddGroup(CLI::App& app, const char* name, const char* description) {
  CLI::App* group = app.add_subcommand(name, description);
  group->require_subcommand(1);
  return *group;
}

}  // namespace fusionhub::hubctl
