// What every server configuration shares: nested sections and paths relative to the file.
#ifndef FUSIONHUB_BASE_CONFIG_READER_H_
#define FUSIONHUB_BASE_CONFIG_READER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/yaml.h"

namespace fusionhub {

// Reads one configuration file. Not thread-safe.
class ConfigReader {
 public:
  using ReadFn = std::function<void(YamlMapReader&)>;

  // `path` names the file in messages; relative paths in it are resolved against its folder.
  ConfigReader(absl::string_view text, std::string path);

  // Parses and reads the top mapping. INVALID_ARGUMENT with every mistake rendered.
  absl::Status Read(absl::string_view what, const ReadFn& read);

  // Reads the mapping at `key` of `parent`; reports unknown keys in it. False when it is absent.
  bool Section(YamlMapReader& parent, const char* key, bool required, const ReadFn& read);
  // Reads each mapping of the sequence at `key`.
  void Each(YamlMapReader& parent, const char* key, bool required, const ReadFn& read);

  // Empty stays empty.
  std::string Resolve(const std::string& path) const;
  std::string RequiredPath(YamlMapReader& reader, const char* key) const {
    return Resolve(reader.RequiredString(key));
  }

 private:
  const absl::string_view text_;
  const std::string path_;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace fusionhub

#endif  // FUSIONHUB_BASE_CONFIG_READER_H_
