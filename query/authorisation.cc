// Authorisations: strict parse, then signature, then what was approved and for how long.
#include "query/authorisation.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/error_detail.h"
#include "query/strict_message.h"
#include "query/text_checks.h"
#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

constexpr absl::string_view kContext = "fusionhub/authorisation/v1\n";
constexpr size_t kMaxAuthorisationBytes = 4096;
constexpr size_t kMaxReasonBytes = 2000;
constexpr absl::Duration kMaxSkew = absl::Seconds(30);
constexpr absl::string_view kAskApprover = "ask the owner's approver for a new authorisation";

absl::Status Refuse(absl::Status status, absl::string_view reason) {
  return WithErrorDetail(std::move(status), reason, "", kAskApprover);
}

absl::Status CheckTimes(const v1::Authorisation& authorisation) {
  if (!authorisation.has_signed_at()) return BadField("signed_at", "given");
  if (!authorisation.has_expires_at()) return BadField("expires_at", "given");
  const absl::StatusOr<absl::Time> from = FromProto(authorisation.signed_at());
  const absl::StatusOr<absl::Time> to = FromProto(authorisation.expires_at());
  if (!from.ok()) return BadField("signed_at", "a valid time");
  if (!to.ok()) return BadField("expires_at", "a valid time");
  if (*to <= *from || *to - *from > kMaxAuthorisationLife) {
    return BadField("expires_at",
                    absl::StrCat("after signed_at and at most ",
                                 absl::FormatDuration(kMaxAuthorisationLife), " later"));
  }
  return absl::OkStatus();
}

absl::Status CheckFields(const v1::Authorisation& authorisation) {
  FUSIONHUB_RETURN_IF_ERROR(CheckName("authorisation_id", authorisation.authorisation_id()));
  if (authorisation.question_digest().size() != crypto::kDigestSize) {
    return BadField("question_digest", "32 bytes");
  }
  FUSIONHUB_RETURN_IF_ERROR(CheckId("owner", authorisation.owner()));
  FUSIONHUB_RETURN_IF_ERROR(CheckName("key_id", authorisation.key_id()));
  if (authorisation.reason().empty()) return BadField("reason", "given");
  FUSIONHUB_RETURN_IF_ERROR(CheckText("reason", authorisation.reason(), kMaxReasonBytes));
  return CheckTimes(authorisation);
}

absl::Status Malformed(const absl::Status& status) {
  return Refuse(absl::InvalidArgumentError(
                    absl::StrCat("the authorisation is malformed: ", status.message())),
                kAuthorisationMalformed);
}

absl::StatusOr<v1::Authorisation> Parse(const std::string& bytes) {
  v1::Authorisation authorisation;
  if (bytes.empty() || bytes.size() > kMaxAuthorisationBytes) {
    return Malformed(BadField("authorisation", "1 to 4096 bytes"));
  }
  absl::Status status = ParseStrictly(bytes, authorisation);
  if (status.ok()) status = CheckFields(authorisation);
  if (!status.ok()) return Malformed(status);
  return authorisation;
}

absl::Status CheckSignature(const v1::SignedAuthorisation& authorisation,
                            const policy::OfficerKey* key) {
  if (key == nullptr) {
    return Refuse(
        absl::UnauthenticatedError(
            "the authorisation names a key that its owner's Agency document does not have"),
        kAuthorisationBadSignature);
  }
  const std::string message = absl::StrCat(kContext, authorisation.authorisation());
  if (!key->key.Verify(message, authorisation.signature()).ok()) {
    return Refuse(absl::UnauthenticatedError("the authorisation's signature is not valid"),
                  kAuthorisationBadSignature);
  }
  return absl::OkStatus();
}

absl::Status CheckScope(const v1::Authorisation& authorisation, absl::string_view owner,
                        const crypto::Digest& question_digest) {
  if (authorisation.owner() != owner) {
    return Refuse(absl::PermissionDeniedError("the authorisation is for another owner's data"),
                  kAuthorisationOtherOwner);
  }
  if (authorisation.question_digest() != crypto::View(question_digest)) {
    return Refuse(absl::PermissionDeniedError("the authorisation is for another question"),
                  kAuthorisationOtherQuestion);
  }
  return absl::OkStatus();
}

absl::Status CheckValidity(absl::Time from, absl::Time to, absl::Time now) {
  if (now >= to) {
    return Refuse(absl::FailedPreconditionError("the authorisation has expired"),
                  kAuthorisationExpired);
  }
  if (from > now + kMaxSkew) {
    return Refuse(absl::FailedPreconditionError("the authorisation is signed in the future"),
                  kAuthorisationExpired);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<policy::VerifiedApproval>> VerifyAuthorisation(
    const v1::SignedAuthorisation& authorisation, const policy::Agency& owner,
    const crypto::Digest& question_digest, absl::Time now) {
  FUSIONHUB_ASSIGN_OR_RETURN(const v1::Authorisation parsed, Parse(authorisation.authorisation()));
  const policy::OfficerKey* key = owner.FindOfficerKey(parsed.key_id());
  FUSIONHUB_RETURN_IF_ERROR(CheckSignature(authorisation, key));
  FUSIONHUB_RETURN_IF_ERROR(CheckScope(parsed, owner.id, question_digest));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time from, FromProto(parsed.signed_at()));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time to, FromProto(parsed.expires_at()));
  FUSIONHUB_RETURN_IF_ERROR(CheckValidity(from, to, now));
  std::vector<policy::VerifiedApproval> approvals;
  for (const std::string& role : key->roles) {
    if (role == "signatory") continue;
    approvals.push_back({.authorisation_id = parsed.authorisation_id(),
                         .role = role,
                         .key_id = parsed.key_id(),
                         .expires_at = to});
  }
  if (approvals.empty()) {
    return Refuse(absl::PermissionDeniedError("the authorisation's key has no role that approves"),
                  kAuthorisationBadSignature);
  }
  return approvals;
}

absl::StatusOr<v1::SignedAuthorisation> SignAuthorisation(const v1::Authorisation& authorisation,
                                                          const crypto::Ed25519PrivateKey& key) {
  v1::SignedAuthorisation out;
  out.set_authorisation(authorisation.SerializeAsString());
  FUSIONHUB_RETURN_IF_ERROR(Parse(out.authorisation()).status());
  out.set_signature(key.Sign(absl::StrCat(kContext, out.authorisation())));
  return out;
}

}  // namespace fusionhub::query
