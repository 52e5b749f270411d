// The baseline says what it is, and answers zero, one and several faces as it must.
#include "face_matcher/lbp_engine.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "face_matcher/face_error.h"
#include "face_matcher/sandbox_for_test.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::HasSubstr;

class LbpEngineTest : public ::testing::Test {
 protected:
  const std::unique_ptr<Engine> engine_ =
      NewLbpEngine(*DecodeSandbox::Create(TestSandboxOptions()));
};

TEST_F(LbpEngineTest, IsLabelledNonOperational) {
  EXPECT_EQ(engine_->info().name, "LBP-BASELINE");
  EXPECT_FALSE(engine_->info().operational);
  EXPECT_EQ(
      engine_->info().notice,
      "Texture baseline for installation testing. Not a face recognition algorithm. No result may "
      "be used in an investigation.");
  EXPECT_EQ(engine_->info().dimensions, 2891u);
}

TEST_F(LbpEngineTest, DescribesOneFaceWithItsQuality) {
  const std::string image = RenderedJpeg("--identity-seed 7 --capture-seed 11");
  const auto probe = engine_->CreateSearchTemplate(image, std::nullopt);
  FUSIONHUB_ASSERT_OK(probe);
  EXPECT_EQ(probe->model_id(), engine_->info().model_id);
  EXPECT_GT(probe->quality().face.width, 64u);
  EXPECT_EQ(probe->quality().measures.size(), 28u);
  FUSIONHUB_EXPECT_OK(engine_->CreateEnrollTemplate(image, std::nullopt));
}

TEST_F(LbpEngineTest, TheSameBytesGiveTheSameTemplate) {
  const std::string image = RenderedJpeg("--identity-seed 7 --capture-seed 11");
  EXPECT_EQ(engine_->CreateEnrollTemplate(image, std::nullopt)->Serialize(),
            engine_->CreateEnrollTemplate(image, std::nullopt)->Serialize());
}

TEST_F(LbpEngineTest, RefusesAnImageWithoutAFace) {
  const auto probe = engine_->CreateSearchTemplate(RenderedJpeg("--nobody --capture-seed 5"), {});
  EXPECT_EQ(FaceErrorReason(probe.status()), "NO_FACE");
  EXPECT_THAT(probe, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("frontal view")));
}

TEST_F(LbpEngineTest, RefusesSeveralFacesUnlessOneIsMarked) {
  const std::string image =
      RenderedJpeg("--identity-seed 7 --capture-seed 11 --second-identity-seed 8");
  const auto both = engine_->CreateSearchTemplate(image, std::nullopt);
  EXPECT_EQ(FaceErrorReason(both.status()), "SEVERAL_FACES");
  EXPECT_THAT(both, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2 faces")));
  // The first face alone tells where it is; the box is what a person would draw.
  const std::string first = RenderedJpeg("--identity-seed 7 --capture-seed 11");
  const FaceBox box = engine_->CreateSearchTemplate(first, std::nullopt)->quality().face;
  const auto marked = engine_->CreateSearchTemplate(image, box);
  FUSIONHUB_ASSERT_OK(marked);
  EXPECT_NEAR(marked->quality().face.x, box.x, box.width / 5.0);
}

TEST_F(LbpEngineTest, RefusesBoxesOutsideTheImageOrWithoutAFace) {
  const std::string image = RenderedJpeg("--identity-seed 7 --capture-seed 11");
  for (const FaceBox& box : {FaceBox{0, 0, 100000, 100}, FaceBox{0, 0, 10, 10}, FaceBox{0, 0, 0, 0},
                             FaceBox{4000000000u, 4000000000u, 4000000000u, 100}}) {
    EXPECT_EQ(FaceErrorReason(engine_->CreateSearchTemplate(image, box).status()), "BOX_INVALID");
  }
  EXPECT_EQ(FaceErrorReason(engine_->CreateSearchTemplate(image, FaceBox{0, 0, 40, 40}).status()),
            "NO_FACE");
}

}  // namespace
}  // namespace fusionhub::face_matcher
