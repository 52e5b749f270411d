// Mutated sample bodies: whatever comes in, the parser answers with a read, an acknowledgement or
// an error that says what and where, and never crashes. Run under ASan and UBSan it is a small
// fuzzer.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "alpr_ingest/alpr_testing.h"
#include "alpr_ingest/rekor_webhook.h"

namespace fusionhub::alpr_ingest {
namespace {

using Engine = std::mt19937_64;

size_t Below(Engine& engine, size_t bound) { return engine() % bound; }

void Mutate(Engine& engine, std::string& body) {
  static const std::string kPieces[] = {
      "{",    "}",  "[",     "]",       "\"",   ":",    ",",
      "null", "-1", "1e999", "\\u0000", "\xFF", "\xC3", "9223372036854775808",
      "true", "\\", "\n",    "us-"};
  if (body.empty()) body = "{";
  const size_t at = Below(engine, body.size());
  switch (Below(engine, 6)) {
    case 0:
      body[at] = static_cast<char>(engine());
      break;
    case 1:
      body.erase(at, 1 + Below(engine, 20));
      break;
    case 2:
      body.insert(at, kPieces[Below(engine, std::size(kPieces))]);
      break;
    case 3:
      body.resize(at);
      break;
    case 4:
      body.insert(at, body.substr(Below(engine, body.size()), Below(engine, 60)));
      break;
    default:
      body.replace(at, std::min<size_t>(5, body.size() - at),
                   kPieces[Below(engine, std::size(kPieces))]);
  }
}

void Check(const std::string& body, const RekorOptions& options) {
  const RekorResult result = ParseRekorGroup(body, options, SampleNow());
  if (const auto* error = std::get_if<FeedError>(&result)) {
    ASSERT_FALSE(error->where.empty());
    ASSERT_FALSE(error->what.empty());
  } else if (const auto* read = std::get_if<RekorRead>(&result)) {
    ASSERT_FALSE(read->read.plate.empty());
    ASSERT_LE(read->read.plate.size(), 12u);
    ASSERT_LE(read->read.captured_at, SampleNow() + options.max_ahead);
    ASSERT_GT(read->read.captured_at, SampleNow() - options.max_age);
  }
}

TEST(RekorFuzzTest, MutatedBodiesNeverCrash) {
  Engine engine(20260101);
  RekorOptions options = SampleRekorOptions();
  options.allow_unregistered_cameras = true;
  const std::string seed = SampleGroup();
  for (int i = 0; i < 20'000; ++i) {
    std::string body = seed;
    const size_t times = 1 + Below(engine, 4);
    for (size_t t = 0; t < times; ++t) Mutate(engine, body);
    Check(body, options);
  }
}

TEST(RekorFuzzTest, EveryPrefixIsAnError) {
  const std::string seed = SampleGroup();
  for (size_t size = 0; size < seed.size(); ++size) {
    const RekorResult result =
        ParseRekorGroup(absl::string_view(seed).substr(0, size), SampleRekorOptions(), SampleNow());
    ASSERT_TRUE(std::holds_alternative<FeedError>(result)) << size;
  }
}

TEST(RekorFuzzTest, RandomBytesAreAnError) {
  Engine engine(7);
  for (int i = 0; i < 5'000; ++i) {
    std::string body(Below(engine, 300), '\0');
    for (char& c : body) c = static_cast<char>(engine());
    Check(body, SampleRekorOptions());
  }
}

TEST(RekorFuzzTest, DeepNestingInsideAFieldIsRefused) {
  std::string body = SampleGroup();
  body.insert(body.size() - 1, ",\"x\":" + std::string(5000, '[') + std::string(5000, ']'));
  const RekorResult result = ParseRekorGroup(body, SampleRekorOptions(), SampleNow());
  ASSERT_TRUE(std::holds_alternative<FeedError>(result));
  EXPECT_EQ(std::get<FeedError>(result).reason, RejectReason::kTooDeep);
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
