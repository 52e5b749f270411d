// Writes a bash completion script, and the verb that prints it.
#include "hubctl/completion.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "hubctl/verb.h"

namespace fusionhub::hubctl {
namespace {

// Every verb and long flag that may follow the verbs of `app`.
std::string WordsOf(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    if (sub->get_name().empty()) continue;
    words.push_back(sub->get_name());
  }
  const auto add_flags = [&](const CLI::App& of) {
    for (const CLI::Option* option : of.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  };
  add_flags(app);
  // Option groups are unnamed apps of their own.
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    if (sub->get_name().empty()) add_flags(*sub);
  }
  return absl::StrJoin(words, " ");
}

// One `case` line per path of verbs: "plate lookup") words="..." ;;
void AddCases(const CLI::App& app, const std::string& path, std::string& cases) {
  absl::StrAppend(&cases, "    \"", path, "\") words=\"", WordsOf(app), "\" ;;\n");
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    if (sub->get_name().empty()) continue;
    AddCases(*sub, path.empty() ? sub->get_name() : absl::StrCat(path, " ", sub->get_name()),
             cases);
  }
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  std::string cases;
  AddCases(app, "", cases);
  return absl::StrCat(R"(# bash completion for hubctl: source <(hubctl completion bash)
_hubctl() {
  local current=${COMP_WORDS[COMP_CWORD]} path= words= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # A verb extends the path; flags and their values do not.
    case $word in -*) continue ;; esac
    if _hubctl_words "${path:+$path }$word"; then path="${path:+$path }$word"; fi
  done
  _hubctl_words "$path"
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
_hubctl_words() {
  case $1 in
)",
                      cases, R"(    *) return 1 ;;
  esac
}
complete -o default -F _hubctl hubctl
)");
}

void AddCompletionVerb(CLI::App& app, Verb& chosen) {
  CLI::App* completion = app.add_subcommand("completion", "Print a shell completion script");
  completion->require_subcommand(1);
  CLI::App* bash = completion->add_subcommand("bash", "For bash: source <(hubctl completion bash)");
  bash->callback([&app, &chosen] {
    chosen = [&app](Session& session) {
      session.output().Raw(BashCompletion(app));
      return ExitCode::kDone;
    };
  });
}

}  // namespace fusionhub::hubctl
