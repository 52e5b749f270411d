// hubctl alerts: watch for reads of plates on shared hotlists.
#include <memory>
#include <string>
#include <vector>

#include "hubctl/run_question.h"
#include "hubctl/verb.h"
#include "hubctl/watch.h"

namespace fusionhub::hubctl {

void AddAlertVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "alerts", "Plate alerts");
  CLI::App* watch = group.add_subcommand("watch", "Show alerts as they happen, until interrupted");
  auto options = std::make_shared<WatchOptions>();
  watch->add_option("--category", options->categories, "Hotlist category, e.g. stolen_vehicle")
      ->required()
      ->take_all();
  watch->add_option("--count", options->count, "End after so many alerts (0: never)");
  watch->add_option("--for", options->seconds, "End after so many seconds (0: never)");
  AddQuestionOptions(*watch, options->question);
  watch->callback([options, &chosen] {
    chosen = [options](Session& session) { return RunWatch(session, *options); };
  });
}

}  // namespace fusionhub::hubctl
