// Answers facial comparisons from the agency's own gallery.
#ifndef FUSIONHUB_AGENCY_NODE_FACE_SERVICE_H_
#define FUSIONHUB_AGENCY_NODE_FACE_SERVICE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agency_node/config.h"
#include "agency_node/data_service.h"
#include "base/random.h"
#include "face_matcher/gallery_store.h"
#include "face_matcher/key_vault.h"
#include "face_matcher/mugshot_gallery.h"
#include "storage/store.h"

namespace fusionhub::agency_node {

// Thread-safe. The probe is compared and forgotten; the gallery is read only while searching
// (SO-A1, I5).
class FaceService final : public DataService {
 public:
  // Families that the node's store must have.
  static std::vector<std::string> StoreFamilies();

  // Opens the gallery, takes in bookings that are not in it yet, and reports rows that were not
  // taken as counts. FAILED_PRECONDITION when the engine is not operational and the node is not in
  // test mode.
  static absl::StatusOr<std::unique_ptr<FaceService>> Open(const Config& config,
                                                           storage::Store& store, Random& random);

  absl::string_view data() const override { return "mugshots"; }
  absl::StatusOr<Found> Search(const v1::Query& query, const std::string& hit_id,
                               absl::Time now) const override;
  const std::string& engine_name() const { return engine_->info().name; }
  size_t gallery_size() const { return gallery_->size(); }

 private:
  FaceService() = default;
  absl::Status OpenGallery(const Config& config, storage::Store& store, Random& random);
  absl::Status Import(const Config::Faces& faces);

  std::unique_ptr<face_matcher::Engine> engine_;
  std::unique_ptr<face_matcher::KeyVault> vault_;
  std::unique_ptr<face_matcher::GalleryStore> store_;
  std::unique_ptr<face_matcher::MugshotGallery> gallery_;
};

}  // namespace fusionhub::agency_node

#endif  // FUSIONHUB_AGENCY_NODE_FACE_SERVICE_H_
