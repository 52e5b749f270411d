// LBP-BASELINE: all of its work is done in the sandboxed child.
#include "face_matcher/lbp_engine.h"

#include <utility>

#include "base/status_macros.h"
#include "face_matcher/lbp_method.h"

namespace fusionhub::face_matcher {
namespace {

class LbpEngine final : public Engine {
 public:
  explicit LbpEngine(DecodeSandbox sandbox) : sandbox_(std::move(sandbox)) {
    info_.name = std::string(kLbpEngineName);
    info_.model_id = sandbox_.model_id();
    info_.operational = false;
    info_.notice = std::string(kLbpEngineNotice);
    info_.dimensions = kLbpDimensions;
  }

  const EngineInfo& info() const override { return info_; }

  absl::StatusOr<SearchTemplate> CreateSearchTemplate(
      absl::string_view image, const std::optional<FaceBox>& box) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(FaceDescription face, sandbox_.Describe(image, box));
    return MakeSearchTemplate(info_.model_id, std::move(face.values), std::move(face.quality));
  }

  absl::StatusOr<EnrollTemplate> CreateEnrollTemplate(
      absl::string_view image, const std::optional<FaceBox>& box) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(FaceDescription face, sandbox_.Describe(image, box));
    return MakeEnrollTemplate(info_.model_id, std::move(face.values), std::move(face.quality));
  }

 private:
  DecodeSandbox sandbox_;
  EngineInfo info_;
};

}  // namespace

std::unique_ptr<Engine> NewLbpEngine(DecodeSandbox sandbox) {
  return std::make_unique<LbpEngine>(std::move(sandbox));
}

}  // namespace fusionhub::face_matcher
