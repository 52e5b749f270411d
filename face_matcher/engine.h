// What turns an image into a template: the seam behind which an agency puts a tested algorithm.
// Shaped like NIST FRTE's 1:N interface: the role (search or enrol) is part of the call.
#ifndef FUSIONHUB_FACE_MATCHER_ENGINE_H_
#define FUSIONHUB_FACE_MATCHER_ENGINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/face_template.h"

namespace fusionhub::face_matcher {

struct EngineInfo {
  std::string name;          // "LBP-BASELINE"; stands in Answer.engine and in field `engine`
  std::string model_id;      // 16 hex digits; templates of different models are never compared
  bool operational = false;  // false: only in test mode, and `notice` stands on every result
  std::string notice;        // empty when operational
  size_t dimensions = 0;     // int8 values per template
};

// Thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual const EngineInfo& info() const = 0;

  // `image` is JPEG or PNG as received. `box` is the face that a person has marked; without it the
  // image must show exactly one face. Errors carry a word of face_error.h.
  virtual absl::StatusOr<SearchTemplate> CreateSearchTemplate(
      absl::string_view image, const std::optional<FaceBox>& box) const = 0;
  virtual absl::StatusOr<EnrollTemplate> CreateEnrollTemplate(
      absl::string_view image, const std::optional<FaceBox>& box) const = 0;

 protected:
  // The only places where templates are made. `values` are in -127..127.
  static SearchTemplate MakeSearchTemplate(std::string model_id, std::vector<int8_t> values,
                                           FaceQuality quality);
  static EnrollTemplate MakeEnrollTemplate(std::string model_id, std::vector<int8_t> values,
                                           FaceQuality quality);
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_ENGINE_H_
