// The stable words that say why an identity was refused (docs/errors.md). They travel as the reason
// of a v1::ErrorDetail payload: see query/error_detail.h.
#ifndef FUSIONHUB_IDENTITY_REASONS_H_
#define FUSIONHUB_IDENTITY_REASONS_H_

#include "absl/strings/string_view.h"

namespace fusionhub::identity {

inline constexpr absl::string_view kAssertionMalformed = "ASSERTION_MALFORMED";
inline constexpr absl::string_view kAssertionBadSignature = "ASSERTION_BAD_SIGNATURE";
inline constexpr absl::string_view kAssertionExpired = "ASSERTION_EXPIRED";
inline constexpr absl::string_view kAssertionNotFresh = "ASSERTION_NOT_FRESH";
inline constexpr absl::string_view kAssertionReplayed = "ASSERTION_REPLAYED";
inline constexpr absl::string_view kAssertionOtherRequest = "ASSERTION_OTHER_REQUEST";
inline constexpr absl::string_view kAssertionOtherCertificate = "ASSERTION_OTHER_CERTIFICATE";
inline constexpr absl::string_view kAssertionOtherAgency = "ASSERTION_OTHER_AGENCY";
inline constexpr absl::string_view kAssertionOtherRegion = "ASSERTION_OTHER_REGION";
inline constexpr absl::string_view kAssertionOtherPerson = "ASSERTION_OTHER_PERSON";
inline constexpr absl::string_view kAssertionServiceAccount = "ASSERTION_SERVICE_ACCOUNT";
inline constexpr absl::string_view kPeerNotNamed = "PEER_NOT_NAMED";
inline constexpr absl::string_view kPeerOtherRegion = "PEER_OTHER_REGION";
inline constexpr absl::string_view kPeerOtherRole = "PEER_OTHER_ROLE";

}  // namespace fusionhub::identity

#endif  // FUSIONHUB_IDENTITY_REASONS_H_
