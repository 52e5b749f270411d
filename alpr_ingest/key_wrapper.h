// The key-encrypting key (KEK) of a node: wraps day keys, and is replaced whenever one of them is
// destroyed, so that an old block of a key file, or an old backup of it, opens under nothing that
// still exists.
#ifndef FUSIONHUB_ALPR_INGEST_KEY_WRAPPER_H_
#define FUSIONHUB_ALPR_INGEST_KEY_WRAPPER_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"

namespace fusionhub::alpr_ingest {

// Thread-compatible.
class KeyWrapper {
 public:
  // Reads every generation in `folder`.
  static absl::StatusOr<KeyWrapper> Open(const std::string& folder, Random& random);
  KeyWrapper(KeyWrapper&&) = default;
  KeyWrapper& operator=(KeyWrapper&&) = default;
  ~KeyWrapper();

  bool empty() const { return keks_.empty(); }
  // The newest generation, 0 if there is none.
  uint64_t generation() const { return keks_.empty() ? 0 : keks_.rbegin()->first; }
  // The oldest one: what a rotation ends.
  uint64_t oldest() const { return keks_.empty() ? 0 : keks_.begin()->first; }
  // True while older generations exist beside the newest: a rotation was begun and not ended.
  bool rotating() const { return keks_.size() > 1; }

  // Makes a new generation, durably. The older ones stay until DropOld.
  absl::Status BeginRotation();
  // Destroys all generations but the newest.
  absl::Status DropOld();

  // The content of a key file: generation, `commitment` in the clear, and `secret` under the newest
  // KEK, both bound to `name`.
  absl::StatusOr<std::string> Wrap(absl::string_view name, absl::string_view commitment,
                                   absl::string_view secret) const;
  // The secret. FAILED_PRECONDITION when the file's KEK is not here, DATA_LOSS when the file is
  // damaged.
  absl::StatusOr<std::string> Unwrap(absl::string_view name, absl::string_view file) const;
  // The commitment in the clear part, "" if the file is damaged; not authenticated.
  static std::string Commitment(absl::string_view file);

 private:
  KeyWrapper(std::string folder, Random& random) : folder_(std::move(folder)), random_(&random) {}
  std::string Path(uint64_t generation) const;

  std::string folder_;
  Random* random_;
  std::map<uint64_t, std::string> keks_;
};

}  // namespace fusionhub::alpr_ingest

#endif  // FUSIONHUB_ALPR_INGEST_KEY_WRAPPER_H_
