// hubctl face: who in the owners' galleries resembles this face? Leads only.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "hubctl/run_question.h"
#include "hubctl/verb.h"

namespace fusionhub::hubctl {
namespace {

// The hub takes 2 MiB; a little more is read so that its own message says so.
constexpr size_t kMaxImageBytes = (2 << 20) + 1024;

struct CompareOptions {
  QuestionOptions question;
  std::string image;
  std::string box;
  uint32_t candidates = 0;
  std::string source;
};

absl::Status SetBox(const std::string& text, v1::Box& box) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  uint32_t numbers[4];
  bool valid = parts.size() == 4;
  for (size_t i = 0; valid && i < 4; ++i) valid = absl::SimpleAtoi(parts[i], &numbers[i]);
  if (!valid) return absl::InvalidArgumentError("--box wants X,Y,WIDTH,HEIGHT in pixels");
  box.set_x(numbers[0]);
  box.set_y(numbers[1]);
  box.set_width(numbers[2]);
  box.set_height(numbers[3]);
  return absl::OkStatus();
}

absl::Status SetComparison(const CompareOptions& options, v1::Query& query) {
  v1::FaceComparison& comparison = *query.mutable_face_comparison();
  FUSIONHUB_ASSIGN_OR_RETURN(*comparison.mutable_image(), ReadFile(options.image, kMaxImageBytes));
  comparison.set_max_candidates(options.candidates);
  comparison.set_image_source(options.source);
  if (options.box.empty()) return absl::OkStatus();
  return SetBox(options.box, *comparison.mutable_box());
}

}  // namespace

void AddFaceVerbs(CLI::App& app, Verb& chosen) {
  CLI::App& group = AddGroup(app, "face", "Facial comparison");
  CLI::App* compare = group.add_subcommand(
      "compare", "Who in the owners' galleries resembles this face? Leads only");
  auto options = std::make_shared<CompareOptions>();
  compare->add_option("IMAGE", options->image, "JPEG or PNG file, at most 2 MiB")->required();
  compare->add_option("--box", options->box, "The face you mean, as X,Y,WIDTH,HEIGHT in pixels");
  compare->add_option("--candidates", options->candidates,
                      "How many from all owners, 2 to 50 (20)");
  compare->add_option("--image-source", options->source,
                      "Where the image is from, e.g. 'store camera'");
  AddQuestionOptions(*compare, options->question);
  compare->callback([options, &chosen] {
    chosen = [options](Session& session) {
      return RunQuestion(session, options->question, "facial comparison",
                         [&](v1::Query& query) { return SetComparison(*options, query); });
    };
  });
}

}  // namespace fusionhub::hubctl
