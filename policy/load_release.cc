// Reads `kind: Release`.
#include "policy/load_release.h"

#include <limits>

#include "absl/strings/str_cat.h"

namespace fusionhub::policy {
namespace {

void CheckFiles(YamlMapReader& reader, const std::map<std::string, std::string>& digests) {
  const YamlNode* node = reader.Optional("files");
  if (node == nullptr) return;
  const std::map<std::string, std::string> listed = ReadTexts(reader, "files", false);
  for (const auto& [path, digest] : listed) {
    const auto found = digests.find(path);
    if (found == digests.end()) {
      reader.Report(node->Find(path), "0326", absl::StrCat("there is no file '", path, "'"));
    } else if (absl::StrCat("sha256:", found->second) != digest) {
      reader.Report(node->Find(path), "0326",
                    absl::StrCat("'", path, "' has changed since this release"),
                    absl::StrCat("it is now sha256:", found->second));
    }
  }
  for (const auto& [path, digest] : digests) {
    if (listed.count(path) > 0) continue;
    reader.Report(node, "0326", absl::StrCat("'", path, "' is not part of this release"),
                  "list it with its digest");
  }
}

}  // namespace

Release LoadRelease(const YamlNode& node, const std::map<std::string, std::string>& digests,
                    LoadContext& context) {
  Release release;
  YamlMapReader reader = ReaderOf(node, "release", context);
  reader.RequiredString("kind");
  release.head.id = reader.OptionalString("id", "release");
  release.revision =
      static_cast<uint64_t>(reader.RequiredInt("revision", 1, std::numeric_limits<int64_t>::max()));
  reader.OptionalInt("previous_revision", 0, std::numeric_limits<int64_t>::max(), 0);
  release.activate_at = ReadTime(reader, "activate_at", /*required=*/false, absl::UTCTimeZone())
                            .value_or(absl::InfinitePast());
  release.expires = ReadTime(reader, "expires", /*required=*/false, absl::UTCTimeZone())
                        .value_or(absl::InfiniteFuture());
  CheckFiles(reader, digests);
  reader.Finish();
  if (release.activate_at >= release.expires) {
    reader.Report(node.Find("expires"), "0304", "the release expires before it is activated",
                  "order the two dates");
  }
  Unenforced(node, "release", "releases are not signed yet: whoever writes the folder decides",
             context);
  return release;
}

}  // namespace fusionhub::policy
