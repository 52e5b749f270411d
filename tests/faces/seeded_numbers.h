// Repeatable numbers from a seed, one independent stream per word, so that adding a parameter does
// not change the others.
#ifndef FUSIONHUB_TESTS_FACES_SEEDED_NUMBERS_H_
#define FUSIONHUB_TESTS_FACES_SEEDED_NUMBERS_H_

#include <cstdint>
#include <string_view>

namespace fusionhub::faces {

// splitmix64's mixing function.
inline uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15u;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

class SeededNumbers {
 public:
  explicit SeededNumbers(uint64_t seed, std::string_view stream = "") : state_(Mix(seed)) {
    for (const char c : stream) state_ = Mix(state_ ^ static_cast<unsigned char>(c));
  }
  uint64_t Next() { return Mix(++state_); }
  // In [from, to).
  double Uniform(double from, double to) {
    return from + (to - from) * static_cast<double>(Next() >> 11) * 0x1.0p-53;
  }
  // Nearly normal, mean 0 and deviation 1: the sum of four uniform numbers, for millions of pixels.
  double Grain() {
    const uint64_t bits = Next();
    const double sum = static_cast<double>((bits & 0xFFFF) + (bits >> 16 & 0xFFFF) +
                                           (bits >> 32 & 0xFFFF) + (bits >> 48));
    return (sum / 65536 - 2) * 1.7320508;
  }
  // 0 .. below-1.
  uint64_t Index(uint64_t below) { return Next() % below; }
  bool Chance(double probability) { return Uniform(0, 1) < probability; }

 private:
  uint64_t state_;
};

}  // namespace fusionhub::faces

#endif  // FUSIONHUB_TESTS_FACES_SEEDED_NUMBERS_H_
