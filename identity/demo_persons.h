// The people whom the demonstration issuer knows. FOR DEMONSTRATIONS ONLY: a real agency's identity
// provider knows its own people.
#ifndef FUSIONHUB_IDENTITY_DEMO_PERSONS_H_
#define FUSIONHUB_IDENTITY_DEMO_PERSONS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/person.h"

namespace fusionhub::identity {

struct DemoPerson {
  Person facts;  // agency, times and assertion id are empty
  bool service_account = false;
};

// By id.
using DemoPersons = std::map<std::string, DemoPerson, std::less<>>;

// Reads
//   kind: DemoPersons
//   persons:
//     - {id: u-4471, ori: MO0960000, commissioned: true, roles: [analyst], trained: 2026-01-05,
//        vetted: 2025-11-01, revalidated: 2026-02-01, cjis: true, account: person}
// The dates and `account` may be absent. INVALID_ARGUMENT with every mistake, its line and column.
absl::StatusOr<DemoPersons> ParseDemoPersons(absl::string_view yaml, const std::string& file);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_DEMO_PERSONS_H_
