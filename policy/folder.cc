// Reads a policy folder from disk.
#include "policy/folder.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace fusionhub::policy {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxFiles = 10000;
constexpr absl::string_view kDocument = ".yaml";
constexpr absl::string_view kSignature = ".yaml.sig";

absl::Status CannotRead(const fs::path& path, const std::error_code& error) {
  return absl::UnavailableError(
      absl::StrCat("cannot read policy folder ", path.string(), ": ", error.message()));
}

absl::Status CheckName(const std::string& path) {
  if (absl::EndsWith(path, kDocument) || absl::EndsWith(path, kSignature)) return absl::OkStatus();
  if (absl::EndsWith(path, ".in")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a template: fill it in first (deploy/region-stl/README.md)"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is neither a document (.yaml) nor a signature (.yaml.sig): remove it"));
}

// Paths of regular files below `folder`, relative to it.
class Lister {
 public:
  explicit Lister(fs::path root) : root_(std::move(root)) {}

  absl::Status Walk(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error) return CannotRead(folder, error);
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      if (error) return CannotRead(folder, error);
      FUSIONHUB_RETURN_IF_ERROR(Visit(*entries));
    }
    return error ? CannotRead(folder, error) : absl::OkStatus();
  }

  const std::set<std::string>& paths() const { return paths_; }

 private:
  absl::Status Visit(const fs::directory_entry& entry) {
    if (absl::StartsWith(entry.path().filename().string(), ".")) return absl::OkStatus();
    std::error_code error;
    const fs::file_status status = entry.symlink_status(error);
    if (error) return CannotRead(entry.path(), error);
    if (fs::is_directory(status)) return Walk(entry.path());
    const std::string path = entry.path().lexically_relative(root_).generic_string();
    if (!fs::is_regular_file(status)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " is not a regular file: policy folders hold no links"));
    }
    FUSIONHUB_RETURN_IF_ERROR(CheckName(path));
    paths_.insert(path);
    if (paths_.size() <= kMaxFiles) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat(root_.string(), " holds more than ", kMaxFiles, " files"));
  }

  const fs::path root_;
  std::set<std::string> paths_;
};

absl::StatusOr<std::vector<DocumentFile>> ReadFiles(const fs::path& root,
                                                    const std::set<std::string>& paths) {
  std::vector<DocumentFile> files;
  for (const std::string& path : paths) {
    const bool signature = absl::EndsWith(path, kSignature);
    if (signature) {
      const std::string document =
          path.substr(0, path.size() - (kSignature.size() - kDocument.size()));
      if (paths.count(document) > 0) continue;
      return absl::InvalidArgumentError(absl::StrCat(path, " signs no document: remove it"));
    }
    DocumentFile file;
    file.path = path;
    FUSIONHUB_ASSIGN_OR_RETURN(file.bytes, ReadFile((root / path).string(), kMaxBytes));
    const std::string sig = absl::StrCat(path, ".sig");
    if (paths.count(sig) > 0) {
      FUSIONHUB_ASSIGN_OR_RETURN(file.signature_bytes, ReadFile((root / sig).string(), kMaxBytes));
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

absl::StatusOr<std::vector<DocumentFile>> ReadPolicyFolder(const std::string& folder) {
  Lister lister{fs::path(folder)};
  FUSIONHUB_RETURN_IF_ERROR(lister.Walk(fs::path(folder)));
  return ReadFiles(fs::path(folder), lister.paths());
}

absl::StatusOr<std::shared_ptr<const Policy>> LoadPolicyFolder(const std::string& folder) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<DocumentFile> files, ReadPolicyFolder(folder));
  return Policy::Compile(std::move(files));
}

}  // namespace fusionhub::policy
