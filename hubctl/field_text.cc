// Renders field values.
#include "hubctl/field_text.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "audit/answer_commitment.h"
#include "base/utf8.h"
#include "hubctl/terminal_text.h"

namespace fusionhub::hubctl {

bool LooksLikeJpeg(const std::string& value) { return value.starts_with("\xff\xd8\xff"); }

std::string FieldText(const v1::Field& field) {
  if (audit::IsWithheld(field)) return "withheld";
  if (LooksLikeJpeg(field.value())) {
    return absl::StrCat("JPEG image, ", field.value().size(), " bytes");
  }
  return TerminalText(field.value());
}

Json RecordJson(const v1::Record& record) {
  Json fields = Json::object();
  Json withheld = Json::array();
  for (const v1::Field& field : record.fields()) {
    if (audit::IsWithheld(field)) {
      withheld.push_back(field.name());
    } else if (IsValidUtf8(field.value())) {
      fields[field.name()] = field.value();
    } else {
      fields[field.name()] = Json{{"base64", absl::Base64Escape(field.value())}};
    }
  }
  return Json{{"record_id", record.record_id()},
              {"fields", std::move(fields)},
              {"withheld", std::move(withheld)}};
}

}  // namespace fusionhub::hubctl
