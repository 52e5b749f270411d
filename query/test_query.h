// Valid questions for tests to spoil. Test only.
#ifndef FUSIONHUB_QUERY_TEST_QUERY_H_
#define FUSIONHUB_QUERY_TEST_QUERY_H_

#include "absl/time/time.h"
#include "fusionhub/v1/query.pb.h"

namespace fusionhub::query {

// Everything but the subject: asked at `now` by u-4471 of st_charles_pd in region stl.
v1::Query TestQueryWithoutSubject(absl::Time now);
// Is plate "ABC 123" of MO on a hotlist?
v1::Query TestHotlistCheck(absl::Time now);
// Who has read that plate in the last seven days?
v1::Query TestPlateIndex(absl::Time now);
v1::Query TestPlateDetail(absl::Time now);
// The image is not an image: only its size is judged here.
v1::Query TestFaceComparison(absl::Time now);
v1::Query TestSubscription(absl::Time now);
// Lists the holds of the asking agency.
v1::Query TestApprovalReview(absl::Time now);

// Serialised, without assertion.
v1::SignedQuery Unsigned(const v1::Query& query);

}  // namespace fusionhub::query

#endif  // FUSIONHUB_QUERY_TEST_QUERY_H_
