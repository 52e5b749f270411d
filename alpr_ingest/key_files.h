// Key files on disk: made with mode 0600, listed by name, overwritten before they are removed.
#ifndef FUSIONHUB_ALPR_INGEST_KEY_FILES_H_
#define FUSIONHUB_ALPR_INGEST_KEY_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::alpr_ingest {

// Names of the plain files in `folder`, sorted. Half-written files that a crash left behind are
// removed.
absl::StatusOr<std::vector<std::string>> ListKeyFiles(const std::string& folder);

// The file's content. PERMISSION_DENIED when others than its owner may read it.
absl::StatusOr<std::string> ReadKeyFile(const std::string& path);

// Durable when it returns.
absl::Status WriteKeyFile(const std::string& path, absl::string_view content);

// Overwrites the file with zeros, syncs, removes it, and syncs the folder. OK if there is none. On
// flash the old blocks may survive: what they hold is worthless because its KEK is gone too.
absl::Status DestroyKeyFile(const std::string& path);

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_KEY_FILES_H_
