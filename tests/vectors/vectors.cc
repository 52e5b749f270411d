// The default folder is found from where this checkout's own files really lie.
#include "tests/vectors/vectors.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace fusionhub {
namespace {

// A file of this folder as Bazel lays it out for the test: a link into the checkout.
constexpr char kOwnFile[] = "tests/vectors/README.md";

std::filesystem::path VectorsRoot() {
  const char* const chosen = std::getenv("FUSIONHUB_VECTORS");
  if (chosen != nullptr && chosen[0] != '\0') return chosen;
  std::error_code error;
  const std::filesystem::path own = std::filesystem::canonical(kOwnFile, error);
  if (error) return {};
  const std::filesystem::path checkout = own.parent_path().parent_path().parent_path();
  return checkout.parent_path() / "shared" / "vectors";
}

}  // namespace

std::optional<std::string> FindVectors(absl::string_view name) {
  const std::filesystem::path folder = VectorsRoot() / std::string(name);
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return std::nullopt;
  return folder.string();
}

bool VectorsAreRequired() {
  const char* const ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

}  // namespace fusionhub
