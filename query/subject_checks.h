// Checks of what a question is about: plate, face or subscription.
#ifndef FUSIONHUB_QUERY_SUBJECT_CHECKS_H_
#define FUSIONHUB_QUERY_SUBJECT_CHECKS_H_

#include "absl/status/status.h"
#include "fusionhub/v1/query.pb.h"
#include "query/query_limits.h"

namespace fusionhub::query {

// INVALID_ARGUMENT names the field and what is allowed, or that the query has no subject.
absl::Status CheckSubject(const v1::Query& query, const QueryLimits& limits);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_SUBJECT_CHECKS_H_
