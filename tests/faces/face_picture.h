// One picture of one synthetic person: pose, light, background and sensor, as RGB.
#ifndef FUSIONHUB_TESTS_FACES_FACE_PICTURE_H_
#define FUSIONHUB_TESTS_FACES_FACE_PICTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/faces/face_parameters.h"

namespace fusionhub::faces {

struct Picture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};

Picture PaintFace(const Identity& identity, const Capture& capture);

// Only surroundings and sensor, without a person.
Picture PaintEmptyScene(const Capture& capture);

// Two pictures side by side (the lower one is filled up with grey).
Picture SideBySide(const Picture& left, const Picture& right);

// Baseline JPEG, 4:2:0, without metadata.
absl::StatusOr<std::string> EncodeJpeg(const Picture& picture, int quality);

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_FACE_PICTURE_H_
