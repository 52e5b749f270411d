// LBP-BASELINE: Haar cascades and uniform local binary patterns, for installation testing. Not a
// face recognition algorithm: it shows that images, policy, log and answers flow, and nothing else.
#ifndef FUSIONHUB_FACE_MATCHER_LBP_ENGINE_H_
#define FUSIONHUB_FACE_MATCHER_LBP_ENGINE_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "face_matcher/decode_sandbox.h"
#include "face_matcher/engine.h"

namespace fusionhub::face_matcher {

inline constexpr absl::string_view kLbpEngineName = "LBP-BASELINE";
inline constexpr absl::string_view kLbpEngineNotice =
    "Texture baseline for installation testing. Not a face recognition algorithm. No result may be "
    "used in an "
    "investigation.";

// The engine, with operational = false and the notice above. Every image goes through `sandbox`.
std::unique_ptr<Engine> NewLbpEngine(DecodeSandbox sandbox);

}  // namespace fusionhub::face_matcher

#endif  // FUSIONHUB_FACE_MATCHER_LBP_ENGINE_H_
