// Uniform local binary patterns of an aligned face: a texture description, quantised to int8.
#ifndef FUSIONHUB_FACE_MATCHER_LBP_DESCRIPTOR_H_
#define FUSIONHUB_FACE_MATCHER_LBP_DESCRIPTOR_H_

#include <cstdint>
#include <vector>

#include "face_matcher/gray_image.h"
#include "face_matcher/lbp_method.h"

namespace fusionhub::face_matcher {

// kLbpDimensions values in 0..127: each cell's histogram, square root taken (Hellinger), so that
// every cell has the same length and a dot product compares histograms.
std::vector<int8_t> DescribeLbp(const GrayImage& aligned);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_LBP_DESCRIPTOR_H_
