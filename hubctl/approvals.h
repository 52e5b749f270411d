// Lists, grants and denies held questions (ALPR-6).
#ifndef FUSIONHUB_HUBCTL_APPROVALS_H_
#define FUSIONHUB_HUBCTL_APPROVALS_H_

#include <string>

#include "hubctl/exit_code.h"
#include "hubctl/session.h"

namespace fusionhub::hubctl {

struct GrantOptions {
  std::string hold_id;
  std::string key_file;
  std::string key_id;
  std::string reason;
  int expires_hours = 24;
};

struct DenyOptions {
  std::string hold_id;
  std::string reason;
};

ExitCode RunListHolds(Session& session);
// Reads the held question as its requester signed it, and signs for exactly that.
ExitCode RunGrant(Session& session, const GrantOptions& options);
ExitCode RunDeny(Session& session, const DenyOptions& options);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_APPROVALS_H_
