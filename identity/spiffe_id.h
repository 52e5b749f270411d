// Who a TLS peer is: the one URI name in its certificate, taken apart and judged.
#ifndef FUSIONHUB_IDENTITY_SPIFFE_ID_H_
#define FUSIONHUB_IDENTITY_SPIFFE_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fusionhub::identity {

enum class PeerRole { kNode, kClient, kHub };

// "node", "client" or "hub".
absl::string_view RoleName(PeerRole role);

// What a certificate of the region's CA says about its holder.
struct PeerIdentity {
  std::string region;
  std::string agency;
  PeerRole role = PeerRole::kClient;
  std::string name;

  bool operator==(const PeerIdentity&) const = default;
};

// True for ids as regions, agencies and peers have them: 1 to 64 characters of a-z, 0-9, '_' and
// '-'.
bool IsId(absl::string_view text);

// Takes "spiffe://<region>/agency/<agency>/{node|client|hub}/<name>" apart. Strict: nothing is
// decoded, folded or skipped. INVALID_ARGUMENT otherwise.
absl::StatusOr<PeerIdentity> ParseSpiffeId(absl::string_view uri);
std::string ToString(const PeerIdentity& peer);

// Judges the URI names of a certificate whose chain TLS has verified: exactly one, of `region`, in
// one of `roles`. UNAUTHENTICATED (reason PEER_NOT_NAMED, PEER_OTHER_REGION) or PERMISSION_DENIED
// (PEER_OTHER_ROLE) otherwise.
absl::StatusOr<PeerIdentity> JudgePeer(absl::Span<const std::string> uri_sans,
                                       absl::string_view region, absl::Span<const PeerRole> roles);

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_SPIFFE_ID_H_
