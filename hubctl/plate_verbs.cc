// hubctl plate: who has read a plate, and one read in detail.
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "hubctl/run_question.h"
#include "hubctl/verb.h"
#include "query/timestamp.h"

namespace fusionhub::hubctl {
namespace {

struct LookupOptions {
  QuestionOptions question;
  std::string plate;
  std::string state;
  std::string from;
  std::string to;
};

struct DetailOptions {
  QuestionOptions question;
  std::string plate;
  std::string state;
  std::string read;
};

absl::Status SetLookup(const LookupOptions& options, v1::Query& query) {
  v1::PlateIndexLookup& lookup = *query.mutable_plate_index();
  FUSIONHUB_RETURN_IF_ERROR(SetPlate(options.plate, options.state, *lookup.mutable_plate()));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time from, ParseTimeFlag(options.from, "--from"));
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time to, ParseTimeFlag(options.to, "--to"));
  if (from >= to) return absl::InvalidArgumentError("--from must be before --to");
  *lookup.mutable_from() = query::ToProto(from);
  *lookup.mutable_to() = query::ToProto(to);
  return absl::OkStatus();
}

void AddLookup(CLI::App& group, Verb& chosen) {
  CLI::App* lookup = group.add_subcommand(
      "lookup", "Step one: which agencies have read this plate, when, how often?");
  auto options = std::make_shared<LookupOptions>();
  lookup->add_option("PLATE", options->plate, "The plate's characters")->required();
  lookup->add_option("--state", options->state, "Two-letter state or province, e.g. MO");
  lookup->add_option("--from", options->from, "Start, e.g. 2025-03-01 or 2025-03-01T08:00:00-06:00")
      ->required();
  lookup->add_option("--to", options->to, "End (exclusive); at most 90 days after --from")
      ->required();
  AddQuestionOptions(*lookup, options->question);
  lookup->callback([options, &chosen] {
    chosen = [options](Session& session) {
      return RunQuestion(session, options->question, "plate lookup",
                         [&](v1::Query& query) { return SetLookup(*options, query); });
    };
  });
}

void AddDetail(CLI::App& group, Verb& chosen) {
  CLI::App* detail = group.add_subcommand("detail", "Step two: time, place and image of one read");
  auto options = std::make_shared<DetailOptions>();
  detail->add_option("PLATE", options->plate, "The plate's characters")->required();
  detail->add_option("--state", options->state, "Two-letter state or province, e.g. MO");
  detail->add_option("--read", options->read, "The read_ref that the lookup gave")->required();
  AddQuestionOptions(*detail, options->question);
  detail->callback([options, &chosen] {
    chosen = [options](Session& session) {
      return RunQuestion(session, options->question, "plate detail", [&](v1::Query& query) {
        query.mutable_plate_detail()->set_read_ref(options->read);
        return SetPlate(options->plate, options->state,
                        *query.mutable_plate_detail()->mutable_plate());
      });
    };
  });
}

}  // namespace

void AddPlateVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "plate", "Plate reads, in two steps");
  AddLookup(group, chosen);
  AddDetail(group, chosen);
}

}  // namespace fusionhub::hubctl
