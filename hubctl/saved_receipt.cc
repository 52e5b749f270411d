// Receipts and images as files.
#include "hubctl/saved_receipt.h"

#include "absl/strings/str_cat.h"
#include "audit/answer_commitment.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "hubctl/field_text.h"
#include "identity/spiffe_id.h"

namespace fusionhub::hubctl {
namespace {

constexpr size_t kMaxReceiptBytes = 256 << 20;
constexpr int kOwnerOnly = 0600;

}  // namespace

absl::Status SaveReceipt(const v1::SavedReceipt& receipt, const std::string& path) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(receipt, &json, options).ok()) {
    return absl::InternalError("the receipt cannot be written as JSON");
  }
  return WriteFileAtomically(path, json, kOwnerOnly, Durability::kSynced);
}

absl::StatusOr<v1::SavedReceipt> LoadReceipt(const std::string& path) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string json, ReadFile(path, kMaxReceiptBytes));
  v1::SavedReceipt receipt;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &receipt);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a receipt that hubctl saved: ",
                     absl::string_view(parsed.message().data(), parsed.message().size())));
  }
  return receipt;
}

absl::StatusOr<int> SaveImages(const v1::SavedReceipt& receipt, const std::string& folder) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(folder));
  int saved = 0;
  for (const v1::OwnerResult& result : receipt.results()) {
    // The owner's id becomes part of a path.
    if (!identity::IsId(result.owner())) continue;
    for (const v1::Record& record : result.answer().answer().records()) {
      for (const v1::Field& field : record.fields()) {
        if (audit::IsWithheld(field) || !LooksLikeJpeg(field.value())) continue;
        const std::string path = absl::StrCat(folder, "/", result.owner(), "-", ++saved, ".jpg");
        FUSIONHUB_RETURN_IF_ERROR(
            WriteFileAtomically(path, field.value(), kOwnerOnly, Durability::kUnsynced));
      }
    }
  }
  return saved;
}

}  // namespace fusionhub::hubctl
