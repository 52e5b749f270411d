// hubctl hotlist: is a plate on anyone's list?
#include <memory>
#include <string>

#include "hubctl/run_question.h"
#include "hubctl/verb.h"

namespace fusionhub::hubctl {
namespace {

struct CheckOptions {
  QuestionOptions question;
  std::string plate;
  std::string state;
};

}  // namespace

void AddHotlistVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "hotlist", "Hotlists");
  CLI::App* check = group.add_subcommand("check", "Is this plate on anyone's hotlist?");
  auto options = std::make_shared<CheckOptions>();
  check->add_option("PLATE", options->plate, "The plate's characters")->required();
  check->add_option("--state", options->state, "Two-letter state or province, e.g. MO");
  AddQuestionOptions(*check, options->question);
  check->callback([options, &chosen] {
    chosen = [options](Session& session) {
      return RunQuestion(session, options->question, "hotlist check", [&](v1::Query& query) {
        return SetPlate(options->plate, options->state,
                        *query.mutable_hotlist_check()->mutable_plate());
      });
    };
  });
}

}  // namespace fusionhub::hubctl
