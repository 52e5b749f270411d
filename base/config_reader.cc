// Reads server configuration files.
#include "base/config_reader.h"

#include <memory>
#include <utility>

namespace fusionhub {

ConfigReader::ConfigReader(absl::string_view text, std::string path)
    : text_(text), path_(std::move(path)) {}

absl::Status ConfigReader::Read(absl::string_view what, const ReadFn& read) {
  const std::unique_ptr<YamlNode> root = ParseYaml(text_, path_, YamlLimits{}, diagnostics_);
  if (root != nullptr) {
    YamlMapReader reader(*root, path_, "C", std::string(what), diagnostics_);
    read(reader);
    reader.Finish();
  }
  return DiagnosticsToStatus(diagnostics_, text_);
}

bool ConfigReader::Section(YamlMapReader& parent, const char* key, bool required,
                           const ReadFn& read) {
  const YamlNode* node = required ? parent.Required(key) : parent.Optional(key);
  if (node == nullptr) return false;
  YamlMapReader reader(*node, path_, "C", key, diagnostics_);
  read(reader);
  reader.Finish();
  return true;
}

void ConfigReader::Each(YamlMapReader& parent, const char* key, bool required, const ReadFn& read) {
  const YamlNode* node = required ? parent.Required(key) : parent.Optional(key);
  if (node == nullptr) return;
  if (node->kind != YamlNode::Kind::kSequence) {
    parent.Report(node, "0110", std::string("'") + key + "' must be a list",
                  "begin each item with '- '");
    return;
  }
  for (const YamlNode& item : node->items) {
    YamlMapReader reader(item, path_, "C", key, diagnostics_);
    read(reader);
    reader.Finish();
  }
}

std::string ConfigReader::Resolve(const std::string& path) const {
  if (path.empty()) return path;
  const std::filesystem::path base = std::filesystem::absolute(path_).parent_path();
  return (base / path).lexically_normal().string();
}

}  // namespace fusionhub
