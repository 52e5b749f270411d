// OpenSSL's generator behind Random, and the seeded one for tests.
#include "base/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "base/log.h"

namespace fusionhub {

std::string Random::Bytes(size_t size) {
  std::string bytes(size, '\0');
  Fill(absl::MakeSpan(reinterpret_cast<uint8_t*>(bytes.data()), size));
  return bytes;
}

void SystemRandom::Fill(absl::Span<uint8_t> out) {
  while (!out.empty()) {
    const size_t part = std::min<size_t>(out.size(), INT_MAX);
    if (RAND_bytes(out.data(), static_cast<int>(part)) != 1) {
      Fatal("random_failed", "the system's random generator failed; check OpenSSL's configuration");
    }
    out.remove_prefix(part);
  }
}

void SeededRandom::Fill(absl::Span<uint8_t> out) {
  MutexLock lock(mu_);
  // One draw per byte, so that bytes do not depend on how a request is divided.
  for (uint8_t& byte : out) byte = static_cast<uint8_t>(engine_() >> 56);
}

}  // namespace fusionhub
