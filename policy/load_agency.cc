// Reads `kind: Agency`.
#include "policy/load_agency.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "policy/load_vocabulary.h"

namespace fusionhub::policy {
namespace {

bool IsTemplateToken(absl::string_view text) {
  return text.size() > 2 && text.front() == '@' && text.back() == '@';
}

constexpr char kFillTemplate[] = "this is a template's token: fill the template in first";

std::optional<crypto::Ed25519PublicKey> ReadKey(YamlMapReader& reader) {
  const std::string text = reader.RequiredString("ed25519");
  if (text.empty()) return std::nullopt;
  absl::StatusOr<crypto::Ed25519PublicKey> key = crypto::Ed25519PublicKey::FromText(text);
  if (key.ok()) return *std::move(key);
  reader.Report(
      reader.node().Find("ed25519"), "0316", "'ed25519' is not a public key",
      IsTemplateToken(text) ? kFillTemplate : "write ed25519: and the base64 of its 32 bytes");
  return std::nullopt;
}

void LoadNodeKey(YamlMapReader& reader, NodeKey::Use use, std::string key_id, Agency& agency) {
  const std::string node = reader.RequiredString("node");
  std::optional<crypto::Ed25519PublicKey> key = ReadKey(reader);
  reader.Finish();
  const bool known =
      std::find(agency.nodes.begin(), agency.nodes.end(), node) != agency.nodes.end();
  if (!node.empty() && !known) {
    reader.Report(reader.node().Find("node"), "0317",
                  absl::StrCat("'", node, "' is not a node of this agency"),
                  "list it under 'nodes'");
  }
  if (key.has_value()) agency.node_keys.push_back({std::move(key_id), node, use, *std::move(key)});
}

void LoadOfficerKey(YamlMapReader& reader, std::string key_id, const LoadContext& context,
                    Agency& agency) {
  std::string title = reader.RequiredString("title");
  std::vector<std::string> roles = ReadWords(reader, "roles", true, context.known.roles);
  std::optional<crypto::Ed25519PublicKey> key = ReadKey(reader);
  reader.Finish();
  if (!key.has_value()) return;
  agency.officer_keys.push_back(
      {std::move(key_id), std::move(title), std::move(roles), *std::move(key)});
}

void LoadKey(const YamlNode& node, std::set<std::string>& ids, LoadContext& context,
             Agency& agency) {
  YamlMapReader reader = ReaderOf(node, "key", context);
  const std::string id = reader.RequiredString("id");
  if (!id.empty() && !ids.insert(id).second) {
    reader.Report(node.Find("id"), "0301", absl::StrCat("key '", id, "' stands here twice"),
                  "give each key its own id");
  }
  const std::string use = reader.Word("use", {"answers", "checkpoints", "person"}, true);
  if (use == "answers") LoadNodeKey(reader, NodeKey::Use::kAnswers, id, agency);
  if (use == "checkpoints") LoadNodeKey(reader, NodeKey::Use::kCheckpoints, id, agency);
  if (use == "person") LoadOfficerKey(reader, id, context, agency);
}

// One key for two purposes would let a signature made for one be shown as the other.
void CheckKeysDiffer(const YamlNode& node, LoadContext& context, const Agency& agency) {
  std::set<std::string> raw;
  for (const NodeKey& key : agency.node_keys) raw.insert(key.key.raw());
  for (const OfficerKey& key : agency.officer_keys) raw.insert(key.key.raw());
  if (raw.size() == agency.node_keys.size() + agency.officer_keys.size()) return;
  context.diagnostics.push_back({context.file, node.at, "P0318",
                                 "two keys of this agency are the same key",
                                 "make one key pair per key id"});
}

void LoadIssuer(const YamlNode& node, LoadContext& context, Agency& agency) {
  YamlMapReader reader = ReaderOf(node, "issuer", context);
  AssertionIssuer issuer;
  issuer.issuer = reader.RequiredString("issuer");
  issuer.jwks = reader.RequiredString("jwks");
  if (IsTemplateToken(issuer.jwks)) {
    reader.Report(node.Find("jwks"), "0316", "'jwks' is not a key set", kFillTemplate);
  }
  reader.Finish();
  agency.issuers.push_back(std::move(issuer));
}

}  // namespace

Agency LoadAgency(const YamlNode& node, LoadContext& context) {
  Agency agency;
  agency.file = context.file;
  agency.at = node.at;
  YamlMapReader reader = ReaderOf(node, "agency", context);
  reader.RequiredString("kind");
  agency.id = reader.RequiredString("id");
  agency.name = reader.RequiredString("name");
  agency.classes = ReadWords(reader, "classes", /*required=*/false, context.known.classes);
  std::tie(agency.timezone_name, agency.timezone) = ReadZone(reader, "timezone");
  agency.ori = reader.OptionalString("ori");
  agency.data = ReadWords(reader, "data", /*required=*/false, context.known.data);
  agency.usage_policies =
      ReadWords(reader, "usage_policies", /*required=*/false, context.known.usage_policies);
  agency.nodes = reader.StringList("nodes", /*required=*/false);
  for (const YamlNode& place : ReadItems(reader, "jurisdictions", /*required=*/false)) {
    agency.jurisdictions.push_back(LoadJurisdiction(place, context));
  }
  for (const YamlNode& issuer : ReadItems(reader, "issuers", /*required=*/false)) {
    LoadIssuer(issuer, context, agency);
  }
  std::set<std::string> key_ids;
  for (const YamlNode& key : ReadItems(reader, "keys", /*required=*/false)) {
    LoadKey(key, key_ids, context, agency);
  }
  CheckKeysDiffer(node, context, agency);
  if (agency.HasClass(kOwnerClass)) {
    reader.Report(node.Find("classes"), "0319", "'owner' is not a class that an agency can bear",
                  "remove it");
  }
  reader.Finish();
  return agency;
}

}  // namespace fusionhub::policy
