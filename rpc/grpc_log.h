// Sends gRPC's own messages to the operational log, which limits them: remote peers can cause them
// at will.
#ifndef FUSIONHUB_RPC_GRPC_LOG_H_
#define FUSIONHUB_RPC_GRPC_LOG_H_

namespace fusionhub::rpc {

// Call it in main, before gRPC is used.
void RouteGrpcLog();

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_GRPC_LOG_H_
