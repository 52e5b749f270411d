// Reads `kind: Authority`, `kind: Order` and `kind: Prohibitions`.
#include "policy/load_order.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/load_cell.h"

namespace fusionhub::policy {
namespace {

// Bindings are dated data: an authority may stop binding an agency (rules.md P-9, C-22).
Authority::Binding LoadBinding(const YamlNode& node, bool basis_required, LoadContext& context) {
  YamlMapReader reader = ReaderOf(node, "binding", context);
  Authority::Binding binding;
  binding.agency = ReadWord(reader, "agency", /*required=*/true, context.known.agencies);
  // An authority without a date binds at once (EO-2.1): "undated" says that on purpose.
  if (reader.RequiredString("from") != "undated") {
    binding.from = ReadTime(reader, "from", /*required=*/false, absl::UTCTimeZone())
                       .value_or(absl::InfinitePast());
  }
  binding.to = ReadTime(reader, "to", /*required=*/false, absl::UTCTimeZone())
                   .value_or(absl::InfiniteFuture());
  binding.basis = basis_required ? reader.RequiredString("basis") : reader.OptionalString("basis");
  reader.Finish();
  if (binding.from >= binding.to) {
    reader.Report(node.Find("to"), "0304", "the binding ends before it begins",
                  "order the two dates");
  }
  return binding;
}

Authority::RequiredDocument LoadRequired(const YamlNode& node, LoadContext& context) {
  YamlMapReader reader = ReaderOf(node, "required document", context);
  Authority::RequiredDocument required;
  required.at = node.at;
  required.title = reader.RequiredString("title");
  required.clause = reader.RequiredString("clause");
  required.in_hand = reader.OptionalBool("in_hand", false);
  reader.Finish();
  return required;
}

void Warn(SourcePosition at, std::string text, LoadContext& context) {
  context.warnings.push_back({context.file, at.line, std::move(text)});
}

void WarnAboutAuthority(const YamlNode& node, const Authority& authority, LoadContext& context) {
  if (authority.status != "in_force") {
    Warn(node.at,
         absl::StrCat(authority.head.id, " is not in force: its status is ", authority.status),
         context);
  }
  for (const std::string& clause : authority.missing_text) {
    Warn(node.at, absl::StrCat("the text of ", clause, " is not in hand"), context);
  }
  for (const Authority::RequiredDocument& required : authority.required_documents) {
    if (required.in_hand) continue;
    Warn(required.at,
         absl::StrCat(required.clause, " needs a document that is not in hand: ", required.title),
         context);
  }
}

}  // namespace

Authority LoadAuthority(const YamlNode& node, LoadContext& context) {
  Authority authority;
  YamlMapReader reader = ReaderOf(node, "authority", context);
  reader.RequiredString("kind");
  authority.head.id = reader.RequiredString("id");
  authority.title = reader.RequiredString("title");
  authority.status =
      reader.Word("status", {"in_force", "as_submitted", "draft", "excerpt"}, /*required=*/true);
  reader.OptionalString("source");
  reader.OptionalString("note");
  reader.OptionalString("document");
  authority.clauses = ReadTexts(reader, "clauses", /*required=*/true);
  authority.missing_text = reader.StringList("missing_text", /*required=*/false);
  authority.covers = ReadWords(reader, "covers", /*required=*/false, context.known.data);
  for (const YamlNode& item : ReadItems(reader, "binds", /*required=*/false)) {
    authority.binds.push_back(LoadBinding(item, authority.status != "in_force", context));
  }
  for (const YamlNode& item : ReadItems(reader, "required_documents", /*required=*/false)) {
    authority.required_documents.push_back(LoadRequired(item, context));
  }
  reader.Finish();
  WarnAboutAuthority(node, authority, context);
  return authority;
}

Order LoadOrder(const YamlNode& node, LoadContext& context) {
  Order order;
  YamlMapReader reader = ReaderOf(node, "order", context);
  reader.RequiredString("kind");
  order.head.id = reader.RequiredString("id");
  reader.OptionalString("title");
  order.authority = ReadWord(reader, "authority", /*required=*/true, context.known.authorities);
  order.narrows_only = reader.Word("effect", {"permit", "narrow"}, /*required=*/false) == "narrow";
  const std::string side = reader.Word("side", {"owner", "requester", "both"}, /*required=*/false);
  order.binds_owner = side != "requester";
  order.binds_requester = side == "requester" || side == "both";
  order.exhaustive_for =
      ReadWords(reader, "exhaustive_for", /*required=*/false, context.known.classes);
  order.default_clause = ReadClause(reader, "default_clause", /*required=*/false, context);
  std::set<std::string> ids;
  for (const YamlNode& item : ReadItems(reader, "sharing", /*required=*/true)) {
    Cell cell = LoadCell(item, CellRules(), context);
    if (!ids.insert(cell.id).second) {
      reader.Report(item.Find("id"), "0301", absl::StrCat("cell '", cell.id, "' stands here twice"),
                    "give each cell its own id");
    }
    order.cells.push_back(std::move(cell));
  }
  reader.Finish();
  return order;
}

std::vector<Prohibition> LoadProhibitions(const YamlNode& node, LoadContext& context) {
  std::vector<Prohibition> prohibitions;
  YamlMapReader reader = ReaderOf(node, "prohibitions", context);
  reader.RequiredString("kind");
  const std::string id = reader.RequiredString("id");
  for (const YamlNode& item : ReadItems(reader, "rules", /*required=*/true)) {
    YamlMapReader rule = ReaderOf(item, "prohibition", context);
    Prohibition prohibition;
    prohibition.at = item.at;
    prohibition.id = absl::StrCat(id, "/", rule.RequiredString("id"));
    prohibition.authority = ReadWord(rule, "authority", false, context.known.authorities);
    prohibition.purposes = ReadWords(rule, "purposes", false, context.known.purposes);
    prohibition.data = ReadWords(rule, "data", false, context.known.data);
    prohibition.actions = ReadWords(rule, "actions", false, context.known.actions);
    prohibition.to = ReadWords(rule, "to", false, context.known.classes);
    prohibition.clause = ReadClause(rule, "clause", /*required=*/true, context);
    rule.Finish();
    const bool says_nothing = prohibition.purposes.empty() && prohibition.data.empty() &&
                              prohibition.actions.empty() && prohibition.to.empty();
    if (says_nothing) {
      rule.Report(nullptr, "0323", "this prohibition forbids everything",
                  "name purposes, data, actions or classes");
    }
    prohibitions.push_back(std::move(prohibition));
  }
  reader.Finish();
  return prohibitions;
}

}  // namespace fusionhub::policy
