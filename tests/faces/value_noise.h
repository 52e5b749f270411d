// Smooth random fields over the plane, from a seed.
#ifndef FUSIONHUB_TESTS_FACES_VALUE_NOISE_H_
#define FUSIONHUB_TESTS_FACES_VALUE_NOISE_H_

#include <cmath>
#include <cstdint>

#include "tests/faces/seeded_numbers.h"

namespace fusionhub::faces {

// -1..1 at the integer lattice, smoothly interpolated between.
class ValueNoise {
 public:
  explicit ValueNoise(uint64_t seed = 0) : seed_(seed) {}

  double At(double x, double y) const {
    const double fx = std::floor(x);
    const double fy = std::floor(y);
    const auto ix = static_cast<int64_t>(fx);
    const auto iy = static_cast<int64_t>(fy);
    const double tx = Fade(x - fx);
    const double ty = Fade(y - fy);
    const double up = Lattice(ix, iy) * (1 - tx) + Lattice(ix + 1, iy) * tx;
    const double down = Lattice(ix, iy + 1) * (1 - tx) + Lattice(ix + 1, iy + 1) * tx;
    return up * (1 - ty) + down * ty;
  }

 private:
  static double Fade(double t) { return t * t * (3 - 2 * t); }
  double Lattice(int64_t x, int64_t y) const {
    const uint64_t hash = Mix(seed_ ^ Mix(static_cast<uint64_t>(x) * 0x9E3779B97F4A7C15u ^
                                          static_cast<uint64_t>(y) * 0xC2B2AE3D27D4EB4Fu));
    return static_cast<double>(hash >> 11) * 0x1.0p-52 - 1;
  }
  uint64_t seed_;
};

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_VALUE_NOISE_H_
