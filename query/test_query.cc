// Test questions.
#include "query/test_query.h"

#include "query/timestamp.h"

namespace fusionhub::query {
namespace {

v1::Plate TestPlate() {
  v1::Plate plate;
  plate.set_text("ABC 123");
  plate.set_state("MO");
  return plate;
}

}  // namespace

v1::Query TestQueryWithoutSubject(absl::Time now) {
  v1::Query query;
  query.set_region("stl");
  query.set_agency("st_charles_pd");
  query.set_operator_("u-4471");
  query.set_officer("u-0815");
  query.set_nonce("0123456789abcdef");
  *query.mutable_asked_at() = ToProto(now);
  query.set_purpose("felony_investigation");
  query.mutable_identifier()->set_kind(v1::Identifier::KIND_COMPLAINT);
  query.mutable_identifier()->set_value("26-004411");
  query.set_reason("robbery suspect left in this car, filmed at the counter");
  v1::StatedFact* fact = query.add_facts();
  fact->set_name("investigation");
  fact->set_value("active_criminal");
  return query;
}

v1::Query TestHotlistCheck(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  *query.mutable_hotlist_check()->mutable_plate() = TestPlate();
  return query;
}

v1::Query TestPlateIndex(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  *query.mutable_plate_index()->mutable_plate() = TestPlate();
  *query.mutable_plate_index()->mutable_from() = ToProto(now - absl::Hours(24 * 7));
  *query.mutable_plate_index()->mutable_to() = ToProto(now);
  return query;
}

v1::Query TestPlateDetail(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  *query.mutable_plate_detail()->mutable_plate() = TestPlate();
  query.mutable_plate_detail()->set_read_ref("r-7f3a");
  return query;
}

v1::Query TestFaceComparison(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  query.mutable_face_comparison()->set_image("not an image");
  query.mutable_face_comparison()->set_image_source("store camera");
  return query;
}

v1::Query TestSubscription(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  query.mutable_alert_subscription()->add_categories("stolen_vehicle");
  return query;
}

v1::Query TestApprovalReview(absl::Time now) {
  v1::Query query = TestQueryWithoutSubject(now);
  query.mutable_approval_review();
  return query;
}

v1::SignedQuery Unsigned(const v1::Query& query) {
  v1::SignedQuery signed_query;
  signed_query.set_query(query.SerializeAsString());
  return signed_query;
}

}  // namespace fusionhub::query
