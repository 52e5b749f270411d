// Exact scan, ties, consolidation, deletion, and the digest that searches do not change.
#include "face_matcher/gallery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "face_matcher/face_error.h"
#include "face_matcher/fake_engine.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kDimensions = 100;

static_assert(!std::is_convertible_v<SearchTemplate, EnrollTemplate>);
static_assert(!std::is_constructible_v<EnrollTemplate, SearchTemplate>);
static_assert(!std::is_constructible_v<EnrollTemplate, const SearchTemplate&>);
static_assert(!std::is_assignable_v<EnrollTemplate&, SearchTemplate>);

class GalleryTest : public ::testing::Test {
 protected:
  EnrollTemplate Face(const std::string& image) {
    return *engine_.CreateEnrollTemplate(image, std::nullopt);
  }
  SearchTemplate Probe(const std::string& image) {
    return *engine_.CreateSearchTemplate(image, std::nullopt);
  }
  std::string RandomImage() { return FakeEngine::RandomImage(random_, kDimensions); }

  std::mt19937_64 random_{11};
  FakeEngine engine_{"model-a", kDimensions};
  Gallery gallery_{"model-a", kDimensions};
};

int64_t Dot(const std::string& a, const std::string& b) {
  int64_t sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += static_cast<int8_t>(a[i]) * static_cast<int8_t>(b[i]);
  return sum;
}

TEST_F(GalleryTest, FindsWhatBruteForceFindsInTheSameOrder) {
  // More than one segment of 4,096 rows, and subjects with several rows.
  std::map<std::string, std::pair<int64_t, std::string>> best;  // subject to score and booking
  const std::string probe = RandomImage();
  for (int i = 0; i < 9000; ++i) {
    const std::string booking = absl::StrCat("b", i);
    const std::string subject = absl::StrCat("s", i % 3000);
    const std::string image = RandomImage();
    FUSIONHUB_ASSERT_OK(gallery_.Insert(booking, subject, Face(image)));
    const std::pair<int64_t, std::string> entry(-Dot(probe, image), booking);
    const auto [found, is_new] = best.emplace(subject, entry);
    if (!is_new) found->second = std::min(found->second, entry);
  }
  std::vector<std::pair<int64_t, std::string>> expected;
  for (const auto& [subject, entry] : best) expected.push_back(entry);
  std::sort(expected.begin(), expected.end());
  for (const size_t k : {size_t{2}, size_t{20}, size_t{50}}) {
    const auto found = gallery_.Search(Probe(probe), k);
    FUSIONHUB_ASSERT_OK(found);
    ASSERT_EQ(found->size(), k);
    for (size_t i = 0; i < k; ++i) {
      EXPECT_EQ((*found)[i].booking_id, expected[i].second) << i;
      EXPECT_EQ((*found)[i].score, -expected[i].first) << i;
    }
  }
}

TEST_F(GalleryTest, OrdersEqualScoresByBookingWhateverTheInsertion) {
  for (const char* id : {"c", "a", "d", "b"}) {
    FUSIONHUB_ASSERT_OK(gallery_.Insert(id, id, Face("same")));
  }
  const auto found = gallery_.Search(Probe("same"), 3);
  FUSIONHUB_ASSERT_OK(found);
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ((*found)[0].booking_id, "a");
  EXPECT_EQ((*found)[1].booking_id, "b");
  EXPECT_EQ((*found)[2].booking_id, "c");
}

TEST_F(GalleryTest, AnswersOneRowPerSubject) {
  FUSIONHUB_ASSERT_OK(gallery_.Insert("old", "person", Face("aab")));
  FUSIONHUB_ASSERT_OK(gallery_.Insert("new", "person", Face("aaz")));
  FUSIONHUB_ASSERT_OK(gallery_.Insert("other", "somebody", Face("a")));
  const auto found = gallery_.Search(Probe("aaz"), 50);
  FUSIONHUB_ASSERT_OK(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].booking_id, "new");
  EXPECT_EQ((*found)[1].subject_id, "somebody");
}

TEST_F(GalleryTest, AnEmptyGalleryIsANormalAnswer) {
  const auto found = gallery_.Search(Probe("x"), 20);
  FUSIONHUB_ASSERT_OK(found);
  EXPECT_TRUE(found->empty());
}

