// The person who asks, as their agency's identity provider vouches for them. Names follow GFIPM
// where it has one (docs/assertions.md).
#ifndef FUSIONHUB_IDENTITY_PERSON_H_
#define FUSIONHUB_IDENTITY_PERSON_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fusionhub::identity {

// Facts about one person at one moment. Never logged in clear text.
struct Person {
  std::string agency;        // id of the employing agency
  std::string id;            // unique within the agency, e.g. "u-4471"
  std::string employer_ori;  // nine characters, e.g. "MO0960000"
  bool commissioned = false;
  std::vector<std::string> roles;             // sorted, unique; e.g. "analyst", "examiner"
  std::optional<absl::CivilDay> trained;      // last training that the agency records
  std::optional<absl::CivilDay> vetted;       // last background check
  std::optional<absl::CivilDay> revalidated;  // last time the agency's head confirmed the access
  bool cjis_cleared = false;

  absl::Time authenticated_at;
  std::string auth_method;   // e.g. "pwd+otp"
  std::string assertion_id;  // usable once
  absl::Time issued_at;
  absl::Time expires_at;
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_PERSON_H_
