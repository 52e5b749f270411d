// Name and size of the LBP baseline's templates, for those who do not compute them.
#ifndef FUSIONHUB_FACE_MATCHER_LBP_METHOD_H_
#define FUSIONHUB_FACE_MATCHER_LBP_METHOD_H_

#include <cstddef>

namespace fusionhub::face_matcher {

inline constexpr size_t kLbpBins = 59;  // 58 uniform patterns of 8 neighbours, and all others
inline constexpr size_t kLbpCells = 7;  // per side
inline constexpr size_t kLbpDimensions = kLbpBins * kLbpCells * kLbpCells;  // 2,891

// Names the method; part of the model id. Change it with any change to what is computed.
inline constexpr char kLbpMethod[] = "haar-alt2/tan-triggs/lbp-u2-8-2/7x7/hellinger/int8/1";

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_LBP_METHOD_H_
