// Reading of demonstration persons.
#include "identity/demo_persons.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/yaml.h"

namespace fusionhub::identity {
namespace {

constexpr size_t kMaxPersons = 1000;

std::optional<absl::CivilDay> ReadDay(YamlMapReader& reader, absl::string_view key) {
  const std::string text = reader.OptionalString(key);
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    reader.Report(reader.node().Find(key), "0201", absl::StrCat("'", key, "' is not a date"),
                  "write it as YYYY-MM-DD");
    return std::nullopt;
  }
  return day;
}

void ReadPerson(const YamlNode& node, const std::string& file, DemoPersons& persons,
                std::vector<Diagnostic>& diagnostics) {
  YamlMapReader reader(node, file, "I", "person", diagnostics);
  DemoPerson person;
  person.facts.id = reader.RequiredString("id");
  person.facts.employer_ori = reader.RequiredString("ori");
  person.facts.commissioned = reader.OptionalBool("commissioned", false);
  person.facts.cjis_cleared = reader.OptionalBool("cjis", false);
  person.facts.roles = reader.StringList("roles", /*required=*/false);
  absl::c_sort(person.facts.roles);
  person.facts.trained = ReadDay(reader, "trained");
  person.facts.vetted = ReadDay(reader, "vetted");
  person.facts.revalidated = ReadDay(reader, "revalidated");
  person.service_account =
      reader.Word("account", {"person", "service"}, /*required=*/false) == "service";
  const std::string id = person.facts.id;
  if (!persons.emplace(id, std::move(person)).second) {
    reader.Report(reader.node().Find("id"), "0202", "another person has this id", "");
  }
  reader.Finish();
}

}  // namespace

absl::StatusOr<DemoPersons> ParseDemoPersons(absl::string_view yaml, const std::string& file) {
  std::vector<Diagnostic> diagnostics;
  DemoPersons persons;
  const std::unique_ptr<YamlNode> root = ParseYaml(yaml, file, YamlLimits(), diagnostics);
  if (root != nullptr) {
    YamlMapReader reader(*root, file, "I", "demonstration persons", diagnostics);
    reader.Word("kind", {"DemoPersons"}, /*required=*/true);
    const YamlNode* list = reader.Required("persons");
    const bool is_list = list != nullptr && list->kind == YamlNode::Kind::kSequence;
    if (list != nullptr && (!is_list || list->items.size() > kMaxPersons)) {
      reader.Report(list, "0203", absl::StrCat("'persons' is not a list of at most ", kMaxPersons),
                    "");
    } else if (is_list) {
      for (const YamlNode& item : list->items) ReadPerson(item, file, persons, diagnostics);
    }
    reader.Finish();
  }
  const absl::Status status = DiagnosticsToStatus(diagnostics, yaml);
  if (!status.ok()) return status;
  return persons;
}

}  // namespace fusionhub::identity
