// A region's document set filled with made-up keys and signed.
#include "policy/test_region.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/random.h"
#include "base/yaml.h"
#include "crypto/digest.h"
#include "policy/signing.h"

namespace fusionhub::policy {
namespace {

[[noreturn]] void Die(const std::string& why) {
  std::cerr << why << std::endl;
  std::abort();
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) Die(absl::StrCat("cannot read ", path.string()));
  return out.str();
}

uint64_t SeedOf(const std::string& token) {
  const crypto::Digest digest = crypto::Sha256(token);
  uint64_t seed = 0;
  for (int i = 0; i < 8; ++i) seed = seed << 8 | digest[static_cast<size_t>(i)];
  return seed;
}

}  // namespace

TestRegion TestRegion::Load(const std::string& folder) {
  TestRegion region;
  if (!std::filesystem::is_directory(folder)) Die(absl::StrCat("no folder ", folder));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    region.Fill(entry.path().lexically_relative(folder).generic_string(), ReadAll(entry.path()));
  }
  return region;
}

TestRegion TestRegion::LoadSigned(const std::string& folder, absl::Time at) {
  TestRegion region = Load(folder);
  for (const std::string& path : region.Agreements()) region.SignAgreement(path, at);
  return region;
}

void TestRegion::Fill(const std::string& path, std::string bytes) {
  std::string filled;
  absl::string_view rest = bytes;
  while (!rest.empty()) {
    const size_t at = rest.find('@');
    filled.append(rest.substr(0, at).data(), rest.substr(0, at).size());
    if (at == absl::string_view::npos) break;
    const size_t end = rest.find('@', at + 1);
    if (end == absl::string_view::npos) Die(absl::StrCat("half a token in ", path));
    absl::string_view token = rest.substr(at + 1, end - at - 1);
    if (absl::ConsumePrefix(&token, "KEY:")) {
      const size_t slash = token.find('/');
      filled += Key(std::string(token.substr(0, slash)), std::string(token.substr(slash + 1)))
                    .public_key()
                    .ToText();
    } else {
      filled += R"({"keys":[]})";
    }
    rest.remove_prefix(end + 1);
  }
  std::string name = path;
  if (absl::EndsWith(name, ".in")) name.resize(name.size() - 3);
  files_[name] = {name, std::move(filled), ""};
}

const crypto::Ed25519PrivateKey& TestRegion::Key(const std::string& agency,
                                                 const std::string& key_id) {
  const std::string name = absl::StrCat(agency, "/", key_id);
  const auto found = keys_.find(name);
  if (found != keys_.end()) return found->second;
  SeededRandom random(SeedOf(name));
  absl::StatusOr<crypto::Ed25519PrivateKey> key = crypto::Ed25519PrivateKey::Generate(random);
  if (!key.ok()) Die(key.status().ToString());
  return keys_.emplace(name, *std::move(key)).first->second;
}

void TestRegion::SignAgreement(const std::string& path, absl::Time at) {
  std::vector<Diagnostic> diagnostics;
  const std::unique_ptr<YamlNode> root = ParseYaml(Bytes(path), path, YamlLimits(), diagnostics);
  const YamlNode* signatories = root == nullptr ? nullptr : root->Find("signatories");
  if (signatories == nullptr) Die(absl::StrCat(path, " names no signatories"));
  for (const YamlNode::Entry& entry : signatories->entries) {
    Sign(path, entry.key, entry.value->items.front().scalar, at);
  }
}

void TestRegion::Sign(const std::string& path, const std::string& agency, const std::string& key_id,
                      absl::Time at) {
  DocumentFile& file = files_.at(path);
  absl::StatusOr<std::string> signatures =
      AddSignature(file.signature_bytes, absl::StrCat(path, ".sig"),
                   SignDocument(file.bytes, Key(agency, key_id), key_id, agency, "test", at));
  if (!signatures.ok()) Die(signatures.status().ToString());
  file.signature_bytes = *std::move(signatures);
}

void TestRegion::Unsign(const std::string& path) { files_.at(path).signature_bytes.clear(); }

void TestRegion::Put(const std::string& path, std::string bytes) {
  files_[path] = {path, std::move(bytes), ""};
}

void TestRegion::Remove(const std::string& path) { files_.erase(path); }

const std::string& TestRegion::Bytes(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) Die(absl::StrCat("no file ", path));
  return found->second.bytes;
}

void TestRegion::Edit(const std::string& path, const std::string& from, const std::string& to) {
  std::string bytes = Bytes(path);
  const size_t at = bytes.find(from);
  if (at == std::string::npos) Die(absl::StrCat(path, " does not hold: ", from));
  files_[path].bytes = bytes.replace(at, from.size(), to);
}

std::vector<DocumentFile> TestRegion::Files() const {
  std::vector<DocumentFile> files;
  for (const auto& [path, file] : files_) files.push_back(file);
  return files;
}

std::vector<std::string> TestRegion::Agreements() const {
  std::vector<std::string> paths;
  for (const auto& [path, file] : files_) {
    if (absl::StartsWith(path, "agreements/")) paths.push_back(path);
  }
  return paths;
}

std::shared_ptr<const Policy> TestRegion::Compile() const {
  absl::StatusOr<std::shared_ptr<const Policy>> policy = Policy::Compile(Files());
  if (!policy.ok()) Die(policy.status().ToString());
  return *std::move(policy);
}

std::vector<std::string> TestRegion::Mistakes() const {
  std::vector<Diagnostic> diagnostics;
  Policy::Compile(Files(), diagnostics);
  std::vector<std::string> mistakes;
  for (const Diagnostic& d : diagnostics) {
    mistakes.push_back(absl::StrCat(d.file, ":", d.at.line, ":", d.at.column, " ", d.code, " ",
                                    d.message, d.hint.empty() ? "" : "; ", d.hint));
  }
  return mistakes;
}

}  // namespace fusionhub::policy
