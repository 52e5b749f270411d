// The log entries of a question, as drafts: what is public in the leaf and what is sealed in the
// payload.
#ifndef FUSIONHUB_BROKER_LOG_ENTRIES_H_
#define FUSIONHUB_BROKER_LOG_ENTRIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "audit/entry_sealer.h"
#include "broker/planning.h"
#include "broker/question.h"
#include "fusionhub/v1/records.pb.h"

namespace fusionhub::broker {

// INTENT: who asks what, why, and which owners are asked. No node answers after `expires`.
audit::EntryDraft IntentDraft(const Question& question, const QueryPlan& plan, absl::Time expires);

// REFUSE or HOLD for every owner: the only entry, beside CLOSE, of a question that nobody is asked,
// so it carries what an INTENT would. `outcome` is a code, e.g. "refused" or "assertion_replayed".
audit::EntryDraft EndAllDraft(const Question& question, const QueryPlan& plan,
                              audit::EntryType type, absl::string_view outcome,
                              const v1::Explanation& why);

// One owner's end; `answer_digest` when the owner's node answered so itself. `type` is REFUSE, HOLD
// or TIMEOUT; `outcome` a code: "refused", "held", "timed_out", "offline", "invalid",
// "requester_left".
audit::EntryDraft OwnerEndDraft(const Question& question, uint64_t intent_index,
                                const std::string& owner, audit::EntryType type,
                                absl::string_view outcome, const v1::Explanation& why,
                                absl::Time now,
                                std::optional<crypto::Digest> answer_digest = std::nullopt);

// RELEASE: commits to the owner's signed answer and to exactly the fields that leave. `answer` is
// as it leaves, after the second gate.
audit::EntryDraft ReleaseDraft(const Question& question, uint64_t intent_index,
                               const v1::SignedAnswer& answer,
                               const std::vector<std::string>& clauses, absl::Time now);

// CLOSE: commits to the completeness statement. `reference` is the INTENT, or the REFUSE for all.
audit::EntryDraft CloseDraft(const Question& question, uint64_t reference,
                             const std::string& statement, absl::Time now);

// Names of the sealed fields that others read back.
inline constexpr absl::string_view kFieldQuery = "query";
inline constexpr absl::string_view kFieldAssertion = "assertion";
inline constexpr absl::string_view kFieldAssertionId = "assertion_id";
inline constexpr absl::string_view kFieldAssertionExpires = "assertion_expires";
inline constexpr absl::string_view kFieldAgency = "agency";
// Of AUTHORISATION: the v1::SignedAuthorisation.
inline constexpr absl::string_view kFieldAuthorisation = "authorisation";

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_LOG_ENTRIES_H_
