// Parsing and judging of the region's SPIFFE ids.
#include "identity/spiffe_id.h"

#include <optional>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "identity/reasons.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

constexpr absl::string_view kShape =
    "spiffe://<region>/agency/<agency>/{node|client|hub}/<name>, each name 1 to 64 characters of "
    "a-z, "
    "0-9, '_' and '-'";
constexpr absl::string_view kNewCertificate =
    "ask the region's administrator for a certificate of the right kind";

std::optional<PeerRole> RoleOf(absl::string_view word) {
  for (PeerRole role : {PeerRole::kNode, PeerRole::kClient, PeerRole::kHub}) {
    if (word == RoleName(role)) return role;
  }
  return std::nullopt;
}

void AppendRoleName(std::string* out, PeerRole role) { absl::StrAppend(out, RoleName(role)); }

}  // namespace

absl::string_view RoleName(PeerRole role) {
  switch (role) {
    case PeerRole::kNode:
      return "node";
    case PeerRole::kClient:
      return "client";
    case PeerRole::kHub:
      return "hub";
  }
  return "";
}

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= 64 && absl::c_all_of(text, [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
  });
}

absl::StatusOr<PeerIdentity> ParseSpiffeId(absl::string_view uri) {
  const absl::Status malformed =
      absl::InvalidArgumentError(absl::StrCat("the URI name is not of the form ", kShape));
  if (uri.size() > 512 || !absl::ConsumePrefix(&uri, "spiffe://")) return malformed;
  const std::vector<absl::string_view> parts = absl::StrSplit(uri, '/');
  if (parts.size() != 5 || parts[1] != "agency") return malformed;
  const std::optional<PeerRole> role = RoleOf(parts[3]);
  if (!role || !IsId(parts[0]) || !IsId(parts[2]) || !IsId(parts[4])) return malformed;
  return PeerIdentity{.region = std::string(parts[0]),
                      .agency = std::string(parts[2]),
                      .role = *role,
                      .name = std::string(parts[4])};
}

std::string ToString(const PeerIdentity& peer) {
  return absl::StrCat("spiffe://", peer.region, "/agency/", peer.agency, "/", RoleName(peer.role),
                      "/", peer.name);
}

absl::StatusOr<PeerIdentity> JudgePeer(absl::Span<const std::string> uri_sans,
                                       absl::string_view region, absl::Span<const PeerRole> roles) {
  if (uri_sans.size() != 1) {
    return query::WithErrorDetail(
        absl::UnauthenticatedError(absl::StrCat("the certificate has ", uri_sans.size(),
                                                " URI names; exactly one is needed")),
        kPeerNotNamed, "", kNewCertificate);
  }
  absl::StatusOr<PeerIdentity> peer = ParseSpiffeId(uri_sans[0]);
  if (!peer.ok()) {
    return query::WithErrorDetail(
        absl::UnauthenticatedError(absl::StrCat("in the certificate ", peer.status().message())),
        kPeerNotNamed, "", kNewCertificate);
  }
  if (peer->region != region) {
    return query::WithErrorDetail(
        absl::UnauthenticatedError(absl::StrCat("the certificate is of region '", peer->region,
                                                "'; this is region '", region, "'")),
        kPeerOtherRegion, "", kNewCertificate);
  }
  if (!absl::c_linear_search(roles, peer->role)) {
    return query::WithErrorDetail(
        absl::PermissionDeniedError(
            absl::StrCat("the certificate names a ", RoleName(peer->role),
                         "; this service is for: ", absl::StrJoin(roles, ", ", AppendRoleName))),
        kPeerOtherRole, "", kNewCertificate);
  }
  return peer;
}

}  // namespace fusionhub::identity
