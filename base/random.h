// Randomness as a dependency: the system's generator in servers, a seeded one in tests.
#ifndef FUSIONHUB_BASE_RANDOM_H_
#define FUSIONHUB_BASE_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/types/span.h"
#include "base/mutex.h"

namespace fusionhub {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  // Fills `out` with random bytes. Aborts the process if the system's generator fails: there is no
  // safe way to go on without it.
  virtual void Fill(absl::Span<uint8_t> out) = 0;

  // `size` random bytes.
  std::string Bytes(size_t size);
};

// Cryptographically secure bytes from OpenSSL.
class SystemRandom final : public Random {
 public:
  void Fill(absl::Span<uint8_t> out) override;
};

// Repeatable bytes. Test only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  void Fill(absl::Span<uint8_t> out) override;

 private:
  Mutex mu_;
  std::mt19937_64 engine_ FUSIONHUB_GUARDED_BY(mu_);
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_RANDOM_H_
