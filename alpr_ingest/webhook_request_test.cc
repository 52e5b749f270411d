#include "alpr_ingest/webhook_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace fusionhub::alpr_ingest {
namespace {

TEST(WebhookReplyTest, SaysWhatBecameOfTheRead) {
  const WebhookReply reply = ReplyFor(FeedAccepted{FeedAccepted::Kind::kStored, {"no image"}});
  EXPECT_EQ(reply.status, 200);
  const auto json = nlohmann::json::parse(reply.body);
  EXPECT_EQ(json["status"], "stored");
  EXPECT_EQ(json["warnings"][0], "no image");
  for (const auto& [kind, word] : std::vector<std::pair<FeedAccepted::Kind, std::string>>{
           {FeedAccepted::Kind::kDuplicate, "duplicate"},
           {FeedAccepted::Kind::kHeartbeat, "heartbeat"},
           {FeedAccepted::Kind::kPreview, "preview"}}) {
    EXPECT_EQ(nlohmann::json::parse(ReplyFor(FeedAccepted{kind, {}}).body)["status"], word);
  }
}

TEST(WebhookReplyTest, SaysWhatIsWrongAndWhere) {
  const WebhookReply reply =
      ReplyFor(FeedError{RejectReason::kBadField, "$.x", "not \"good\"\xFF"});
  EXPECT_EQ(reply.status, 422);
  const auto json = nlohmann::json::parse(reply.body);
  EXPECT_EQ(json["error"], "bad_field");
  EXPECT_EQ(json["where"], "$.x");
}

TEST(BodyCollectorTest, GathersPieces) {
  BodyBudget budget(100);
  {
    BodyCollector body(budget, 10);
    body.Add("hello");
    body.Add("world");
    EXPECT_EQ(body.body(), "helloworld");
    EXPECT_FALSE(body.too_large());
    EXPECT_EQ(budget.used(), 10u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BodyCollectorTest, KeepsNothingOfABodyThatIsTooLarge) {
  BodyBudget budget(100);
  BodyCollector body(budget, 10);
  body.Add("hello");
  body.Add("world!");
  EXPECT_TRUE(body.too_large());
  EXPECT_EQ(body.body(), "");
  EXPECT_EQ(budget.used(), 0u);
  body.Add("x");
  EXPECT_EQ(body.body(), "");
  EXPECT_FALSE(body.hopeless());
}

TEST(BodyCollectorTest, GivesUpOnASenderWithoutEnd) {
  BodyBudget budget(100);
  BodyCollector body(budget, 10);
  const std::string piece(1 << 20, 'x');
  for (int i = 0; i < 65; ++i) body.Add(piece);
  EXPECT_TRUE(body.hopeless());
}

TEST(BodyCollectorTest, AllBodiesTogetherAreBounded) {
  BodyBudget budget(10);
  BodyCollector first(budget, 10);
  first.Add("12345678");
  {
    BodyCollector second(budget, 10);
    second.Add("123");
    EXPECT_TRUE(second.no_room());
    EXPECT_FALSE(second.too_large());
  }
  BodyCollector third(budget, 10);
  third.Add("12");
  EXPECT_FALSE(third.no_room());
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
