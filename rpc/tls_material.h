// A process's certificate, key and CA bundle as text, checked before anything uses them.
#ifndef FUSIONHUB_RPC_TLS_MATERIAL_H_
#define FUSIONHUB_RPC_TLS_MATERIAL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace fusionhub::rpc {

// Paths of PEM files: the leaf certificate followed by its intermediates, its private key, and the
// CA certificates that peers' chains must end at.
struct TlsFiles {
  std::string certificate_chain;
  std::string private_key;
  std::string ca_bundle;
};

// The same, read.
struct TlsMaterial {
  std::string certificate_chain;
  std::string private_key;
  std::string ca_bundle;
  bool operator==(const TlsMaterial&) const = default;
};

struct TlsCertificateInfo {
  absl::Time not_before;
  absl::Time not_after;
  std::string spiffe_id;  // the one URI name
};

// Reads the files (each at most 1 MiB). Errors name the path.
absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files);

// Checks that everything parses, the key belongs to the leaf, the chain ends at the bundle, `now`
// is within the validity of all, and the leaf has exactly one URI name. FAILED_PRECONDITION says
// which of these fails and what to do. No error holds key material.
absl::StatusOr<TlsCertificateInfo> ValidateTlsMaterial(const TlsMaterial& material, absl::Time now);

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TLS_MATERIAL_H_
