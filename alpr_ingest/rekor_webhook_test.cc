#include "alpr_ingest/rekor_webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "alpr_ingest/alpr_testing.h"

namespace fusionhub::alpr_ingest {
namespace {

using testing::HasSubstr;

RekorResult Parse(const std::string& body, const RekorOptions& options = SampleRekorOptions()) {
  return ParseRekorGroup(body, options, SampleNow());
}

PlateRead ReadOf(const std::string& body, const RekorOptions& options = SampleRekorOptions()) {
  RekorResult result = Parse(body, options);
  if (const auto* error = std::get_if<FeedError>(&result)) {
    ADD_FAILURE() << error->where << ": " << error->what;
    return {};
  }
  return std::get<RekorRead>(result).read;
}

FeedError ErrorOf(const std::string& body, const RekorOptions& options = SampleRekorOptions()) {
  RekorResult result = Parse(body, options);
  if (auto* error = std::get_if<FeedError>(&result)) return *error;
  ADD_FAILURE() << "accepted: " << body;
  return {};
}

TEST(RekorWebhookTest, ReadsAGroup) {
  const PlateRead read = ReadOf(SampleGroup());
  EXPECT_EQ(read.plate, "TST0A01");
  EXPECT_EQ(read.state, "TX");
  EXPECT_EQ(read.confidence, 91.2);
  EXPECT_EQ(read.reader, "north-7");
  EXPECT_EQ(read.captured_at, absl::FromUnixMillis(1767225600000));
  EXPECT_EQ(read.received_at, SampleNow());
  EXPECT_EQ(read.latitude, 38.627);
  EXPECT_EQ(read.longitude, -90.199);
  EXPECT_EQ(read.image, "\xFF\xD8\xFF\xE0 vehicle");
  EXPECT_EQ(read.vehicle, "silver honda_civic sedan-compact");
  EXPECT_EQ(read.heading, 210.5);
  EXPECT_EQ(read.source_key, "rekor/TESTAGENT1/7/TESTAGENT1-7-1767225600100");
  EXPECT_EQ(read.read_ref, "");
}

TEST(RekorWebhookTest, ReadsTheMinimumOfVersionTwo) {
  const PlateRead read = ReadOf(
      R"({"data_type":"alpr_group","version":2,"epoch_start":1767225600000,"camera_id":7,)"
      R"("agent_uid":"TESTAGENT1","best_uuid":"u","best_plate_number":"tst-0a 01","best_confidence":70})");
  EXPECT_EQ(read.plate, "TST0A01");
  EXPECT_EQ(read.state, "");
  EXPECT_EQ(read.image, "");
  EXPECT_EQ(read.vehicle, "");
}

TEST(RekorWebhookTest, DropsAStateThatIsTooUnsure) {
  EXPECT_EQ(ReadOf(SampleGroupWith("best_region_confidence", "49.9")).state, "");
  EXPECT_EQ(ReadOf(SampleGroupWith("best_region_confidence", "50")).state, "TX");
  EXPECT_EQ(ReadOf(SampleGroupWith("best_region", "\"\"")).state, "");
  EXPECT_EQ(ReadOf(SampleGroupWith("best_region", "null")).state, "");
  EXPECT_EQ(ReadOf(SampleGroupWith("best_region", "\"mx-nle\"")).state, "");
}

TEST(RekorWebhookTest, TakesThePlateCropOrNoImageWhenAskedTo) {
  RekorOptions options = SampleRekorOptions();
  options.image = ImageChoice::kPlateCrop;
  EXPECT_EQ(ReadOf(SampleGroup(), options).image, "\xFF\xD8\xFF\xE0 plate");
  options.image = ImageChoice::kNone;
  EXPECT_EQ(ReadOf(SampleGroup(), options).image, "");
}

TEST(RekorWebhookTest, KeepsAReadWhoseImageIsTooLargeWithAWarning) {
  RekorOptions options = SampleRekorOptions();
  options.max_image_bytes = 1000;
  for (const size_t size : {998u, 5000u}) {
    const std::string jpeg = "\xFF\xD8\xFF" + std::string(size, 'x');
    RekorResult result = Parse(
        SampleGroupWith("vehicle_crop_jpeg", absl::StrCat("\"", absl::Base64Escape(jpeg), "\"")),
        options);
    ASSERT_TRUE(std::holds_alternative<RekorRead>(result));
    EXPECT_EQ(std::get<RekorRead>(result).read.image, "");
    ASSERT_EQ(std::get<RekorRead>(result).warnings.size(), 1u);
    EXPECT_THAT(std::get<RekorRead>(result).warnings[0], HasSubstr("$.vehicle_crop_jpeg"));
  }
  const std::string jpeg = "\xFF\xD8\xFF" + std::string(997, 'x');
  EXPECT_EQ(ReadOf(SampleGroupWith("vehicle_crop_jpeg",
                                   absl::StrCat("\"", absl::Base64Escape(jpeg), "\"")),
                   options)
                .image,
            jpeg);
}

TEST(RekorWebhookTest, PrefersTheAgentsOwnPlace) {
  std::string body = SampleGroupWith("gps_latitude", "38.5");
  EXPECT_EQ(ReadOf(body).latitude, 38.5);
  EXPECT_EQ(ReadOf(body).longitude, -1);
  EXPECT_EQ(ReadOf(SampleGroupWith("gps_latitude", "")).latitude, 38.627);
  EXPECT_EQ(ReadOf(SampleGroupWith("gps_latitude", "91")).latitude, 38.627);
}

TEST(RekorWebhookTest, ALPR10_RefusesAReaderThatIsNotRegistered) {
  const FeedError error = ErrorOf(SampleGroupWith("camera_id", "8"));
  EXPECT_EQ(error.reason, RejectReason::kUnknownReader);
  EXPECT_EQ(error.where, "$.camera_id");
  RekorOptions options = SampleRekorOptions();
  options.allow_unregistered_cameras = true;
  EXPECT_EQ(ReadOf(SampleGroupWith("camera_id", "8"), options).reader, "TESTAGENT1/8");
}

TEST(RekorWebhookTest, TheMoreSpecificCameraWins) {
  RekorOptions options = SampleRekorOptions();
  options.cameras["7"] = {"any-7", {}, {}, 1};
  EXPECT_EQ(ReadOf(SampleGroup(), options).reader, "north-7");
  const PlateRead read = ReadOf(SampleGroupWith("agent_uid", "\"OTHER\""), options);
  EXPECT_EQ(read.reader, "any-7");
  EXPECT_EQ(read.retention_class, 1);
  EXPECT_FALSE(read.latitude.has_value());
}

TEST(RekorWebhookTest, AcknowledgesHeartbeatsAndPreviews) {
  const RekorResult beat =
      Parse(R"({"data_type":"heartbeat","version":1,"timestamp":1453426302097})");
  ASSERT_TRUE(std::holds_alternative<RekorAck>(beat));
  EXPECT_EQ(std::get<RekorAck>(beat).kind, RekorAck::Kind::kHeartbeat);
  const RekorResult preview = Parse(SampleGroupWith("is_preview", "true"));
  ASSERT_TRUE(std::holds_alternative<RekorAck>(preview));
  EXPECT_EQ(std::get<RekorAck>(preview).kind, RekorAck::Kind::kPreview);
}

TEST(RekorWebhookTest, SaysThatOtherTypesAreNotSupportedYet) {
  for (const char* type : {"alpr_results", "alpr_alert", "vehicle"}) {
    const FeedError error = ErrorOf(absl::StrCat("{\"data_type\":\"", type, "\",\"version\":2}"));
    EXPECT_EQ(error.reason, RejectReason::kNotSupported);
    EXPECT_EQ(RejectReasonHttpStatus(error.reason), 422);
    EXPECT_EQ(error.where, "$.data_type");
    EXPECT_THAT(error.what, HasSubstr(type));
  }
  EXPECT_EQ(ErrorOf(SampleGroupWith("version", "4")).reason, RejectReason::kNotSupported);
  EXPECT_EQ(ErrorOf(R"({"data_type":"<script>"})").what.find("script"), std::string::npos);
}

TEST(RekorWebhookTest, NamesTheOtherVendor) {
  const std::pair<const char*, const char*> bodies[] = {
      {R"({"hook":{"id":"cam-7","event":"recognition"},"data":{"results":[{"plate":"tst0a01"}]}})",
       "Plate Recognizer Stream"},
      {R"({"results":[],"processing_time":20.1,"filename":"a.jpg"})", "Plate Recognizer Snapshot"},
      {R"({"packetCounter":"1","plateUTF8":"TST0A01"})", "Axis"},
      {R"({"CameraName":"a","Plate":"TST0A01"})", "Genetec"},
      {R"({"predictions":[]})", "CodeProject.AI"},
      {R"({"webhook_type":"lpr"})", "Verkada"},
      {"<?xml version=\"1.0\"?><EventNotificationAlert/>", "Hikvision"},
      {" \n<html>", "XML"},
  };
  for (const auto& [body, vendor] : bodies) {
    const FeedError error = ErrorOf(body);
    EXPECT_EQ(error.reason, RejectReason::kOtherVendor) << body;
    EXPECT_THAT(error.what, HasSubstr(vendor)) << body;
  }
  EXPECT_EQ(ErrorOf(R"({"hello":1})").where, "$.data_type");
}

TEST(RekorWebhookTest, NamesTheFieldThatIsMissing) {
  for (const char* field : {"version", "epoch_start", "camera_id", "agent_uid", "best_uuid",
                            "best_plate_number", "best_confidence"}) {
    for (const char* value : {"", "null"}) {
      const FeedError error = ErrorOf(SampleGroupWith(field, value));
      EXPECT_EQ(error.reason, RejectReason::kMissingField) << field;
      EXPECT_EQ(error.where, absl::StrCat("$.", field));
    }
  }
}

TEST(RekorWebhookTest, NamesTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"version", "\"2\""},
      {"epoch_start", "\"now\""},
      {"epoch_start", "-1"},
      {"epoch_start", "1e300"},
      {"epoch_start", "9223372036854775807"},
      {"camera_id", "[7]"},
      {"camera_id", "7.5"},
      {"agent_uid", "\"\""},
      {"best_uuid", "{}"},
      {"best_confidence", "101"},
      {"best_confidence", "-0.1"},
      {"best_confidence", "\"high\""},
      {"best_region", "7"},
      {"best_region_confidence", "true"},
      {"is_preview", "\"no\""},
      {"vehicle_crop_jpeg", "7"},
      {"vehicle_crop_jpeg", "\"*\""},
      {"vehicle_crop_jpeg", "\"aGVsbG8=\""},
  };
  for (const auto& [field, value] : wrong) {
    const FeedError error = ErrorOf(SampleGroupWith(field, value));
    EXPECT_EQ(error.reason, RejectReason::kBadField) << field << " " << value;
    EXPECT_EQ(error.where, absl::StrCat("$.", field)) << value;
    EXPECT_FALSE(error.what.empty());
  }
}

