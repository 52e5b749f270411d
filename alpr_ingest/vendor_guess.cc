// Names the product that a foreign JSON or XML body looks like.
#include "alpr_ingest/vendor_guess.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace fusionhub::alpr_ingest {
namespace {

// A product sends all of the keys; the first row that fits wins.
struct Signature {
  absl::string_view vendor;
  absl::string_view keys[2];  // an empty one always fits
};
constexpr Signature kSignatures[] = {
    {"Plate Recognizer Stream", {"hook", "data"}},
    {"Plate Recognizer Snapshot", {"results", "processing_time"}},
    {"Axis License Plate Verifier", {"plateUTF8", ""}},
    {"Axis License Plate Verifier", {"packetCounter", ""}},
    {"Genetec AutoVu", {"CameraName", "Plate"}},
    {"CodeProject.AI or Blue Iris", {"predictions", ""}},
    {"Verkada", {"webhook_type", ""}},
    {"Tattile", {"PLATE_STRING", ""}},
    {"an NGSI AnprFlowObserved source", {"dateObserved", "licensePlate"}},
};

bool Has(simdjson::dom::object object, absl::string_view key) {
  return key.empty() ||
         object.at_key(std::string_view(key.data(), key.size())).error() == simdjson::SUCCESS;
}

}  // namespace

absl::string_view GuessVendor(simdjson::dom::object object) {
  for (const Signature& signature : kSignatures) {
    if (Has(object, signature.keys[0]) && Has(object, signature.keys[1])) return signature.vendor;
  }
  return "";
}

absl::string_view GuessXmlVendor(absl::string_view body) {
  const absl::string_view head = body.substr(0, 2048);
  if (absl::StrContains(head, "EventNotificationAlert")) return "Hikvision ISAPI (XML)";
  if (absl::StrContains(head, "<AutoVu")) return "Genetec AutoVu (XML)";
  if (absl::StrContains(head, "Envelope")) return "a SOAP source (XML)";
  return "XML";
}

}  // namespace fusionhub::alpr_ingest
