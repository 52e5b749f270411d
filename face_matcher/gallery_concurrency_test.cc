// Searches, insertions and removals at the same time: nothing deleted is ever returned (run with
// tsan too).
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "face_matcher/fake_engine.h"
#include "face_matcher/gallery.h"

namespace fusionhub::face_matcher {
namespace {

constexpr size_t kDimensions = 64;
constexpr int kBookings = 400;

TEST(GalleryConcurrencyTest, NoSearchThatBeginsAfterARemovalFindsIt) {
  FakeEngine engine("m", kDimensions);
  Gallery gallery("m", kDimensions);
  std::mt19937_64 random(3);
  for (int i = 0; i < kBookings; ++i) {
    FUSIONHUB_ASSERT_OK(gallery.Insert(
        absl::StrCat(i), absl::StrCat(i),
        *engine.CreateEnrollTemplate(FakeEngine::RandomImage(random, kDimensions), std::nullopt)));
  }
  std::atomic<int> removed_below{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> searchers;
  for (int t = 0; t < 2; ++t) {
    searchers.emplace_back([&, t] {
      std::mt19937_64 mine(100 + t);
      do {
        const int gone = removed_below.load();
        const auto found = gallery.Search(
            *engine.CreateSearchTemplate(FakeEngine::RandomImage(mine, kDimensions), std::nullopt),
            50);
        FUSIONHUB_ASSERT_OK(found);
        for (const ScoredFace& face : *found) EXPECT_GE(std::stoi(face.booking_id), gone);
      } while (!done.load());
    });
  }
  for (int i = 0; i < kBookings; ++i) {
    FUSIONHUB_EXPECT_OK(gallery.Remove(absl::StrCat(i)));
    removed_below.store(i + 1);
    FUSIONHUB_EXPECT_OK(gallery.Insert(
        absl::StrCat(kBookings + i), absl::StrCat(kBookings + i),
        *engine.CreateEnrollTemplate(FakeEngine::RandomImage(random, kDimensions), std::nullopt)));
  }
  done.store(true);
  for (std::thread& searcher : searchers) searcher.join();
  EXPECT_EQ(gallery.size(), static_cast<size_t>(kBookings));
}

}  // namespace
}  // namespace fusionhub::face_matcher
