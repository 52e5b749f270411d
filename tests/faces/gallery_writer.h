// Writes a synthetic agency's booking export: images and a CSV file with fictional people.
#ifndef FUSIONHUB_TESTS_FACES_GALLERY_WRITER_H_
#define FUSIONHUB_TESTS_FACES_GALLERY_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fusionhub::faces {

struct GalleryOptions {
  uint64_t seed = 0;
  int identities = 10;
  int bookings_per_identity = 1;
  std::string out_dir;                 // bookings.csv and images/ are made in it
  std::string booking_prefix = "SYN";  // of booking numbers, so that agencies' numbers differ
};

// Which person a booking shows. Never written to the gallery's folder.
struct TrueIdentity {
  std::string booking_number;
  uint64_t identity_seed = 0;
};

// Every picture is another capture. File names are random and say nothing.
absl::StatusOr<std::vector<TrueIdentity>> WriteGallery(const GalleryOptions& options);

// One picture as JPEG.
absl::StatusOr<std::string> RenderFace(uint64_t identity_seed, uint64_t capture_seed);

absl::Status WriteBytes(const std::string& path, const std::string& bytes);

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_GALLERY_WRITER_H_
