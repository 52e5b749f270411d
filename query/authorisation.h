// An approver's signed lifting of a hold: made with the approver's key, verified against the
// owner's Agency document at the hub and again at the owner's node.
#ifndef FUSIONHUB_QUERY_AUTHORISATION_H_
#define FUSIONHUB_QUERY_AUTHORISATION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "crypto/ed25519.h"
#include "fusionhub/v1/node.pb.h"
#include "policy/agency.h"
#include "policy/request.h"

namespace fusionhub::query {

// Reasons in the ErrorDetail of refusals.
inline constexpr absl::string_view kAuthorisationMalformed = "AUTHORISATION_MALFORMED";
inline constexpr absl::string_view kAuthorisationBadSignature = "AUTHORISATION_BAD_SIGNATURE";
inline constexpr absl::string_view kAuthorisationOtherQuestion = "AUTHORISATION_OTHER_QUESTION";
inline constexpr absl::string_view kAuthorisationOtherOwner = "AUTHORISATION_OTHER_OWNER";
inline constexpr absl::string_view kAuthorisationExpired = "AUTHORISATION_EXPIRED";

// At most this long from signature to expiry.
inline constexpr absl::Duration kMaxAuthorisationLife = absl::Hours(24 * 30);

// Verifies that an officer of `owner` has approved exactly this question (QuestionDigest) for this
// owner, and that the approval holds at `now`. Returns one approval per role of the officer's key,
// since an officer approves in every office they hold; "signatory" is for agreements and does not
// count. Errors are INVALID_ARGUMENT, UNAUTHENTICATED (signature), PERMISSION_DENIED (other
// question or owner, no approving role) or FAILED_PRECONDITION (not yet or no longer valid), each
// with its reason.
absl::StatusOr<std::vector<policy::VerifiedApproval>> VerifyAuthorisation(
    const v1::SignedAuthorisation& authorisation, const policy::Agency& owner,
    const crypto::Digest& question_digest, absl::Time now);

// Signs what is given; INVALID_ARGUMENT if VerifyAuthorisation would call it malformed.
absl::StatusOr<v1::SignedAuthorisation> SignAuthorisation(const v1::Authorisation& authorisation,
                                                          const crypto::Ed25519PrivateKey& key);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_AUTHORISATION_H_
