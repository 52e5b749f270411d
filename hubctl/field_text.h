// The value of a released field, for people and for programs.
#ifndef FUSIONHUB_HUBCTL_FIELD_TEXT_H_
#define FUSIONHUB_HUBCTL_FIELD_TEXT_H_

#include <string>

#include "fusionhub/v1/records.pb.h"
#include "hubctl/output.h"

namespace fusionhub::hubctl {

// True for a JPEG file's first bytes.
bool LooksLikeJpeg(const std::string& value);

// Text escaped for the terminal; "JPEG image, 12,345 bytes" for images; "withheld" when the hub
// dropped it.
std::string FieldText(const v1::Field& field);

// {"record_id": ..., "fields": {name: text}, "withheld": [names]}; a value that is not UTF-8 text
// is
// {"base64": ...}.
Json RecordJson(const v1::Record& record);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_FIELD_TEXT_H_
