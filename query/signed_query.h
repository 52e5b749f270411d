// Reads a question from the bytes its client signed, and refuses every byte string that is not
// exactly one. Broker and node both use this, so both judge the same question.
#ifndef FUSIONHUB_QUERY_SIGNED_QUERY_H_
#define FUSIONHUB_QUERY_SIGNED_QUERY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/digest.h"
#include "fusionhub/v1/query.pb.h"
#include "query/query_limits.h"

namespace fusionhub::query {

// What a query gets that wishes for 0.
inline constexpr absl::Duration kDefaultDeadline = absl::Milliseconds(5000);
inline constexpr uint32_t kDefaultCandidates = 20;
// How far the clocks of client, broker and node may be apart.
inline constexpr absl::Duration kMaxClockSkew = absl::Seconds(30);

// The reason in the ErrorDetail of every refusal of ParseQuery and CheckAskedAt.
inline constexpr absl::string_view kQueryMalformed = "QUERY_MALFORMED";
inline constexpr absl::string_view kQueryClock = "QUERY_CLOCK";

// Parses and checks every field as query.proto's comments say. Refused, at any depth: unknown
// fields, unknown or unspecified enum words, more or fewer than one subject, sizes past the limits,
// repeated names. INVALID_ARGUMENT names the field and what is allowed, never the field's content.
// What the vocabulary holds is for policy to judge.
absl::StatusOr<v1::Query> ParseQuery(const v1::SignedQuery& signed_query,
                                     const QueryLimits& limits = {});

// FAILED_PRECONDITION (reason QUERY_CLOCK) when asked_at and `now` are more than `max_skew` apart.
absl::Status CheckAskedAt(const v1::Query& query, absl::Time now,
                          absl::Duration max_skew = kMaxClockSkew);

// SHA-256 of the query's bytes: what the assertion and the log commit to.
crypto::Digest QueryDigest(absl::string_view query_bytes);

// Digest of the question apart from the occasion of asking it: SHA-256 of "fusionhub/question/v1\n"
// and the query re-serialised, fields in order of number, without nonce, asked_at, authorisations,
// deadline_ms and owners. The same question asked again has the same digest, so an approval given
// for it still fits; owners are left out because each approval names its own owner, and a second
// ask may go to the holding owner alone. `query` must come from ParseQuery: then it has no unknown
// fields.
crypto::Digest QuestionDigest(const v1::Query& query);

// How long to wait for owners: the query's wish, or the default.
absl::Duration DeadlineOf(const v1::Query& query);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_SIGNED_QUERY_H_
