// The only door through which templates come into being.
#include "face_matcher/engine.h"

#include <utility>

namespace fusionhub::face_matcher {

SearchTemplate Engine::MakeSearchTemplate(std::string model_id, std::vector<int8_t> values,
                                          FaceQuality quality) {
  return SearchTemplate(std::move(model_id), std::move(values), std::move(quality));
}

EnrollTemplate Engine::MakeEnrollTemplate(std::string model_id, std::vector<int8_t> values,
                                          FaceQuality quality) {
  return EnrollTemplate(std::move(model_id), std::move(values), std::move(quality));
}

}  // namespace fusionhub::face_matcher
