// The gallery on disk: booking data, mugshot and template of every booking, each sealed under the
// booking's own key before it is written. Row keys are keyed hashes, so not even a booking number
// stands in the store.
#ifndef FUSIONHUB_FACE_MATCHER_GALLERY_STORE_H_
#define FUSIONHUB_FACE_MATCHER_GALLERY_STORE_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"
#include "face_matcher/booking.h"
#include "face_matcher/face_template.h"
#include "face_matcher/key_vault.h"
#include "storage/store.h"

namespace fusionhub::face_matcher {

// The families that the store must have (RocksDbOptions.families).
std::vector<std::string> GalleryFamilies();

// Thread-safe.
class GalleryStore {
 public:
  // All must outlive it. `kek` is the gallery's key-encryption key: row keys are derived from it.
  // Call Load once before anything else.
  GalleryStore(storage::Store& store, KeyVault& vault, absl::string_view kek, Random& random);

  // Durable when it returns. ALREADY_EXISTS for a known booking number.
  absl::Status Put(const Booking& booking, absl::string_view image, const EnrollTemplate& face);
  // The booking's template by another model. NOT_FOUND when unknown.
  absl::Status ReplaceTemplate(absl::string_view booking_number, const EnrollTemplate& face);

  // NOT_FOUND when unknown or expunged; DATA_LOSS when the row is damaged or the KEK is another
  // one.
  absl::StatusOr<Booking> GetBooking(absl::string_view booking_number) const;
  absl::StatusOr<std::string> GetImage(absl::string_view booking_number) const;

  // Destroys the key, then deletes the rows. NOT_FOUND when unknown.
  absl::Status Expunge(absl::string_view booking_number);

  using Visitor = std::function<absl::Status(const Booking&, const EnrollTemplate&)>;
  // Calls `visit` for every booking with its template until it returns an error, which is returned.
  // Finishes what a crash interrupted: rows whose key is gone (Expunge) are deleted, keys without a
  // row (Put) are destroyed.
  absl::Status Load(const Visitor& visit);

 private:
  struct Row {
    std::string key;
    uint64_t slot = 0;
  };
  std::string RowKey(absl::string_view booking_number) const;
  absl::StatusOr<std::string> Seal(absl::string_view family, const Row& row, absl::string_view key,
                                   absl::string_view plaintext) const;
  absl::StatusOr<std::string> Read(absl::string_view family, absl::string_view row_key,
                                   uint64_t* slot) const;
  absl::StatusOr<std::vector<std::string>> NextRowKeys(absl::string_view after) const;
  absl::Status DeleteRow(absl::string_view row_key);
  absl::Status LoadRow(absl::string_view row_key, const Visitor& visit, std::set<uint64_t>& used);

  storage::Store& store_;
  KeyVault& vault_;
  const std::string row_key_secret_;
  Random& random_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_GALLERY_STORE_H_
