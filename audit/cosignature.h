// Cosignatures of checkpoints (https://c2sp.org/tlog-cosignature, Ed25519, type 0x04): someone else
// has verified that the log only grew, and says when.
#ifndef FUSIONHUB_AUDIT_COSIGNATURE_H_
#define FUSIONHUB_AUDIT_COSIGNATURE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/note.h"
#include "crypto/ed25519.h"

namespace fusionhub::audit {

// Signs the checkpoint whose note text is `body`, at `now` (whole seconds).
NoteSignature Cosign(absl::string_view body, absl::string_view name,
                     const crypto::Ed25519PrivateKey& key, absl::Time now);

// When `key` (type cosignature) says that it cosigned. UNAUTHENTICATED when the signature is
// another key's or does not verify.
absl::StatusOr<absl::Time> VerifyCosignature(absl::string_view body, const NoteSignature& signature,
                                             const VerifierKey& key);

}  // namespace fusionhub::audit

#endif  // FUSIONHUB_AUDIT_COSIGNATURE_H_
