// hubctl approvals: held questions of one's own agency, and the approver's answer to them.
#include <memory>
#include <string>

#include "hubctl/approvals.h"
#include "hubctl/verb.h"

namespace fusionhub::hubctl {
namespace {

void AddGrant(CLI::App& group, Verb& chosen) {
  CLI::App* grant = group.add_subcommand("grant", "Lift a hold with your signature");
  auto options = std::make_shared<GrantOptions>();
  grant->add_option("ID", options->hold_id, "The hold, as 'list' shows it")->required();
  grant->add_option("--key", options->key_file, "Your private key (PEM, Ed25519)")->required();
  grant->add_option("--key-id", options->key_id, "Its id in your agency's document")->required();
  grant->add_option("--reason", options->reason, "Why")->required();
  grant->add_option("--expires-hours", options->expires_hours, "How long it holds")
      ->check(CLI::Range(1, 720))
      ->capture_default_str();
  grant->callback([options, &chosen] {
    chosen = [options](Session& session) { return RunGrant(session, *options); };
  });
}

void AddDeny(CLI::App& group, Verb& chosen) {
  CLI::App* deny = group.add_subcommand("deny", "Refuse a hold with a reason");
  auto options = std::make_shared<DenyOptions>();
  deny->add_option("ID", options->hold_id, "The hold, as 'list' shows it")->required();
  deny->add_option("--reason", options->reason, "Why; the requester sees it")->required();
  deny->callback([options, &chosen] {
    chosen = [options](Session& session) { return RunDeny(session, *options); };
  });
}

}  // namespace

void AddApprovalVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "approvals", "Held questions of your agency");
  CLI::App* list = group.add_subcommand("list", "Holds that wait for your agency");
  list->callback([&chosen] { chosen = RunListHolds; });
  AddGrant(group, chosen);
  AddDeny(group, chosen);
}

}  // namespace fusionhub::hubctl
