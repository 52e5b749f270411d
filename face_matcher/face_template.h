// What an engine makes of a face. Searching and enrolling have different types without any
// conversion, so that a probe cannot end in a gallery even by a programming mistake (invariant I5).
#ifndef FUSIONHUB_FACE_MATCHER_FACE_TEMPLATE_H_
#define FUSIONHUB_FACE_MATCHER_FACE_TEMPLATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fusionhub::face_matcher {

// A rectangle in pixels of the upright image (EXIF orientation applied), from its top left corner.
struct FaceBox {
  uint32_t x = 0;
  uint32_t y = 0;
  uint32_t width = 0;
  uint32_t height = 0;
};

// One measure of ISO/IEC 29794-5, by its code. Measured by our own method, not by the standard's
// reference implementation, so never "OFIQ conformant". No value: the measure could not be
// assessed.
struct QualityMeasure {
  uint16_t code = 0;  // 0x44 luminance mean, 0x52 inter-eye distance, ... (docs/faces.md)
  std::string name;   // "LuminanceMean"
  std::optional<double> value;
};

// What was seen in an image (SO C.3): shown to the requester, recorded, never a score.
struct FaceQuality {
  FaceBox face;                // where the face was found
  bool eyes_located = false;   // false: eye positions were estimated from the face's box
  uint32_t smaller_faces = 0;  // others, less than a third as wide, that were ignored
  std::vector<QualityMeasure> measures;
};

// One face to look for. Cannot be stored, serialised or enrolled: only Gallery reads it.
class SearchTemplate {
 public:
  const std::string& model_id() const { return model_id_; }
  const FaceQuality& quality() const { return quality_; }

 private:
  friend class Engine;
  friend class Gallery;
  SearchTemplate(std::string model_id, std::vector<int8_t> values, FaceQuality quality)
      : model_id_(std::move(model_id)), values_(std::move(values)), quality_(std::move(quality)) {}
  std::string model_id_;
  std::vector<int8_t> values_;
  FaceQuality quality_;
};

// One face of the gallery. Made from a booking's image, or read back from the encrypted store.
class EnrollTemplate {
 public:
  const std::string& model_id() const { return model_id_; }
  const FaceQuality& quality() const { return quality_; }

  // For the encrypted store; quality is not kept. Parse: DATA_LOSS when the bytes are not ours.
  std::string Serialize() const;
  static absl::StatusOr<EnrollTemplate> Parse(absl::string_view bytes);

 private:
  friend class Engine;
  friend class Gallery;
  EnrollTemplate(std::string model_id, std::vector<int8_t> values, FaceQuality quality)
      : model_id_(std::move(model_id)), values_(std::move(values)), quality_(std::move(quality)) {}
  std::string model_id_;
  std::vector<int8_t> values_;
  FaceQuality quality_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FACE_TEMPLATE_H_
