// Image quality of a found face: the measures of ISO/IEC 29794-5 that need no trained model, under
// the standard's codes but by our own method. The others are listed without a value, never dropped.
#ifndef FUSIONHUB_FACE_MATCHER_FACE_QUALITY_H_
#define FUSIONHUB_FACE_MATCHER_FACE_QUALITY_H_

#include <cstdint>
#include <vector>

#include "face_matcher/face_template.h"
#include "face_matcher/gray_image.h"

namespace fusionhub::face_matcher {

struct FaceGeometry {
  FaceBox face;  // in the image
  uint32_t image_width = 0;
  uint32_t image_height = 0;
  bool eyes_located = false;
  double eye_dx = 0;  // from the left to the right eye, pixels of the image
  double eye_dy = 0;
};

// Every code from 0x41 to 0x5C in order. Units are in docs/faces.md.
std::vector<QualityMeasure> MeasureQuality(const GrayImage& aligned, const FaceGeometry& geometry);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_FACE_QUALITY_H_