TEST_F(GalleryTest, RefusesCandidateCountsOutsideTheBounds) {
  for (const size_t k : {size_t{0}, size_t{1}, size_t{51}, size_t{100000}}) {
    EXPECT_THAT(gallery_.Search(Probe("x"), k),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("2..50")));
  }
}

TEST_F(GalleryTest, RefusesTemplatesOfAnotherModel) {
  const FakeEngine other("model-b", kDimensions);
  EXPECT_EQ(
      FaceErrorReason(gallery_.Search(*other.CreateSearchTemplate("x", std::nullopt), 2).status()),
      "MODEL_MISMATCH");
  EXPECT_EQ(
      FaceErrorReason(gallery_.Insert("b", "s", *other.CreateEnrollTemplate("x", std::nullopt))),
      "MODEL_MISMATCH");
  EXPECT_EQ(gallery_.size(), 0u);
}

TEST_F(GalleryTest, RefusesABookingTwice) {
  FUSIONHUB_ASSERT_OK(gallery_.Insert("b", "s", Face("x")));
  EXPECT_THAT(gallery_.Insert("b", "s", Face("y")),
              StatusIs(absl::StatusCode::kAlreadyExists, ::testing::_));
}

TEST_F(GalleryTest, NeverFindsWhatWasRemoved) {
  for (int i = 0; i < 200; ++i) {
    FUSIONHUB_ASSERT_OK(gallery_.Insert(absl::StrCat(i), absl::StrCat(i), Face(RandomImage())));
  }
  for (int i = 0; i < 200; i += 2) FUSIONHUB_ASSERT_OK(gallery_.Remove(absl::StrCat(i)));
  EXPECT_EQ(gallery_.size(), 100u);
  for (int trial = 0; trial < 50; ++trial) {
    const auto found = gallery_.Search(Probe(RandomImage()), 50);
    FUSIONHUB_ASSERT_OK(found);
    ASSERT_EQ(found->size(), 50u);
    for (const ScoredFace& face : *found) EXPECT_EQ(std::stoi(face.booking_id) % 2, 1);
  }
  EXPECT_THAT(gallery_.Remove("0"), StatusIs(absl::StatusCode::kNotFound, ::testing::_));
}

// I5: a probe is never enrolled.
TEST_F(GalleryTest, AnyNumberOfSearchesLeavesTheDigestTheSame) {
  for (int i = 0; i < 50; ++i) {
    FUSIONHUB_ASSERT_OK(gallery_.Insert(absl::StrCat(i), "s", Face(RandomImage())));
  }
  const crypto::Digest before = gallery_.Root();
  for (int i = 0; i < 2000; ++i) FUSIONHUB_ASSERT_OK(gallery_.Search(Probe(RandomImage()), 20));
  EXPECT_EQ(gallery_.Root(), before);
  EXPECT_EQ(gallery_.size(), 50u);
}

TEST_F(GalleryTest, DigestDependsOnContentAndNotOnOrder) {
  Gallery other("model-a", kDimensions);
  FUSIONHUB_ASSERT_OK(gallery_.Insert("1", "p", Face("one")));
  FUSIONHUB_ASSERT_OK(gallery_.Insert("2", "q", Face("two")));
  FUSIONHUB_ASSERT_OK(other.Insert("3", "r", Face("three")));
  FUSIONHUB_ASSERT_OK(other.Insert("2", "q", Face("two")));
  FUSIONHUB_ASSERT_OK(other.Insert("1", "p", Face("one")));
  EXPECT_NE(gallery_.Root(), other.Root());
  FUSIONHUB_ASSERT_OK(other.Remove("3"));
  EXPECT_EQ(gallery_.Root(), other.Root());
  FUSIONHUB_ASSERT_OK(other.Remove("1"));
  FUSIONHUB_ASSERT_OK(other.Insert("1", "p", Face("onf")));
  EXPECT_NE(gallery_.Root(), other.Root());
}

TEST(GallerySegmentTest, KeepsNothingInTheRowsItMoves) {
  auto segment = GallerySegment::Create(64, 2);
  FUSIONHUB_ASSERT_OK(segment);
  segment->row(1)[0] = 5;
  GallerySegment moved = *std::move(segment);
  EXPECT_EQ(moved.row(1)[0], 5);
  EXPECT_EQ(moved.capacity(), 2u);
  moved = *GallerySegment::Create(64, 3);
  EXPECT_EQ(moved.row(1)[0], 0);
}

}  // namespace
}  // namespace fusionhub::face_matcher
