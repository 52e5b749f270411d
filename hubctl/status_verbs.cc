// hubctl status: who is connected, on which policy, and how large the log is.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "crypto/digest.h"
#include "fusionhub/v1/admin.grpc.pb.h"
#include "hubctl/terminal_text.h"
#include "hubctl/verb.h"
#include "rpc/status_conversion.h"

namespace fusionhub::hubctl {
namespace {

absl::StatusOr<v1::GetStatusResponse> GetStatus(Session& session) {
  FUSIONHUB_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, session.Connect());
  const auto stub = v1::StatusService::NewStub(channel);
  grpc::ClientContext context;
  session.SetDeadline(context, session.question_deadline());
  v1::GetStatusResponse response;
  FUSIONHUB_RETURN_IF_ERROR(
      rpc::FromGrpcStatus(stub->GetStatus(&context, {}, &response), &context));
  return response;
}

void ShowStatus(const v1::GetStatusResponse& status, Output& output) {
  if (status.test_mode()) output.SetTestMode();
  output.Line(absl::StrCat("region ", TerminalText(status.region()), ", policy ",
                           crypto::ToHex(status.policy_digest()), " (rev ",
                           status.policy_revision(), "), log of ", status.log_size(), " entries"));
  for (const v1::NodeStatus& node : status.nodes()) {
    output.Line(
        absl::StrFormat("  %-24s %-14s %-13s %-16s cosigned %d   %s", TerminalText(node.agency()),
                        TerminalText(node.node()), node.connected() ? "connected" : "NOT CONNECTED",
                        node.same_policy() ? "same policy" : "OTHER POLICY", node.cosigned_size(),
                        TerminalText(absl::StrJoin(node.data(), ", "))));
  }
}

Json StatusJson(const v1::GetStatusResponse& status) {
  Json nodes = Json::array();
  for (const v1::NodeStatus& node : status.nodes()) {
    Json data = Json::array();
    for (const std::string& word : node.data()) data.push_back(word);
    nodes.push_back(Json{{"agency", node.agency()},
                         {"node", node.node()},
                         {"connected", node.connected()},
                         {"data", std::move(data)},
                         {"same_policy", node.same_policy()},
                         {"cosigned_size", node.cosigned_size()}});
  }
  return Json{{"region", status.region()},
              {"test_mode", status.test_mode()},
              {"policy_revision", status.policy_revision()},
              {"policy_digest", crypto::ToHex(status.policy_digest())},
              {"log_size", status.log_size()},
              {"nodes", std::move(nodes)}};
}

ExitCode RunStatus(Session& session) {
  const absl::StatusOr<v1::GetStatusResponse> status = GetStatus(session);
  if (!status.ok()) return session.Fail(status.status());
  ShowStatus(*status, session.output());
  if (session.output().json()) session.output().WriteJson(StatusJson(*status));
  return ExitCode::kDone;
}

}  // namespace

void AddStatusVerbs(CLI::App& app, Verb& chosen) {
  CLI::App* status = app.add_subcommand("status", "The hub's state: nodes, policy, log");
  status->callback([&chosen] { chosen = RunStatus; });
}

}  // namespace fusionhub::hubctl
