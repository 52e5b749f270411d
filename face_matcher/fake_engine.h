// An engine whose "images" are the template's values as bytes. Test only.
#ifndef FUSIONHUB_FACE_MATCHER_FAKE_ENGINE_H_
#define FUSIONHUB_FACE_MATCHER_FAKE_ENGINE_H_

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/engine.h"
#include "face_matcher/face_error.h"

namespace fusionhub::face_matcher {

class FakeEngine final : public Engine {
 public:
  FakeEngine(std::string model_id, size_t dimensions) {
    info_.name = "FAKE";
    info_.model_id = std::move(model_id);
    info_.dimensions = dimensions;
    info_.notice = "Test only.";
  }
  const EngineInfo& info() const override { return info_; }

  absl::StatusOr<SearchTemplate> CreateSearchTemplate(
      absl::string_view image, const std::optional<FaceBox>&) const override {
    if (image == "nobody") return MakeFaceError(FaceError::kNoFace, "image: no face");
    return MakeSearchTemplate(info_.model_id, Values(image), {});
  }
  absl::StatusOr<EnrollTemplate> CreateEnrollTemplate(
      absl::string_view image, const std::optional<FaceBox>&) const override {
    if (image == "nobody") return MakeFaceError(FaceError::kNoFace, "image: no face");
    return MakeEnrollTemplate(info_.model_id, Values(image), {});
  }

  // An image of `dimensions` values in -127..127.
  static std::string RandomImage(std::mt19937_64& random, size_t dimensions) {
    std::string image;
    for (size_t i = 0; i < dimensions; ++i) {
      image.push_back(static_cast<char>(static_cast<int>(random() % 255) - 127));
    }
    return image;
  }

 private:
  std::vector<int8_t> Values(absl::string_view image) const {
    std::vector<int8_t> values(info_.dimensions, 0);
    for (size_t i = 0; i < values.size() && i < image.size(); ++i) {
      values[i] = static_cast<int8_t>(image[i]);
    }
    return values;
  }
  EngineInfo info_;
};

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FAKE_ENGINE_H_