TEST(RekorWebhookTest, RefusesWhatIsNoPlateWithoutRepeatingIt) {
  for (const char* plate : {"\"SECRET12345678\"", "\"SE?CRET\"", "\" - \"", "\"SECRET\\u0000\""}) {
    const FeedError error = ErrorOf(SampleGroupWith("best_plate_number", plate));
    EXPECT_EQ(error.reason, RejectReason::kBadPlate) << plate;
    EXPECT_EQ(error.what.find("SECRET"), std::string::npos);
  }
}

TEST(RekorWebhookTest, RefusesAFieldThatAppearsTwice) {
  std::string body = SampleGroup();
  body.insert(body.size() - 1, R"(,"best_plate_number":"TST0A02")");
  const FeedError error = ErrorOf(body);
  EXPECT_EQ(error.where, "$.best_plate_number");
  EXPECT_THAT(error.what, HasSubstr("more than once"));
}

TEST(RekorWebhookTest, RefusesTheFutureButNotFiveMinutesOfIt) {
  const int64_t now = absl::ToUnixMillis(SampleNow());
  EXPECT_EQ(ErrorOf(SampleGroupWith("epoch_start", absl::StrCat(now + 300'001))).reason,
            RejectReason::kFutureTimestamp);
  ReadOf(SampleGroupWith("epoch_start", absl::StrCat(now + 300'000)));
}

TEST(RekorWebhookTest, RefusesWhatIsOlderThanItsRetention) {
  const int64_t now = absl::ToUnixMillis(SampleNow());
  const int64_t keep = int64_t{90} * 24 * 3600 * 1000;
  EXPECT_EQ(ErrorOf(SampleGroupWith("epoch_start", absl::StrCat(now - keep))).reason,
            RejectReason::kTooOld);
  ReadOf(SampleGroupWith("epoch_start", absl::StrCat(now - keep + 1)));
  // Seconds where milliseconds are expected.
  EXPECT_THAT(ErrorOf(SampleGroupWith("epoch_start", "1767225600")).what,
              HasSubstr("milliseconds"));
}

TEST(RekorWebhookTest, RefusesWhatIsNoObject) {
  for (const char* body : {"[]", "7", "\"alpr_group\"", "null"}) {
    EXPECT_EQ(ErrorOf(body).where, "$") << body;
  }
}

TEST(RekorWebhookTest, IgnoresAttributesInAFormItDoesNotKnow) {
  for (const char* value :
       {"7", "[]", "{}", R"({"color":7})", R"({"color":[]})", R"({"color":[{"name":7}]})"}) {
    EXPECT_EQ(ReadOf(SampleGroupWith("vehicle", value)).vehicle, "") << value;
  }
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
