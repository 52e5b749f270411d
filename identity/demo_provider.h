// An identity provider for demonstrations. MUST NOT BE USED IN PRODUCTION: it asks for no password.
// A real agency's identity provider authenticates its people and issues assertions by itself.
#ifndef FUSIONHUB_IDENTITY_DEMO_PROVIDER_H_
#define FUSIONHUB_IDENTITY_DEMO_PROVIDER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "identity/demo_persons.h"
#include "identity/issue_assertion.h"
#include "identity/issuer_client.h"

namespace fusionhub::identity {

inline constexpr absl::string_view kDemoIssuerWarning =
    "demo_issuer is for demonstrations only: it vouches for anyone who asks, without a password. "
    "Do not "
    "use it in production; there, the agency's own identity provider issues assertions.";

struct DemoProviderOptions {
  std::string region;
  std::string agency;
  std::string issuer;  // the `iss` in the Agency document
  absl::Duration lifetime = absl::Minutes(5);
};

// Not thread-safe.
class DemoProvider {
 public:
  // `random` must outlive the issuer.
  DemoProvider(DemoProviderOptions options, DemoPersons persons, IssuerPrivateKey key,
               Random& random)
      : options_(std::move(options)),
        persons_(std::move(persons)),
        key_(std::move(key)),
        random_(random) {}

  // A token for the person, signed in at `now`. NOT_FOUND for a person that it does not know.
  absl::StatusOr<std::string> Issue(const AssertionWish& wish, absl::Time now);

  // Answers one line of the socket's protocol (docs/assertions.md): {"assertion": ...} or {"error":
  // ...}.
  std::string Answer(absl::string_view line, absl::Time now);

 private:
  const DemoProviderOptions options_;
  const DemoPersons persons_;
  const IssuerPrivateKey key_;
  Random& random_;
};

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_DEMO_PROVIDER_H_
