// Makes TLS 1.3 the only version this process speaks.
#ifndef FUSIONHUB_RPC_TLS13_H_
#define FUSIONHUB_RPC_TLS13_H_

#include "absl/status/status.h"

namespace fusionhub::rpc {

// Call it first in main, before anything of gRPC or libssl is used. gRPC 1.51 has no setting for
// it, so it goes through OpenSSL's system-wide defaults: TLS 1.2 off, no session tickets, the
// server's cipher order. The process's own OPENSSL_CONF (a FIPS provider, say) is loaded before and
// stays in force. Then it checks that a new TLS context really has these settings.
// FAILED_PRECONDITION when it has not. Idempotent.
absl::Status RequireTls13();

// Whether a TLS context made now would refuse TLS 1.2.
absl::Status CheckTls13();

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_TLS13_H_
