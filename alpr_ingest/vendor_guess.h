// Names the product that a foreign JSON or XML body looks like, so that whoever set up the camera
// knows at once which of two boxes they ticked wrongly.
#ifndef FUSIONHUB_ALPR_INGEST_VENDOR_GUESS_H_
#define FUSIONHUB_ALPR_INGEST_VENDOR_GUESS_H_

#include <simdjson.h>

#include "absl/strings/string_view.h"

namespace fusionhub::alpr_ingest {

// E.g. "Plate Recognizer Stream"; "" when nothing is recognised.
absl::string_view GuessVendor(simdjson::dom::object object);
// For bodies that begin with '<'.
absl::string_view GuessXmlVendor(absl::string_view body);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_VENDOR_GUESS_H_
