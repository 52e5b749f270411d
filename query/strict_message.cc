// Walks a parsed message by reflection.
#include "query/strict_message.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"

namespace fusionhub::query {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// protobuf's parser itself stops at a nesting of 100.
absl::Status RefuseUnknown(const Message& message, absl::string_view path);

absl::Status RefuseUnknownEnum(const Message& message, const FieldDescriptor& field,
                               absl::string_view path) {
  const Reflection& reflection = *message.GetReflection();
  const int count = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    const int number = field.is_repeated() ? reflection.GetRepeatedEnumValue(message, &field, i)
                                           : reflection.GetEnumValue(message, &field);
    if (field.enum_type()->FindValueByNumber(number) == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", number, " is not a value of ", field.enum_type()->name()));
    }
  }
  return absl::OkStatus();
}

absl::Status RefuseUnknownBelow(const Message& message, const FieldDescriptor& field,
                                absl::string_view path) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated()) return RefuseUnknown(reflection.GetMessage(message, &field), path);
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    FUSIONHUB_RETURN_IF_ERROR(
        RefuseUnknown(reflection.GetRepeatedMessage(message, &field, i), path));
  }
  return absl::OkStatus();
}

absl::Status RefuseUnknown(const Message& message, absl::string_view path) {
  const Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.empty() ? message.GetDescriptor()->name() : std::string(path),
                     ": has a field that this version does not know; update the hub and the node, "
                     "or use an older client"));
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string below = absl::StrCat(path, path.empty() ? "" : ".", field->name());
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      FUSIONHUB_RETURN_IF_ERROR(RefuseUnknownEnum(message, *field, below));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FUSIONHUB_RETURN_IF_ERROR(RefuseUnknownBelow(message, *field, below));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseStrictly(absl::string_view bytes, Message& message) {
  // Protobuf writes a line to stderr for every text that is not UTF-8: a peer could fill the log.
  const google::protobuf::LogSilencer silence;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(
        absl::StrCat("the bytes are not a ", message.GetDescriptor()->name()));
  }
  return RefuseUnknown(message, "");
}

}  // namespace fusionhub::query
