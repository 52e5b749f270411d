// Keeps a question's receipt in a file, and reads it back.
#ifndef FUSIONHUB_HUBCTL_SAVED_RECEIPT_H_
#define FUSIONHUB_HUBCTL_SAVED_RECEIPT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "fusionhub/v1/receipt.pb.h"

namespace fusionhub::hubctl {

// Protobuf JSON with the names of the proto files, readable by its owner only: it holds the
// question and the released records.
absl::Status SaveReceipt(const v1::SavedReceipt& receipt, const std::string& path);
// INVALID_ARGUMENT when the file is not a receipt.
absl::StatusOr<v1::SavedReceipt> LoadReceipt(const std::string& path);

// Writes each released JPEG as "<owner>-<number>.jpg" into `folder`; returns how many.
absl::StatusOr<int> SaveImages(const v1::SavedReceipt& receipt, const std::string& folder);

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_SAVED_RECEIPT_H_
