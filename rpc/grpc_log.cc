// gRPC's log function.
#include "rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/log.h"

namespace fusionhub::rpc {
namespace {

void Write(gpr_log_func_args* args) {
  const absl::string_view message = args->message;
  // On every connection, because our certificates name SPIFFE ids and not hosts.
  if (absl::StrContains(message, "No match found for server name")) return;
  Log(LogLevel::kWarn, "grpc_message", message,
      {{"file", args->file}, {"line", int64_t{args->line}}});
}

}  // namespace

void RouteGrpcLog() {
  gpr_set_log_function(&Write);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
}

}  // namespace fusionhub::rpc
